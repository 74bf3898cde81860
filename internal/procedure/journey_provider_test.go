package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// people is the order that reviews tell of.
func (j *journey) people() *Order {
	if j.order == nil {
		j.order = &Order{Attempt: 1}
	}
	return j.order
}

// provider answers as a server of the protocol would.
func (j *journey) provider(f *Facts, o Outcome) {
	if why := j.refuses[o.Ask]; why != nil {
		refusal := *why
		refusal.NoEffect = (o.Ask == AskCreate || o.Ask == AskImport) && why.Reason == v1alpha1.ReasonProviderRefused
		f.Failure = &refusal
		return
	}
	if j.loses[o.Ask] {
		before := *f
		defer func() {
			*f = before
			f.Failure = &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "no answer"}
		}()
	}
	sub := o.Submission
	j.effects[fmt.Sprintf("%s of attempt %d of order %q, after %q", o.Ask, sub.Attempt, sub.OrderID, sub.Previous)]++
	switch o.Ask {
	case AskFind:
		f.OrderSought = true
	case AskType:
		f.Determination = &Determination{Type: j.determined(), Reason: "ProviderSays"}
	case AskState:
		if f.Order = j.orderOf(sub.OrderID); f.Order == nil {
			f.Failure = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "there is no order " + sub.OrderID}
		}
		return
	case AskCreate:
		if j.madeFor(o, f) {
			return
		}
		j.newOrder(o.Status.FilingType)
		j.tell(v1alpha1.StageTypeDetermination, v1alpha1.DecisionPassed)
		j.tell(v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.DecisionReported)
		f.Sent, f.Determination = o.Status.Attempt, nil
	case AskImport:
		j.newOrder("")
		j.order.Imported = true
		j.tell(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, j.numbers, func(e *Decision) { e.At = monday.AddDate(-2, 0, 0) })
		f.Sent, f.Determination = o.Status.Attempt, nil
	case AskResubmit, AskChange:
		if sub.Attempt != j.order.Attempt+1 {
			j.t.Fatalf("%s asks for attempt %d, after attempt %d", o.Ask, sub.Attempt, j.order.Attempt)
		}
		j.order.Attempt = sub.Attempt
		j.tell(v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.DecisionReported)
		f.Sent, f.Determination = o.Status.Attempt, nil
	case AskUpload:
		j.uploaded(o.Status.Stages)
		f.Uploaded, f.Files = o.Status.Attempt, j.scanned()
	case AskConfirm:
		j.tell(v1alpha1.StageConfirmation, v1alpha1.DecisionReported)
	case AskWithdraw:
		j.tell(v1alpha1.StageConfirmation, v1alpha1.DecisionReturned, reasons(ReasonWithdrawn))
	case AskCancel:
		j.tell(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled"))
	}
	if o.Ask != AskType {
		f.Order = j.order.clone()
	}
}

// orderOf is one of the domain's orders.
func (j *journey) orderOf(id string) *Order {
	for _, o := range append([]*Order{j.order}, j.past...) {
		if o != nil && o.ID == id {
			return o.clone()
		}
	}
	return nil
}

// madeFor answers a call that came before by its key, with the same facts or with others.
func (j *journey) madeFor(o Outcome, f *Facts) bool {
	sub := o.Submission
	facts, key := Digest(&j.filing.Spec)+fmt.Sprint(f.Persons.Known, f.Persons.Subject, f.Persons.Website), fmt.Sprint(j.filing.Spec.Account.Name, sub.Attempt, sub.Previous)
	before, made := j.keys[key]
	switch {
	case !made:
		if j.keys == nil {
			j.keys = map[string]keyed{}
		}
		j.keys[key] = keyed{facts, fmt.Sprintf("order-%d", j.orders+1)}
		return false
	case before.facts != facts:
		f.Failure = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "the key was used with other facts"}
	default:
		f.Order, f.Sent = j.orderOf(before.order), o.Status.Attempt
	}
	return true
}

// keyed is an order that was made for a key, and of which facts.
type keyed struct{ facts, order string }

