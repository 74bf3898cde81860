package procedure

import (
	"iter"
	"slices"
	"strings"
	"time"

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
func (p *pass) replay() []Verdict {
	s, o := p.s, p.Order
	if o.ID != "" {
		s.OrderID = o.ID
	}
	var verdicts []Verdict
	for attempt := range byAttempt(sortedHistory(endsInTime(o.History))) {
		if attempt[0].Attempt == s.Attempt+1 {
			p.sendBack(attempt)
			p.begin(attempt)
		}
		verdicts = append(verdicts, s.replayAttempt(attempt)...)
	}
	s.endLate(o.History, verdicts)
	if s.c.Hand == ByOperator && o.Attempt == s.Attempt+1 {
		// It was taken, and nothing has happened in it yet.
		p.begin([]Decision{{Attempt: o.Attempt, At: p.now}})
	}
	return verdicts
}

// sendBack returns the attempt under way where somebody who decides has returned it, and has decided on the next one, and
// yet the return did not count: by another channel, or by other rules of today, its stage is gone through otherwise. What
// was decided stays decided, whatever the table says by now.
func (p *pass) sendBack(next []Decision) {
	s := p.s
	if s.c.Hand != ByPeople || s.Returned || s.Ended != "" || !s.UnderWay() || !slices.ContainsFunc(next, Decision.ofDecider) {
		return
	}
	for _, d := range p.Order.History {
		if d.Attempt == s.Attempt && d.Decision == v1alpha1.DecisionReturned && d.ofDecider() {
			s.takeBack(d)
			return
		}
	}
}

// ofDecider says that only who decides for the provider may record it.
func (d Decision) ofDecider() bool {
	withdrawn := d.Decision == v1alpha1.DecisionReturned && slices.Contains(d.Reasons, ReasonWithdrawn)
	return d.Decision != v1alpha1.DecisionReported && !withdrawn
}

// begin takes up the attempt that a part of the history is about, where it can follow the one before: after a return,
// as a change of what is in force, or anew after an end. A provider's own history is taken at its word.
func (p *pass) begin(attempt []Decision) {
	s, since := p.s, attempt[0].At
	switch {
	case s.Ended != "" && s.c.Hand == ByPeople && since.After(s.endedAt):
		p.typeAnew()
		s.beginAnew(since)
		s.finishOwn(since)
	case s.Ended != "":
	case s.InForce() && (!s.Changing() || s.Returned && s.c.Hand == ByOperator):
		if p.record != nil && p.record.Attempt < attempt[0].Attempt && p.standing == nil {
			p.standing = p.record.filed(s)
		}
		s.beginChange(since, p.changedIn(attempt))
	case s.Returned || s.c.Hand == ByOperator:
		s.beginAttempt(since)
	}
}

// endsInTime puts what ends a filing where its time belongs, whichever attempt it names: a revocation ends a change that
// was begun before it. One of a filing that was in force before anybody here knew, or whose day is told less exactly than
// the approval's, ends it once the approval, or the import, is told.
func endsInTime(history []Decision) []Decision {
	moved, begins := slices.Clone(history), beginnings(history)
	for i, d := range moved {
		if !d.endsFiling() {
			continue
		}
		for {
			begun, is := begins[moved[i].Attempt+1]
			if !is || begun.After(d.At) {
				break
			}
			moved[i].Attempt++ // attempts in a row: one that nobody came to cannot keep an end from counting
		}
		if d.Decision == v1alpha1.DecisionRevoked {
			moved[i].At = inForceSince(history, moved[i])
		}
	}
	return moved
}

// beginnings are the first times of the attempts. They are found once: a history may be as long as the protocol allows, and made
// to be dear.
func beginnings(history []Decision) map[int32]time.Time {
	first := map[int32]time.Time{}
	for i := range history {
		attempt, at := history[i].Attempt, history[i].At
		if begun, is := first[attempt]; !is || at.Before(begun) {
			first[attempt] = at
		}
	}
	return first
}

// inForceSince is when a revocation counts: at its own time, or, where that is later, at that of the first word in its
// attempt which puts the filing in force.
func inForceSince(history []Decision, end Decision) time.Time {
	var first time.Time
	for _, d := range history {
		if d.Attempt == end.Attempt && d.putsInForce() && (first.IsZero() || d.At.Before(first)) {
			first = d.At
		}
	}
	if first.After(end.At) {
		return first
	}
	return end.At
}

// putsInForce says that a decision may put a filing in force: the bureau's approval, or what confirms an import.
func (d Decision) putsInForce() bool {
	return d.Decision == v1alpha1.DecisionPassed && (d.Stage == v1alpha1.StageBureauReview || d.Stage == v1alpha1.StageApproved && d.WebsiteNumber != "")
}

// endLate has what ends a filing count in the attempt under way where it was put into one that never came to be: nobody
// keeps an end from counting by naming attempts.
func (s *State) endLate(history []Decision, verdicts []Verdict) {
	for _, d := range sortedHistory(history) {
		if !d.endsFiling() {
			continue
		}
		i := slices.IndexFunc(verdicts, func(v Verdict) bool { return v.ID == d.ID && v.Reason == v1alpha1.ReasonOtherAttempt })
		if i >= 0 {
			d.Attempt = s.Attempt
			verdicts[i] = s.apply(d)
		}
	}
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

func (s *State) replayAttempt(history []Decision) []Verdict {
	verdicts := make([]Verdict, len(history))
	settled := make([]bool, len(history))
	for i := 0; i < len(history); i++ {
		if settled[i] {
			continue
		}
		v := s.apply(history[i])
		verdicts[i] = v
		settled[i] = v.Applied || !s.waitsForItsTurn(history[i], v)
		if v.Applied {
			// What waited may have its turn now, before what came after it.
			i = -1
		}
	}
	return verdicts
}

// waitsForItsTurn says that a provider told of a stage that is yet to come.
func (s *State) waitsForItsTurn(d Decision, v Verdict) bool {
	return s.c.Hand == ByOperator && v.Reason == v1alpha1.ReasonStageNotActive && StageOrder(d.Stage) > s.current()
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
