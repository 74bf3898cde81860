package procedure

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ask decides what to ask of a provider that is reached over the protocol. Every effect waits until the status that
// holds its intent (stage and attempt) has been written.
func (p *pass) ask() (Ask, Submission) {
	sub := Submission{Attempt: p.s.Attempt, OrderID: p.s.OrderID, Previous: p.previous}
	if p.c.Hand != ByOperator || !p.usable() || p.Failure != nil {
		return AskNothing, sub
	}
	if p.s.OrderID == "" {
		return p.askForOrder(), sub
	}
	if p.Order == nil {
		if p.News || p.operatorsTurn() {
			return AskState, sub
		}
		return AskNothing, sub
	}
	if p.Order.Attempt < p.s.Attempt {
		if p.typeReturned() && p.Determination == nil {
			return AskType, sub
		}
		return p.intended(AskResubmit), sub
	}
	if p.s.Returned {
		// The order waits for the applicant, whichever step they mend.
		return AskNothing, sub
	}
	switch p.s.Stage() {
	case v1alpha1.StageMaterialsAndAuthenticity:
		if p.open(taskUpload) {
			return p.intended(AskUpload), sub
		}
	case v1alpha1.StageConfirmation:
		if !p.blocked() && !p.changedSince() {
			return p.intended(AskConfirm), sub
		}
	}
	return AskNothing, sub
}

func (p *pass) askForOrder() Ask {
	switch {
	case p.Rival != "":
		return AskNothing
	case !p.OrderSought:
		return AskFind
	case p.foreign != "":
		return AskNothing
	case p.blocked():
		return AskNothing
	case p.determined.Type == "" && p.determined.Conflict == "":
		return AskType
	case p.s.Stage() == v1alpha1.StageProductVerification:
		return p.intended(AskCreate)
	}
	return AskNothing
}

// intended lets an effect through once the written status holds its intent.
func (p *pass) intended(ask Ask) Ask {
	if p.status.Stage == p.s.Stage() && p.status.Attempt == p.s.Attempt && p.status.Provider == p.Provider.Name {
		return ask
	}
	return AskToPersist
}

// operatorsTurn says that a task of the stage under way is the operator's own.
func (p *pass) operatorsTurn() bool {
	return !p.s.Returned && p.s.Ended == "" && p.openTask(func(t v1alpha1.TaskStatus) bool { return t.Actor == v1alpha1.ActorOperator })
}

// open says that a task of the stage under way is still to be done.
func (p *pass) open(task string) bool {
	return p.openTask(func(t v1alpha1.TaskStatus) bool { return t.Name == task })
}

func (p *pass) openTask(is func(v1alpha1.TaskStatus) bool) bool {
	i := p.s.current()
	return i >= 0 && slices.ContainsFunc(p.s.Stages[i].Tasks, func(t v1alpha1.TaskStatus) bool { return t.DoneAt == nil && is(t) })
}
