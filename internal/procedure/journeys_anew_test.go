package procedure

import (
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// toldAnew are the journeys of what people file anew after each kind of end.
func toldAnew() map[string]func(failer) *journey {
	return map[string]func(failer) *journey{
		"end/anew-after-the-website-is-cancelled":                 anewAfter("Zhejiang", v1alpha1.DecisionCancelled, EndWebsiteCancelled),
		"end/anew-after-the-access-is-cancelled":                  anewAfter("Zhejiang", v1alpha1.DecisionCancelled, EndAccessCancelled),
		"end/anew-after-the-subject-is-cancelled":                 anewAfter("Zhejiang", v1alpha1.DecisionCancelled, EndSubjectCancelled),
		"end/anew-after-a-random-check":                           anewAfter("Zhejiang", v1alpha1.DecisionRevoked, EndRandomCheckFailed),
		"end/anew-of-a-shell-in-a-province-that-adds-websites":    anewAfter("Zhejiang", v1alpha1.DecisionRevoked, EndShellFiling),
		"end/anew-of-a-shell-in-a-province-that-adds-no-websites": anewOfAShell,
		"end/anew-after-an-end-that-does-not-tell-what-is-left":   anewAfter("Zhejiang", v1alpha1.DecisionRevoked, "FalseFacts"),
	}
}

// hasEnded is a filing by people, by the current rules, whose end gives a reason, and that somebody asks to file anew.
func hasEnded(t failer, province v1alpha1.Province, decision v1alpha1.Decision, why string) *journey {
	t.Helper()
	j := anEnterprise(t, province, ByPeople)
	j.facts.Rules = rules.Set{}
	j.straight()
	j.after(24*time.Hour, "recorded: the filing has ended", told(v1alpha1.StageApproved, decision, reasons(why)))
	return j.resubmitted("somebody asks to file it anew")
}

func anewAfter(province v1alpha1.Province, decision v1alpha1.Decision, why string) func(failer) *journey {
	return func(t failer) *journey { return hasEnded(t, province, decision, why).until(v1alpha1.StageConfirmation) }
}

func anewOfAShell(t failer) *journey {
	j := hasEnded(t, "Guangdong", v1alpha1.DecisionRevoked, EndShellFiling)
	j.after(5*24*time.Hour, "reported: the subject is cancelled in the console", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons(EndSubjectCancelled)))
	return j.resubmitted("somebody asks to file it anew").until(v1alpha1.StageConfirmation)
}

func TestWhatHasEndedIsFiledAnewAsWhatItsEndHasLeft(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		decision v1alpha1.Decision
		why      string
		province v1alpha1.Province
		want     v1alpha1.FilingType
	}{
		"a cancelled website leaves its subject":                     {v1alpha1.DecisionCancelled, EndWebsiteCancelled, "Guangdong", v1alpha1.NewWebsiteFiledHere},
		"a website that failed a check leaves its subject":           {v1alpha1.DecisionRevoked, EndRandomCheckFailed, "Guangdong", v1alpha1.NewWebsiteFiledHere},
		"a cancelled access leaves the website":                      {v1alpha1.DecisionCancelled, EndAccessCancelled, "Guangdong", v1alpha1.AccessFiling},
		"a cancelled subject leaves nothing":                         {v1alpha1.DecisionCancelled, EndSubjectCancelled, "Guangdong", v1alpha1.FirstFiling},
		"a shell takes a website where the bureau says so":           {v1alpha1.DecisionRevoked, EndShellFiling, "Beijing", v1alpha1.NewWebsiteFiledHere},
		"a shell takes no website elsewhere, and has no type":        {v1alpha1.DecisionRevoked, EndShellFiling, "Guangdong", ""},
		"an end that does not tell what is left is as nothing filed": {v1alpha1.DecisionRevoked, "FalseFacts", "Guangdong", v1alpha1.FirstFiling},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := hasEnded(t, test.province, test.decision, test.why)
			if got := j.filing.Status.FilingType; got != test.want || j.filing.Status.Attempt != 2 {
				t.Errorf("filed anew as attempt %d it is a %q, want attempt 2, a %q", j.filing.Status.Attempt, got, test.want)
			}
			j.after(time.Hour, "", lost)
			if got := j.filing.Status.FilingType; got != test.want {
				t.Errorf("once the status is lost it is a %q, want %q", got, test.want)
			}
		})
	}
}

