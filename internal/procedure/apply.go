package procedure

import (
	"fmt"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Reasons of decisions that are no return's of a reviewer.
const (
	// ReasonSmsWrongEntry: the SMS code, the mobile number or the identity number was entered wrongly (短信核验信息有误).
	ReasonSmsWrongEntry = "SmsWrongEntry"
	// ReasonWithdrawn: the applicant took the order back (撤回).
	ReasonWithdrawn = "Withdrawn"
)

// apply takes one decision into the state, or says why it does not count.
func (s *State) apply(d Decision) Verdict {
	if d.Attempt != s.Attempt {
		return ignored(d, v1alpha1.ReasonOtherAttempt, fmt.Sprintf("the decision is on attempt %d; attempt %d is under way", d.Attempt, s.Attempt))
	}
	if s.Ended != "" {
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("the filing is %s", s.Ended))
	}
	if s.Imported && s.ApprovedAt.IsZero() && d.Decision != v1alpha1.DecisionCancelled {
		if d.Decision != v1alpha1.DecisionPassed || d.WebsiteNumber == "" || d.Stage != v1alpha1.StageBureauReview && d.Stage != v1alpha1.StageApproved {
			return ignored(d, v1alpha1.ReasonStageNotActive, "the domain is said to be filed already: until that is confirmed, on stage Approved with decision Passed and its number, nothing else counts")
		}
		s.approve(d)
		s.finishImport(d.At)
		return applied(d)
	}
	if d.Stage == v1alpha1.StageApproved || d.Decision == v1alpha1.DecisionRevoked || d.Decision == v1alpha1.DecisionCancelled {
		return s.applyEnd(d)
	}
	s.makeWay(d)
	if !s.takes(d) {
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("stage %s is %s; %s is under way", d.Stage, s.stage(d.Stage).State, s.Step()))
	}
	switch {
	case d.Decision == v1alpha1.DecisionReturned:
		s.takeBack(d)
		return applied(d)
	case d.Decision == v1alpha1.DecisionActionRequested:
		return s.applyRequest(d)
	case d.Decision == v1alpha1.DecisionReported && d.Task != "":
		return s.applyRequestDone(d)
	case d.Decision == v1alpha1.DecisionReported && slices.Contains(d.Reasons, ReasonSmsWrongEntry):
		return s.applyWrongEntry(d)
	}
	return s.applyFinish(d)
}

// makeWay moves on where a decision shows what nobody recorded: that the SMS verification is needed where our rules know
// none, or over where they still wait for it; and that people who verified the product have entered what the type was
// determined by.
func (s *State) makeWay(d Decision) {
	switch {
	case s.Returned:
	case d.Stage == v1alpha1.StageSmsVerification && (d.Decision == v1alpha1.DecisionActionRequested || d.Decision == v1alpha1.DecisionReturned):
		s.unskip(d)
	case d.Stage == v1alpha1.StageBureauReview && s.Step() == v1alpha1.StageSmsVerification && (d.Decision == v1alpha1.DecisionPassed || s.c.Hand == ByPeople):
		s.finish(v1alpha1.StageSmsVerification, d.At)
	case s.c.Hand == ByPeople && d.Stage == v1alpha1.StageProductVerification && s.Step() == v1alpha1.StageTypeDetermination:
		s.finish(v1alpha1.StageTypeDetermination, d.At)
	}
}

// takes says whether a decision on a stage counts now: while the stage is under way; and the order's withdrawal as long as
// it is open.
func (s *State) takes(d Decision) bool {
	withdrawal := d.Stage == v1alpha1.StageConfirmation && d.Decision == v1alpha1.DecisionReturned && s.UnderWay() &&
		(s.Submitted() || slices.Contains(d.Reasons, ReasonWithdrawn) && StageOrder(s.Step()) > StageOrder(v1alpha1.StageTypeDetermination))
	return !s.Returned && (withdrawal || s.stage(d.Stage).State == v1alpha1.StageActive)
}

