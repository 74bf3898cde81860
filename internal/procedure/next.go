package procedure

import (
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

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
	// Reminder is to be given now; nil for none.
	Reminder *Reminder
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
	// foreign is an order of the domain, under way or in force, that was made for another filing.
	foreign string
	// previous is an order of the domain that has ended, and that was made for another filing.
	previous string
	// channelRefusal says why the channel does not take the type.
	channelRefusal string
}

// Next decides, from all that is known and the time, how far the filing is, who must act, and what to ask of the
// provider. It is pure: the same facts and time give the same outcome.
func Next(f Facts, now time.Time) Outcome {
	p := &pass{Facts: f, now: now.Truncate(time.Second), status: f.Filing.Status.DeepCopy()}
	p.disown()
	p.determine()
	p.build()
	p.takeUpAgain()
	p.keepTasks()
	ask, sub := p.ask()
	return p.outcome(ask, sub)
}

// disown sets an order aside that was found for the domain but made for another filing. This filing's own is the one that
// its annotation names; or, where the operator crashed before it could write that, one made since the filing stands with
// the intent to make it. Nobody is cleared by another's order. One that has ended is in nobody's way.
func (p *pass) disown() {
	o := p.Order
	if p.Provider.Hand != ByOperator || o == nil || o.ID == "" || !p.OrderSought || p.Sent || p.status.OrderID != "" ||
		p.Filing.Annotations[v1alpha1.OrderAnnotation] == o.ID {
		return
	}
	if p.status.Stage == v1alpha1.StageProductVerification && !o.CreatedAt.Before(p.Filing.CreationTimestamp.Time) {
		return
	}
	p.Order = nil
	if o.over() {
		p.previous = o.ID
	} else {
		p.foreign = o.ID
	}
}

// over says that an order was given up, or its filing cancelled or revoked.
func (o *Order) over() bool {
	return slices.ContainsFunc(o.History, func(d Decision) bool {
		return d.Decision == v1alpha1.DecisionCancelled || d.Decision == v1alpha1.DecisionRevoked
	})
}

// determine settles the filing type: an order's own, else the one that was found before, else what is known.
func (p *pass) determine() {
	switch {
	case p.Determination != nil && p.typeReturned():
		p.determined = *p.Determination
	case p.Order != nil && p.Order.FilingType != "":
		p.determined = Determination{Type: p.Order.FilingType}
	case p.status.FilingType != "" && (p.status.OrderID != "" || p.status.SubmittedFacts != "" || p.Order != nil && len(p.Order.History) > 0):
		p.determined = Determination{Type: p.status.FilingType}
	case p.Determination != nil:
		p.determined = *p.Determination
	case p.Provider.Hand == ByPeople:
		p.determined = Determine(p.Filing.Spec.Existing)
	case p.rememberedType():
		p.determined = Determination{Type: p.status.FilingType}
	}
	p.c = p.caseOf(p.determined.Type)
	p.channelRefusal = channelRefusal(p.c)
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
	return p.status.SubmittedFacts != "" && !p.Sent && p.status.SubmittedFacts != Digest(&p.Filing.Spec)
}

// rememberedType says that the type which the status holds was found for the facts as they are, a moment ago. Once an
// order could not be made of it, it is determined afresh: the subject's other order may have ended meanwhile.
func (p *pass) rememberedType() bool {
	ready := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReady)
	return p.status.FilingType != "" && p.status.ObservedGeneration == p.Filing.Generation &&
		ready != nil && ready.Reason == v1alpha1.ReasonProgressing
}

// build makes the state: from the order's history where it was read, from the last status where an order is under way
// that nothing new was heard of, else from the beginning.
func (p *pass) build() {
	if p.Order == nil && (p.status.OrderID != "" || p.status.SubmittedFacts != "") && len(p.status.Stages) > 0 {
		p.s = carried(p.status)
		return
	}
	p.s = newState(p.c, p.created(p.now))
	begun := p.Order != nil && (p.Order.ID != "" || len(p.Order.History) > 0)
	if p.Provider.Problem != "" && !begun || p.blocked() && !begun {
		return
	}
	p.s.finish(p.c, v1alpha1.StagePreparation, p.earlier(v1alpha1.StagePreparation))
	if p.determined.Type == "" && !begun || p.Rival != "" && !begun || p.channelRefusal != "" && !begun {
		return
	}
	p.s.finish(p.c, v1alpha1.StageTypeDetermination, p.earlier(v1alpha1.StageTypeDetermination))
	if p.Order != nil {
		p.verdicts = replay(p.c, p.s, p.Order)
	}
}

