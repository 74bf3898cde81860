package metrics_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func list(t *testing.T, to client.ObjectList) {
	t.Helper()
	if err := admin.List(t.Context(), to); err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, o client.Object) {
	t.Helper()
	if err := admin.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, o client.Object) {
	t.Helper()
	if err := admin.Delete(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until a value is what is wanted.
func eventually[T any](t *testing.T, get func() T, want T, what string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(get).WithTimeout(within).Should(gomega.Equal(want), what)
}

// agree waits until what the operator serves is what the statuses at the API server say. Both are read again and again, since a
// status may change between the two.
func agree(t *testing.T) {
	t.Helper()
	eventually(t, func() string {
		want := statuses(t)
		slices.Sort(want)
		return cmp.Diff(want, scrape(t, leader).lines(compared...))
	}, "", "the statuses against the metrics")
}

// The tests of this package change what all of them look at, so they run one after the other, in their order.

func TestMetricsAgreeWithTheStatusesThroughAFilingsLife(t *testing.T) { //nolint:paralleltest // see above
	filing := func() *v1alpha1.IcpFiling {
		f := &v1alpha1.IcpFiling{}
		if err := admin.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: "example-com"}, f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	reaches := func(stage v1alpha1.StageName) {
		eventually(t, func() v1alpha1.StageName { return filing().Status.Stage }, stage, "the filing's stage")
		agree(t)
		if got := scrape(t, leader).of(t, "icp_filing_stage", "filing=example-com", "stage="+string(stage)); got != 1 {
			t.Errorf("the metrics do not have it at %s", stage)
		}
	}
	reaches(v1alpha1.StageBureauReview)
	before := filing()
	got := scrape(t, leader)
	for _, st := range before.Status.Stages {
		over := 0.
		if st.State == v1alpha1.StageDone {
			over = 1
		}
		if n := got.of(t, "icp_filing_stage_duration_seconds", "provider=simulator", "stage="+string(st.Name)); n != over {
			t.Errorf("%.0f durations of %s, which is %s", n, st.Name, st.State)
		}
		if st.Name == v1alpha1.StageBureauReview {
			if at := got.of(t, "icp_filing_stage_changed_timestamp_seconds", "filing=example-com"); int64(at) != st.StartedAt.Unix() {
				t.Errorf("at its stage since %.0f, by the status %d", at, st.StartedAt.Unix())
			}
			if at := got.of(t, "icp_filing_expected_end_timestamp_seconds", "filing=example-com", "name=BureauReview"); int64(at) != st.DueAt.Unix() {
				t.Errorf("expected to end at %.0f, by the status %d", at, st.DueAt.Unix())
			}
		}
	}
	if err := sim.Decide(before.Status.OrderID, simulator.Ruling{Decision: v1alpha1.DecisionPassed}); err != nil {
		t.Fatal(err)
	}
	reaches(v1alpha1.StageApproved)
	if err := sim.Decide(before.Status.OrderID, simulator.Ruling{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"ShellFiling"}}); err != nil {
		t.Fatal(err)
	}
	reaches(v1alpha1.StageRevoked)
	// It is protected until its hosts are served no more.
	gomega.NewWithT(t).Eventually(func() error { return admin.Delete(t.Context(), before) }).WithTimeout(within).Should(gomega.Succeed(), "deleting the filing")
	agree(t)
	if left := scrape(t, leader).lines("icp_filing_info"); len(left) > 0 {
		t.Errorf("a filing that is gone is told still: %v", left)
	}
}

func TestRoutesAreCountedAsTheExposurePolicyCountsThem(t *testing.T) { //nolint:paralleltest // see above
	create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "warned", Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateWarn}}})
	route := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: "warned", Name: "unfiled"},
		Spec:       networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{Host: "www.unfiled.cn"}}},
	}
	create(t, route)
	counted := func() v1alpha1.RouteCounts {
		p := &v1alpha1.ExposurePolicy{}
		if err := admin.Get(t.Context(), client.ObjectKey{Name: "default"}, p); err != nil {
			t.Fatal(err)
		}
		if p.Status.Routes == nil {
			return v1alpha1.RouteCounts{}
		}
		return *p.Status.Routes
	}
	served := func() v1alpha1.RouteCounts {
		var counts v1alpha1.RouteCounts
		for _, m := range scrape(t, leader)["icp_gate_routes"].GetMetric() {
			for _, pair := range m.GetLabel() {
				switch pair.GetValue() {
				case "served":
					counts.Served += int32(m.GetGauge().GetValue())
				case "parked":
					counts.Parked += int32(m.GetGauge().GetValue())
				case "uncovered":
					counts.Uncovered += int32(m.GetGauge().GetValue())
				}
			}
		}
		return counts
	}
	agreeOn := func(uncovered int32) {
		t.Helper()
		gomega.NewWithT(t).Eventually(func() bool {
			status := counted()
			return status.Uncovered == uncovered && status == served()
		}).WithTimeout(within).Should(gomega.BeTrue(), "the routes of the status and of the metrics")
		got := scrape(t, leader)
		if n := got.of(t, "icp_gate_routes", "mode=warn", "verdict=uncovered"); int32(n) != uncovered {
			t.Errorf("%.0f uncovered routes in mode warn, want %d", n, uncovered)
		}
		if n := got.of(t, "icp_gate_uncovered_routes", "namespace=warned", "mode=warn"); int32(n) != uncovered {
			t.Errorf("%.0f uncovered routes in the namespace, want %d", n, uncovered)
		}
	}
	agreeOn(1)
	if n := scrape(t, leader).of(t, "icp_gate_routes", "mode=hold", "verdict=parked"); n == 0 {
		t.Error("the sample's routes, whose filing is gone, are not counted as parked")
	}
	remove(t, route)
	agreeOn(0)
}

