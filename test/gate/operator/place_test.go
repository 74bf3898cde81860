package operator

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

// within bounds every wait: most take a moment, but what a touch has not settled is touched again after a minute at most.
// closesWithin is how soon a route must be parked whose clearance has gone, on a machine that is busy with all these tests:
// sooner than by any looking again. How long it takes is measured by the benchmark.
const (
	within       = 2 * time.Minute
	closesWithin = 20 * time.Second
)

// place is a namespace of a test's own, and a domain that no other test has.
type place struct {
	*testing.T
	*WithT
	*world
	name, domain string
}

var places atomic.Int32

func newPlace(t *testing.T, mode string) place {
	t.Helper()
	p := newPlaceOfOtherPolicy(t, mode)
	t.Cleanup(func() { keptPromise(t, watcher, p.name) })
	return p
}

// newPlaceOfOtherPolicy makes one in which the watcher, which knows the shipped ExposurePolicy, does not judge.
func newPlaceOfOtherPolicy(t *testing.T, mode string) place {
	t.Helper()
	return newPlaceIn(t, shared, mode)
}

func newNamespace(name, mode string) *corev1.Namespace {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if mode != "" {
		namespace.Labels = map[string]string{v1alpha1.GateLabel: mode}
	}
	return namespace
}

// newPlaceIn makes one on a control plane.
func newPlaceIn(t *testing.T, w *world, mode string) place {
	t.Helper()
	n := places.Add(1)
	p := place{T: t, WithT: NewWithT(t), world: w, name: fmt.Sprintf("place-%d", n), domain: fmt.Sprintf("example-%d.com", n)}
	p.must(p.admin.Create(t.Context(), newNamespace(p.name, mode)))
	return p
}

// keptPromise fails the test where a write in the namespace exposed a host without a clearance, or a route whose
// clearance had gone stayed open for too long.
func keptPromise(t *testing.T, watcher *promise.Watcher, namespace string) {
	t.Helper()
	if err := watcher.CatchUp(context.Background(), shared.admin, namespace); err != nil {
		t.Error(err)
	}
	for _, broken := range watcher.Broken(namespace) {
		t.Error(broken)
	}
	if longest, route := watcher.LongestUncovered(namespace, time.Now()); longest > closesWithin {
		t.Errorf("%s was exposed for %s after its clearance had gone", route, longest)
	}
}

func (p place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// filing makes a filing of the place's domain.
func (p place) filing(name string, in v1alpha1.ExposureNamespaces) *v1alpha1.IcpFiling {
	p.Helper()
	filing := newFiling(p.name, name, p.domain, in)
	p.must(p.admin.Create(p.Context(), filing))
	return filing
}

// newFiling makes a filing that the CRD accepts.
func newFiling(namespace, name, domain string, in v1alpha1.ExposureNamespaces) *v1alpha1.IcpFiling {
	filing := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	filing.Spec.Domain.Name = domain
	filing.Spec.Server.ServiceNumber = "sn-1"
	filing.Spec.Subject = v1alpha1.Subject{
		Nature: "Enterprise", Province: "Zhejiang", City: "Hangzhou", Name: "杭州示例科技有限公司", Address: "杭州",
		Certificate:          &v1alpha1.Certificate{Type: "UnifiedSocialCreditCode", Number: "91330100MA0EXAM076", Address: "杭州"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	filing.Spec.Website = v1alpha1.Website{
		Name: "示例商城", Homepage: "www." + domain, ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	filing.Spec.Exposure.Namespaces = in
	filing.Spec.DeletionPolicy = v1alpha1.DeletionCloseExposure
	return filing
}

// allow says whether a filing's gate is open, as the filing controller does.
func (p place) allow(filing *v1alpha1.IcpFiling, allowed bool) {
	p.Helper()
	before := filing.DeepCopy()
	setAllowed(filing, allowed)
	p.must(p.operator.Status().Patch(p.Context(), filing, client.MergeFrom(before)))
}

func setAllowed(filing *v1alpha1.IcpFiling, allowed bool) {
	status := metav1.ConditionFalse
	if allowed {
		status = metav1.ConditionTrue
	}
	meta.SetStatusCondition(&filing.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionExposureAllowed, Status: status, Reason: "Test", LastTransitionTime: metav1.Now(),
	})
}

// own is where a filing clears its domain by default.
var own = v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSame}

// ingress makes an Ingress of class nginx for hosts.
func (p place) ingress(name string, hosts ...string) *networkingv1.Ingress {
	class, prefix := "nginx", networkingv1.PathTypePrefix
	ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: p.name, Name: name}}
	ingress.Spec.IngressClassName = &class
	for _, host := range hosts {
		ingress.Spec.Rules = append(ingress.Spec.Rules, networkingv1.IngressRule{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{
			HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
				Path: "/", PathType: &prefix, Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
					Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80},
				}},
			}}},
		}})
	}
	return ingress
}

func (p place) httpRoute(name string, hosts ...string) *gatewayv1.HTTPRoute {
	route := &gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Namespace: p.name, Name: name}}
	route.Spec.ParentRefs = []gatewayv1.ParentReference{{Name: "edge"}}
	for _, host := range hosts {
		route.Spec.Hostnames = append(route.Spec.Hostnames, gatewayv1.Hostname(host))
	}
	return route
}

// both makes an Ingress and an HTTPRoute for a host, in the namespace.
func (p place) both(host string) []client.Object {
	p.Helper()
	routes := []client.Object{p.ingress("web", host), p.httpRoute("web", host)}
	for _, route := range routes {
		p.must(p.admin.Create(p.Context(), route))
	}
	return routes
}

// read reads a route anew.
func (p place) read(object client.Object) exposure.Route {
	p.Helper()
	p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(object), object))
	return exposure.Read(object)
}

// untilParked waits until routes are parked, or are not.
func (p place) untilParked(parked bool, routes ...client.Object) {
	p.Helper()
	for _, route := range routes {
		p.Eventually(func() bool { return p.read(route).Parked }).WithTimeout(within).WithPolling(20*time.Millisecond).
			Should(Equal(parked), "%T %s parked", route, client.ObjectKeyFromObject(route))
	}
}

// cleared reads the clearances of a namespace.
func (p place) cleared(namespace string) []string {
	p.Helper()
	var object corev1.Namespace
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: namespace}, &object))
	return admission.Decode(object.Annotations).Domains()
}

// untilCleared waits until a namespace's clearances are these.
func (p place) untilCleared(namespace string, domains ...string) {
	p.Helper()
	p.Eventually(func() []string { return p.cleared(namespace) }).WithTimeout(within).WithPolling(20 * time.Millisecond).
		Should(ConsistOf(domains))
}

// label sets a label of a namespace.
func (p place) label(namespace, name, value string) {
	p.Helper()
	object := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	p.must(p.admin.Patch(p.Context(), object, client.RawPatch("application/merge-patch+json",
		fmt.Appendf(nil, `{"metadata":{"labels":{%q:%q}}}`, name, value))))
}
