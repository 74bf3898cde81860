package simulator

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// change begins an attempt that changes a filing in force (变更备案).
func (s *Simulator) change(o *order, c protocol.Change) (*order, error) {
	stand := s.stand(o)
	switch {
	case !stand.inForce:
		return nil, newProblem(http.StatusConflict, protocol.ReasonNotChangeable, "only a filing in force can be changed")
	case stand.open():
		return nil, newProblem(http.StatusConflict, protocol.ReasonOrderInProgress, "a change of the filing is under way: wait until it has ended, or withdraw it")
	case c.Attempt != o.attempt+1:
		return nil, newProblem(http.StatusConflict, protocol.ReasonAttemptMismatch,
			fmt.Sprintf("the order's latest attempt is %d: the next is %d", o.attempt, o.attempt+1))
	}
	if err := s.checkSame(o, c.Application); err != nil {
		return nil, err
	}
	if err := s.checkFacts(c.Application, "/application", aChange); err != nil {
		return nil, err
	}
	before := o.changes
	o.changes = slices.Clone(c.Changes)
	if err := s.fillChange(o, c.Application); err != nil {
		o.changes = before
		return nil, err
	}
	s.begin(o, firstOf(o.changes))
	return o, nil
}

// fillChange takes the facts of a change into its order, once nothing stands in their way.
func (s *Simulator) fillChange(o *order, a protocol.Application) error {
	paper := paperOf(a)
	key := s.subjectKey(paper.Type, paper.Number)
	switch {
	case a.Subject.Province != o.province:
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts, "another province has another bureau: cancel the filing, and file anew",
			protocol.FieldError{Pointer: "/application/subject/province", Rule: "as in the filing"})
	case key != o.subject && !o.changesIdentity(a):
		return newProblem(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts, "the subject's certificate differs, and the change does not say so",
			protocol.FieldError{Pointer: "/changes", Rule: "must name every part that differs"})
	case key != o.subject && s.registry.isOther(key, o.subject):
		return newProblem(http.StatusConflict, protocol.ReasonSubjectConflict, "the certificate is another subject's")
	case s.inFlight(o, o.subject) != nil && !s.parallel:
		return newProblem(http.StatusConflict, protocol.ReasonOrderInProgress, "the subject has another order under way: wait until it has ended")
	}
	o.changedTo, o.person = key, s.personKey(a)
	o.declare(a.Materials)
	return nil
}

// changesIdentity says that a change may give the subject another paper: an individual's is the person's own.
func (o *order) changesIdentity(a protocol.Application) bool {
	return slices.Contains(o.changes, protocol.FiledPartSubject) ||
		a.Subject.Nature == protocol.NatureIndividual && slices.Contains(o.changes, protocol.FiledPartSubjectPerson)
}

// adopt puts the facts of a change in force.
func (s *Simulator) adopt(o *order) {
	if len(o.changes) == 0 {
		return
	}
	o.subject, o.changes = o.changedTo, nil
	s.file(o)
}

// firstOf is the stage that a change begins at.
func firstOf(changes []protocol.FiledPart) protocol.Stage {
	if slices.Contains(changes, protocol.FiledPartServer) {
		return protocol.StageProductVerification
	}
	return protocol.StageSubjectAndWebsiteInformation
}
