package journey_test

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestAnOrderIsTakenBackFromReviewAndSubmittedAgainWhenAskedFor(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "takes-back", byReviews)
	filing(t, "takes-back", "f", "takes-back.cn", with("takes-back"))
	eventually(t, "takes-back", "f", next(v1alpha1.ActorBureau, "BureauReview"))
	annotate(t, "takes-back", "f", v1alpha1.WithdrawAnnotation, "1")
	eventually(t, "takes-back", "f", is(atAttempt(1), hasReason(v1alpha1.ConditionSubmitted, v1alpha1.ReasonWithdrawn), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonNotApproved)))
	annotate(t, "takes-back", "f", v1alpha1.ResubmitAnnotation, "2")
	eventually(t, "takes-back", "f", is(atAttempt(2), next(v1alpha1.ActorBureau, "BureauReview")))
	pass(t, at, "takes-back.cn", v1alpha1.StageBureauReview)
	eventually(t, "takes-back", "f", is(inForce, atAttempt(2)))
	ordersAre(t, at, "takes-back.cn", 1, 2)
	if n := asked(at, "withdrawOrder"); n != 1 {
		t.Errorf("the withdrawal was asked for %d times, want once", n)
	}
}

func TestWrongAnswersToTheSmsAreCountedAndOneTooManyReturnsTheOrder(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "wrong-sms", simulator.Options{Clock: now, Manual: []v1alpha1.StageName{v1alpha1.StageSmsVerification}})
	filing(t, "wrong-sms", "f", "wrong-sms.cn", with("wrong-sms"))
	eventually(t, "wrong-sms", "f", hasReason(v1alpha1.ConditionSmsVerified, v1alpha1.ReasonWaiting))
	wrongly := simulator.Ruling{Stage: v1alpha1.StageSmsVerification, Decision: v1alpha1.DecisionReported, Reasons: []string{"SmsWrongEntry"}}
	decide(t, at, "wrong-sms.cn", wrongly)
	eventually(t, "wrong-sms", "f", is(hasReason(v1alpha1.ConditionSmsVerified, v1alpha1.ReasonWaiting), says(v1alpha1.ConditionSmsVerified, "wrong entries so far: 1")))
	answered := 1
	for ; answered < 10; answered++ {
		if o, _ := at.NewestOrder("wrong-sms.cn"); o.Stage != string(v1alpha1.StageSmsVerification) {
			break
		}
		decide(t, at, "wrong-sms.cn", wrongly)
	}
	eventually(t, "wrong-sms", "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonReturned), says(v1alpha1.ConditionReady, "SmsTooManyWrongEntries")))
	annotate(t, "wrong-sms", "f", v1alpha1.ResubmitAnnotation, "2")
	eventually(t, "wrong-sms", "f", is(atAttempt(2), hasReason(v1alpha1.ConditionSmsVerified, v1alpha1.ReasonWaiting)))
	pass(t, at, "wrong-sms.cn", v1alpha1.StageSmsVerification)
	eventually(t, "wrong-sms", "f", inForce)
}

func TestASupplementThatAReviewerAsksForIsUploadedAndTheReviewGoesOn(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "supplement", simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	filing(t, "supplement", "f", "supplement.cn", with("supplement"))
	decide(t, at, "supplement.cn", simulator.Ruling{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionActionRequested,
		Task: v1alpha1.TaskSupplement, Due: metav1.Duration{Duration: 72 * time.Hour}, Message: "请补充网站建设方案书。"})
	f := eventually(t, "supplement", "f", is(next(v1alpha1.ActorApplicant, "Supplement"), hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonActionRequired)))
	if f.Status.NextAction.DueAt == nil {
		t.Error("the supplement has no date")
	}
	uploads := asked(at, "putMaterial")
	amend(t, "supplement", "f", `{"materials":[{"kind":"Auxiliary","secretRef":{"name":"shop-materials","key":"web.png"}}]}`)
	eventually(t, "supplement", "f", is(atAttempt(1), next(v1alpha1.ActorProvider, "PreliminaryReview")))
	if asked(at, "putMaterial") == uploads {
		t.Error("nothing was uploaded")
	}
	pass(t, at, "supplement.cn", v1alpha1.StagePreliminaryReview)
	eventually(t, "supplement", "f", is(inForce, atAttempt(1)))
	ordersAre(t, at, "supplement.cn", 1, 1)
}

func TestANoticeToRectifyIsAnActionWithADateThatIsDoneOrEndsInRevocation(t *testing.T) {
	t.Parallel()
	notice := simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionActionRequested,
		Task: v1alpha1.TaskRectify, Due: metav1.Duration{Duration: 240 * time.Hour}, Message: "首页未悬挂备案号。"}
	for name, tc := range map[string]struct {
		then simulator.Ruling
		end  check
		open bool
	}{
		"rectified": {simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionReported, Task: v1alpha1.TaskRectify},
			is(inForce, func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
				if f.Status.NextAction != nil {
					g.Expect(f.Status.NextAction.Task).NotTo(gomega.Equal("Rectify"))
				}
			}), true},
		"revoked": {simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RectificationOverdue"}},
			is(atStage(v1alpha1.StageRevoked), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonRevoked), says(v1alpha1.ConditionExposureAllowed, "RectificationOverdue")), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := deskFor(t, name, byReviews)
			ingress(t, name, "www."+name+".cn")
			filed(t, at, name, "f", name+".cn", with(name))
			ingressIs(t, name, true)
			decide(t, at, name+".cn", notice)
			f := eventually(t, name, "f", is(isReady, gateOpen, next(v1alpha1.ActorApplicant, "Rectify")))
			if f.Status.NextAction.DueAt == nil {
				t.Error("the notice has no date")
			}
			decide(t, at, name+".cn", tc.then)
			eventually(t, name, "f", tc.end)
			ingressIs(t, name, tc.open)
		})
	}
}
