package procedure

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// outcome gathers the decision into the status.
func (p *pass) outcome(ask Ask, sub Submission) Outcome {
	o := Outcome{Ask: ask, Submission: sub, Verdicts: append(p.verdicts, p.early...), Hold: p.holds()}
	s := *p.status // which is this pass's own copy
	status := &s
	p.s.expect()
	p.sayType()
	status.Provider = p.providerName()
	if !p.s.InForce() || p.s.Changing() || status.RuleSet == "" {
		// What was approved keeps the rules that it was approved by.
		status.RuleSet = p.Rules.Name()
	}
	status.FilingType = p.determined.Type
	status.Stage = p.s.Stage()
	status.Attempt = p.s.Attempt
	status.OrderID = p.s.OrderID
	status.Stages = p.s.Stages
	status.SubjectNumber, status.WebsiteNumber = p.s.SubjectNumber, p.s.WebsiteNumber
	status.ApprovedAt = stamp(p.s.ApprovedAt)
	if p.Hosts != (v1alpha1.ExposureStatus{}) || status.Exposure != nil {
		status.Exposure = &v1alpha1.ExposureStatus{ServedHosts: p.Hosts.ServedHosts, HeldHosts: p.Hosts.HeldHosts}
	}
	p.keep(&o)
	status.SubmittedFacts = p.submittedFacts()
	ps, ends := p.publicSecurity(), p.expiries()
	status.PublicSecurity, status.Deadlines = ps.status, ends.status
	status.NextAction = p.nextAction(firstDue(append([]*v1alpha1.NextAction{ps.action, p.licence()}, ends.actions...)...))
	p.keepRegistry()
	if value := p.registry.String(); value != p.Filing.Annotations[v1alpha1.RegistryAnnotation] {
		o.Registry = &value
	}
	status.Conditions = p.conditions(status, ps)
	o.Status, o.OpenedAt, o.FinalWarning = *status, ps.record, ps.warning
	p.keepReminders(&o, ps, ends)
	o.LookAgain = soonest(ps.lookAgain, ends.lookAgain, p.lookAt(p.licenceEnds()), p.smsWindowEnds(), p.askAgain(), p.nextEarly)
	return o
}

// keep says what only the operator knows and the annotations must hold: which order is the filing's, and what it took.
func (p *pass) keep(o *Outcome) {
	if p.c.Hand == ByOperator && p.s.OrderID == "" && o.Ask == AskToPersist && p.Filing.Annotations[v1alpha1.OrderAnnotation] == "" {
		o.OrderID = orderAsked
	}
	if p.c.Hand == ByOperator && p.s.OrderID != "" {
		if value := orderAnnotation(p.s.OrderID, p.base); value != p.Filing.Annotations[v1alpha1.OrderAnnotation] {
			o.OrderID = value
		}
	}
	if r := p.keepRecord(); r != nil {
		p.record = r
		if value := r.String(); value != p.Filing.Annotations[v1alpha1.FiledAnnotation] {
			o.Filed = value
		}
	}
}

// keepReminders says which reminders are to be given, and which were the last.
func (p *pass) keepReminders(o *Outcome, ps publicSecurity, ends expiries) {
	o.Reminders = ends.reminders
	if ps.reminder != nil {
		o.Reminders = append([]Reminder{*ps.reminder}, o.Reminders...)
	}
	o.LastReminder = ps.last
	if ends.kept != p.Filing.Annotations[v1alpha1.DeadlinesAnnotation] {
		o.Deadlines = ends.kept
	}
}

// sayType says with the stage that determined it why the filing has its type.
func (p *pass) sayType() {
	if st := p.s.stage(v1alpha1.StageTypeDetermination); p.saysType() {
		st.Reason, st.Message = p.typeWords()
	}
}

func (p *pass) saysType() bool {
	returned := p.s.stage(v1alpha1.StageTypeDetermination).State == v1alpha1.StageReturned
	return p.determined.Type != "" && !p.s.Imported && !p.s.c.Change && !returned
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
	case p.s.InForce() && !p.s.changeOpen():
		// Nothing is on its way: what differs from what is in force the record tells, part by part.
		return Digest(&p.Filing.Spec)
	case p.record == nil, p.c.Hand == ByOperator && p.s.OrderID == "":
		return ""
	case p.c.Hand == ByPeople || p.record.Attempt >= p.s.Attempt || p.s.Ended != "":
		return p.record.Facts
	case p.Order != nil:
		// The intent: should the answer be lost, this is what the attempt took.
		return Digest(&p.Filing.Spec)
	}
	return orDefault(p.status.SubmittedFacts, p.record.Facts)
}

// askEvery is how often a provider is asked again for what it refused, where nothing but its own word changes that.
const askEvery = time.Hour

// askAgain is when a refusal is tried again: what it takes to have it taken back is mostly done outside the cluster, with the
// provider, the registrar, or at the filing that is in the way.
func (p *pass) askAgain() time.Time {
	refused := p.Failure != nil && (p.s.Imported && !p.s.InForce() || p.deleting() || p.Failure.Reason == v1alpha1.ReasonProviderRefused)
	conflict := p.c.Hand == ByOperator && (p.determined.Conflict != "" || p.foreign != "")
	if refused || conflict {
		return p.now.Add(askEvery)
	}
	return time.Time{}
}

// againWords say when a refusal is tried again.
const againWords = "; the provider is asked again every hour, and whenever the filing is written (an annotation will do)"
