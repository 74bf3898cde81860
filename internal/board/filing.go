package board

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// filingPage is the page of one filing.
type filingPage struct {
	Namespace, Name, Key, Website string
	// Line says where it stands, in one line.
	Line        string
	Marks       []Mark
	Next        *NextStep
	Stages      []StageRow
	Facts, Gate []Fact
	Dates       []DateRow
	Reminders   []string
	History     []DecisionRow
	Conditions  []ConditionRow
}

// Mark is a short remark on a filing.
type Mark struct{ Says, Tone string }

// Fact is a name with what it is.
type Fact struct{ Name, Says string }

// NextStep is what is to be done next.
type NextStep struct {
	ToDo, Who, Where, Detail, Tone string
	Due                            *Due
}

// StageRow is a stage in the timeline.
type StageRow struct {
	ID, Name, State, Class, Sign, Tone, Times, Detail string
	// Now says that it is the one under way, and Late that it should be over.
	Now, Late bool
	Due       *Due
	Reasons   []Reason
	Tasks     []TaskRow
}

// Reason is why a stage was returned or skipped, what puts it right, and the filing's fields to look at.
type Reason struct {
	Says, Remedy string
	Fields       []string
}

// DecisionRow is what was recorded of the filing.
type DecisionRow struct {
	At, Stamp, Attempt, Stage, Decision, Tone, Message, By, Ignored string
	Reasons                                                         []string
}

// TaskRow is a task of a stage.
type TaskRow struct {
	Says, Who, Where, Message string
	Done                      bool
	Due                       *Due
}

// ConditionRow is a condition, translated by its reason.
type ConditionRow struct {
	Name, Type, Status, Tone, Reason, Since, Stamp string
	Detail                                         *Detail
}

// Detail is the English message of a condition.
type Detail struct{ ID, Text string }

// Filing is the page of one filing, with what was recorded of it, as far as the viewer may see that.
func Filing(f Frame, filing *v1alpha1.IcpFiling, reviews []v1alpha1.IcpReview) Page {
	v := view.Of(filing, f.Now)
	p := filingPage{
		Namespace: v.Namespace, Name: v.Name, Key: v.Namespace + "/" + v.Name, Website: Harmless(filing.Spec.Website.Name),
		Line: f.In(v.Line.Capital()), Marks: marks(f, filing, v), Next: nextOf(f, v), Facts: factsOf(f, filing, v), Gate: gateOf(f, filing, v),
		Reminders: remindersOf(f, filing),
	}
	for i := range v.Timeline {
		p.Stages = append(p.Stages, stageRow(f, &v.Timeline[i]))
	}
	for _, d := range agenda.Dates(filing) {
		p.Dates = append(p.Dates, dateRow(f, d))
	}
	for _, d := range view.History(filing, reviews) {
		p.History = append(p.History, decisionRow(f, d))
	}
	for _, c := range filing.Status.Conditions {
		p.Conditions = append(p.Conditions, conditionRow(f, c))
	}
	return Page{name: "filing.html", Title: Harmless(v.Domain), Live: true, Of: p}
}

func nextOf(f Frame, v view.Filing) *NextStep {
	if v.Next == nil {
		return nil
	}
	n := &NextStep{ToDo: f.In(v.Next.Says), Who: f.In(words.Actor(v.Next.Actor).Capital()), Tone: "link"}
	if v.Next.Where != "" {
		n.Where = f.In(words.Place(v.Next.Where))
	}
	if v.Next.Description != v.Next.Says.English {
		n.Detail = Harmless(v.Next.Description)
	}
	n.Due = dueOf(f, v.Next.Due, v.Next.Day, v.Next.Person)
	switch {
	case v.Next.Overdue:
		n.Tone = "bad"
	case v.Next.Person && n.Due != nil && v.Next.Due.Before(f.Now.Add(soon)):
		n.Tone = "warn"
	}
	return n
}

// looks are how the states of a stage look: a class, a sign, and a tone.
var looks = map[v1alpha1.StageState][3]string{
	v1alpha1.StageDone: {"done", "✓", "good"}, v1alpha1.StageActive: {"active", "●", "link"}, v1alpha1.StageReturned: {"returned", "↩", "bad"},
	v1alpha1.StageSkipped: {"skipped", "–", ""}, v1alpha1.StagePending: {"pending", "", ""},
}

