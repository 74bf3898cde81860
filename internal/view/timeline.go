package view

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Stage is a stage of a filing's timeline.
type Stage struct {
	// Name of the stage, and its name in words.
	Name  v1alpha1.StageName `json:"name"`
	Title words.Words        `json:"-"`
	// State that it is in.
	State v1alpha1.StageState `json:"state"`
	// Started and Finished are when it began and ended; zero where it has not.
	Started  time.Time `json:"startedAt,omitzero"`
	Finished time.Time `json:"finishedAt,omitzero"`
	// Due is when it is expected to end or must end.
	Due time.Time `json:"dueAt,omitzero"`
	// Late says that it is under way, and should be over.
	Late bool `json:"late,omitempty"`
	// Lasted is from its start to its end, or to now; and WorkingDays as many working days (工作日) of it.
	Lasted      time.Duration `json:"-"`
	WorkingDays int           `json:"workingDays,omitempty"`
	// Reasons of its being skipped or returned, and each in words.
	Reasons []Reason `json:"reasons,omitempty"`
	// Message is what a reviewer said, or the operator, in English.
	Message string `json:"message,omitempty"`
	// Tasks of it.
	Tasks []Task `json:"tasks,omitempty"`
}

// Reason of a stage.
type Reason struct {
	// Name of it, CamelCase.
	Name string `json:"name"`
	// Says what it is, and Remedy how what was returned is put right, where the rules say it.
	Says   words.Words `json:"-"`
	Remedy words.Words `json:"-"`
	// Fields of the filing to look at.
	Fields []string `json:"fields,omitempty"`
}

// Task of a stage.
type Task struct {
	// Name of the task, and what it asks for.
	Name string      `json:"name"`
	Says words.Words `json:"-"`
	// Actor who does it, and Where.
	Actor v1alpha1.Actor `json:"actor"`
	Where string         `json:"where,omitempty"`
	// Asked is when a reviewer asked for it, with Message.
	Asked   time.Time `json:"askedAt,omitzero"`
	Message string    `json:"message,omitempty"`
	// Due is its deadline, and Done when it was done.
	Due  time.Time `json:"dueAt,omitzero"`
	Done time.Time `json:"doneAt,omitzero"`
}

func timeline(f *v1alpha1.IcpFiling, now time.Time) []Stage {
	list := make([]Stage, 0, len(f.Status.Stages))
	for i := range f.Status.Stages {
		list = append(list, stage(f, &f.Status.Stages[i], now))
	}
	return list
}

func stage(f *v1alpha1.IcpFiling, st *v1alpha1.StageStatus, now time.Time) Stage {
	s := Stage{
		Name: st.Name, Title: words.Stage(st.Name), State: st.State, Started: utc(st.StartedAt), Finished: utc(st.FinishedAt), Due: utc(st.DueAt), Message: st.Message,
	}
	if !s.Started.IsZero() {
		end := s.Finished
		if end.IsZero() {
			end = now
		}
		s.Lasted, s.WorkingDays = max(0, end.Sub(s.Started)), calendar.WorkingDaysBetween(s.Started, end)
	}
	s.Late = st.State == v1alpha1.StageActive && !s.Due.IsZero() && now.After(s.Due)
	s.Reasons = reasons(f, st)
	for i := range st.Tasks {
		t := &st.Tasks[i]
		says, ok := words.Task{Name: t.Name, Stage: st.Name, Actor: t.Actor, Where: t.Where, RuleSet: f.Status.RuleSet}.WhatToDo()
		if !ok {
			says = words.Words{English: t.Name, Chinese: t.Name}
		}
		s.Tasks = append(s.Tasks, Task{Name: t.Name, Says: says, Actor: t.Actor, Where: t.Where, Asked: utc(t.AskedAt), Message: t.Message, Due: utc(t.DueAt), Done: utc(t.DoneAt)})
	}
	return s
}

// reasons of a stage; of a return with what puts it right.
func reasons(f *v1alpha1.IcpFiling, st *v1alpha1.StageStatus) []Reason {
	var list []Reason
	for _, name := range words.Split(st.Reason) {
		r := Reason{Name: name, Says: words.Reason("", name)}
		if st.State == v1alpha1.StageReturned {
			set := words.Rules(f.Status.RuleSet)
			r.Remedy, _ = words.Remedy(set, name)
			row, _ := set.ReturnReason(name)
			r.Fields = row.Fields
		}
		list = append(list, r)
	}
	return list
}
