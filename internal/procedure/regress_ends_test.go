package procedure

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// onAttempt has a decision name an attempt.
func onAttempt(n int32) func(*Decision) { return func(d *Decision) { d.Attempt = n } }

// datedAt has a decision say when it was made.
func datedAt(t time.Time) func(*Decision) { return func(d *Decision) { d.At = t } }

func TestARevocationClosesTheGateWhicheverAttemptsAnApplicantNames(t *testing.T) {
	t.Parallel()
	for name, attempts := range map[string][]int32{"one far ahead": {9}, "two in a row": {2, 3}, "three in a row, and one": {2, 3, 4, 9}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := inForceIn(t, "Guangdong", ByPeople)
			for _, n := range attempts {
				j.after(time.Hour, "", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReported, onAttempt(n)))
			}
			j.after(24*time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed"), onAttempt(1)))
			if j.stage() != v1alpha1.StageRevoked || j.allowed() != metav1.ConditionFalse {
				t.Errorf("at %s, exposure allowed is %s; want it revoked", j.stage(), j.allowed())
			}
		})
	}
}

func TestARevocationThatIsDatedBeforeTheApprovalWasKnownClosesTheGate(t *testing.T) {
	t.Parallel()
	revoked := []func(*Decision){reasons("RandomCheckFailed"), datedAt(monday.AddDate(0, 0, -10))}
	for _, hand := range hands {
		for name, start := range map[string]func(failer) *journey{
			"of an import":      func(t failer) *journey { return claimed(t, hand) },
			"of a first filing": func(t failer) *journey { return inForceIn(t, "Guangdong", hand) },
		} {
			t.Run(string(hand)+" "+name, func(t *testing.T) {
				t.Parallel()
				j := start(t)
				j.after(0, "", nil)
				if hand == ByPeople && j.stage() != v1alpha1.StageApproved {
					j.after(24*time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, j.numbers))
				}
				j.after(24*time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, revoked...))
				if j.stage() != v1alpha1.StageRevoked || j.allowed() != metav1.ConditionFalse {
					t.Errorf("at %s, exposure allowed is %s; want it revoked", j.stage(), j.allowed())
				}
			})
		}
	}
}

func TestWhatIsRevokedWhileAnAttemptWasBegunIsNotFiledAnewUnasked(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]func(*journey){"the status is known": nil, "the status is lost": lost} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := inForceIn(t, "Guangdong", ByPeople)
			j.after(time.Hour, "", rename)
			if j.stage() != v1alpha1.StageChanging {
				t.Fatalf("at %s, want a change to be begun", j.stage())
			}
			j.after(time.Hour, "", func(j *journey) {
				j.tell(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed"), onAttempt(1))
				if after != nil {
					after(j)
				}
			})
			if j.stage() != v1alpha1.StageRevoked || j.filing.Status.Attempt != 1 {
				t.Errorf("at %s of attempt %d; want it revoked in attempt 1", j.stage(), j.filing.Status.Attempt)
			}
		})
	}
}

func TestWhatIsCancelledWhileAResubmissionWasBegunIsNotFiledAnewUnasked(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.after(time.Hour, "", remarked("mended"))
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("GivenUp"), onAttempt(1)))
	if j.stage() != v1alpha1.StageCancelled {
		t.Errorf("at %s of attempt %d; want it cancelled", j.stage(), j.filing.Status.Attempt)
	}
}

func TestWhatIsFiledAnewGoesOnOnceTheStatusIsLost(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByPeople)
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed")))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, ""))
	j.after(time.Hour, "", lost)
	if j.stage() != v1alpha1.StageProductVerification || j.filing.Status.Attempt != 2 {
		t.Errorf("at %s of attempt %d; want attempt 2 to go on", j.stage(), j.filing.Status.Attempt)
	}
}

func TestADecisionThatIsDatedInTheFutureKeepsNothingElseFromCounting(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.apply().until(v1alpha1.StageConfirmation)
	slip := j.now.Add(365 * 24 * time.Hour)
	j.after(time.Hour, "", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReported, datedAt(slip)))
	if v := j.last.Verdicts[len(j.last.Verdicts)-1]; j.stage() != v1alpha1.StageConfirmation || v.Applied {
		t.Errorf("at %s, and it counts: %v; want it not to count yet", j.stage(), v.Applied)
	}
	if !j.last.LookAgain.Equal(slip) {
		t.Errorf("looks again at %v, want %v, when its time comes", j.last.LookAgain, slip)
	}
	j.after(time.Hour, "", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReported))
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	if got := readyReason(&j.filing.Status); got != v1alpha1.ReasonReturned {
		t.Errorf("Ready is %s, want %s", got, v1alpha1.ReasonReturned)
	}
}

func TestADecisionThatIsDatedHoursAheadCountsWhenItsTimeComes(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.apply().until(v1alpha1.StageConfirmation)
	j.after(time.Hour, "", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReported, datedAt(j.now.Add(9*time.Hour))))
	j.after(24*time.Hour, "", nil)
	if j.stage() != v1alpha1.StagePreliminaryReview {
		t.Errorf("at %s, want it to have been confirmed", j.stage())
	}
}

func TestARevocationThatIsDatedInTheFutureClosesTheGateNow(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByPeople)
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed"), func(d *Decision) {
		d.At, d.RecordedAt = j.now.AddDate(1, 0, 0), j.now
	}))
	if j.stage() != v1alpha1.StageRevoked {
		t.Errorf("at %s, want it revoked", j.stage())
	}
}

func TestADeadlineDoesNotMoveWhileNobodyRecordsAnything(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByPeople)
	j.after(time.Hour, "", rename)
	want := j.filing.DeepCopy()
	for range 30 {
		j.after(24*time.Hour, "", nil)
		if moved := firstMovedDeadline(want, j.filing); moved != "" {
			t.Fatalf("on %s the deadline of %s has moved", j.now, moved)
		}
	}
}

// firstMovedDeadline names the first stage whose deadline is another one now.
func firstMovedDeadline(before, after *v1alpha1.IcpFiling) v1alpha1.StageName {
	for i, st := range after.Status.Stages {
		if !before.Status.Stages[i].DueAt.Equal(st.DueAt) {
			return st.Name
		}
	}
	return ""
}