func stageRow(f Frame, st *view.Stage) StageRow {
	look := looks[st.State]
	r := StageRow{
		ID: string(st.Name), Name: f.In(st.Title.Capital()), State: f.In(words.StageState(st.State).Capital()),
		Class: look[0], Sign: look[1], Tone: look[2], Now: st.State == v1alpha1.StageActive || st.State == v1alpha1.StageReturned,
		Times: timesOf(f, st), Detail: Harmless(st.Message), Late: st.Late,
	}
	for _, reason := range st.Reasons {
		r.Reasons = append(r.Reasons, Reason{f.In(reason.Says.Capital()), f.In(reason.Remedy.Capital()), reason.Fields})
	}
	if st.State == v1alpha1.StageActive || st.State == v1alpha1.StagePending {
		r.Due = dueOf(f, st.Due, true, false)
	}
	// What is done in a stage that is over is of little interest; what was asked for is.
	over := st.State == v1alpha1.StageDone || st.State == v1alpha1.StageSkipped
	for _, t := range st.Tasks {
		if over && t.Asked.IsZero() {
			continue
		}
		r.Tasks = append(r.Tasks, taskRow(f, t))
	}
	return r
}

func taskRow(f Frame, t view.Task) TaskRow {
	r := TaskRow{Says: f.In(t.Says), Who: f.In(words.Actor(t.Actor).Capital()), Message: Harmless(t.Message), Done: !t.Done.IsZero()}
	if t.Where != "" {
		r.Where = f.In(words.Place(t.Where))
	}
	if t.Done.IsZero() {
		r.Due = dueOf(f, t.Due, t.Due.Equal(calendar.EndOfDay(t.Due)), true)
	}
	return r
}

// timesOf says when a stage began and ended, and how long it took.
func timesOf(f Frame, st *view.Stage) string {
	switch {
	case !st.Started.IsZero() && !st.Finished.IsZero():
		return f.Sayf("%s to %s (%s)", f.Beijing(st.Started), f.Beijing(st.Finished), f.In(st.Lasts()))
	case !st.Started.IsZero():
		return f.Sayf("since %s (%s)", f.Beijing(st.Started), f.In(st.Lasts()))
	}
	return f.Beijing(st.Finished)
}

func factsOf(f Frame, filing *v1alpha1.IcpFiling, v view.Filing) []Fact {
	facts := []Fact{
		{f.Say("Stage"), f.In(words.Stage(v.Stage).Capital())},
		{f.Say("Type"), f.In(words.FilingType(v.Type).Capital())},
		{f.Say("Attempt"), f.Number(int(v.Attempt))},
		{f.Say("Provider"), v.Provider},
		{f.Say("Order"), Harmless(v.OrderID)},
		{f.Say("Subject's number"), Harmless(v.SubjectNumber)},
		{f.Say("Website's number"), Harmless(v.WebsiteNumber)},
		{f.Say("Approved"), f.Beijing(v.ApprovedAt)},
	}
	if filing.Spec.Suspend {
		facts = append(facts, Fact{f.Say("Suspended"), f.Say("yes: the operator asks nothing of the provider")})
	}
	return slices.DeleteFunc(facts, func(fact Fact) bool { return fact.Says == "" || fact.Says == "0" })
}

func gateOf(f Frame, filing *v1alpha1.IcpFiling, v view.Filing) []Fact {
	says := f.pick(v.Gate.Open, "open", "closed")
	if v.Gate.Why.Reason != "" {
		says += f.Say(": ") + f.In(v.Gate.Why.Says)
	}
	facts := []Fact{
		{f.Say("For the domain's hosts"), says}, {f.Say("Hosts served"), f.Number(int(v.Gate.Served))}, {f.Say("Hosts parked"), f.Number(int(v.Gate.Held))},
		{f.Say("Public security"), f.In(v.PublicSecurity.Says.Capital())},
	}
	if ps := filing.Status.PublicSecurity; ps != nil && ps.OpenedAt != nil {
		facts = append(facts, Fact{f.Say("Open since"), f.Beijing(ps.OpenedAt.Time)})
	}
	return slices.DeleteFunc(facts, func(fact Fact) bool { return fact.Says == "" })
}

func decisionRow(f Frame, d view.Decision) DecisionRow {
	r := DecisionRow{
		At: f.Beijing(d.At), Stamp: f.Stamp(d.At), Attempt: f.Number(int(d.Attempt)), Stage: f.In(words.Stage(d.Stage).Capital()),
		Decision: f.In(words.Decision(d.Decision).Capital()), Message: Harmless(d.Message), By: Harmless(d.By),
	}
	if d.Decision == v1alpha1.DecisionReturned || d.Decision == v1alpha1.DecisionRevoked {
		r.Tone = "bad"
	}
	for _, reason := range d.Reasons {
		r.Reasons = append(r.Reasons, f.In(reason.Says.Capital()))
	}
	if d.Ignored() {
		r.Ignored = f.In(d.Counts.Says)
	}
	return r
}
