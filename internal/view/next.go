package view

import (
	"slices"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Action is what somebody must do next.
type Action struct {
	// Task to be done, and what it asks for.
	Task string      `json:"task"`
	Says words.Words `json:"-"`
	// Actor who must act, and Where.
	Actor v1alpha1.Actor `json:"actor"`
	Where string         `json:"where,omitempty"`
	// Description is the operator's, in English, with what is so of this filing; it may quote what others wrote.
	Description string `json:"description,omitempty"`
	// Due is the deadline or, of a provider or a bureau, when the end is expected; zero for none.
	Due time.Time `json:"dueAt,omitzero"`
	// Day says that a day is meant, not an hour.
	Day bool `json:"day,omitempty"`
	// Person says that somebody on the applicant's side must act.
	Person bool `json:"person"`
	// Overdue says that a person has missed the deadline, and Late that another is later than expected.
	Overdue bool `json:"overdue,omitempty"`
	Late    bool `json:"late,omitempty"`
}

// Deadline is one that a person must keep.
type Deadline struct {
	// Title says what it is of.
	Title words.Words `json:"-"`
	// At is the time; of a day, its last second in Beijing.
	At time.Time `json:"at"`
	// Day says that a day is meant, not an hour.
	Day bool `json:"day"`
	// Overdue says that it has passed.
	Overdue bool `json:"overdue,omitempty"`
	// DaysLeft counts Beijing days: 0 on the day itself, negative after it.
	DaysLeft int `json:"daysLeft"`
}

// IsPerson says that an actor is on the applicant's side.
func IsPerson(a v1alpha1.Actor) bool {
	return a == v1alpha1.ActorApplicant || a == v1alpha1.ActorSubjectResponsiblePerson || a == v1alpha1.ActorWebsiteResponsiblePerson
}

// next is what somebody must do next, in words.
func next(f *v1alpha1.IcpFiling, now time.Time) *Action {
	a := action(f, now)
	if a == nil {
		return nil
	}
	says, ok := words.Task{Name: a.Task, Stage: stageOf(f, a.Task), Actor: a.Actor, Where: a.Where, RuleSet: f.Status.RuleSet}.WhatToDo()
	if !ok {
		says = words.Words{English: a.Description, Chinese: a.Description}
	}
	a.Says = says
	return a
}

// action is what somebody must do next, without words.
func action(f *v1alpha1.IcpFiling, now time.Time) *Action {
	n := f.Status.NextAction
	if n == nil {
		return nil
	}
	a := &Action{Task: n.Task, Actor: n.Actor, Where: n.Where, Description: n.Description, Due: utc(n.DueAt), Person: IsPerson(n.Actor)}
	if !a.Due.IsZero() {
		a.Day = !a.Person || a.Due.Equal(calendar.EndOfDay(a.Due))
		passed := now.After(a.Due)
		a.Overdue, a.Late = passed && a.Person, passed && !a.Person
	}
	return a
}

// stageOf is the stage under way that has an open task of that name; the filing's own where none has.
func stageOf(f *v1alpha1.IcpFiling, task string) v1alpha1.StageName {
	for _, st := range f.Status.Stages {
		if st.State != v1alpha1.StagePending && slices.ContainsFunc(st.Tasks, func(t v1alpha1.TaskStatus) bool { return t.Name == task && t.DoneAt == nil }) {
			return st.Name
		}
	}
	return ""
}

// dates are an agenda's, as they are seen at a time.
func dates(all []agenda.Date, now time.Time) []Date {
	list := make([]Date, 0, len(all))
	for i := range all {
		d := &all[i]
		list = append(list, Date{
			Kind: d.Kind, Name: d.Name, Title: words.Words{English: strings.TrimPrefix(d.Title.English, d.Domain+": "), Chinese: strings.TrimPrefix(d.Title.Chinese, d.Domain+"：")},
			ToDo: d.ToDo, At: d.At.UTC(), Day: d.Day, Deadline: d.Deadline, Actor: d.Actor, Passed: now.After(d.At), DaysLeft: calendar.DaysBetween(now, d.At),
		})
	}
	return list
}

// deadline is the first that a person must keep. What ends by itself counts once it has ended, or the operator asks to
// renew it: a domain that ends in a year asks nothing of anybody now.
func deadline(dates []Date, next *Action) *Deadline {
	for _, d := range dates {
		counts := d.Deadline && IsPerson(d.Actor) && d.Kind != agenda.KindEnd
		ends := d.Kind == agenda.KindEnd && (d.Passed || next != nil && next.Task == procedure.TaskRenew+d.Name)
		if counts || ends {
			return &Deadline{Title: d.Title, At: d.At, Day: d.Day, Overdue: d.Passed, DaysLeft: d.DaysLeft}
		}
	}
	return nil
}
