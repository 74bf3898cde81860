package procedure

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// revokedOn is the bureau's word that a filing is no longer in force (被注销), on an attempt.
func revokedOn(attempt int32) func(*journey) {
	return told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed"), onAttempt(attempt))
}

func TestAnEndDuringAChangeClosesTheGateWhicheverOfTheTwoAttemptsItNames(t *testing.T) {
	t.Parallel()
	for _, hand := range hands {
		for name, attempt := range map[string]int32{"the one in force": 1, "the change": 2} {
			t.Run(string(hand)+" names "+name, func(t *testing.T) {
				t.Parallel()
				j := inForceIn(t, "Guangdong", hand)
				j.after(time.Hour, "", rename).until(v1alpha1.StagePreliminaryReview)
				j.after(time.Hour, "", revokedOn(attempt))
				if s := j.filing.Status; s.Stage != v1alpha1.StageRevoked || s.Attempt != 2 || j.allowed() != metav1.ConditionFalse {
					t.Fatalf("at %s of attempt %d, exposure allowed is %s; want it revoked in attempt 2", s.Stage, s.Attempt, j.allowed())
				}
				for _, st := range j.filing.Status.Stages {
					if st.State == v1alpha1.StageActive {
						t.Errorf("it is revoked, and stage %s is still under way", st.Name)
					}
				}
			})
		}
	}
}

func TestWhatPeopleRecordFilesAnewOnlyWhereItIsLaterThanTheEnd(t *testing.T) {
	t.Parallel()
	const end = 24 * time.Hour
	for name, tc := range map[string]struct {
		// recorded is when the step of the next attempt was done, counted from the approval.
		recorded time.Duration
		stage    v1alpha1.StageName
		attempt  int32
	}{
		"a step that was done before the end is one of the change that it ended": {end - time.Hour, v1alpha1.StageRevoked, 2},
		"a step that was done at the very moment of the end is so, too":          {end, v1alpha1.StageRevoked, 2},
		"a step that was done after the end files anew":                          {end + time.Second, v1alpha1.StageSubjectAndWebsiteInformation, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := fresh(t, ByPeople).straight()
			approved := j.now
			j.after(end, "", revokedOn(1))
			j.after(end, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReported, onAttempt(2), datedAt(approved.Add(tc.recorded))))
			if s := j.filing.Status; s.Stage != tc.stage || s.Attempt != tc.attempt || j.allowed() != metav1.ConditionFalse {
				t.Errorf("at %s of attempt %d, exposure allowed is %s; want %s of attempt %d, and no exposure", s.Stage, s.Attempt, j.allowed(), tc.stage, tc.attempt)
			}
		})
	}
}

func TestAStepThatIsOlderThanWhenTheEndCountsFilesNothingAnew(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople).straight()
	approved := j.now
	// The day of the revocation is told less exactly than the approval's: it counts once the approval was told.
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed"), onAttempt(1), datedAt(approved.AddDate(0, 0, -2))))
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReported, onAttempt(2), datedAt(approved.AddDate(0, 0, -1))))
	if s := j.filing.Status; s.Stage != v1alpha1.StageRevoked || s.Attempt != 1 {
		t.Errorf("at %s of attempt %d; want it revoked in attempt 1, and nothing filed anew by a step of the day before the approval", s.Stage, s.Attempt)
	}
}

// notice is a notice to rectify (整改), whether it was met or not; nil for none.
func (j *journey) notice() *v1alpha1.TaskStatus {
	for _, st := range j.filing.Status.Stages {
		for i, task := range st.Tasks {
			if st.Name == v1alpha1.StageApproved && task.Name == string(v1alpha1.TaskRectify) {
				return &st.Tasks[i]
			}
		}
	}
	return nil
}