func TestAGatePolicyThatSomebodyTakesAwayOrChangesIsCounted(t *testing.T) { //nolint:paralleltest // see above
	state := func(part, state string) func() float64 {
		return func() float64 { return scrape(t, leader).of(t, "icp_gate_policies", "part="+part, "state="+state) }
	}
	restored := func(was string) func() float64 {
		return func() float64 { return scrape(t, leader).of(t, "icp_gate_policies_restored_total", "was="+was) }
	}
	all := state("gate", "in_place")()
	if all == 0 || restored("missing")() != 0 || restored("changed")() != 0 {
		t.Fatalf("%.0f policies in place before anybody did anything; restored: %v", all, scrape(t, leader).lines("icp_gate_policies_restored_total"))
	}
	var bindings admissionregistrationv1.ValidatingAdmissionPolicyBindingList
	list(t, &bindings)
	i := slices.IndexFunc(bindings.Items, func(b admissionregistrationv1.ValidatingAdmissionPolicyBinding) bool {
		return strings.HasPrefix(b.Name, "icp-gate-") && slices.Contains(b.Spec.ValidationActions, admissionregistrationv1.Deny)
	})
	if i < 0 {
		t.Fatal("no binding of the gate that refuses is there")
	}
	binding := &bindings.Items[i]
	remove(t, binding)
	eventually(t, restored("missing"), 1, "policies that were missing and are back")
	eventually(t, state("gate", "in_place"), all, "policies in place")

	weaken(t, binding.Name)
	eventually(t, restored("changed"), 1, "policies that were changed and are as before")
	eventually(t, state("gate", "in_place"), all, "policies in place")

	// The guards are not the operator's to put back.
	guards := state("guard", "in_place")()
	if guards == 0 || state("guard", "changed")() != 0 || state("guard", "missing")() != 0 {
		t.Fatalf("the guards, as they were installed: %v", scrape(t, leader).lines("icp_gate_policies"))
	}
	weaken(t, "icp-guard-reviews")
	eventually(t, state("guard", "changed"), 1, "guards that were changed")
	remove(t, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: "icp-guard-reviews"}})
	eventually(t, state("guard", "missing"), 1, "guards that are missing")
	if err := plane.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, state("guard", "in_place"), guards, "guards in place after they were installed again")
}

// weaken has a binding record what it refused before.
func weaken(t *testing.T, binding string) {
	t.Helper()
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"validationActions":["Audit"]}}`))
	if err := admin.Patch(t.Context(), &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: binding}}, patch); err != nil {
		t.Fatal(err)
	}
}

func TestCallsToProvidersAreMeasured(t *testing.T) { //nolint:paralleltest // see above
	got := scrape(t, leader)
	for _, operation := range []string{"Events", "Determine", "Create", "Upload", "Confirm", "Get"} {
		if got.of(t, "icp_provider_call_duration_seconds", "provider=simulator", "operation="+operation) == 0 {
			t.Errorf("no call of %s was measured, though a filing was approved", operation)
		}
	}
	if got.of(t, "icp_provider_feed_lag_seconds", "provider=simulator") == 0 || got.of(t, "icp_provider_feed_read_timestamp_seconds", "provider=simulator") == 0 {
		t.Error("the feed was not measured")
	}
	down := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "down"}}
	down.Spec.HTTP = &v1alpha1.HTTPProvider{URL: "http://127.0.0.1:1"}
	create(t, down)
	gomega.NewWithT(t).Eventually(func() float64 {
		return scrape(t, leader).of(t, "icp_provider_call_errors_total", "provider=down", "operation=Events", "class=Transient")
	}).WithTimeout(within).Should(gomega.BeNumerically(">", 0), "calls to a provider that is down")
	eventually(t, func() float64 {
		return scrape(t, leader).of(t, "icp_provider_condition", "provider=down", "condition=Ready", "status=false")
	}, 1, "the provider's condition")
	agree(t)
	remove(t, down)
	eventually(t, func() []string {
		var left []string
		for _, l := range scrape(t, leader).lines(slices.Collect(names())...) {
			if strings.Contains(l, "provider=down") {
				left = append(left, l)
			}
		}
		return left
	}, nil, "series of a provider that is gone")
}

// names are the metrics that the operator says it serves.
func names() func(yield func(string) bool) {
	all := map[string]bool{}
	for _, of := range metrics.Families() {
		all[of.Name] = true
	}
	return maps.Keys(all)
}

func TestTheStateIsServedByTheOperatorThatLeadsAlone(t *testing.T) { //nolint:paralleltest // see above
	if got := scrape(t, leader).lines("icp_operator_leading"); !slices.Equal(got, []string{"icp_operator_leading{} 1"}) {
		t.Errorf("the one that leads: %v", got)
	}
	waiting := scrape(t, second)
	if got := waiting.lines("icp_operator_leading"); !slices.Equal(got, []string{"icp_operator_leading{} 0"}) {
		t.Errorf("the one that waits: %v", got)
	}
	for _, of := range metrics.States() {
		if got := waiting.lines(of.Name); len(got) > 0 {
			t.Errorf("the one that waits serves the state: %v", got)
		}
	}
}