func TestAShellIsCancelledFirstAndNobodyIsToldOtherwise(t *testing.T) {
	t.Parallel()
	j := hasEnded(t, "Guangdong", v1alpha1.DecisionRevoked, EndShellFiling)
	if a := j.filing.Status.NextAction; a == nil || a.Task != "CancelSubject" || a.Actor != v1alpha1.ActorApplicant {
		t.Errorf("the next action is %v, want that the applicant cancels the subject", a)
	}
	if got := readyReason(&j.filing.Status); got != v1alpha1.ReasonActionRequired {
		t.Errorf("Ready says %s, want %s", got, v1alpha1.ReasonActionRequired)
	}
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons(EndSubjectCancelled)))
	j.resubmitted("")
	if s := j.filing.Status; s.FilingType != v1alpha1.FirstFiling || s.Attempt != 3 {
		t.Errorf("after the subject was cancelled, attempt %d is a %q; want attempt 3, a %s", s.Attempt, s.FilingType, v1alpha1.FirstFiling)
	}
}

func TestAShellOfAnUnknownRuleTakesAWebsiteOnceTheApplicantNamesItsSubject(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByPeople) // by the rules of the quick-start, which say nothing of shells
	j.after(24*time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons(EndShellFiling)))
	j.resubmitted("")
	if got := j.filing.Status.FilingType; got != "" {
		t.Fatalf("it is a %s, and nobody knows", got)
	}
	j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) {
		s.Existing.Subject = v1alpha1.ExistingFiling{Number: j.subjectNumber(), AccessProvider: v1alpha1.ThisProvider}
	}))
	if got := j.filing.Status.FilingType; got != v1alpha1.NewWebsiteFiledHere {
		t.Errorf("it is a %q, want %s", got, v1alpha1.NewWebsiteFiledHere)
	}
}

func TestWhatAnEndedFilingsSpecStillNamesAsFiledIsNotFiledAnyMore(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typ  v1alpha1.FilingType
		why  string
		want v1alpha1.FilingType
	}{
		"a website that had another access before it was cancelled":  {v1alpha1.AccessFiling, EndWebsiteCancelled, v1alpha1.NewWebsiteFiledHere},
		"a website whose subject was cancelled":                      {v1alpha1.AccessFiling, EndSubjectCancelled, v1alpha1.FirstFiling},
		"a subject that had been filed elsewhere, and was cancelled": {v1alpha1.NewWebsiteFiledElsewhere, EndSubjectCancelled, v1alpha1.FirstFiling},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, test.typ, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Guangdong", ByPeople).straight()
			j.after(24*time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons(test.why)))
			j.resubmitted("")
			if got := j.filing.Status.FilingType; got != test.want {
				t.Errorf("filed anew it is a %q, want %s", got, test.want)
			}
		})
	}
}

func TestAnOrderGivenUpAfterAnEndTakesNothingOfWhatThatHasLeft(t *testing.T) {
	t.Parallel()
	j := hasEnded(t, "Guangdong", v1alpha1.DecisionCancelled, EndWebsiteCancelled).until(v1alpha1.StagePreliminaryReview)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionCancelled, reasons("GivenUp")))
	j.resubmitted("")
	if got := j.filing.Status.FilingType; got != v1alpha1.NewWebsiteFiledHere || j.filing.Status.Attempt != 3 {
		t.Errorf("filed anew as attempt %d it is a %q, want attempt 3, a %s", j.filing.Status.Attempt, got, v1alpha1.NewWebsiteFiledHere)
	}
}
