package procedure

import (
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Ask is what to ask of the provider next.
type Ask string

// Asks, in the order in which a filing comes to them.
const (
	// AskNothing: wait.
	AskNothing Ask = ""
	// AskToPersist: write the status first; it holds the intent of the next call.
	AskToPersist Ask = "Persist"
	// AskFind: is there an order of this domain already? There is after a restore.
	AskFind Ask = "Find"
	// AskType: which type of filing is this?
	AskType Ask = "DetermineType"
	// AskCreate: make the order.
	AskCreate Ask = "Create"
	// AskState: how far is the order?
	AskState Ask = "Get"
	// AskUpload: take the materials.
	AskUpload Ask = "Upload"
	// AskConfirm: submit the order.
	AskConfirm Ask = "Confirm"
	// AskResubmit: take the changed facts as the next attempt.
	AskResubmit Ask = "Resubmit"
	// AskImport: confirm that the domain was filed before it came here.
	AskImport Ask = "Import"
	// AskChange: change what is in force (变更备案).
	AskChange Ask = "Change"
	// AskWithdraw: give the order back from review (撤回).
	AskWithdraw Ask = "Withdraw"
	// AskCancel: cancel the filing, or give its order up (注销).
	AskCancel Ask = "Cancel"
)

// Outcome is what a pass decides.
type Outcome struct {
	// Status to be written.
	Status v1alpha1.IcpFilingStatus
	// Ask of the provider, after which the pass decides again.
	Ask Ask
	// Submission that the Ask is for.
	Submission Submission
	// OrderID is to be kept in the filing's annotation; empty where there is nothing new.
	OrderID string
	// OpenedAt is to be kept in the filing's annotation; zero where there is nothing new.
	OpenedAt time.Time
	// Reminders are to be given now.
	Reminders []Reminder
	// LastReminder of the public-security registration, and Deadlines' last ones, are to be kept in the filing's annotations
	// once they were given; empty where there is nothing new.
	LastReminder, Deadlines string
	// FinalWarning is to be kept in the filing's annotation; nil where there is nothing new, and empty where there is nothing
	// to keep any more.
	FinalWarning *string
	// Filed is to be kept in the filing's annotation; empty where there is nothing new.
	Filed string
	// Registry is to be kept in the filing's annotation; nil where there is nothing new, and empty where there is nothing
	// to keep any more.
	Registry *string
	// Hold says that the filing must not go before the provider has cancelled it.
	Hold bool
	// Verdicts on the order's history, for the reviews' own conditions.
	Verdicts []Verdict
	// LookAgain is when time alone changes something; zero for never.
	LookAgain time.Time
}

// pass is one decision in the making.
type pass struct {
	Facts
	now    time.Time
	status *v1alpha1.IcpFilingStatus
	c      Case
	s      *State
	// determined is the answer on the type; Conflict stops the filing.
	determined Determination
	verdicts   []Verdict
	// base is how many attempts the filing had before its present order: 0 but where it was filed anew.
	base int32
	// foreign is an order of the domain, under way or in force, that was made for another filing.
	foreign string
	// perhaps is an order of the domain that may have been made for this filing, whose answer was lost: the same key tells.
	perhaps *Order
	// previous is an order of the domain that has ended: another filing's, or this one's, which is filed anew.
	previous string
	// left is what the filing has left at the bureau that has ended and is filed anew.
	left remains
	// channelRefusal says why the channel does not take the type.
	channelRefusal string
	// waitsFor is the subject's other filing whose order goes first.
	waitsFor string
	// held says that a returned order would be taken up again, and that another order of the subject goes first.
	held bool
	// record is what was last submitted, wanted what is to be, adopted what the subject's other filings brought.
	record          *Record
	wanted, adopted Digests
	change          change
	// standing are the parts that were in force when the first attempt began that the record does not tell of.
	standing Digests
	// registry is what the registry has said and the annotation keeps.
	registry RegistryRecord
	// imported says that the filing's history begins with its import, whatever was filed anew since.
	imported bool
	// anew says that people file anew what has ended, and have recorded nothing of that yet.
	anew bool
	// early are the verdicts on what people dated in the future, and nextEarly is when the first of that comes.
	early     []Verdict
	nextEarly time.Time
	// decided says that the change that the record tells of was decided.
	decided bool
}

// Next decides, from all that is known and the time, how far the filing is, who must act, and what to ask of the
// provider. It is pure: the same facts and time give the same outcome.
func Next(f Facts, now time.Time) Outcome {
	p := &pass{Facts: f, now: now.Truncate(time.Second), status: f.Filing.Status.DeepCopy()}
	if p.Reminding == nil {
		p.Reminding = RemindingOf(nil)
	}
	p.remember()
	p.hearRegistry()
	p.setAhead()
	p.disown()
	p.steady()
	p.ownOrder()
	p.waitsFor = p.ahead()
	p.determine()
	p.build()
	p.fileAnew()
	p.catchUp()
	p.considerChange()
	p.takeUpAgain()
	p.keepTasks()
	ask, sub := p.ask()
	return p.outcome(ask, sub)
}

// remember reads what was submitted, and finds what is wanted now. What the persons' Secrets said of them stands in the
// record, for when they are not read again.
func (p *pass) remember() {
	p.record = RecordOf(p.Filing)
	p.wanted = Wanted(&p.Filing.Spec, p.Persons, p.record)
	if p.record != nil && !p.Persons.Known {
		p.Persons.NonResident, p.Persons.OnePhone = p.record.NonResident, p.record.OnePhone
		p.Persons.SubjectPaperEnds, p.Persons.WebsitePaperEnds = p.record.SubjectPaperEnds, p.record.WebsitePaperEnds
	}
}

// determine settles the filing type: an order's own, else the one that was found before, else what is known.
func (p *pass) determine() {
	switch {
	case p.imports():
	case p.Determination != nil && p.typeReturned():
		p.determined = *p.Determination
	case p.orderedType() != "":
		p.determined = Determination{Type: p.orderedType()}
	case p.status.FilingType != "" && (p.status.OrderID != "" || p.status.SubmittedFacts != "" || p.begun()):
		p.determined = Determination{Type: p.status.FilingType}
	case p.Determination != nil:
		p.determined = *p.Determination
	case p.Provider.Hand == ByPeople && p.record != nil && p.record.Type != "":
		p.determined = Determination{Type: p.record.Type}
	case p.Provider.Hand == ByPeople:
		p.determined = p.determineByPeople()
	case p.rememberedType(), p.unansweredType():
		p.determined = Determination{Type: p.status.FilingType}
	}
	p.c = p.caseOf(p.determined.Type)
	p.channelRefusal = channelRefusal(p.c)
	if p.determined.Type == "" && p.determined.Conflict == "" && !p.imports() {
		// Until it is determined, the plan shows the type that what is known speaks for.
		p.c.Type = p.determineByPeople().Type
	}
}

// orderedType is the type that the order was made with, or one that may be this filing's: the same call again is of the same.
func (p *pass) orderedType() v1alpha1.FilingType {
	switch {
	case p.perhaps != nil:
		return p.perhaps.FilingType
	case p.Order != nil:
		return p.Order.FilingType
	}
	return ""
}

// begun says that something is known of an order, of the present one where the filing was filed anew.
func (p *pass) begun() bool {
	return p.Order != nil && (p.Order.ID != "" || slices.ContainsFunc(p.Order.History, func(d Decision) bool { return d.Attempt > p.base }))
}

// typeReturned says that the order's latest attempt was sent back to a step at which the type is determined again.
func (p *pass) typeReturned() bool {
	if p.Order == nil {
		return false
	}
	return slices.ContainsFunc(p.Order.History, func(d Decision) bool {
		return d.Decision == v1alpha1.DecisionReturned && d.Attempt == p.Order.Attempt &&
			StageOrder(p.Rules.StageToMend(d.Reasons...)) <= StageOrder(v1alpha1.StageTypeDetermination)
	})
}

// changedSince says that the facts in the spec are no longer those that the provider was sent.
func (p *pass) changedSince() bool {
	return p.record != nil && p.Sent != p.s.Attempt && p.record.Facts != "" && p.record.Facts != Digest(&p.Filing.Spec)
}

// rememberedType says that the type which the status holds was found for the facts as they are, a moment ago. Once an
// order could not be made of it, it is determined afresh: the subject's other order may have ended meanwhile.
func (p *pass) rememberedType() bool {
	return p.status.FilingType != "" && p.status.ObservedGeneration == p.Filing.Generation &&
		readyReason(p.status) == v1alpha1.ReasonProgressing
}

// unansweredType says that the provider does not answer now, be it only whether it has an order: what it determined stands until it
// is determined afresh, or the stage would go back and forth with each failure.
func (p *pass) unansweredType() bool {
	return p.status.FilingType != "" && p.status.ObservedGeneration == p.Filing.Generation &&
		p.Failure != nil && p.Failure.Reason == v1alpha1.ReasonProviderUnavailable
}

// build makes the state: from the order's history where it was read, from the last status where an order is under way
// that nothing new was heard of, else from the beginning.
func (p *pass) build() {
	switch {
	case p.Order == nil && (p.status.OrderID != "" || p.status.SubmittedFacts != "") && len(p.status.Stages) > 0:
		p.s = carried(p.c, p.status)
		p.s.Imported = p.s.Imported || p.record != nil && p.record.Imported && p.base == 0
	case p.imports():
		p.s = newImport(p.c, p.created(p.now))
		p.s.Attempt += p.base
	default:
		p.s = newState(p.c, p.created(p.now))
		p.s.Attempt += p.base
		p.openStages()
	}
	p.imported = p.s.Imported
	if p.Order != nil && (p.begun() || p.s.Step() == v1alpha1.StageProductVerification || p.s.Imported) {
		p.verdicts = p.replay()
	}
}

// openStages ends the stages before the order, as far as nothing stops the filing. Once an order was begun nothing does.
func (p *pass) openStages() {
	if !p.begun() && (p.Provider.Problem != "" || p.blocked()) {
		return
	}
	p.s.finish(v1alpha1.StagePreparation, p.earlier(v1alpha1.StagePreparation))
	if !p.begun() && (p.determined.Type == "" || p.Rival != "" || p.channelRefusal != "" || p.waitsFor != "") {
		return
	}
	if p.peopleDetermine() {
		// In the app, people must do something for it; the operator's own part of it is done.
		p.s.taskDone(v1alpha1.StageTypeDetermination, taskDetermineType, Decision{At: p.earlier(v1alpha1.StageTypeDetermination)})
		return
	}
	p.s.finish(v1alpha1.StageTypeDetermination, p.earlier(v1alpha1.StageTypeDetermination))
}

// peopleDetermine says that people have a task of their own where the type is determined.
func (p *pass) peopleDetermine() bool {
	return slices.ContainsFunc(p.s.stage(v1alpha1.StageTypeDetermination).Tasks, func(t v1alpha1.TaskStatus) bool { return isPerson(t.Actor) })
}

// earlier is when a stage that the operator itself finishes was first seen to be finished: what the status remembers,
// else now, but never after the order's own history begins.
func (p *pass) earlier(stage v1alpha1.StageName) time.Time {
	seen := p.now
	if p.status.Attempt <= p.base+1 {
		for _, st := range p.status.Stages {
			if st.Name != stage {
				continue
			}
			if st.State == v1alpha1.StageDone && st.FinishedAt != nil {
				seen = st.FinishedAt.Time
			}
			for _, t := range st.Tasks {
				if t.Name == taskDetermineType && t.DoneAt != nil && t.DoneAt.Time.Before(seen) {
					seen = t.DoneAt.Time
				}
			}
		}
	}
	if p.Order != nil {
		for _, d := range p.Order.History {
			if d.At.Before(seen) {
				seen = d.At
			}
		}
	}
	return seen
}
