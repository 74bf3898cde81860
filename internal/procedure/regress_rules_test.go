package procedure

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// onceReturned is a filing in force that people had returned at a stage before, and resubmitted.
func onceReturned(j *journey, stage v1alpha1.StageName) *journey {
	j.quiet = true
	if j.apply(); stage != v1alpha1.StageTypeDetermination {
		j.until(stage)
	}
	j.after(time.Hour, "", told(stage, v1alpha1.DecisionReturned, reasons("WrongFilingType")))
	return j.resubmitted("").until(v1alpha1.StageApproved)
}

func TestWhatIsInForceStaysSoWhateverTheChannelOrTheRulesAreByNow(t *testing.T) {
	t.Parallel()
	old, now := setOf(t, rules.QuickStart), setOf(t, "")
	for name, tc := range map[string]struct {
		channel v1alpha1.Channel
		stage   v1alpha1.StageName
		before  rules.Set
		change  func(*journey)
	}{
		"the channel is edited, and the type was returned":          {v1alpha1.ChannelApp, v1alpha1.StageTypeDetermination, old, toPC},
		"the channel is edited, and the review was returned":        {v1alpha1.ChannelApp, v1alpha1.StagePreliminaryReview, old, toPC},
		"rules with an SMS come, and the bureau returned it before": {v1alpha1.ChannelPC, v1alpha1.StageBureauReview, old, func(j *journey) { j.facts.Rules = now }},
		"rules without an SMS come, and the SMS was returned":       {v1alpha1.ChannelPC, v1alpha1.StageSmsVerification, now, func(j *journey) { j.facts.Rules = old }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, v1alpha1.FirstFiling, tc.channel, v1alpha1.NatureEnterprise, "Guangdong", ByPeople)
			j.facts.Rules = tc.before
			onceReturned(j, tc.stage)
			if j.allowed() != metav1.ConditionTrue || j.filing.Status.Attempt != 2 {
				t.Fatalf("before, exposure is %s at attempt %d", j.allowed(), j.filing.Status.Attempt)
			}
			j.after(time.Hour, "", tc.change)
			if s := j.filing.Status; j.allowed() != metav1.ConditionTrue || s.Attempt != 2 || s.Stage != v1alpha1.StageApproved {
				t.Errorf("exposure is %s, at %s of attempt %d: %s", j.allowed(), s.Stage, s.Attempt, j.cond(v1alpha1.ConditionExposureAllowed).Message)
			}
		})
	}
}

func TestWhatWasRevokedStaysSoWhateverTheRulesAreByNow(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.facts.Rules = setOf(t, rules.QuickStart)
	j.straight()
	j.after(time.Hour, "", rename).until(v1alpha1.StageBureauReview)
	j.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.resubmitted("").until(v1alpha1.StageApproved)
	j.after(time.Hour, "", revokedOn(3))
	j.after(24*time.Hour, "", func(j *journey) { j.facts.Rules = setOf(t, "") })
	if s := j.filing.Status; j.allowed() == metav1.ConditionTrue || s.Stage != v1alpha1.StageRevoked {
		t.Errorf("exposure is %s, at %s of attempt %d", j.allowed(), s.Stage, s.Attempt)
	}
}

func toPC(j *journey) { j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Channel = v1alpha1.ChannelPC }) }

func setOf(t *testing.T, name string) rules.Set {
	t.Helper()
	set, err := rules.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}
