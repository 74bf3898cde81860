package exposure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	"pgregory.net/rapid"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// anyIngress draws an Ingress of every way to name a class, the parked one by somebody's own wish included.
func anyIngress(t *rapid.T) *networkingv1.Ingress {
	class := rapid.SampledFrom([]string{"nginx", "traefik", icpv1alpha1.ParkedClass})
	ingress := &networkingv1.Ingress{}
	if rapid.Bool().Draw(t, "has annotations") {
		ingress.Annotations = map[string]string{"example.com/owner": "li"}
		if rapid.Bool().Draw(t, "has a legacy class") {
			ingress.Annotations[LegacyClassAnnotation] = class.Draw(t, "legacy class")
		}
	}
	if rapid.Bool().Draw(t, "has a class") {
		name := class.Draw(t, "class")
		ingress.Spec.IngressClassName = &name
	}
	return ingress
}

func TestAnIngressIsReleasedAsItWasParked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		written := anyIngress(t)
		ingress := written.DeepCopy()
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			Park(ingress, []string{"www.example.com"}, "www.example.com: why")
			if state := Read(ingress); !state.Parked || !state.Held || state.Exposes() || !state.Notes([]string{"www.example.com"}) {
				t.Fatalf("it is not parked: %+v", ingress)
			}
		}
		Release(ingress)
		if len(ingress.Annotations) == 0 {
			ingress.Annotations = nil
		}
		if diff := cmp.Diff(written, ingress); diff != "" {
			t.Fatalf("(-written +released):\n%s", diff)
		}
	})
}

func TestWhatSomebodyWroteMeanwhileIsReleased(t *testing.T) {
	t.Parallel()
	before, after := "nginx", "traefik"
	ingress := &networkingv1.Ingress{Spec: networkingv1.IngressSpec{IngressClassName: &before}}
	Park(ingress, []string{"www.example.com"}, "www.example.com: why")
	ingress.Spec.IngressClassName = &after
	Park(ingress, []string{"www.example.com"}, "www.example.com: why")
	Release(ingress)
	if diff := cmp.Diff(&after, ingress.Spec.IngressClassName); diff != "" {
		t.Error(diff)
	}
}

func TestReleaseLeavesAloneWhatTheGateHasNotParked(t *testing.T) {
	t.Parallel()
	class := icpv1alpha1.ParkedClass
	ingress := &networkingv1.Ingress{Spec: networkingv1.IngressSpec{IngressClassName: &class}}
	Release(ingress)
	if diff := cmp.Diff(&class, ingress.Spec.IngressClassName); diff != "" {
		t.Error(diff)
	}
}

func TestAnHTTPRouteIsReleasedAsItWasParked(t *testing.T) {
	t.Parallel()
	groups := []gatewayv1.Group{"", gatewayv1.GroupName, "example.com"}
	rapid.Check(t, func(t *rapid.T) {
		written := &gatewayv1.HTTPRoute{}
		serving := false
		for range rapid.IntRange(0, 4).Draw(t, "parents") {
			group := rapid.SampledFrom(groups).Draw(t, "group")
			kind := rapid.SampledFrom([]gatewayv1.Kind{"Gateway", "Service", "ListenerSet"}).Draw(t, "kind")
			serving = serving || group != "" || kind != "Service"
			written.Spec.ParentRefs = append(written.Spec.ParentRefs, gatewayv1.ParentReference{Name: "edge", Group: &group, Kind: &kind})
		}
		route := written.DeepCopy()
		if Read(route).Exposes() != serving {
			t.Fatalf("served: %v, want %v: %+v", !serving, serving, route.Spec.ParentRefs)
		}
		Park(route, []string{"www.example.com"}, "www.example.com: why")
		Park(route, []string{"www.example.com"}, "www.example.com: why")
		if Read(route).Exposes() {
			t.Fatalf("it is served: %+v", route.Spec.ParentRefs)
		}
		Release(route)
		route.Annotations = nil
		if diff := cmp.Diff(written, route); diff != "" {
			t.Fatalf("(-written +released):\n%s", diff)
		}
	})
}

func TestBlockedByRules(t *testing.T) {
	t.Parallel()
	route := Route{Hosts: []string{"web.corp.internal", "www.example.com"}, Malformed: []string{"a..b"}, Hostless: true}
	for name, row := range map[string]struct {
		rules Rules
		want  []string
	}{
		"without rules everything is blocked": {Rules{}, []string{"web.corp.internal", "www.example.com", "a..b", AnyHost}},
		"an exempt domain needs no clearance": {Rules{ExemptDomains: []string{"corp.internal"}}, []string{"www.example.com", "a..b", AnyHost}},
		"hostless routes may be allowed":      {Rules{AllowHostless: true}, []string{"web.corp.internal", "www.example.com", "a..b"}},
		"a malformed host is never allowed":   {Rules{AllowHostless: true, ExemptDomains: []string{"example.com", "corp.internal"}}, []string{"a..b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(row.want, route.Blocked(NewClearances(), row.rules)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
