package procedure

import (
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// State is how far a filing is in its procedure.
type State struct {
	// Attempt under way, from 1. A resubmission after a return, a change filing, and filing anew are each the next one.
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
	// Imported says that the filing was in force before it came here.
	Imported bool
	// GivenUp says that the change of this attempt was given up: the facts in force are wanted again.
	GivenUp bool
	// SubjectNumber is 主体备案号.
	SubjectNumber string
	// WebsiteNumber is 网站备案号.
	WebsiteNumber string
	// ApprovedAt is when the bureau approved the filing first; zero before.
	ApprovedAt time.Time

	// left is what a filing has left at the bureau that ended before this attempt.
	left remains
	// c is the case whose plan the stages follow; c.Change says that the attempt is a change filing.
	c Case
	// endedAt is when it ended; zero where the history was not read.
	endedAt time.Time
	// wrongEntries counts the wrong entries of the SMS code in this attempt.
	wrongEntries int
}

// newState is a case's procedure before anything has happened, but for its first stage being under way since created.
func newState(c Case, created time.Time) *State {
	s := &State{Attempt: 1, Stages: Plan(c), c: c}
	s.activate(created)
	return s
}

// carried is the state that the last status tells of.
func carried(c Case, status *v1alpha1.IcpFilingStatus) *State {
	s := &State{
		Attempt: max(status.Attempt, 1), OrderID: status.OrderID, Stages: slices.Clone(status.Stages), c: c,
		SubjectNumber: status.SubjectNumber, WebsiteNumber: status.WebsiteNumber, ApprovedAt: at(status.ApprovedAt),
	}
	if status.Stage.Ended() {
		s.Ended = status.Stage
	}
	for _, st := range s.Stages {
		s.Returned = s.Returned || st.State == v1alpha1.StageReturned
	}
	s.Imported = s.stage(v1alpha1.StageApproved).Reason == v1alpha1.ReasonImported || s.stage(v1alpha1.StageProductVerification).Reason == v1alpha1.ReasonImported
	s.c.Change = s.stage(v1alpha1.StageTypeDetermination).Reason == ReasonOfChange
	s.GivenUp = s.c.Change && status.Stage == v1alpha1.StageApproved && s.current() >= 0
	return s
}

// InForce says that the filing is approved and stands.
func (s *State) InForce() bool { return !s.ApprovedAt.IsZero() && s.Ended == "" }

// Changing says that a change filing is under way.
func (s *State) Changing() bool { return s.changeOpen() && !s.GivenUp }

// changeOpen says that the attempt is a change filing that is not decided, whether it was given up or not.
func (s *State) changeOpen() bool { return s.InForce() && s.c.Change && s.current() >= 0 }

// UnderWay says that there is something to be brought to the bureau: a filing that is not decided yet, or a change.
func (s *State) UnderWay() bool {
	return s.Ended == "" && (!s.InForce() || s.Changing())
}

// Submitted says that the order of this attempt is with the provider.
func (s *State) Submitted() bool {
	return s.stage(v1alpha1.StageConfirmation).State == v1alpha1.StageDone && !s.Returned
}

// confirmed says that the attempt came as far as its confirmation, whatever became of it since.
func (s *State) confirmed() bool {
	if s.stage(v1alpha1.StageConfirmation).State == v1alpha1.StageDone {
		return true
	}
	return slices.ContainsFunc(s.Stages[StageOrder(v1alpha1.StageConfirmation):], func(st v1alpha1.StageStatus) bool { return st.State == v1alpha1.StageReturned })
}

// InReview says that the order of this attempt was submitted and is not decided.
func (s *State) InReview() bool { return s.UnderWay() && s.Submitted() }

// Stage that the filing is at: the first that is not done, or how it went on or ended.
func (s *State) Stage() v1alpha1.StageName {
	switch {
	case s.Ended != "":
		return s.Ended
	case s.Changing():
		return v1alpha1.StageChanging
	case s.InForce():
		return v1alpha1.StageApproved
	}
	return s.Step()
}

// Step is the stage of the table that the attempt is at: the first that is not done, or Approved.
func (s *State) Step() v1alpha1.StageName {
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
func (s *State) activate(at time.Time) {
	i := s.current()
	if i < 0 || s.Stages[i].State != v1alpha1.StagePending {
		return
	}
	st := &s.Stages[i]
	if st.Name == v1alpha1.StageApproved {
		st.State, st.StartedAt, st.FinishedAt, st.DueAt = v1alpha1.StageDone, stamp(at), stamp(at), nil
		return
	}
	// The tasks depend on the type, which an earlier plan may not have known.
	row, _ := rowOf(st.Name)
	if len(st.Tasks) == 0 {
		st.Tasks = tasksOf(row, s.c)
	}
	st.State, st.StartedAt = v1alpha1.StageActive, stamp(at)
	st.DueAt = stamp(s.c.expectedEnd(st.Name, st.Tasks, at))
	if m := s.stage(v1alpha1.StageMaterialMailing); st.Name == v1alpha1.StagePreliminaryReview && m.Reason == ReasonProvinceAsks && m.State == v1alpha1.StagePending {
		end := s.c.expectedEnd(m.Name, m.Tasks, at)
		m.State, m.StartedAt, m.DueAt = v1alpha1.StageActive, stamp(at), stamp(end)
		s.reviewAfterMailing(end)
	}
}

// reviewAfterMailing counts the preliminary review's days from when the papers that it waits for are there.
func (s *State) reviewAfterMailing(there time.Time) {
	if st := s.stage(v1alpha1.StagePreliminaryReview); st.State == v1alpha1.StageActive {
		st.DueAt = stamp(s.c.expectedEnd(st.Name, st.Tasks, there))
	}
}

// finish ends a stage and begins the next one.
func (s *State) finish(name v1alpha1.StageName, at time.Time) {
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
	if name == v1alpha1.StageMaterialMailing {
		s.reviewAfterMailing(at)
	}
	if name == v1alpha1.StagePreliminaryReview {
		s.skipUnasked(v1alpha1.StageMaterialMailing)
	}
	s.activate(at)
}

func (s *State) skipUnasked(name v1alpha1.StageName) {
	if st := s.stage(name); st.State == v1alpha1.StagePending {
		st.State, st.Reason, st.Message, st.Tasks, st.DueAt = v1alpha1.StageSkipped, ReasonNotAsked, "no reviewer asked for it", nil, nil
	}
}

// unskip begins a stage that the rules say this filing does not need, since the provider says that it does.
func (s *State) unskip(d Decision) {
	st := s.stage(d.Stage)
	if st.State != v1alpha1.StageSkipped || s.Returned || s.Step() != v1alpha1.StageBureauReview {
		return
	}
	row, _ := rowOf(d.Stage)
	st.State, st.StartedAt, st.Reason, st.Message, st.Tasks = v1alpha1.StageActive, stamp(d.At), "", "", tasksOf(row, s.c)
	st.DueAt = stamp(s.c.expectedEnd(st.Name, st.Tasks, d.At))
	// What the bureau has asked for meanwhile is asked for still.
	requests := openRequests(s.stage(v1alpha1.StageBureauReview))
	s.restart(StageOrder(v1alpha1.StageBureauReview))
	bureau := s.stage(v1alpha1.StageBureauReview)
	bureau.Tasks = append(bureau.Tasks, requests...)
}

// takeBack returns the order (退回): the stage says why, and the step that must be put right is under way again.
func (s *State) takeBack(d Decision) {
	s.Returned = true
	st := s.stage(d.Stage)
	if st.StartedAt != nil && d.At.Before(st.StartedAt.Time) {
		d.At = st.StartedAt.Time
	}
	mend := s.stageToMend(d)
	st.State, st.FinishedAt = v1alpha1.StageReturned, stamp(d.At)
	st.Reason, st.Message = joinReasons(d.Reasons), d.Message
	for i := range s.Stages {
		if i >= mend && s.Stages[i].Name != d.Stage {
			s.restart(i)
		}
	}
	if m := &s.Stages[mend]; m.Name != d.Stage {
		m.State, m.StartedAt = v1alpha1.StageActive, stamp(d.At)
		m.DueAt = stamp(s.c.expectedEnd(m.Name, m.Tasks, d.At))
	}
}

// stageToMend is the first stage that the reasons of a return ask to be gone through again, of those that the attempt
// goes through at all.
func (s *State) stageToMend(d Decision) int {
	mend := min(s.c.whereMended(d.Reasons...), StageOrder(d.Stage))
	if i := s.current(); i >= 0 {
		mend = min(mend, i) // taken back before it came so far
	}
	plan := Plan(s.c)
	for mend < StageOrder(d.Stage) && plan[mend].State == v1alpha1.StageSkipped {
		mend++
	}
	return mend
}

// restart makes a stage as the plan has it.
func (s *State) restart(i int) {
	for _, fresh := range Plan(s.c) {
		if fresh.Name == s.Stages[i].Name {
			if fresh.Name == v1alpha1.StageApproved {
				fresh.Tasks = openRequests(&s.Stages[i])
			}
			s.Stages[i] = fresh
		}
	}
}

// openRequests are the notices (整改) that stand, whatever becomes of a change meanwhile.
func openRequests(st *v1alpha1.StageStatus) []v1alpha1.TaskStatus {
	return slices.DeleteFunc(slices.Clone(st.Tasks), func(t v1alpha1.TaskStatus) bool { return t.DoneAt != nil || !isRequest(t.Name) })
}

// beginAttempt takes a returned order up again as the next attempt.
func (s *State) beginAttempt(at time.Time) {
	s.Attempt++
	s.Returned, s.wrongEntries = false, 0
	for i := range s.Stages {
		switch st := &s.Stages[i]; st.State {
		case v1alpha1.StageReturned:
			s.restart(i)
		case v1alpha1.StageActive:
			for j := range st.Tasks {
				st.Tasks[j].DoneAt = nil // what was done of it was done in the attempt before
			}
		}
	}
	s.activate(at)
	s.finishOwn(at)
}

// beginChange begins a change filing (变更备案) of what is in force, as the next attempt.
func (s *State) beginChange(at time.Time, changed []Part) {
	s.Attempt++
	s.Returned, s.GivenUp, s.wrongEntries = false, false, 0
	s.c.Change, s.c.Changed = true, changed
	notices := openRequests(s.stage(v1alpha1.StageApproved))
	s.Stages = Plan(s.c)
	s.stage(v1alpha1.StageApproved).Tasks = notices
	s.activate(at)
	s.finishOwn(at)
}

// beginAnew files anew what was revoked or cancelled, as the next attempt, with another order.
func (s *State) beginAnew(at time.Time) {
	s.c.Change, s.c.Changed = false, nil
	*s = State{Attempt: s.Attempt + 1, Stages: Plan(s.c), left: s.leaves(), c: s.c}
	s.activate(at)
}

// finishOwn ends the stages that the operator itself finishes: an attempt begins only when nothing is left to put right.
func (s *State) finishOwn(at time.Time) {
	for _, own := range []v1alpha1.StageName{v1alpha1.StagePreparation, v1alpha1.StageTypeDetermination} {
		if s.Step() == own {
			s.finish(own, at)
		}
	}
}

// limit is a number that the rules give; 0 where they give none.
func (s *State) limit(l rules.Limit) int {
	row, _ := s.c.Rules.Limit(l)
	return row.Value
}
