package journey_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// byHand makes the manual provider that the tests of this package share.
func byHand(t *testing.T) {
	t.Helper()
	fp := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "by-hand"}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}}
	if err := admin.Create(t.Context(), fp); client.IgnoreAlreadyExists(err) != nil {
		t.Fatal(err)
	}
}

func patch(t *testing.T, o client.Object, body string) {
	t.Helper()
	if err := admin.Patch(t.Context(), o, client.RawPatch("application/merge-patch+json", []byte(body))); err != nil {
		t.Fatal(err)
	}
}

// record writes a review as the cluster admin, of the filing's domain where there is a filing by then.
func record(t *testing.T, ns, filing string, stage v1alpha1.StageName, decision v1alpha1.Decision, at time.Time, more ...func(*v1alpha1.IcpReviewSpec)) *v1alpha1.IcpReview {
	t.Helper()
	review := &v1alpha1.IcpReview{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, GenerateName: filing + "-"},
		Spec: v1alpha1.IcpReviewSpec{
			FilingRef: v1alpha1.FilingReference{Name: filing}, ProviderRef: v1alpha1.ProviderReference{Name: "by-hand"},
			Attempt: 1, Stage: stage, Decision: decision, DecidedAt: metav1.NewTime(at), DecidedBy: adminName(t),
		},
	}
	if f, err := filingOf(t.Context(), ns, filing); err == nil {
		review.Spec.FilingRef.Domain = f.Spec.Domain.Name
	}
	for _, f := range more {
		f(&review.Spec)
	}
	if err := admin.Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	return review
}

func TestAManualFilingIsApprovedByReviewsAndItsStatusComesBackWhenLost(t *testing.T) {
	t.Parallel()
	byHand(t)
	namespace(t, "manual", everySecret...)
	filing(t, "manual", "by-reviews", "by-reviews.cn", map[string]string{"spec.providerRef.name": "by-hand"})
	eventually(t, "manual", "by-reviews", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.NextAction).NotTo(gomega.BeNil())
		g.Expect(f.Status.NextAction.Task).To(gomega.Equal("VerifyProduct"))
		g.Expect(f.Status.NextAction.Actor).To(gomega.Equal(v1alpha1.ActorApplicant))
	})
	start := now.Now()
	early := record(t, "manual", "by-reviews", v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, start, numbers)
	appliedIs(t, early, metav1.ConditionFalse, v1alpha1.ReasonStageNotActive)
	for i, stage := range []v1alpha1.StageName{
		v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
	} {
		appliedIs(t, record(t, "manual", "by-reviews", stage, v1alpha1.DecisionReported, start.Add(time.Duration(i+1)*time.Second), func(s *v1alpha1.IcpReviewSpec) {
			if stage == v1alpha1.StageConfirmation {
				s.OrderID = "console-4711"
			}
		}), metav1.ConditionTrue, v1alpha1.ReasonApplied)
	}
	for i, stage := range []v1alpha1.StageName{v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview} {
		appliedIs(t, record(t, "manual", "by-reviews", stage, v1alpha1.DecisionPassed, start.Add(time.Duration(i+10)*time.Second), func(s *v1alpha1.IcpReviewSpec) {
			if stage == v1alpha1.StageBureauReview {
				numbers(s)
			}
		}), metav1.ConditionTrue, v1alpha1.ReasonApplied)
	}
	f := eventually(t, "manual", "by-reviews", isReady)
	if f.Status.WebsiteNumber != "浙ICP备26000009号-1" || f.Status.OrderID != "console-4711" {
		t.Errorf("number %s, order %s", f.Status.WebsiteNumber, f.Status.OrderID)
	}
	loseStatus(t, f)
	again := eventually(t, "manual", "by-reviews", isReady)
	if diff := cmp.Diff(f.Status, again.Status, cmpopts.IgnoreFields(metav1.Condition{}, "LastTransitionTime"), ownTimes); diff != "" {
		t.Errorf("the status that came back differs (-lost +back):\n%s", diff)
	}
}

