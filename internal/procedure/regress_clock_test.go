package procedure

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

func TestAClockThatIsSetBackTakesBackNoDecisionAndShutsNoGate(t *testing.T) {
	t.Parallel()
	for name, hand := range map[string]Hand{"people take it to the provider": ByPeople, "the operator does": ByOperator} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := inForceIn(t, "Guangdong", hand)
			for _, jump := range []time.Duration{-3 * time.Hour, -20 * day, -365 * day} {
				j.sleeps(jump, "the operator's clock is set back")
				if j.stage() != v1alpha1.StageApproved || j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
					t.Errorf("by a clock that is %s wrong it is at %s, its gate open: %s", jump, j.stage(), j.cond(v1alpha1.ConditionExposureAllowed).Status)
				}
				j.sleeps(-jump, "and put right")
			}
		})
	}
}

// The journey itself fails where a reminder is given twice.
func TestAClockThatIsSetBackRemindsOfNothingAgain(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByPeople).straight()
	j.filing.Spec.Domain.ExpiresAt = stamp(j.now.Add(70 * day))
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	j.sleeps(20*day, "twenty days pass")
	before := len(j.given)
	for _, jump := range []time.Duration{-9 * day, -16 * day, -40 * day} {
		j.sleeps(jump, "the operator's clock is set back")
		j.sleeps(-jump, "and put right")
	}
	if len(j.given) != before {
		t.Errorf("%d reminders were given by a clock that went back and forth, to %d before", len(j.given)-before, before)
	}
	j.sleeps(9*day, "what falls due later is reminded of")
	if len(j.given) == before {
		t.Error("what fell due later was not reminded of")
	}
}

func TestASiteThatOpensWhileTheClockIsBehindHasItsThirtyDaysFromWhenTheClockIsRight(t *testing.T) {
	t.Parallel()
	for name, returned := range map[string]bool{"approved at once": false, "returned once, and approved then": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := anEnterprise(t, "Guangdong", ByOperator)
			if returned {
				j.apply().until(v1alpha1.StagePreliminaryReview)
				j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
				j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
				j.until(v1alpha1.StageApproved)
			} else {
				j.straight()
			}
			j.sleeps(-20*day, "the operator's clock is set back")
			j.after(0, "the first host is served", hosts(1, 0))
			opened := j.filing.Annotations[v1alpha1.OpenedAtAnnotation]
			j.sleeps(time.Minute, "time goes on")
			if now := j.filing.Annotations[v1alpha1.OpenedAtAnnotation]; opened == "" || now != opened {
				t.Errorf("the opening is seen at %q, and a minute later at %q", opened, now)
			}
			j.sleeps(20*day, "the clock is put right")
			if due, want := j.filing.Status.PublicSecurity.DueAt, calendar.PublicSecurityDeadline(j.now); !due.Time.Equal(want) {
				t.Errorf("it is due at %s, want %s", due, want)
			}
		})
	}
}