func TestANoticeToRectifyStandsThroughAChangeUntilItIsMet(t *testing.T) {
	t.Parallel()
	for _, hand := range hands {
		t.Run(string(hand), func(t *testing.T) {
			t.Parallel()
			j := inForceIn(t, "Guangdong", hand)
			j.after(time.Hour, "", requested(v1alpha1.StageApproved, v1alpha1.TaskRectify, 60*24*time.Hour, "the footer lacks the number"))
			due := j.notice().DueAt
			stands := func(when string) {
				t.Helper()
				if n := j.notice(); n == nil || n.DoneAt != nil || !n.DueAt.Equal(due) || n.Message == "" {
					t.Fatalf("%s the notice is %+v; want it to stand, due %s", when, n, due)
				}
			}
			j.after(time.Hour, "", rename)
			stands("once the change is begun")
			j.until(v1alpha1.StagePreliminaryReview)
			j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
			stands("once the change is returned")
			j.after(time.Hour, "", lost)
			stands("once the status was lost")
			j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = "示例贸易商城" }))
			stands("once the change is sent again")
			j.until(v1alpha1.StageApproved)
			stands("once the change is in force")
			j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, func(d *Decision) { d.Task = v1alpha1.TaskRectify }))
			if n := j.notice(); n == nil || n.DoneAt == nil {
				t.Errorf("it was met, and still stands: %+v", n)
			}
			j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = "示例商店" }))
			if n := j.notice(); n != nil {
				t.Errorf("it was met, and the next change takes it along: %+v", n)
			}
		})
	}
}

func TestAnImportIsConfirmedByTheFirstApprovalInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	// word is a decision that passes a stage, so many hours after Monday.
	word := func(hours int, stage v1alpha1.StageName, more ...func(*Decision)) Decision {
		d := Decision{ID: string(stage), Attempt: 1, Stage: stage, Decision: v1alpha1.DecisionPassed, At: monday.Add(time.Duration(hours) * time.Hour)}
		for _, f := range more {
			f(&d)
		}
		return d
	}
	givenUp := func(d *Decision) { d.Decision = v1alpha1.DecisionCancelled }
	for name, tc := range map[string]struct {
		history []Decision
		imports bool
	}{
		"nobody has said anything":                              {nil, false},
		"the import is confirmed":                               {[]Decision{word(1, v1alpha1.StageApproved, approval)}, true},
		"the import is confirmed, and no number is given":       {[]Decision{word(1, v1alpha1.StageApproved)}, false},
		"the bureau approved before the import was spoken of":   {[]Decision{word(1, v1alpha1.StageBureauReview, approval), word(2, v1alpha1.StageApproved, approval)}, false},
		"the bureau is said to have approved after the import":  {[]Decision{word(1, v1alpha1.StageApproved, approval), word(2, v1alpha1.StageBureauReview, approval)}, true},
		"a step was passed before the import was confirmed":     {[]Decision{word(1, v1alpha1.StagePreliminaryReview), word(2, v1alpha1.StageApproved, approval)}, true},
		"it was given up before the import was confirmed":       {[]Decision{word(1, v1alpha1.StageApproved, givenUp), word(2, v1alpha1.StageApproved, approval)}, false},
		"the import was confirmed and its filing is cancelled":  {[]Decision{word(1, v1alpha1.StageApproved, approval), word(2, v1alpha1.StageApproved, givenUp)}, true},
		"a later attempt alone speaks of an import":             {[]Decision{word(1, v1alpha1.StageApproved, approval, onAttempt(2))}, false},
		"both are of one moment, and the bureau's stands first": {[]Decision{word(1, v1alpha1.StageApproved, approval), word(1, v1alpha1.StageBureauReview, approval)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backwards := make([]Decision, 0, len(tc.history))
			for i := range tc.history {
				backwards = append(backwards, tc.history[len(tc.history)-1-i])
			}
			for order, history := range map[string][]Decision{"as it was": tc.history, "backwards": backwards} {
				if got := confirmsImport(history); got != tc.imports {
					t.Errorf("told %s it is an import: %v, want %v", order, got, tc.imports)
				}
			}
		})
	}
}
