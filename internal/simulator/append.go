package simulator

import (
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// append adds an entry to the order's history, and what follows of it: the end of a subject ends all its orders.
func (s *Simulator) append(o *order, e protocol.HistoryEntry, at time.Time) {
	if at.Before(s.lastAt) {
		at = s.lastAt
	}
	s.lastAt = at
	if ends(e) {
		// A filing in force ends as one, also while it is being changed.
		e.Stage = s.stand(o).last()
	}
	var others []*order
	if endsSubject(e) {
		others = s.ordersOf(o.subject)
	}
	s.enter(o, e, at)
	for _, other := range others {
		stand := s.stand(other)
		if stand.over() {
			continue
		}
		s.enter(other, protocol.HistoryEntry{
			Stage: stand.last(), Decision: protocol.DecisionCancelled, Reasons: []string{protocol.ReasonSubjectCancelled},
			Message: "the subject was cancelled",
		}, at)
	}
}

// enter adds an entry of a time to the order's history, to the registry and to the feed, and schedules what follows.
func (s *Simulator) enter(o *order, e protocol.HistoryEntry, at time.Time) {
	if s.registry.leavesShell(o, e) && !slices.Contains(e.Reasons, protocol.ReasonShellFiling) {
		e.Reasons = append(slices.Clone(e.Reasons), protocol.ReasonShellFiling)
	}
	e.ID, e.Attempt, e.At = o.entryID(), o.attempt, at
	o.history = append(o.history, e)
	if approves(e) {
		s.adopt(o)
	}
	s.registry.record(o, e)
	s.feed = append(s.feed, feedEntry{order: o, at: s.lastAt})
	s.log.Info("decided", "order", o.id, "domain", o.domain, "attempt", e.Attempt, "stage", e.Stage, "decision", e.Decision, "reasons", e.Reasons)
	s.schedule(o)
}

// last is the stage that an order's end is said on.
func (s standing) last() protocol.Stage {
	if s.inForce {
		return protocol.StageApproved
	}
	return s.stage
}
