package simulator

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// create makes an order of an application.
func (s *Simulator) create(a protocol.Application) (*order, error) {
	if err := s.checkFacts(a, "", aFiling); err != nil {
		return nil, err
	}
	for _, other := range s.byDomain[a.Domain.Name] {
		if other.account == a.Account && !s.stand(other).over() {
			s.requests.refusedDuplicate(a.Account, a.Domain.Name)
			return nil, newProblem(http.StatusConflict, protocol.ReasonOrderExists,
				fmt.Sprintf("the domain has order %s in this account: find it, and go on with it", other.id))
		}
	}
	o := s.newOrder(a.Account, a.Domain.Name)
	if err := s.fill(o, a); err != nil {
		return nil, err
	}
	o.first = sequence[0]
	s.keep(o)
	s.schedule(o)
	return o, nil
}

// newOrder makes an order, which is not kept yet.
func (s *Simulator) newOrder(account, domain string) *order {
	return &order{
		id: fmt.Sprintf("O%08d", len(s.orders)+1), account: account, domain: domain,
		attempt: 1, createdAt: s.now(), begunAt: s.now(), uploaded: map[slot]upload{}, taken: map[planned]int{},
	}
}

// keep makes an order known.
func (s *Simulator) keep(o *order) {
	s.orders = append(s.orders, o)
	s.byID[o.id] = o
	s.byDomain[o.domain] = append(s.byDomain[o.domain], o)
	s.file(o)
}

// resubmit takes a returned order up again.
func (s *Simulator) resubmit(o *order, r protocol.Resubmission) (*order, error) {
	if r.Attempt != o.attempt+1 {
		return nil, newProblem(http.StatusConflict, protocol.ReasonAttemptMismatch,
			fmt.Sprintf("the order's latest attempt is %d: the next is %d", o.attempt, o.attempt+1))
	}
	if s.stand(o).ended != protocol.DecisionReturned {
		return nil, notSubmittable("only an order that was returned or withdrawn can be resubmitted")
	}
	if err := s.checkSame(o, r.Application); err != nil {
		return nil, err
	}
	kind, fill := aFiling, s.fill
	if len(o.changes) > 0 {
		kind, fill = aChange, s.fillChange
	}
	if err := s.checkFacts(r.Application, "/application", kind); err != nil {
		return nil, err
	}
	if err := fill(o, r.Application); err != nil {
		return nil, err
	}
	s.begin(o, s.mendFrom(o))
	return o, nil
}

// begin begins the order's next attempt at a stage.
func (s *Simulator) begin(o *order, first protocol.Stage) {
	o.attempt++
	o.begunAt, o.first = s.now(), first
	s.file(o)
	s.schedule(o)
}

// mendFrom is where the attempt after a return begins: at the step that its reasons ask to be put right.
func (s *Simulator) mendFrom(o *order) protocol.Stage {
	e := o.history[len(o.history)-1]
	for _, e = range slices.Backward(o.history) {
		if e.Attempt == o.attempt && e.Decision == protocol.DecisionReturned {
			break
		}
	}
	mend := protocol.Stage(s.rules.StageToMend(e.Reasons...))
	first := max(0, min(sequenceIndex(mend), sequenceIndex(e.Stage)))
	if len(o.changes) > 0 {
		first = max(first, sequenceIndex(firstOf(o.changes)))
	}
	return sequence[first]
}

// fill takes an application's facts into an order, as far as any are kept, once nothing stands in its way.
func (s *Simulator) fill(o *order, a protocol.Application) error {
	paper := paperOf(a)
	key, claimed := s.subjectKey(paper.Type, paper.Number), a.Existing.Subject.Number
	answer := s.registry.determine(a.Domain.Name, key, claimed)
	switch {
	case answer.Conflict == protocol.DeterminationConflictOtherSubject:
		return newProblem(http.StatusConflict, protocol.ReasonSubjectConflict, answer.Message)
	case answer.Conflict == protocol.DeterminationConflictAlreadyFiledHere:
		return newProblem(http.StatusConflict, "AlreadyFiled", answer.Message)
	case answer.FilingType != a.FilingType:
		return newProblem(http.StatusConflict, protocol.ReasonWrongFilingType,
			fmt.Sprintf("the type is %s now: determine it again", answer.FilingType))
	}
	if other := s.inFlight(o, key); other != nil && !s.parallel {
		return newProblem(http.StatusConflict, protocol.ReasonOrderInProgress, "the subject has another order under way: wait until it has ended")
	}
	o.filingType, o.province, o.subject, o.claimed = a.FilingType, a.Subject.Province, key, claimed
	o.person = s.personKey(a)
	o.declare(a.Materials)
	return nil
}

// inFlight is another order of the subject that is under way.
func (s *Simulator) inFlight(o *order, key subjectKey) *order {
	for _, other := range s.ordersOf(key) {
		if other != o && s.stand(other).open() {
			return other
		}
	}
	return nil
}

// file notes whose order it is.
func (s *Simulator) file(o *order) {
	if !slices.Contains(s.bySubject[o.subject], o) {
		s.bySubject[o.subject] = append(s.bySubject[o.subject], o)
	}
}

// ordersOf are the orders of the subject that has a paper, whichever of its papers they were made with.
func (s *Simulator) ordersOf(key subjectKey) []*order {
	var orders []*order
	for _, paper := range s.registry.papersOf(key) {
		for _, o := range s.bySubject[paper] {
			// A change may have given it another paper since.
			if o.subject == paper {
				orders = append(orders, o)
			}
		}
	}
	return orders
}
