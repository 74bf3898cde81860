package simulator

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// create makes an order of an application.
func (s *Simulator) create(a protocol.Application) (*order, error) {
	if err := s.checkFacts(a); err != nil {
		return nil, err
	}
	for _, other := range s.byDomain[a.Domain.Name] {
		if other.account == a.Account && !s.stand(other).over() {
			s.requests.refusedDuplicate(a.Account, a.Domain.Name)
			return nil, newProblem(http.StatusConflict, protocol.ReasonOrderExists,
				fmt.Sprintf("the domain has order %s in this account: find it, and go on with it", other.id))
		}
	}
	o := &order{
		id: fmt.Sprintf("O%08d", len(s.orders)+1), account: a.Account, domain: a.Domain.Name,
		createdAt: s.now(), uploaded: map[slot]upload{},
	}
	if err := s.fill(o, a); err != nil {
		return nil, err
	}
	o.attempt, o.begunAt = 1, o.createdAt
	s.orders = append(s.orders, o)
	s.byID[o.id] = o
	s.byDomain[o.domain] = append(s.byDomain[o.domain], o)
	s.bySubject[o.subject] = append(s.bySubject[o.subject], o)
	s.schedule(o)
	return o, nil
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
	if r.Application.Domain.Name != o.domain || r.Application.Account != o.account {
		return nil, newProblem(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts, "domain and account of an order cannot be changed",
			protocol.FieldError{Pointer: "/application/domain/name", Rule: "as in the attempt before"})
	}
	if err := s.checkFacts(r.Application); err != nil {
		return nil, err
	}
	if err := s.fill(o, r.Application); err != nil {
		return nil, err
	}
	o.attempt++
	o.begunAt = s.now()
	if !slices.Contains(s.bySubject[o.subject], o) {
		s.bySubject[o.subject] = append(s.bySubject[o.subject], o)
	}
	s.schedule(o)
	return o, nil
}

// fill takes an application's facts into an order, as far as any are kept, once nothing stands in its way.
func (s *Simulator) fill(o *order, a protocol.Application) error {
	paper := paperOf(a)
	key, claimed := s.subjectKey(paper.Type, paper.Number), a.Existing.Subject.Number
	answer := s.registry.determine(a.Domain.Name, key, claimed)
	switch {
	case answer.Conflict == protocol.DeterminationConflictOtherSubject:
		return newProblem(http.StatusConflict, "SubjectConflict", answer.Message)
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
	o.declared = nil
	for _, m := range a.Materials {
		o.declared = append(o.declared, slot{m.Kind, max(m.Part, 1)})
	}
	return nil
}

// inFlight is another order of the subject that is under way.
func (s *Simulator) inFlight(o *order, key subjectKey) *order {
	for _, other := range s.bySubject[key] {
		if other != o && other.subject == key && s.stand(other).open() {
			return other
		}
	}
	return nil
}

// paperOf is what a subject is recognised by: an individual's identity paper, an organization's certificate.
func paperOf(a protocol.Application) protocol.Certificate {
	if a.Subject.Nature == protocol.NatureIndividual {
		p := a.Subject.ResponsiblePerson
		return protocol.Certificate{Type: p.IDType, Number: p.IDNumber}
	}
	return a.Subject.Certificate
}

// checkFacts holds the facts to the rules that the document cannot say.
func (s *Simulator) checkFacts(a protocol.Application) error {
	var errs []protocol.FieldError
	need := func(ok bool, pointer, rule string) {
		if !ok {
			errs = append(errs, protocol.FieldError{Pointer: pointer, Rule: rule})
		}
	}
	individual := a.Subject.Nature == protocol.NatureIndividual
	hasInstance := a.Server.Instance.ID != ""
	need(individual || a.Subject.Name != "", "/subject/name", "required of an organization")
	need(individual || a.Subject.Certificate.Number != "", "/subject/certificate", "required of an organization")
	need(!individual || a.Subject.Name == "", "/subject/name", "not for an individual")
	need(!individual || a.Subject.Certificate.Number == "", "/subject/certificate", "not for an individual")
	need(hasInstance != (a.Server.ServiceNumber != ""), "/server", "exactly one of instance and serviceNumber")
	if len(errs) > 0 {
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts, "the facts break the protocol's rules", errs...)
	}
	if !a.Domain.RealNameVerified {
		return newProblem(http.StatusUnprocessableEntity, "DomainNotRealNameVerified", "have the domain's real name verified (实名认证) first",
			protocol.FieldError{Pointer: "/domain/realNameVerified", Rule: "must be true"})
	}
	return s.checkChannel(a)
}

// checkChannel refuses what the App does not take.
func (s *Simulator) checkChannel(a protocol.Application) error {
	if a.Channel != protocol.ChannelApp {
		return nil
	}
	if a.AccountSite != protocol.AccountSiteChina {
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonChannelNotAvailable, "the App takes China-site accounts only: use the PC channel")
	}
	if takes, _ := s.rules.ChannelTakesType(v1alpha1.ChannelApp, v1alpha1.FilingType(a.FilingType)); !takes {
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonChannelNotAvailable, "the App does not take this filing type: use the PC channel")
	}
	return nil
}

func notSubmittable(detail string) *problem {
	return newProblem(http.StatusConflict, protocol.ReasonNotSubmittable, detail)
}
