package procedure

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// stranger is another filing of the harness's domain, in a namespace and with a subject of its own.
func (j *journey) stranger() *journey {
	other := j.beside("shop", "example.com")
	other.filing.Namespace = "victim"
	other.filing.Spec.Subject.Certificate = &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: "91330100MA11111111"}
	other.typ = v1alpha1.FirstFiling
	return other
}

func (j *journey) allowed() metav1.ConditionStatus {
	return j.cond(v1alpha1.ConditionExposureAllowed).Status
}

func TestAnImportConfirmedLaterClosesNoOpenGateHoweverOldItsObject(t *testing.T) {
	t.Parallel()
	for _, hand := range hands {
		claim := anEnterprise(t, "Guangdong", hand)
		claim.quiet = true
		claim.filing.Namespace = "evil"
		claim.filing.Spec.Suspend = true
		claim.apply()
		claim.now = claim.now.Add(24 * time.Hour)
		rightful := claim.stranger()
		rightful.straight()
		claim.after(time.Hour, "", func(j *journey) {
			j.edit(func(s *v1alpha1.IcpFilingSpec) {
				s.Suspend = false
				s.Existing.Website = v1alpha1.ExistingFiling{Number: "粤ICP备26000001号-1", AccessProvider: v1alpha1.ThisProvider}
			})
			if hand == ByPeople {
				j.tell(v1alpha1.StageApproved, v1alpha1.DecisionPassed, j.numbers)
			}
		})
		if got := rightful.allowed(); got != metav1.ConditionTrue {
			t.Errorf("%s: the gate of the filing that was in force first: %s", hand, got)
		}
		if got := claim.allowed(); got == metav1.ConditionTrue {
			t.Errorf("%s: two filings of two namespaces hold one domain", hand)
		}
	}
}

func TestWhatWasReturnedHoldsNoDomainAgainstAnotherNamespace(t *testing.T) {
	t.Parallel()
	returned := anEnterprise(t, "Guangdong", ByPeople)
	returned.quiet = true
	returned.filing.Namespace = "evil"
	returned.apply().until(v1alpha1.StagePreliminaryReview)
	waiting := returned.stranger()
	waiting.apply()
	if got := waiting.cond(v1alpha1.ConditionReady).Reason; got != v1alpha1.ReasonDomainConflict {
		t.Fatalf("while the other is in review: %s", got)
	}
	returned.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("RegistrantMismatch")))
	waiting.after(time.Hour, "", nil)
	if got := waiting.cond(v1alpha1.ConditionReady).Reason; got == v1alpha1.ReasonDomainConflict {
		t.Errorf("once it is returned: %s", waiting.cond(v1alpha1.ConditionReady).Message)
	}
}

func TestALostStatusIsUnknownUntilTheProviderAnswers(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByOperator)
	j.quiet = true
	down := &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "down"}
	j.refuses = map[Ask]*Failure{AskFind: down, AskState: down}
	j.after(time.Hour, "", func(j *journey) { j.filing.Status = v1alpha1.IcpFilingStatus{} })
	for _, c := range []string{v1alpha1.ConditionExposureAllowed, v1alpha1.ConditionBureauApproved, v1alpha1.ConditionSubmitted} {
		if got := j.cond(c); got.Status != metav1.ConditionUnknown {
			t.Errorf("%s: %s %s: nobody has said so", c, got.Status, got.Message)
		}
	}
	clear(j.refuses)
	j.after(time.Hour, "", nil)
	if got := j.allowed(); got != metav1.ConditionTrue {
		t.Errorf("once it answers: %s", got)
	}
}

func TestAReportOfAnAttemptThatNeverWasKeepsNoRevocationFromCounting(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByPeople)
	j.quiet = true
	j.after(time.Hour, "", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReported, func(d *Decision) { d.Attempt = 9 }))
	j.after(24*time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("PhoneUnreachable"), func(d *Decision) { d.Attempt = 1 }))
	if got := j.allowed(); j.stage() != v1alpha1.StageRevoked || got != metav1.ConditionFalse {
		t.Errorf("at %s, exposure %s", j.stage(), got)
	}
}

func TestAStrangersSpecDecidesNobodysFilingType(t *testing.T) {
	t.Parallel()
	stranger := inForceIn(t, "Guangdong", ByPeople)
	stranger.quiet = true
	stranger.filing.Namespace = "evil"
	mine := stranger.beside("shop", "victim.com")
	mine.filing.Namespace = "victim"
	mine.filing.Spec.Subject.Certificate = &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: "91330100MA11111111"}
	mine.typ = v1alpha1.FirstFiling
	stranger.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) {
		s.Subject.Certificate = mine.filing.Spec.Subject.Certificate.DeepCopy()
	}))
	mine.apply()
	if got := mine.filing.Status.FilingType; got != v1alpha1.FirstFiling {
		t.Errorf("by what a stranger wrote: %s", got)
	}
}
