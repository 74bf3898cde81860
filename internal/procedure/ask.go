package procedure

import (
	"slices"
	"strconv"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ask decides what to ask of a provider that is reached over the protocol. Every effect waits until the status that
// holds its intent (attempt and step) has been written.
func (p *pass) ask() (Ask, Submission) {
	sub := Submission{Attempt: p.s.Attempt - p.base, OrderID: p.s.OrderID, Previous: p.previous, Changed: p.s.c.Changed}
	if sub.OrderID == "" && p.seek() == AskState {
		sub.OrderID = OwnOrder(p.Filing)
	}
	if p.c.Hand != ByOperator || p.Failure != nil {
		return AskNothing, sub
	}
	if !p.usable() {
		return p.askOnlyToRead(), sub
	}
	if p.deleting() {
		return p.askToCancel(), sub
	}
	if p.s.OrderID == "" {
		return p.askForOrder(), sub
	}
	if p.Order == nil {
		if p.News || p.operatorsTurn() || p.untaken() || p.outdated() || p.supplementAsked() && p.papersChanged() || p.s.InReview() && p.asksToWithdraw() || p.asksAnew(p.s.Attempt+1) {
			return AskState, sub
		}
		return AskNothing, sub
	}
	return p.askOfOrder(), sub
}

// askOfOrder decides what to ask of an order that was read.
func (p *pass) askOfOrder() Ask {
	switch {
	case p.s.InReview() && p.asksToWithdraw(), p.outdated():
		return p.intended(AskWithdraw)
	case !p.s.UnderWay():
		return AskNothing
	case p.Order.Attempt < p.s.Attempt:
		return p.askForAttempt()
	case p.s.Returned:
		// The order waits for the applicant, whichever step they mend.
		return AskNothing
	}
	if p.supplementAsked() && p.papersChanged() && !p.blocked() {
		return p.intended(AskUpload)
	}
	switch p.s.Step() {
	case v1alpha1.StageMaterialsAndAuthenticity:
		if p.open(taskUpload) && !p.blocked() {
			return p.intended(AskUpload)
		}
	case v1alpha1.StageConfirmation:
		switch {
		case p.blocked():
		case p.record != nil && p.Uploaded != p.s.Attempt && p.Files.differ(p.record.Files):
			// The attempt begins after the upload, and the files were replaced since.
			return p.intended(AskUpload)
		default:
			return p.intended(AskConfirm)
		}
	}
	return AskNothing
}

// askForAttempt takes the next attempt of an order to the provider: a change of what is in force, or what was mended.
func (p *pass) askForAttempt() Ask {
	switch {
	case p.blocked():
		return AskNothing
	case p.s.c.Change:
		return p.intended(AskChange)
	case p.typeReturned() && p.Determination == nil:
		return AskType
	}
	return p.intended(AskResubmit)
}

// untaken says that an attempt was begun whose facts were not taken to the provider yet.
func (p *pass) untaken() bool {
	return p.record != nil && p.record.Attempt < p.s.Attempt && p.s.UnderWay() && !p.s.Returned
}

// outdated says that the attempt which the provider holds is not confirmed, and that its facts are not those that are
// wanted any more: it is taken back, and another one follows where something is wanted.
func (p *pass) outdated() bool {
	open := p.record != nil && p.record.Attempt == p.s.Attempt && !p.s.Returned && !p.s.confirmed() && p.s.Ended == "" && (!p.s.InForce() || p.s.changeOpen())
	return open && p.Sent != p.s.Attempt && (p.s.GivenUp || p.Checked && !p.blocked() && (p.changedSince() || p.record.Differs(p.wanted)))
}

// supplementAsked says that a reviewer asks for further papers, which spec.materials may name by now.
func (p *pass) supplementAsked() bool {
	return p.s.UnderWay() && !p.s.Returned && p.Uploaded != p.s.Attempt && p.open(string(v1alpha1.TaskSupplement))
}

// papersChanged says that there are other papers than were uploaded, in spec.materials or in the Secrets, or that nobody
// knows, since the answer to the upload was lost.
func (p *pass) papersChanged() bool {
	return p.changedSince() || p.record != nil && (p.record.Files == nil || p.Files.differ(p.record.Files))
}

// askOnlyToRead asks, of a filing that is to ask nothing of its provider, where its own order stands if there is news of what is in
// force: whoever suspends it, or takes from its namespace what the provider asks of it, keeps nobody from hearing that it was revoked.
// It asks the same of one that is suspended and whose status was lost. Neither call has an effect.
func (p *pass) askOnlyToRead() Ask {
	switch {
	case p.s.OrderID != "" && p.s.InForce() && p.News && p.Order == nil:
		return AskState
	case p.Provider.Problem == "" && p.s.OrderID == "" && OwnOrder(p.Filing) != "" && !p.OrderSought:
		return p.seek()
	}
	return AskNothing
}

// seek asks for the order that the annotation names: whatever else the provider finds for the domain by now, this one is the
// filing's. Where that has ended, or there is none, it asks for one of the domain.
func (p *pass) seek() Ask {
	id, base := parseOrderAnnotation(p.Filing.Annotations[v1alpha1.OrderAnnotation])
	if id != "" && p.previous == "" && p.status.Attempt <= base+1 {
		return AskState
	}
	return AskFind
}

func (p *pass) askForOrder() Ask {
	switch {
	case !p.asked() && (p.Rival != "" || p.waitsFor != "" && !p.s.Imported):
		return AskNothing
	case !p.OrderSought:
		// One's own is asked for whoever else holds the domain by now: which of the two does depends on it.
		return p.seek()
	case p.perhaps != nil:
		return p.askAgainForOrder()
	case p.Rival != "":
		return AskNothing
	case p.s.Imported && !p.Persons.Known:
		return AskNothing
	case p.s.Imported:
		return p.intended(AskImport)
	case p.foreign != "" || p.waitsFor != "":
		return AskNothing
	case p.blocked():
		return AskNothing
	case p.determined.Type == "" && p.determined.Conflict == "":
		return AskType
	case p.s.Step() == v1alpha1.StageProductVerification:
		return p.intended(AskCreate)
	}
	return AskNothing
}

// askAgainForOrder makes the call again whose answer was lost: the annotation holds its intent. It has no other effect than
// it had, and says whether the order that was found is this filing's.
func (p *pass) askAgainForOrder() Ask {
	switch {
	case p.s.Imported && !p.Persons.Known && !p.deleting():
		return AskNothing
	case p.s.Imported:
		return AskImport
	case p.blocked() && !p.deleting():
		return AskNothing
	}
	return AskCreate
}

// askToCancel has what stands at the provider cancelled (注销) before the filing goes, where it is to be.
func (p *pass) askToCancel() Ask {
	switch {
	case !p.holds():
		return AskNothing
	case p.s.OrderID == "" && !p.OrderSought:
		return p.seek()
	case p.perhaps != nil:
		return p.askAgainForOrder()
	case p.s.OrderID == "":
		return AskNothing
	case p.Order == nil:
		return AskState
	}
	return AskCancel
}

// holds says that the filing must not go yet: what stands at the provider is to be cancelled first. What people would
// have to record in a namespace that is being deleted, nobody can.
func (p *pass) holds() bool {
	if p.Filing.Spec.DeletionPolicy != v1alpha1.DeletionCancelFiling || p.s.Ended != "" {
		return false
	}
	if !p.deleting() {
		return true
	}
	if p.c.Hand == ByOperator {
		return p.holdsOrder()
	}
	return (p.s.InForce() || p.s.Submitted()) && !p.NamespaceEnding
}

// holdsOrder says that an order of the filing may stand at the provider. One that was never asked for does not; and where
// the namespace goes and nobody can ask the provider, the filing goes with it.
func (p *pass) holdsOrder() bool {
	switch {
	case p.NamespaceEnding && (p.Provider.Problem != "" || p.s.Imported && p.perhaps != nil && !p.Persons.Known):
		return false
	case p.s.OrderID != "":
		return true
	case !p.asked():
		return false
	}
	return !p.OrderSought || p.perhaps != nil
}

// asksToWithdraw says that somebody asks by annotation to take this attempt back.
func (p *pass) asksToWithdraw() bool {
	return p.Filing.Annotations[v1alpha1.WithdrawAnnotation] == strconv.Itoa(int(p.s.Attempt))
}

// intended lets an effect through once the written status holds its intent, of this very order.
func (p *pass) intended(ask Ask) Ask {
	written := p.Filing.Status
	if p.Filing.Annotations[v1alpha1.OrderAnnotation] == "" {
		return AskToPersist
	}
	if written.Attempt == p.s.Attempt && written.OrderID == p.s.OrderID && written.Provider == p.Provider.Name && len(written.Stages) > 0 && carried(p.c, &written).Step() == p.s.Step() {
		return ask
	}
	return AskToPersist
}

// operatorsTurn says that a task of the step under way is the operator's own.
func (p *pass) operatorsTurn() bool {
	return p.s.UnderWay() && !p.s.Returned && p.openTask(func(t v1alpha1.TaskStatus) bool { return t.Actor == v1alpha1.ActorOperator })
}

// open says that a task of the step under way is still to be done.
func (p *pass) open(task string) bool {
	return p.openTask(func(t v1alpha1.TaskStatus) bool { return t.Name == task })
}

func (p *pass) openTask(is func(v1alpha1.TaskStatus) bool) bool {
	i := p.s.current()
	return i >= 0 && slices.ContainsFunc(p.s.Stages[i].Tasks, func(t v1alpha1.TaskStatus) bool { return t.DoneAt == nil && is(t) })
}