// applyFinish ends the stage of a Reported or Passed decision, if such a decision can end it.
func (s *State) applyFinish(d Decision) Verdict {
	row, _ := rowOf(d.Stage)
	if s.c.Hand == ByOperator && d.Stage == v1alpha1.StageMaterialsAndAuthenticity && d.Decision == v1alpha1.DecisionReported {
		// Over the protocol the report says only that the files are there; the authenticity check is still to come.
		s.taskDone(d.Stage, taskUpload, d)
		return applied(d)
	}
	if !slices.Contains(row.finishers, d.Decision) {
		return ignored(d, v1alpha1.ReasonNotPermittedDecision, fmt.Sprintf("%s does not end stage %s; that takes %s", d.Decision, d.Stage, join(row.finishers)))
	}
	if d.Stage == v1alpha1.StagePreliminaryReview && s.stage(v1alpha1.StageMaterialMailing).State == v1alpha1.StageActive {
		s.finish(v1alpha1.StageMaterialMailing, d.At)
	}
	if d.OrderID != "" {
		s.OrderID = d.OrderID
	}
	if d.Stage == v1alpha1.StageBureauReview {
		s.approve(d)
	}
	s.finish(d.Stage, d.At)
	return applied(d)
}

// approve keeps the numbers. A change brings new ones only where it says so, and leaves the day of the approval alone.
func (s *State) approve(d Decision) {
	s.SubjectNumber = orDefault(d.SubjectNumber, s.SubjectNumber)
	s.WebsiteNumber = orDefault(d.WebsiteNumber, s.WebsiteNumber)
	if s.ApprovedAt.IsZero() {
		s.ApprovedAt = d.At
	}
}

// applyWrongEntry counts a wrong entry of the SMS code. So many are tolerated; the next one returns the order, which a
// provider says itself.
func (s *State) applyWrongEntry(d Decision) Verdict {
	if d.Stage != v1alpha1.StageSmsVerification {
		return ignored(d, v1alpha1.ReasonNotPermittedDecision, fmt.Sprintf("%s is reported on SmsVerification, not on %s", ReasonSmsWrongEntry, d.Stage))
	}
	s.wrongEntries++
	tolerated := s.limit(rules.LimitSmsWrongEntries)
	if s.wrongEntries > tolerated && s.c.Hand == ByPeople {
		d.Reasons = []string{rules.ReasonSmsTooManyWrongEntries}
		s.takeBack(d)
		return applied(d)
	}
	s.stage(d.Stage).Message = fmt.Sprintf("wrong entries so far: %d; %d are tolerated, the next one returns the order", s.wrongEntries, tolerated)
	return applied(d)
}

// applyEnd revokes or cancels a filing, or asks for its rectification (整改), or says that this was done.
func (s *State) applyEnd(d Decision) Verdict {
	switch {
	case d.Decision == v1alpha1.DecisionRevoked && s.InForce():
		s.Ended = v1alpha1.StageRevoked
	case d.Decision == v1alpha1.DecisionCancelled:
		s.Ended = v1alpha1.StageCancelled
	case d.Decision == v1alpha1.DecisionActionRequested && s.InForce():
		return s.applyRequest(d)
	case (d.Decision == v1alpha1.DecisionReported || d.Decision == v1alpha1.DecisionPassed) && s.InForce():
		return s.applyRequestDone(d)
	default:
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("%s on Approved needs a filing in force; this one is at %s", d.Decision, s.Stage()))
	}
	s.endedAt = d.At
	for i := range s.Stages {
		if st := &s.Stages[i]; st.State == v1alpha1.StageActive {
			st.State, st.Reason, st.FinishedAt, st.DueAt = v1alpha1.StageSkipped, string(s.Ended), stamp(d.At), nil
		}
	}
	st := s.stage(v1alpha1.StageApproved)
	st.Reason, st.Message = joinReasons(d.Reasons), d.Message
	return applied(d)
}

