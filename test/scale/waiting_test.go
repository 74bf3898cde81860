package scale_test

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestWaitingFilingsTakeTwoCallsAPollHoweverManyTheyAre(t *testing.T) {
	const (
		ns    = "waiting"
		polls = 10
	)
	at := desk(t, ns, 200*time.Millisecond, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	began := time.Now()
	apply(t, ns, *waiting, nil)
	g := gomega.NewWithT(t)
	// The provider knows first, and is asked without burdening the API server.
	g.Eventually(func() int {
		n := 0
		for _, o := range at.Orders() {
			if o.Stage == string(v1alpha1.StagePreliminaryReview) {
				n++
			}
		}
		return n
	}).WithTimeout(*within).WithPolling(time.Second).Should(gomega.Equal(*waiting), "orders that wait for the provider's review")
	g.Eventually(func(g gomega.Gomega) {
		n := 0
		for _, f := range filings(t.Context(), g, ns) {
			if f.Status.Stage == v1alpha1.StagePreliminaryReview {
				n++
			}
		}
		g.Expect(n).To(gomega.Equal(*waiting), "filings that wait for the provider's review")
	}).WithTimeout(*within).WithPolling(10 * time.Second).Should(gomega.Succeed())
	reached := time.Since(began)
	var fp v1alpha1.FilingProvider
	g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &fp)).To(gomega.Succeed())
	g.Expect(admin.Patch(t.Context(), &fp, client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"http":{"pollInterval":"1s"}}}`)))).To(gomega.Succeed())
	// What was asked at the old pace has come to its end once a poll has come at the new one.
	count := func() (total, feed int) {
		h := at.Requests()
		return h.Total, h.Operations["listEvents"]
	}
	_, before := count()
	g.Eventually(func() int { _, feed := count(); return feed }).WithTimeout(time.Minute).WithPolling(10 * time.Millisecond).Should(gomega.BeNumerically(">", before+1))
	at.ForgetRequests()
	g.Eventually(func() int { _, feed := count(); return feed }).WithTimeout(time.Minute).WithPolling(10 * time.Millisecond).Should(gomega.BeNumerically(">=", polls))
	total, feed := count()
	t.Logf("%d filings wait at one provider, all of them %.1f s after the first was applied: %d calls in %d poll intervals (%.2f an interval): %v",
		*waiting, reached.Seconds(), total, feed, float64(total)/float64(feed), at.Requests().Operations)
	if total > 2*feed+1 {
		t.Errorf("%d calls in %d poll intervals, want at most 2 an interval", total, feed)
	}
	for _, f := range filings(t.Context(), g, ns) {
		if f.Status.Stage != v1alpha1.StagePreliminaryReview {
			t.Errorf("%s went on to %s, and nobody decided", f.Name, f.Status.Stage)
		}
	}
}
