package procedure

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Verdict says what became of one decision of a history.
type Verdict struct {
	// ID of the decision.
	ID string
	// Applied says that it counts.
	Applied bool
	// Reason is one of the reasons of the review condition Applied.
	Reason string
	// Message in words.
	Message string
}

// replay applies an order's history to a state that stands before ProductVerification. A person's record (ByPeople) on
// a stage that is not under way is ignored; a provider's own history may tell of a step before the one that precedes
// it, so there an early finish waits for its turn.
func replay(c Case, s *State, o *Order) []Verdict {
	if o.ID != "" {
		s.OrderID = o.ID
	}
	var verdicts []Verdict
	for attempt := range byAttempt(sortedHistory(o.History)) {
		verdicts = append(verdicts, s.replayAttempt(c, attempt)...)
	}
	return verdicts
}

// byAttempt cuts a sorted history into its attempts.
func byAttempt(history []Decision) iter.Seq[[]Decision] {
	return func(yield func([]Decision) bool) {
		for len(history) > 0 {
			n := slices.IndexFunc(history, func(d Decision) bool { return d.Attempt != history[0].Attempt })
			if n < 0 {
				n = len(history)
			}
			if !yield(history[:n]) {
				return
			}
			history = history[n:]
		}
	}
}

func (s *State) replayAttempt(c Case, history []Decision) []Verdict {
	verdicts := make([]Verdict, len(history))
	settled := make([]bool, len(history))
	for i := 0; i < len(history); i++ {
		if settled[i] {
			continue
		}
		v := s.apply(c, history[i])
		verdicts[i] = v
		settled[i] = v.Applied || !s.waitsForItsTurn(c, history[i], v)
		if v.Applied {
			// What waited may have its turn now, before what came after it.
			i = -1
		}
	}
	return verdicts
}

// waitsForItsTurn says that a provider told of a stage that is yet to come.
func (s *State) waitsForItsTurn(c Case, d Decision, v Verdict) bool {
	return c.Hand == ByOperator && v.Reason == v1alpha1.ReasonStageNotActive && StageOrder(d.Stage) > s.current()
}

// sortedHistory orders decisions by attempt and time. Times have a second's grain: where they are equal, what ends an
// attempt comes last, and else the stage's place in the procedure decides.
func sortedHistory(history []Decision) []Decision {
	sorted := slices.Clone(history)
	slices.SortStableFunc(sorted, func(a, b Decision) int {
		if a.Attempt != b.Attempt {
			return int(a.Attempt - b.Attempt)
		}
		if x := a.At.Compare(b.At); x != 0 {
			return x
		}
		if a.ends() != b.ends() {
			if b.ends() {
				return -1
			}
			return 1
		}
		if x := StageOrder(a.Stage) - StageOrder(b.Stage); x != 0 {
			return x
		}
		return strings.Compare(a.ID, b.ID)
	})
	return sorted
}

// ends says that nothing follows the decision in its attempt.
func (d Decision) ends() bool {
	return d.Decision == v1alpha1.DecisionReturned || d.Decision == v1alpha1.DecisionRevoked || d.Decision == v1alpha1.DecisionCancelled
}

// apply takes one decision into the state, or says why it does not count.
func (s *State) apply(c Case, d Decision) Verdict {
	if d.Attempt == s.Attempt+1 && (s.Returned || c.Hand == ByOperator) {
		s.beginAttempt(c, d.At)
	}
	if d.Attempt != s.Attempt {
		return ignored(d, v1alpha1.ReasonOtherAttempt, fmt.Sprintf("the decision is on attempt %d; attempt %d is under way", d.Attempt, s.Attempt))
	}
	if s.Ended != "" {
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("the filing is %s", s.Ended))
	}
	if d.Stage == v1alpha1.StageApproved || d.Decision == v1alpha1.DecisionRevoked || d.Decision == v1alpha1.DecisionCancelled {
		return s.applyEnd(c, d)
	}
	s.makeWay(c, d)
	if !s.takes(d) {
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("stage %s is %s; %s is under way", d.Stage, s.stage(d.Stage).State, s.Stage()))
	}
	switch d.Decision {
	case v1alpha1.DecisionReturned:
		s.takeBack(c, d)
	case v1alpha1.DecisionActionRequested:
		return s.applyRequest(d)
	default:
		return s.applyFinish(c, d)
	}
	return applied(d)
}