// earlier is when a stage that the operator itself finishes was first seen to be finished: what the status remembers,
// else now, but never after the order's own history begins.
func (p *pass) earlier(stage v1alpha1.StageName) time.Time {
	seen := p.now
	for _, st := range p.status.Stages {
		if st.Name == stage && st.State == v1alpha1.StageDone && st.FinishedAt != nil {
			seen = st.FinishedAt.Time
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

// takeUpAgain begins the next attempt of a returned order once the facts in the spec were changed, or somebody asks for
// it because what had to be mended is not in the spec.
func (p *pass) takeUpAgain() {
	if !p.s.Returned || !p.Checked || p.blocked() {
		return
	}
	changed := p.status.SubmittedFacts != "" && Digest(&p.Filing.Spec) != p.status.SubmittedFacts
	asked := p.Filing.Annotations[v1alpha1.ResubmitAnnotation] == strconv.Itoa(int(p.s.Attempt)+1)
	begun := p.status.Attempt == p.s.Attempt+1
	if begun || changed || asked {
		p.s.beginAttempt(p.c, p.now)
	}
}

// keepTasks keeps what the status knows to be done of a stage that is still under way in the same attempt.
func (p *pass) keepTasks() {
	if p.Order != nil && p.Order.ID != "" {
		p.s.taskDone(v1alpha1.StageProductVerification, taskCreateOrder, Decision{At: p.Order.CreatedAt})
	}
	if p.Uploaded {
		p.s.taskDone(v1alpha1.StageMaterialsAndAuthenticity, taskUpload, Decision{At: p.now})
	}
	if p.status.Attempt != p.s.Attempt {
		return
	}
	for _, before := range p.status.Stages {
		st := p.s.stage(before.Name)
		own := before.Name == v1alpha1.StagePreparation || before.Name == v1alpha1.StageTypeDetermination
		if p.s.Attempt > 1 && own && before.State == v1alpha1.StageDone && st.State == v1alpha1.StageDone {
			*st = *before.DeepCopy()
			continue
		}
		if before.State != v1alpha1.StageActive || st.State != v1alpha1.StageActive {
			continue
		}
		st.StartedAt = before.StartedAt
		for i := range st.Tasks {
			for _, t := range before.Tasks {
				if t.Name == st.Tasks[i].Name && st.Tasks[i].DoneAt == nil && st.Tasks[i].Actor == v1alpha1.ActorOperator {
					st.Tasks[i].DoneAt = t.DoneAt
				}
			}
		}
	}
}

// carried is the state that the last status tells of.
func carried(status *v1alpha1.IcpFilingStatus) *State {
	s := &State{
		Attempt: max(status.Attempt, 1), OrderID: status.OrderID, Stages: slices.Clone(status.Stages),
		SubjectNumber: status.SubjectNumber, WebsiteNumber: status.WebsiteNumber, ApprovedAt: at(status.ApprovedAt),
	}
	if status.Stage == v1alpha1.StageRevoked || status.Stage == v1alpha1.StageCancelled {
		s.Ended = status.Stage
	}
	for _, st := range s.Stages {
		s.Returned = s.Returned || st.State == v1alpha1.StageReturned
	}
	return s
}

// outcome gathers the decision into the status.
func (p *pass) outcome(ask Ask, sub Submission) Outcome {
	o := Outcome{Ask: ask, Submission: sub, Verdicts: p.verdicts}
	status := p.status.DeepCopy()
	status.Provider = p.providerName()
	status.RuleSet = p.Rules.Name()
	status.FilingType = p.determined.Type
	status.Stage = p.s.Stage()
	status.Attempt = p.s.Attempt
	status.OrderID = p.s.OrderID
	status.Stages = p.s.Stages
	status.SubjectNumber, status.WebsiteNumber = p.s.SubjectNumber, p.s.WebsiteNumber
	status.ApprovedAt = stamp(p.s.ApprovedAt)
	status.SubmittedFacts = p.submittedFacts()
	if p.Hosts != (v1alpha1.ExposureStatus{}) || status.Exposure != nil {
		status.Exposure = &v1alpha1.ExposureStatus{ServedHosts: p.Hosts.ServedHosts, HeldHosts: p.Hosts.HeldHosts}
	}
	if p.c.Hand == ByOperator && p.s.OrderID != p.Filing.Annotations[v1alpha1.OrderAnnotation] {
		o.OrderID = p.s.OrderID
	}
	ps := p.publicSecurity()
	status.PublicSecurity = ps.status
	status.NextAction = p.nextAction(ps)
	status.Conditions = p.conditions(status, ps)
	o.Status, o.OpenedAt, o.Reminder = *status, ps.record, ps.reminder
	o.LookAgain = ps.lookAgain
	return o
}

// providerName is frozen once there is an order.
func (p *pass) providerName() string {
	if (p.s.OrderID != "" || p.status.SubmittedFacts != "") && p.status.Provider != "" {
		return p.status.Provider
	}
	return p.Provider.Name
}

// submittedFacts is the digest of what the current attempt took to the provider.
func (p *pass) submittedFacts() string {
	switch {
	case p.Sent:
		return Digest(&p.Filing.Spec)
	case p.c.Hand == ByPeople && p.s.Submitted() && (p.status.Attempt != p.s.Attempt || !meta.IsStatusConditionTrue(p.status.Conditions, v1alpha1.ConditionSubmitted)):
		return Digest(&p.Filing.Spec)
	case p.c.Hand == ByOperator && p.s.Attempt > max(p.status.Attempt, 1):
		// The intent: should the answer be lost, this is what the attempt took.
		return Digest(&p.Filing.Spec)
	case p.status.SubmittedFacts == "" && (p.s.Submitted() || p.s.OrderID != "" || p.s.Returned):
		return Digest(&p.Filing.Spec)
	}
	return p.status.SubmittedFacts
}
