package simulator

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// importFiling takes a filing that is in force over as an order.
func (s *Simulator) importFiling(domain string, r protocol.Import) (*order, error) {
	paper := r.Question.Subject.Certificate
	key := s.subjectKey(paper.Type, paper.Number)
	person := s.subjectKey(r.ResponsiblePerson.IDType, r.ResponsiblePerson.IDNumber)
	if err := s.checkImport(domain, key, person, r); err != nil {
		return nil, err
	}
	for _, other := range slices.Backward(s.byDomain[domain]) {
		stand := s.stand(other)
		switch {
		case other.account != r.Question.Account || stand.over():
		case stand.inForce:
			return other, nil
		default:
			return nil, newProblem(http.StatusConflict, protocol.ReasonOrderExists,
				fmt.Sprintf("the domain has order %s in this account: find it, and go on with it", other.id))
		}
	}
	filed := s.registry.sites[domain]
	o := s.newOrder(r.Question.Account, domain)
	o.imported, o.first = true, protocol.StageBureauReview
	o.province, o.subject, o.claimed = r.Question.Subject.Province, key, filed.subject.number
	if !filed.approvedAt.IsZero() {
		o.begunAt = filed.approvedAt
	}
	s.keep(o)
	if s.lastAt.Before(o.createdAt) {
		s.lastAt = o.createdAt
	}
	s.enter(o, protocol.HistoryEntry{
		Stage: protocol.StageBureauReview, Decision: protocol.DecisionPassed, SubjectNumber: filed.subject.number, WebsiteNumber: filed.number,
	}, o.begunAt)
	return o, nil
}

// checkImport refuses what the registry does not bear out.
func (s *Simulator) checkImport(domain string, key, person subjectKey, r protocol.Import) error {
	filed := s.registry.sites[domain]
	who := s.registry.byPaper[key]
	switch {
	case r.Question.Domain != domain:
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts, "the question is about another domain than the path",
			protocol.FieldError{Pointer: "/question/domain", Rule: "as in the path"})
	case filed == nil || !slices.Contains(filed.access, protocol.AccessProviderThisProvider):
		return newProblem(http.StatusConflict, protocol.ReasonNotFiledHere, "the domain is not filed through this provider: file it")
	case who != filed.subject && (who != nil || len(filed.subject.papers) > 0):
		return newProblem(http.StatusConflict, protocol.ReasonSubjectConflict, "the domain is filed under another subject")
	case filed.subject.person != nil && *filed.subject.person != person:
		return newProblem(http.StatusConflict, protocol.ReasonSubjectConflict, "the domain is filed with another responsible person (主体负责人)")
	case r.WebsiteNumber != filed.number:
		return numberMismatch("/websiteNumber")
	case r.SubjectNumber != "" && r.SubjectNumber != filed.subject.number:
		return numberMismatch("/subjectNumber")
	}
	return nil
}

func numberMismatch(pointer string) *problem {
	return newProblem(http.StatusUnprocessableEntity, protocol.ReasonNumberMismatch, "the domain is filed under another number: look at the bureau's notice",
		protocol.FieldError{Pointer: pointer, Rule: "as in the registry"})
}
