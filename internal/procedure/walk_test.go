package procedure

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

var (
	stages    = []v1alpha1.StageName{v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview, v1alpha1.StageMaterialMailing, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview, v1alpha1.StageApproved}
	decisions = []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed, v1alpha1.DecisionReturned, v1alpha1.DecisionActionRequested, v1alpha1.DecisionRevoked, v1alpha1.DecisionCancelled}
	tasks     = []v1alpha1.RequestedTask{v1alpha1.TaskMailMaterials, v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson, v1alpha1.TaskVerifyBySms, v1alpha1.TaskRectify}
	returns   = []string{"WebsiteNameInvalid", "DomainNotRealNameVerified", "FaceCheckFailed", "SmsExpired", "SomethingNobodyListed"}
)

// TestRandomHistoriesLeadToNoImpossibleState walks random events over random filings, likely ones mixed with wrong ones.
func TestRandomHistoriesLeadToNoImpossibleState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		j := newJourney(t, rapid.SampledFrom(allTypes).Draw(r, "type"), v1alpha1.ChannelPC, rapid.SampledFrom(natures).Draw(r, "nature"),
			rapid.SampledFrom([]v1alpha1.Province{"Zhejiang", "Guangdong"}).Draw(r, "province"), rapid.SampledFrom([]Hand{ByPeople, ByOperator}).Draw(r, "hand"))
		j.quiet = true
		j.after(0, "applied", nil)
		for range rapid.IntRange(1, 40).Draw(r, "events") {
			attempt := j.filing.Status.Attempt
			approved := j.filing.Status.ApprovedAt
			j.after(time.Duration(rapid.IntRange(0, 48).Draw(r, "hours"))*time.Hour, "", func(j *journey) { randomEvent(r, j) })
			possible(r, j, attempt, approved)
		}
		replayed(r, j)
	})
}

func randomEvent(r *rapid.T, j *journey) {
	if rapid.IntRange(0, 9).Draw(r, "kind") == 0 {
		j.filing = j.filing.DeepCopy()
		j.filing.Generation++
		j.filing.Spec.Website.Remark += "."
		return
	}
	if j.order == nil {
		return
	}
	stage := j.filing.Status.Stage
	if rapid.IntRange(0, 3).Draw(r, "elsewhere") == 0 || StageOrder(stage) < 0 {
		stage = rapid.SampledFrom(stages).Draw(r, "stage")
	}
	decision := rapid.SampledFrom(decisions[:4]).Draw(r, "decision")
	if rapid.IntRange(0, 19).Draw(r, "end") == 0 {
		decision = rapid.SampledFrom(decisions).Draw(r, "ending")
	}
	j.order.Attempt = max(j.order.Attempt, 1)
	j.tell(stage, decision, func(d *Decision) {
		d.Attempt = max(1, j.filing.Status.Attempt)
		switch decision {
		case v1alpha1.DecisionReturned:
			d.Reasons = []string{rapid.SampledFrom(returns).Draw(r, "reason")}
		case v1alpha1.DecisionActionRequested:
			d.Task, d.DueAt = rapid.SampledFrom(tasks).Draw(r, "task"), j.now.Add(48*time.Hour)
		case v1alpha1.DecisionPassed:
			approval(d)
		}
	})
}

// possible checks what must hold of every state.
func possible(r *rapid.T, j *journey, attempt int32, approved *metav1.Time) {
	s := &j.filing.Status
	if s.Attempt < attempt {
		r.Fatalf("the attempt went back from %d to %d", attempt, s.Attempt)
	}
	if approved != nil && s.ApprovedAt == nil {
		r.Fatalf("an approval was forgotten")
	}
	if len(s.Stages) != len(table) {
		r.Fatalf("%d stages, want %d", len(s.Stages), len(table))
	}
	ended := s.Stage == v1alpha1.StageRevoked || s.Stage == v1alpha1.StageCancelled
	if s.NextAction == nil && !ended && s.Stage != v1alpha1.StageApproved {
		r.Fatalf("at %s nobody must act", s.Stage)
	}
	for i, st := range s.Stages {
		if st.FinishedAt != nil && st.StartedAt != nil && st.FinishedAt.Before(st.StartedAt) {
			r.Fatalf("stage %s ended before it began", st.Name)
		}
		// A stage is done only after those before it; a return alone undoes some.
		if i > 0 && st.State == v1alpha1.StageDone && st.Name != v1alpha1.StageMaterialMailing && !precededByDone(s.Stages[:i]) {
			r.Fatalf("stage %s is done, while one before it is not: %+v", st.Name, s.Stages)
		}
	}
	exposed := condition(j, v1alpha1.ConditionExposureAllowed) == metav1.ConditionTrue
	if exposed != (s.ApprovedAt != nil && !ended) {
		r.Fatalf("exposure allowed is %v at stage %s, approved at %v", exposed, s.Stage, s.ApprovedAt)
	}
}

func precededByDone(before []v1alpha1.StageStatus) bool {
	for _, st := range before {
		optional := st.Name == v1alpha1.StageMaterialMailing
		if st.State != v1alpha1.StageDone && st.State != v1alpha1.StageSkipped && !optional {
			return false
		}
	}
	return true
}

func condition(j *journey, kind string) metav1.ConditionStatus {
	for _, c := range j.filing.Status.Conditions {
		if c.Type == kind {
			return c.Status
		}
	}
	return metav1.ConditionUnknown
}

// replayed checks that the same history, known all at once, gives the same progress. Times are left out: when the
// operator itself saw the first stages done is in no history.
func replayed(r *rapid.T, j *journey) {
	if j.facts.Provider.Hand != ByPeople {
		return
	}
	f := j.facts
	f.Filing, f.Order = j.filing, j.people()
	again := Next(f, j.now)
	if diff := cmp.Diff(j.filing.Status.Stages, again.Status.Stages, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(&metav1.Time{})); diff != "" {
		r.Fatalf("the same history gives another progress (-first +again):\n%s", diff)
	}
}
