package simulator

import (
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// planned is the plan's next step on a stage of the order's latest attempt.
func (s *Simulator) planned(o *order, stage protocol.Stage) (Step, bool) {
	skip := o.taken[planned{o.attempt, stage}]
	for _, p := range s.plan[o.domain] {
		if max(p.Attempt, 1) != o.attempt || protocol.Stage(p.Stage) != stage {
			continue
		}
		if skip == 0 {
			return p, true
		}
		skip--
	}
	return Step{}, false
}

// taking takes a step of the plan, which is taken once.
func (s *Simulator) taking(o *order, stage protocol.Stage, p Step) step {
	return func(at time.Time) protocol.HistoryEntry {
		o.taken[planned{o.attempt, stage}]++
		return p.entry(s.passing(o, stage))(at)
	}
}

// entry is a planned step's entry.
func (p Step) entry(passing step) step {
	return func(at time.Time) protocol.HistoryEntry {
		e := protocol.HistoryEntry{Stage: protocol.Stage(p.Stage), Decision: protocol.Decision(p.Decision)}
		if e.Decision == protocol.DecisionPassed {
			e = passing(at)
			// A pass without numbers has the ones that are due.
			e.SubjectNumber, e.WebsiteNumber = orElse(p.SubjectNumber, e.SubjectNumber), orElse(p.WebsiteNumber, e.WebsiteNumber)
		}
		e.Reasons, e.Task, e.Message = slices.Clone(p.Reasons), protocol.Task(p.Task), p.Message
		if p.Due.Duration > 0 {
			e.DueAt = at.Add(p.Due.Duration)
		}
		return e
	}
}

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}