// makeWay moves the SMS verification where a decision shows that our own rules had it wrong: needed where they know none,
// or over where they still wait for it.
func (s *State) makeWay(c Case, d Decision) {
	switch {
	case s.Returned:
	case d.Stage == v1alpha1.StageSmsVerification && (d.Decision == v1alpha1.DecisionActionRequested || d.Decision == v1alpha1.DecisionReturned):
		s.unskip(c, d)
	case d.Stage == v1alpha1.StageBureauReview && d.Decision == v1alpha1.DecisionPassed && s.Stage() == v1alpha1.StageSmsVerification:
		s.finish(c, v1alpha1.StageSmsVerification, d.At)
	}
}

// takes says whether a decision on a stage counts now: while the stage is under way; and, of a confirmed order, its
// withdrawal until it is approved.
func (s *State) takes(d Decision) bool {
	withdrawal := d.Stage == v1alpha1.StageConfirmation && d.Decision == v1alpha1.DecisionReturned && s.Submitted() && !s.InForce()
	return !s.Returned && (withdrawal || s.stage(d.Stage).State == v1alpha1.StageActive)
}

// applyFinish ends the stage of a Reported or Passed decision, if such a decision can end it.
func (s *State) applyFinish(c Case, d Decision) Verdict {
	row, _ := rowOf(d.Stage)
	if c.Hand == ByOperator && d.Stage == v1alpha1.StageMaterialsAndAuthenticity && d.Decision == v1alpha1.DecisionReported {
		// Over the protocol the report says only that the files are there; the authenticity check is still to come.
		s.taskDone(d.Stage, taskUpload, d)
		return applied(d)
	}
	if !slices.Contains(row.finishers, d.Decision) {
		return ignored(d, v1alpha1.ReasonNotPermittedDecision, fmt.Sprintf("%s does not end stage %s; that takes %s", d.Decision, d.Stage, join(row.finishers)))
	}
	if d.Stage == v1alpha1.StagePreliminaryReview && s.stage(v1alpha1.StageMaterialMailing).State == v1alpha1.StageActive {
		s.finish(c, v1alpha1.StageMaterialMailing, d.At)
	}
	if d.OrderID != "" {
		s.OrderID = d.OrderID
	}
	if d.Stage == v1alpha1.StageBureauReview {
		s.SubjectNumber, s.WebsiteNumber, s.ApprovedAt = d.SubjectNumber, d.WebsiteNumber, d.At
	}
	s.finish(c, d.Stage, d.At)
	return applied(d)
}

// applyEnd revokes or cancels a filing, or asks for its rectification (整改).
func (s *State) applyEnd(_ Case, d Decision) Verdict {
	switch {
	case d.Decision == v1alpha1.DecisionRevoked && s.InForce():
		s.Ended = v1alpha1.StageRevoked
	case d.Decision == v1alpha1.DecisionCancelled:
		s.Ended = v1alpha1.StageCancelled
	case d.Decision == v1alpha1.DecisionActionRequested && s.InForce():
		return s.applyRequest(d)
	case (d.Decision == v1alpha1.DecisionReported || d.Decision == v1alpha1.DecisionPassed) && s.InForce():
		for _, t := range s.stage(v1alpha1.StageApproved).Tasks {
			s.taskDone(v1alpha1.StageApproved, t.Name, d)
		}
		return applied(d)
	default:
		return ignored(d, v1alpha1.ReasonStageNotActive, fmt.Sprintf("%s needs a filing in force; this one is at %s", d.Decision, s.Stage()))
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

// request opens a task that a reviewer asks for without returning the order.
func (s *State) request(d Decision) {
	stage, task := d.Stage, string(d.Task)
	switch d.Task {
	case v1alpha1.TaskMailMaterials:
		stage = v1alpha1.StageMaterialMailing
		if st := s.stage(stage); st.State == v1alpha1.StagePending {
			st.State, st.StartedAt, st.Reason, st.Message = v1alpha1.StageActive, stamp(d.At), "", d.Message
		}
	case v1alpha1.TaskVerifyBySms:
		st := s.stage(v1alpha1.StageSmsVerification)
		st.DueAt = stamp(d.DueAt)
		for i := range st.Tasks {
			st.Tasks[i].DueAt = stamp(d.DueAt)
		}
		return
	}
	st := s.stage(stage)
	for i := range st.Tasks {
		if st.Tasks[i].Name == task {
			st.Tasks[i].DueAt, st.Tasks[i].DoneAt = stamp(d.DueAt), nil
			return
		}
	}
	st.Message = d.Message
	st.Tasks = append(st.Tasks, v1alpha1.TaskStatus{Name: task, Actor: v1alpha1.ActorApplicant, Where: requests[d.Task].where, DueAt: stamp(d.DueAt)})
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

func join[T ~string](list []T) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = string(x)
	}
	return strings.Join(parts, " or ")
}