// uploaded reports the files: for the stage that takes them, else as the supplement that a reviewer asks for.
func (j *journey) uploaded(stages []v1alpha1.StageStatus) {
	for _, st := range stages {
		if st.State == v1alpha1.StageActive && slices.ContainsFunc(st.Tasks, func(t v1alpha1.TaskStatus) bool { return t.Name == string(v1alpha1.TaskSupplement) }) {
			doneTask(st.Name, v1alpha1.TaskSupplement)(j)
			return
		}
	}
	j.tell(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionReported)
}

func (j *journey) newOrder(typ v1alpha1.FilingType) {
	if j.order != nil {
		j.past = append(j.past, j.order)
	}
	j.orders++
	j.order = &Order{ID: fmt.Sprintf("order-%d", j.orders), Domain: j.filing.Spec.Domain.Name, FilingType: typ, Attempt: 1, CreatedAt: j.now}
}

// determined is the filing type by what the provider knows.
func (j *journey) determined() v1alpha1.FilingType {
	if j.typ != "" {
		return j.typ
	}
	for _, o := range j.journeys {
		if o != j && (o.known || o.filing.Status.ApprovedAt != nil) {
			return v1alpha1.NewWebsiteFiledHere
		}
	}
	return v1alpha1.FirstFiling
}

func (o *Order) clone() *Order {
	if o == nil {
		return nil
	}
	c := *o
	c.History = append([]Decision(nil), o.History...)
	return &c
}

// tell adds an entry to the order's history.
func (j *journey) tell(stage v1alpha1.StageName, d v1alpha1.Decision, more ...func(*Decision)) {
	o := j.order
	if o == nil {
		o = j.people()
	}
	if j.byPeople() {
		// A person records what the status calls the attempt.
		o.Attempt = max(o.Attempt, j.filing.Status.Attempt)
	}
	j.events++
	j.news = true
	entry := Decision{ID: fmt.Sprintf("e%03d", j.events), Attempt: o.Attempt, Stage: stage, Decision: d, At: j.now}
	if j.byPeople() {
		entry.RecordedAt = j.now
	}
	for _, f := range more {
		f(&entry)
	}
	o.History = append(o.History, entry)
}

func told(stage v1alpha1.StageName, d v1alpha1.Decision, more ...func(*Decision)) func(*journey) {
	return func(j *journey) { j.tell(stage, d, more...) }
}

// requested is a task that a reviewer asks for, with a message and a deadline.
func requested(stage v1alpha1.StageName, task v1alpha1.RequestedTask, within time.Duration, message string) func(*journey) {
	return told(stage, v1alpha1.DecisionActionRequested, func(e *Decision) {
		e.Task, e.DueAt, e.Message = task, e.At.Add(within), message
	})
}

// doneTask is the report that a task which a reviewer asked for was done.
func doneTask(stage v1alpha1.StageName, task v1alpha1.RequestedTask) func(*journey) {
	return told(stage, v1alpha1.DecisionReported, func(e *Decision) { e.Task = task })
}

func approval(e *Decision) {
	e.SubjectNumber, e.WebsiteNumber = "浙ICP备26000001号", "浙ICP备26000001号-1"
}

// numbers are those of the bureau's approval.
func (j *journey) numbers(e *Decision) {
	site := "1"
	if i := slices.Index(j.journeys, j); len(j.journeys) > 1 {
		site = fmt.Sprint(i + 1)
	} else if strings.HasPrefix(string(j.filing.Status.FilingType), "NewWebsite") {
		site = "2"
	}
	e.SubjectNumber, e.WebsiteNumber = j.subjectNumber(), j.number(site)
}

func (j *journey) subjectNumber() string {
	sign := map[v1alpha1.Province]string{"Zhejiang": "浙", "Guangdong": "粤", "Hubei": "鄂"}[j.filing.Spec.Subject.Province]
	return sign + "ICP备26000001号"
}

func (j *journey) number(site string) string { return j.subjectNumber() + "-" + site }

func reasons(list ...string) func(*Decision) {
	return func(e *Decision) { e.Reasons = list }
}

func saying(message string) func(*Decision) {
	return func(e *Decision) { e.Message = message }
}

func hosts(served, held int32) func(*journey) {
	return func(j *journey) { j.facts.Hosts = v1alpha1.ExposureStatus{ServedHosts: served, HeldHosts: held} }
}
