package admission

import (
	"fmt"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// What is done to a route, and to a Namespace, each time that one changes: so often they allocate, with some for another Go.
const (
	mostOfAVerdict   = 115
	mostOfClearances = 35
)

func TestWhatIsDoneForEachRouteAndNamespaceAllocatesLittle(t *testing.T) { //nolint:paralleltest // others' allocations would count
	var domains []string
	for i := range 100 {
		domains = append(domains, fmt.Sprintf("example-%03d.cn", i))
	}
	stands := Encode(exposure.NewClearances(domains...))
	ingress := &networkingv1.Ingress{Spec: networkingv1.IngressSpec{IngressClassName: new("nginx")}}
	for _, domain := range domains[:50] {
		ingress.Spec.Rules = append(ingress.Spec.Rules, networkingv1.IngressRule{Host: "www." + domain})
	}
	cleared, settings := Stand(stands), SettingsOf(nil)
	if got := testing.AllocsPerRun(100, func() { exposure.Read(ingress).Blocked(cleared, settings.Rules) }); got > mostOfAVerdict {
		t.Errorf("a verdict on a route of 50 hosts allocates %.0f times, and %d is what is committed", got, mostOfAVerdict)
	}
	if got := testing.AllocsPerRun(100, func() { Change(stands, Decode(stands)) }); got > mostOfClearances {
		t.Errorf("reading and comparing a hundred clearances allocates %.0f times, and %d is what is committed", got, mostOfClearances)
	}
}
