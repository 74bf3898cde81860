package gate

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// place is a namespace of a test's own.
type place struct {
	*testing.T
	name string
	// tenant may do in it what the built-in role admin may.
	tenant client.Client
}

// within bounds every wait: each takes a moment, unless the machine is busy with something else.
const within = time.Minute

var places atomic.Int32

// newPlace makes a namespace in a mode ("" sets no label) with clearances, and a tenant.
func newPlace(t *testing.T, mode string, cleared ...string) place {
	t.Helper()
	name := fmt.Sprintf("place-%d", places.Add(1))
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Annotations: admission.Encode(exposure.NewClearances(cleared...)),
	}}
	if mode != "" {
		namespace.Labels = map[string]string{v1alpha1.GateLabel: mode}
	}
	if err := shared.operator.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "tenant"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name + "-tenant"}},
	}
	if err := shared.admin.Create(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	tenant, err := shared.client(shared.ConfigFor(name + "-tenant"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keptPromise(t, name) })
	p := place{T: t, name: name, tenant: tenant}
	p.eventually("the tenant's role is bound", func() bool {
		return p.may("create", networkingv1.GroupName, "ingresses") && p.may("create", gatewayv1.GroupName, "httproutes")
	})
	return p
}

// may asks the API server whether the tenant may do something.
func (p place) may(verb, group, resource string) bool {
	p.Helper()
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: p.name, Verb: verb, Group: group, Resource: resource},
	}}
	p.must(p.tenant.Create(p.Context(), review))
	return review.Status.Allowed
}

// eventually polls until a condition holds: the API server hears of its own writes a little later.
func (p place) eventually(what string, holds func() bool) {
	p.Helper()
	err := wait.PollUntilContextTimeout(p.Context(), 10*time.Millisecond, within, true,
		func(context.Context) (bool, error) { return holds(), nil })
	if err != nil {
		p.Fatalf("wait until %s: %v", what, err)
	}
}

// keptPromise fails the test where a write in the namespace exposed a host without a clearance.
func keptPromise(t *testing.T, namespace string) {
	t.Helper()
	if err := shared.promise.CatchUp(context.Background(), shared.admin, namespace); err != nil {
		t.Error(err)
	}
	for _, broken := range shared.promise.Broken(namespace) {
		t.Error(broken)
	}
}

// clear makes the namespace's clearances be these, as the operator does.
func (p place) clear(domains ...string) {
	p.Helper()
	var namespace corev1.Namespace
	p.must(shared.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
	patch := client.MergeFrom(namespace.DeepCopy())
	for name, value := range admission.Change(namespace.Annotations, exposure.NewClearances(domains...)) {
		if value == nil {
			delete(namespace.Annotations, name)
			continue
		}
		if namespace.Annotations == nil {
			namespace.Annotations = map[string]string{}
		}
		namespace.Annotations[name] = *value
	}
	p.must(shared.operator.Patch(p.Context(), &namespace, patch))
}

// mode sets the gate's label, and waits until the API server judges by it.
func (p place) mode(mode string) {
	p.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}}
	p.must(shared.admin.Patch(p.Context(), namespace, client.RawPatch("application/merge-patch+json",
		fmt.Appendf(nil, `{"metadata":{"labels":{%q:%q}}}`, v1alpha1.GateLabel, mode))))
	p.eventually("the API server judges by mode "+mode, func() bool {
		refused, parked := p.probe("www.uncleared.cn")
		return refused == (mode == v1alpha1.GateDeny) && parked == (mode == v1alpha1.GateHold)
	})
}

// untilUncleared waits until the API server judges by a domain's clearance having gone, in a namespace that denies.
func (p place) untilUncleared(domain string) {
	p.Helper()
	p.eventually("the clearance is gone", func() bool { refused, _ := p.probe(domain); return refused })
}

// probe tells what the API server would do with a new Ingress for a host.
func (p place) probe(host string) (refused, parked bool) {
	p.Helper()
	ingress := inPlace(p, named(ingressFor(host), "probe"))
	err := p.tenant.Create(p.Context(), ingress, client.DryRunAll)
	if apierrors.IsForbidden(err) {
		return true, false
	}
	p.must(err)
	return false, exposure.Read(ingress).Parked
}

// touchUntil touches a route until it is parked, or is not.
func (p place) touchUntil(manifest client.Object, parked bool) {
	p.Helper()
	p.eventually("the operator's touch parks or releases", func() bool {
		route, touched := p.touch(manifest)
		return touched && exposure.Read(route).Parked == parked
	})
}

// touch writes the operator's own annotation on a route, which makes the policies look again, and returns the route as it
// then is. A touch may be refused when the Namespace changes while it is judged.
func (p place) touch(manifest client.Object) (route client.Object, touched bool) {
	p.Helper()
	route = p.live(manifest)
	patch, err := admission.Touch("test")
	p.must(err)
	err = shared.operator.Patch(p.Context(), route, client.RawPatch(types.MergePatchType, patch), client.FieldOwner("icp-operator"))
	if apierrors.IsForbidden(err) {
		return nil, false
	}
	p.must(err)
	return route, true
}

// in puts an object into the namespace.
func (p place) in(object client.Object) { object.SetNamespace(p.name) }

func (p place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}
