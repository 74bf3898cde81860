package gate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// Every row of the table of verdicts is judged by the Go matcher, by the policy that refuses, by the policy that parks, and by
// check without an API server. The four may never differ.
func TestMatcherAndPoliciesAgree(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts.Rows {
		t.Run(row.Says, func(t *testing.T) {
			t.Parallel()
			for _, route := range row.Routes() {
				judge(t, route, row.Cleared, row.Blocked)
			}
		})
	}
}

// A row of the table stands for a route of each kind that can have it.
func TestTheTableOfVerdictsIsLarge(t *testing.T) {
	t.Parallel()
	said, routes := map[string]bool{}, 0
	for _, row := range verdicts.Rows {
		if said[row.Says] {
			t.Errorf("two rows say %q", row.Says)
		}
		said[row.Says] = true
		routes += len(row.Routes())
	}
	t.Logf("%d rows stand for %d routes", len(verdicts.Rows), routes)
	if routes < 300 {
		t.Errorf("the table has %d routes, want 300", routes)
	}
}

// judge compares the three verdicts on a route with what is expected.
func judge(t *testing.T, route client.Object, cleared, want []string) {
	t.Helper()
	got := exposure.Read(route).Blocked(exposure.NewClearances(cleared...), exposure.Rules{})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the matcher's blocked hosts of a %T (-want +got):\n%s", route, diff)
	}
	refused := refusedBlocked(t, route, cleared)
	if diff := cmp.Diff(len(want) > 0, refused != ""); diff != "" {
		t.Errorf("the refusal of a %T (-want +got):\n%s%s", route, diff, refused)
	}
	for _, host := range want {
		if !strings.Contains(refused, host) {
			t.Errorf("the refusal of a %T does not name %s: %s", route, host, refused)
		}
	}
	parkedLikeMatcher(t, route, cleared, want)
}

// refusedBlocked creates the route in a namespace in mode deny, as a dry run, and returns the refusal, if any.
func refusedBlocked(t *testing.T, route client.Object, cleared []string) string {
	t.Helper()
	p := newPlace(t, v1alpha1.GateDeny, cleared...)
	object := route.DeepCopyObject().(client.Object)
	p.in(object)
	err := p.tenant.Create(t.Context(), object, client.DryRunAll)
	p.wantCheckedAsRefused(route, refusalOf(err), check.Refused)
	switch {
	case err == nil:
		return ""
	case !apierrors.IsForbidden(err):
		t.Fatal(err)
	case !strings.Contains(err.Error(), "kubectl get icp -n "+p.name):
		t.Errorf("the refusal does not say how to see the filings: %v", err)
	}
	return err.Error()
}

// parkedLikeMatcher creates the route in a namespace in mode hold, as a dry run, and compares it with what the
// matcher's own parking makes of it.
func parkedLikeMatcher(t *testing.T, route client.Object, cleared, blocked []string) {
	t.Helper()
	p := newPlace(t, v1alpha1.GateHold, cleared...)
	got := route.DeepCopyObject().(client.Object)
	p.in(got)
	p.must(p.tenant.Create(t.Context(), got, client.DryRunAll))
	p.wantCheckedAsHeld(route, got)
	open := newPlace(t, v1alpha1.GateOff)
	want := route.DeepCopyObject().(client.Object)
	open.in(want)
	p.must(open.tenant.Create(t.Context(), want, client.DryRunAll))
	if len(blocked) > 0 {
		read := exposure.Read(want)
		read.Namespace = p.name
		exposure.Park(want, blocked, read.Reasons(blocked, exposure.PendingFilings{}))
	}
	if diff := cmp.Diff(essence(want), essence(got)); diff != "" {
		t.Errorf("%T parked by the matcher and by the policy (-matcher +policy):\n%s", route, diff)
	}
}

// essence is what the gate may change of a route.
func essence(object client.Object) any {
	annotations := map[string]string{}
	for name, value := range object.GetAnnotations() {
		if name == exposure.ParkedHostsAnnotation { // in whatever order
			hosts := strings.Split(value, ",")
			slices.Sort(hosts)
			value = strings.Join(hosts, ",")
		}
		annotations[name] = value
	}
	switch o := object.(type) {
	case *networkingv1.Ingress:
		return []any{annotations, o.Spec}
	case *gatewayv1.HTTPRoute:
		return []any{annotations, o.Spec}
	case *gatewayv1.GRPCRoute:
		return []any{annotations, o.Spec}
	case *gatewayv1.TLSRoute:
		return []any{annotations, o.Spec}
	}
	return nil
}