// applyRequest opens a task that may be asked for at this stage.
func (s *State) applyRequest(d Decision) Verdict {
	if !slices.Contains(requests[d.Task].stages, d.Stage) {
		return ignored(d, v1alpha1.ReasonNotPermittedDecision, fmt.Sprintf("%s is asked for at %s, not at %s", d.Task, join(requests[d.Task].stages), d.Stage))
	}
	s.request(d)
	return applied(d)
}

// applyRequestDone closes a task that was asked for; without a name, every one of the stage.
func (s *State) applyRequestDone(d Decision) Verdict {
	if d.Task == v1alpha1.TaskMailMaterials && d.Stage != v1alpha1.StageBureauReview && s.stage(v1alpha1.StageMaterialMailing).State == v1alpha1.StageActive {
		s.finish(v1alpha1.StageMaterialMailing, d.At)
		return applied(d)
	}
	closed := false
	for _, t := range s.stage(d.Stage).Tasks {
		if isRequest(t.Name) && t.DoneAt == nil && (d.Task == "" || string(d.Task) == t.Name) {
			s.taskDone(d.Stage, t.Name, d)
			closed = true
		}
	}
	if !closed {
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("nobody asks for %s at %s now", orDefault(d.Task, "anything"), d.Stage))
	}
	return applied(d)
}

// request opens a task that a reviewer asks for without returning the order.
func (s *State) request(d Decision) {
	stage, task := d.Stage, string(d.Task)
	switch {
	case d.Task == v1alpha1.TaskMailMaterials && stage == v1alpha1.StagePreliminaryReview:
		stage = v1alpha1.StageMaterialMailing
		if st := s.stage(stage); st.State == v1alpha1.StagePending {
			st.State, st.StartedAt, st.Reason, st.Message = v1alpha1.StageActive, stamp(d.At), "", ""
			st.DueAt = stamp(s.c.expectedEnd(st.Name, st.Tasks, d.At))
		}
	case d.Task == v1alpha1.TaskVerifyBySms:
		st := s.stage(v1alpha1.StageSmsVerification)
		st.DueAt = stamp(d.DueAt)
		for i := range st.Tasks {
			st.Tasks[i].DueAt = stamp(d.DueAt)
		}
		return
	}
	st := s.stage(stage)
	if st.Name == v1alpha1.StageMaterialMailing {
		if !d.DueAt.IsZero() {
			st.DueAt = stamp(d.DueAt)
		}
		s.reviewAfterMailing(at(st.DueAt))
	}
	for i := range st.Tasks {
		if t := &st.Tasks[i]; t.Name == task {
			t.AskedAt, t.DueAt, t.DoneAt, t.Message = stamp(d.At), stamp(d.DueAt), nil, clipped(d.Message)
			return
		}
	}
	st.Tasks = append(st.Tasks, v1alpha1.TaskStatus{
		Name: task, Actor: v1alpha1.ActorApplicant, Where: requests[d.Task].where, AskedAt: stamp(d.At), DueAt: stamp(d.DueAt), Message: clipped(d.Message),
	})
}

func (s *State) taskDone(stage v1alpha1.StageName, task string, d Decision) {
	st := s.stage(stage)
	for i := range st.Tasks {
		if st.Tasks[i].Name == task && st.Tasks[i].DoneAt == nil {
			st.Tasks[i].DoneAt = stamp(d.At)
		}
	}
}

func applied(d Decision) Verdict {
	return Verdict{ID: d.ID, Applied: true, Reason: v1alpha1.ReasonApplied, Message: fmt.Sprintf("%s %s of attempt %d counts", d.Stage, d.Decision, d.Attempt)}
}

func ignored(d Decision, reason, message string) Verdict {
	return Verdict{ID: d.ID, Reason: reason, Message: message}
}