// ownTimes leaves out when the operator itself was first to see the first two stages done, which no record holds.
var ownTimes = cmp.FilterPath(func(p cmp.Path) bool {
	return p.Last().String() == ".StartedAt" || p.Last().String() == ".FinishedAt" || p.Last().String() == ".DoneAt"
}, cmp.Ignore())

func loseStatus(t *testing.T, f *v1alpha1.IcpFiling) {
	t.Helper()
	lost := f.DeepCopy()
	lost.Status = v1alpha1.IcpFilingStatus{}
	operator, err := operatorClient(t)
	if err != nil {
		t.Fatal(err)
	}
	// As the operator's own account: the guard lets nobody else write a filing's status.
	if err := operator.Status().Patch(t.Context(), lost, client.MergeFrom(f)); err != nil {
		t.Fatal(err)
	}
}

func numbers(s *v1alpha1.IcpReviewSpec) {
	s.SubjectNumber, s.WebsiteNumber = "浙ICP备26000009号", "浙ICP备26000009号-1"
}

func appliedIs(t *testing.T, review *v1alpha1.IcpReview, want metav1.ConditionStatus, reason string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var r v1alpha1.IcpReview
		g.Expect(admin.Get(t.Context(), client.ObjectKeyFromObject(review), &r)).To(gomega.Succeed())
		c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionApplied)
		g.Expect(c).NotTo(gomega.BeNil())
		g.Expect(c.Status).To(gomega.Equal(want), c.Message)
		g.Expect(c.Reason).To(gomega.Equal(reason), c.Message)
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
}

func TestAReviewIsImmutable(t *testing.T) {
	t.Parallel()
	byHand(t)
	namespace(t, "authors")
	review := record(t, "authors", "nobody", v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed, now.Now())
	err := admin.Patch(t.Context(), review, mergePatch(`{"spec":{"decision":"Returned","reasons":["WebsiteNameInvalid"]}}`))
	if !apierrors.IsInvalid(err) {
		t.Errorf("changing a review: %v, want Invalid", err)
	}
}

func TestAReviewSaysThatItsFilingIsNotThereUntilThereIsOneAndWhenItIsGone(t *testing.T) {
	t.Parallel()
	byHand(t)
	const ns = "reviewed-before"
	namespace(t, ns, everySecret...)
	about := func(domain string) func(*v1alpha1.IcpReviewSpec) {
		return func(s *v1alpha1.IcpReviewSpec) { s.FilingRef.Domain = domain }
	}
	review := record(t, ns, "later", v1alpha1.StageProductVerification, v1alpha1.DecisionReported, now.Now(), about("reviewed-before.cn"))
	appliedIs(t, review, metav1.ConditionFalse, v1alpha1.ReasonFilingNotFound)
	filing(t, ns, "later", "reviewed-before.cn", map[string]string{"spec.providerRef.name": "by-hand"})
	appliedIs(t, review, metav1.ConditionTrue, v1alpha1.ReasonApplied)
	if err := admin.Delete(t.Context(), &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "later"}}); err != nil {
		t.Fatal(err)
	}
	appliedIs(t, review, metav1.ConditionFalse, v1alpha1.ReasonFilingNotFound)
}

// approve records every step of one attempt of a filing, beginning at a time.
func approve(t *testing.T, ns, name, provider string, attempt int32, begin time.Time, more ...func(*v1alpha1.IcpReviewSpec)) {
	t.Helper()
	for i, stage := range []v1alpha1.StageName{
		v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
		v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview,
	} {
		decision := v1alpha1.DecisionPassed
		if i < 4 {
			decision = v1alpha1.DecisionReported
		}
		record(t, ns, name, stage, decision, begin.Add(time.Duration(i)*time.Second), func(s *v1alpha1.IcpReviewSpec) {
			s.ProviderRef.Name, s.Attempt = provider, attempt
			if stage == v1alpha1.StageBureauReview {
				numbers(s)
			}
			for _, f := range more {
				f(s)
			}
		})
	}
}

// ofNoDomain leaves out of a review which domain it is about.
func ofNoDomain(s *v1alpha1.IcpReviewSpec) { s.FilingRef.Domain = "" }
