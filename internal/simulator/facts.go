package simulator

import (
	"net/http"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// paperOf is what a subject is recognised by: an individual's identity paper, an organization's certificate.
func paperOf(a protocol.Application) protocol.Certificate {
	if a.Subject.Nature == protocol.NatureIndividual {
		p := a.Subject.ResponsiblePerson
		return protocol.Certificate{Type: p.IDType, Number: p.IDNumber}
	}
	return a.Subject.Certificate
}

// personKey recognises the subject's responsible person without saying who that is.
func (s *Simulator) personKey(a protocol.Application) *subjectKey {
	key := s.subjectKey(a.Subject.ResponsiblePerson.IDType, a.Subject.ResponsiblePerson.IDNumber)
	return &key
}

// kind is what an application is for.
type kind int

const (
	// aFiling has a type.
	aFiling kind = iota
	// aChange is of none.
	aChange
)

// checkFacts holds the facts to the rules that the document cannot say; below is where the request has them.
func (s *Simulator) checkFacts(a protocol.Application, below string, kind kind) error {
	var errs []protocol.FieldError
	need := func(ok bool, pointer, rule string) {
		if !ok {
			errs = append(errs, protocol.FieldError{Pointer: below + pointer, Rule: rule})
		}
	}
	individual := a.Subject.Nature == protocol.NatureIndividual
	hasInstance := a.Server.Instance.ID != ""
	need(kind == aChange || a.FilingType != "", "/filingType", "required of an order: have it determined")
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
			protocol.FieldError{Pointer: below + "/domain/realNameVerified", Rule: "must be true"})
	}
	return s.checkChannel(a)
}

// checkSame refuses what no later attempt of an order may change.
func (s *Simulator) checkSame(o *order, a protocol.Application) error {
	if a.Domain.Name == o.domain && a.Account == o.account {
		return nil
	}
	return newProblem(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts, "domain and account of an order cannot be changed",
		protocol.FieldError{Pointer: "/application/domain/name", Rule: "as in the attempt before"})
}

// checkChannel refuses what the App does not take.
func (s *Simulator) checkChannel(a protocol.Application) error {
	if a.Channel != protocol.ChannelApp {
		return nil
	}
	if a.AccountSite != protocol.AccountSiteChina {
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonChannelNotAvailable, "the App takes China-site accounts only: use the PC channel")
	}
	if a.FilingType == "" {
		// A change is of no type.
		return nil
	}
	if takes, _ := s.rules.ChannelTakesType(v1alpha1.ChannelApp, v1alpha1.FilingType(a.FilingType)); !takes {
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonChannelNotAvailable, "the App does not take this filing type: use the PC channel")
	}
	return nil
}

func notSubmittable(detail string) *problem {
	return newProblem(http.StatusConflict, protocol.ReasonNotSubmittable, detail)
}
