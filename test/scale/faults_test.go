package scale_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// fate is what becomes of a filing.
type fate struct {
	name string
	// plan is how its order fares at the provider.
	plan []simulator.Step
	// stage that it ends at; empty: it is gone.
	stage   v1alpha1.StageName
	attempt int32
}

var fates = []fate{
	{"passes", nil, v1alpha1.StageApproved, 1},
	{"is returned by the provider", []simulator.Step{
		{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"FaceCheckFailed"}},
	}, v1alpha1.StageApproved, 2},
	{"is returned by the bureau", []simulator.Step{
		{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}},
	}, v1alpha1.StageApproved, 2},
	{"is revoked", []simulator.Step{
		{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}, After: &metav1.Duration{Duration: 100 * time.Millisecond}},
	}, v1alpha1.StageRevoked, 1},
	{"is deleted, and cancelled", nil, "", 1},
}

func TestFilingsEndAsTheyShouldAmongFaultsOfEveryKindWithNoOrderTwice(t *testing.T) {
	const ns = "faulty"
	var known simulator.Known
	for i := range *faulty {
		for _, step := range fates[i%len(fates)].plan {
			step.Domain = domainOf(ns, i)
			known.Plan = append(known.Plan, step)
		}
	}
	at := desk(t, ns, 20*time.Millisecond, simulator.Options{Known: known})
	if err := at.SetRandomFaults(simulator.RandomFaults{Rate: 0.2, Seed: 20261124}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	apply(t, ns, *faulty, func(i int, f *v1alpha1.IcpFiling) {
		if fates[i%len(fates)].stage == "" {
			f.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
		}
	})
	var open []string
	t.Cleanup(func() {
		for _, told := range open[:min(len(open), 3)] {
			t.Log(told)
		}
	})
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		all := filings(t.Context(), g, ns)
		open = nil
		for i := range *faulty {
			f := all[site(i)]
			if !lead(t.Context(), g, i, f) {
				open = append(open, telling(i, f))
			}
		}
		g.Expect(len(open)).To(gomega.BeZero(), "so many of %d have not ended as they should", *faulty)
	}).WithTimeout(*within).WithPolling(500 * time.Millisecond).Should(gomega.Succeed())

	h := at.Requests()
	domains, cancelled := map[string]int{}, 0
	for _, o := range at.Orders() {
		domains[o.Order.Domain]++
		if o.Stage == string(v1alpha1.StageCancelled) {
			cancelled++
		}
	}
	t.Logf("%d filings of %d fates ended as they should in %.1f s: %d requests, answered %v, %d with a key that had come before; %d orders of %d domains, %d duplicates",
		*faulty, len(fates), time.Since(began).Seconds(), h.Total, h.Statuses, h.RepeatedKeys, len(at.Orders()), len(domains), len(h.Duplicates))
	if len(at.Orders()) != *faulty || len(domains) != *faulty || len(h.Duplicates) != 0 {
		t.Errorf("%d orders of %d domains, second ones asked for: %v; want %d of each, and none", len(at.Orders()), len(domains), h.Duplicates, *faulty)
	}
	if want := *faulty / len(fates); cancelled != want {
		t.Errorf("%d orders are cancelled at the provider, want %d", cancelled, want)
	}
	if h.RepeatedKeys == 0 {
		t.Error("no key came twice: no fault made itself felt")
	}
}

// lead does what its applicant would for a filing, and says whether it has ended as it should.
func lead(ctx context.Context, g gomega.Gomega, i int, f *v1alpha1.IcpFiling) bool {
	to := fates[i%len(fates)]
	switch {
	case to.stage == "" && f == nil:
		return true
	case f == nil:
		return false
	case to.stage == "" && f.Status.Stage == v1alpha1.StageApproved && f.DeletionTimestamp.IsZero():
		g.Expect(client.IgnoreNotFound(admin.Delete(ctx, f))).To(gomega.Succeed())
		return false
	case slices.ContainsFunc(f.Status.Stages, func(s v1alpha1.StageStatus) bool { return s.State == v1alpha1.StageReturned }) && f.Annotations[v1alpha1.ResubmitAnnotation] == "":
		patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"metadata":{"annotations":{%q:"2"}}}`, v1alpha1.ResubmitAnnotation))
		g.Expect(admin.Patch(ctx, f, patch)).To(gomega.Succeed())
		return false
	}
	return f.Status.Stage == to.stage && f.Status.Attempt == to.attempt
}

// telling says how far a filing is.
func telling(i int, f *v1alpha1.IcpFiling) string {
	if f == nil {
		return fmt.Sprintf("%s, which %s: it is gone", site(i), fates[i%len(fates)].name)
	}
	ready := ""
	for _, c := range f.Status.Conditions {
		if c.Type == v1alpha1.ConditionReady {
			ready = c.Reason + ": " + c.Message
		}
	}
	return fmt.Sprintf("%s, which %s: %s, attempt %d, annotations %v; %s\n  %s", site(i), fates[i%len(fates)].name, f.Status.Stage, f.Status.Attempt, slices.Sorted(maps.Keys(f.Annotations)), ready, journals.told(f.Status.OrderID))
}
