package simulator

import (
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// reasonSmsExpired is why an order is returned whose SMS was not answered in time.
const reasonSmsExpired = "SmsExpired"

// step makes the entry of a step that falls due at a time.
type step func(at time.Time) protocol.HistoryEntry

// next is the step that the order takes by itself, and when; none while it waits for somebody.
func (s *Simulator) next(o *order) (time.Time, step, bool) {
	stand := s.stand(o)
	if stand.ended != "" {
		return time.Time{}, nil, false
	}
	switch stand.stage {
	case protocol.StageTypeDetermination:
		return stand.since, entry(stand.stage, protocol.DecisionPassed), true
	case protocol.StageSubjectAndWebsiteInformation:
		return stand.since, entry(stand.stage, protocol.DecisionReported), true
	case protocol.StageMaterialsAndAuthenticity:
		return s.nextMaterials(o, stand)
	case protocol.StageConfirmation:
		return time.Time{}, nil, false
	case protocol.StagePreliminaryReview:
		if stand.asked == protocol.TaskMailMaterials {
			return s.unlessManual(protocol.StageMaterialMailing, stand.since, entry(protocol.StageMaterialMailing, protocol.DecisionReported))
		}
	case protocol.StageSmsVerification:
		return s.nextSms(o, stand)
	}
	return s.nextReview(o, stand)
}

func entry(stage protocol.Stage, decision protocol.Decision) step {
	return func(time.Time) protocol.HistoryEntry {
		return protocol.HistoryEntry{Stage: stage, Decision: decision}
	}
}

// unlessManual is a step after the stage's delay, or none where people decide it.
func (s *Simulator) unlessManual(stage protocol.Stage, since time.Time, then step) (time.Time, step, bool) {
	if s.manual[stage] {
		return time.Time{}, nil, false
	}
	return since.Add(s.delayOf(stage)), then, true
}

// nextMaterials reports that the files are there, then passes the check on the phone.
func (s *Simulator) nextMaterials(o *order, stand standing) (time.Time, step, bool) {
	if len(s.missing(o)) > 0 {
		return time.Time{}, nil, false
	}
	if !stand.sent {
		at := stand.since
		if last := o.lastUpload(); last.After(at) {
			at = last
		}
		return at, entry(stand.stage, protocol.DecisionReported), true
	}
	return s.nextReview(o, stand)
}

// nextSms sends the message, then has it answered; unanswered, its window returns the order.
func (s *Simulator) nextSms(o *order, stand standing) (time.Time, step, bool) {
	if stand.asked != protocol.TaskVerifyBySms {
		return stand.since, func(at time.Time) protocol.HistoryEntry {
			return protocol.HistoryEntry{
				Stage: stand.stage, Decision: protocol.DecisionActionRequested,
				Task: protocol.TaskVerifyBySms, DueAt: at.Add(s.window),
			}
		}, true
	}
	answered := stand
	// The request itself is no planned step.
	answered.entries--
	at, then, ok := s.nextReview(o, answered)
	if ok && !at.After(stand.due) {
		return at, then, true
	}
	return stand.due, func(time.Time) protocol.HistoryEntry {
		return protocol.HistoryEntry{
			Stage: stand.stage, Decision: protocol.DecisionReturned, Reasons: []string{reasonSmsExpired},
			Message: "the SMS was not answered within its window",
		}
	}, true
}

// nextReview decides a stage as planned, or passes it.
func (s *Simulator) nextReview(o *order, stand standing) (time.Time, step, bool) {
	planned, ok := s.planned(o, stand)
	if !ok {
		if stand.stage == protocol.StageApproved {
			return time.Time{}, nil, false
		}
		return s.unlessManual(stand.stage, stand.since, s.passing(o, stand.stage))
	}
	at := stand.since.Add(s.delayOf(stand.stage))
	if planned.After != nil {
		at = stand.since.Add(planned.After.Duration)
	}
	return at, planned.entry(s.passing(o, stand.stage)), true
}

// passing passes a stage; the bureau's pass brings the numbers.
func (s *Simulator) passing(o *order, stage protocol.Stage) step {
	return func(at time.Time) protocol.HistoryEntry {
		e := protocol.HistoryEntry{Stage: stage, Decision: protocol.DecisionPassed}
		if stage == protocol.StageBureauReview {
			e.SubjectNumber, e.WebsiteNumber = s.numbers(o, at)
		}
		return e
	}
}

// planned is the plan's next step for where the order stands.
func (s *Simulator) planned(o *order, stand standing) (Step, bool) {
	skip := stand.entries
	for _, p := range s.plan[o.domain] {
		if max(p.Attempt, 1) != o.attempt || protocol.Stage(p.Stage) != stand.stage {
			continue
		}
		if skip == 0 {
			return p, true
		}
		skip--
	}
	return Step{}, false
}

// entry is a planned step's entry.
func (p Step) entry(passing step) step {
	if protocol.Decision(p.Decision) == protocol.DecisionPassed {
		return passing
	}
	return func(at time.Time) protocol.HistoryEntry {
		e := protocol.HistoryEntry{
			Stage: protocol.Stage(p.Stage), Decision: protocol.Decision(p.Decision),
			Reasons: p.Reasons, Task: protocol.Task(p.Task), Message: p.Message,
		}
		if p.Due.Duration > 0 {
			e.DueAt = at.Add(p.Due.Duration)
		}
		return e
	}
}

// append adds an entry to the order's history, to the registry and to the feed, and schedules what follows.
func (s *Simulator) append(o *order, e protocol.HistoryEntry, at time.Time) {
	if at.Before(s.lastAt) {
		at = s.lastAt
	}
	s.lastAt = at
	e.ID, e.Attempt, e.At = o.entryID(), o.attempt, at
	o.history = append(o.history, e)
	s.registry.record(o, e)
	s.feed = append(s.feed, feedEntry{order: o, at: at})
	s.log.Info("decided", "order", o.id, "domain", o.domain, "attempt", e.Attempt, "stage", e.Stage, "decision", e.Decision, "reasons", e.Reasons)
	s.schedule(o)
}
