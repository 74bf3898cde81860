package procedure

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// State is how far a filing is in its procedure.
type State struct {
	// Attempt under way, from 1.
	Attempt int32
	// OrderID is the provider's name for the order; empty before there is one.
	OrderID string
	// Stages of the procedure, in order.
	Stages []v1alpha1.StageStatus
	// Returned says that the attempt was sent back, and nothing was submitted since.
	Returned bool
	// Ended is Revoked or Cancelled once the filing is no longer in force or never will be. Why stands on the stage
	// Approved.
	Ended v1alpha1.StageName
	// SubjectNumber is 主体备案号.
	SubjectNumber string
	// WebsiteNumber is 网站备案号.
	WebsiteNumber string
	// ApprovedAt is when the bureau approved; zero before.
	ApprovedAt time.Time
}

// newState is a case's procedure before anything has happened, but for its first stage being under way since created.
func newState(c Case, created time.Time) *State {
	s := &State{Attempt: 1, Stages: Plan(c)}
	s.activate(c, created)
	return s
}

// InForce says that the filing is approved and stands.
func (s *State) InForce() bool { return !s.ApprovedAt.IsZero() && s.Ended == "" }

// Submitted says that the order of this attempt is with the provider.
func (s *State) Submitted() bool {
	return s.stage(v1alpha1.StageConfirmation).State == v1alpha1.StageDone && !s.Returned
}

// Stage that the filing is at: the first that is not done, or how it ended.
func (s *State) Stage() v1alpha1.StageName {
	if s.Ended != "" {
		return s.Ended
	}
	if i := s.current(); i >= 0 {
		return s.Stages[i].Name
	}
	return v1alpha1.StageApproved
}

// stage finds one by its name; every stage of the table is there.
func (s *State) stage(name v1alpha1.StageName) *v1alpha1.StageStatus {
	for i := range s.Stages {
		if s.Stages[i].Name == name {
			return &s.Stages[i]
		}
	}
	return &v1alpha1.StageStatus{Name: name, State: v1alpha1.StagePending}
}

// current is the index of the first stage that is neither done nor skipped, and that somebody must work on; -1 once
// there is none. An optional stage that nobody asked for is not worked on.
func (s *State) current() int {
	for i, st := range s.Stages {
		if st.State == v1alpha1.StageDone || st.State == v1alpha1.StageSkipped {
			continue
		}
		if row, _ := rowOf(st.Name); row.optional && st.State == v1alpha1.StagePending {
			continue
		}
		return i
	}
	return -1
}

// activate begins the current stage, and finishes the procedure when only Approved is left.
func (s *State) activate(c Case, at time.Time) {
	i := s.current()
	if i < 0 || s.Stages[i].State != v1alpha1.StagePending {
		return
	}
	st := &s.Stages[i]
	if st.Name == v1alpha1.StageApproved {
		st.State, st.StartedAt, st.FinishedAt = v1alpha1.StageDone, stamp(at), stamp(at)
		return
	}
	st.State, st.StartedAt = v1alpha1.StageActive, stamp(at)
	row, _ := rowOf(st.Name)
	if limit, ok := c.Rules.Limit(row.lasts); ok {
		end, _ := calendar.AddWorkingDays(at, limit.Value)
		st.DueAt = stamp(end)
	}
	// The tasks depend on the type, which an earlier plan may not have known.
	if len(st.Tasks) == 0 {
		st.Tasks = tasksOf(row, c)
	}
}

// finish ends a stage and begins the next one.
func (s *State) finish(c Case, name v1alpha1.StageName, at time.Time) {
	st := s.stage(name)
	if st.StartedAt != nil && at.Before(st.StartedAt.Time) {
		// Told of before its turn.
		at = st.StartedAt.Time
	}
	st.State, st.FinishedAt, st.Reason, st.Message = v1alpha1.StageDone, stamp(at), "", ""
	for i := range st.Tasks {
		if st.Tasks[i].DoneAt == nil {
			st.Tasks[i].DoneAt = stamp(at)
		}
	}
	if name == v1alpha1.StagePreliminaryReview {
		s.skipUnasked(v1alpha1.StageMaterialMailing)
	}
	s.activate(c, at)
}

func (s *State) skipUnasked(name v1alpha1.StageName) {
	if st := s.stage(name); st.State == v1alpha1.StagePending {
		st.State, st.Reason, st.Message, st.Tasks = v1alpha1.StageSkipped, ReasonNotAsked, "no reviewer asked for it", nil
	}
}

// unskip begins a stage that the rules say this filing does not need, since the provider says that it does.
func (s *State) unskip(c Case, d Decision) {
	st := s.stage(d.Stage)
	if st.State != v1alpha1.StageSkipped || s.Returned || s.Stage() != v1alpha1.StageBureauReview {
		return
	}
	row, _ := rowOf(d.Stage)
	st.State, st.StartedAt, st.Reason, st.Message, st.Tasks = v1alpha1.StageActive, stamp(d.At), "", "", tasksOf(row, c)
	s.restart(c, StageOrder(v1alpha1.StageBureauReview))
}

// takeBack returns the order (退回): the stage says why, and the step that must be put right is under way again.
func (s *State) takeBack(c Case, d Decision) {
	s.Returned = true
	st := s.stage(d.Stage)
	if st.StartedAt != nil && d.At.Before(st.StartedAt.Time) {
		d.At = st.StartedAt.Time
	}
	st.State, st.FinishedAt = v1alpha1.StageReturned, stamp(d.At)
	st.Reason, st.Message = joinReasons(d.Reasons), d.Message
	mend := min(StageOrder(c.Rules.StageToMend(d.Reasons...)), StageOrder(d.Stage))
	for i := range s.Stages {
		if i >= mend && s.Stages[i].Name != d.Stage {
			s.restart(c, i)
		}
	}
	if m := &s.Stages[mend]; m.Name != d.Stage {
		m.State, m.StartedAt = v1alpha1.StageActive, stamp(d.At)
	}
}

// restart makes a stage as the plan has it.
func (s *State) restart(c Case, i int) {
	for _, fresh := range Plan(c) {
		if fresh.Name == s.Stages[i].Name {
			s.Stages[i] = fresh
		}
	}
}

// beginAttempt takes a returned order up again as the next attempt.
func (s *State) beginAttempt(c Case, at time.Time) {
	s.Attempt++
	s.Returned = false
	for i := range s.Stages {
		if s.Stages[i].State == v1alpha1.StageReturned {
			s.restart(c, i)
		}
	}
	s.activate(c, at)
	for _, own := range []v1alpha1.StageName{v1alpha1.StagePreparation, v1alpha1.StageTypeDetermination} {
		// The operator itself finishes these: an attempt begins only when nothing is left to put right.
		if s.Stage() == own {
			s.finish(c, own, at)
		}
	}
}

// joinReasons joins as many reasons as a stage's reason takes.
func joinReasons(reasons []string) string {
	const limit = 128
	for n := len(reasons); n > 0; n-- {
		if s := strings.Join(reasons[:n], ","); len(s) <= limit {
			return s
		}
	}
	return ""
}

func stamp(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return &metav1.Time{Time: t.UTC().Truncate(time.Second)}
}

func at(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}
