package main

import (
	"slices"
	"strconv"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// stage is a stage as a page shows it.
type stage struct {
	Number                                    int
	Name, Chinese, Says, Finished, Lasts, May string
	Tasks                                     []string
	Optional                                  bool
}

// Stages lists the stages in order.
func (d *document) Stages() []stage {
	list := make([]stage, 0, len(d.stages))
	for i, view := range d.stages {
		s := stage{
			Number: i + 1, Name: string(view.Name), Chinese: rules.Chinese(view.Name), Says: d.l.of(view.Description, view.Chinese),
			Finished: d.finished(view), Lasts: d.lasts(view.Lasts), Optional: view.Optional,
		}
		for _, t := range view.Tasks {
			if words := d.l.aside(code(t.Name), term(d.l, t.Actor)); !slices.Contains(s.Tasks, words) {
				s.Tasks = append(s.Tasks, words)
			}
		}
		list = append(list, s)
	}
	return list
}

// finished says which word finishes a stage.
func (d *document) finished(view procedure.StageView) string {
	switch {
	case len(view.Finishers) > 0:
		list := make([]string, len(view.Finishers))
		for i, decision := range view.Finishers {
			list[i] = d.l.aside(code(decision), d.l.say(decisionWords[decision]))
		}
		return d.l.list(list)
	case len(view.Tasks) > 0:
		return d.l.say("the operator itself sees that it is done")
	}
	return ""
}

// lasts says how long a stage is expected to take, by whom.
func (d *document) lasts(limit rules.Limit) string {
	row, known := d.set.Limit(limit)
	if !known {
		return ""
	}
	return d.l.aside(d.amount(row), d.rule(row.Rule))
}

// amount is a limit's number with its unit.
func (d *document) amount(row rules.LimitRow) string {
	unit := limitWords[row.Limit].unit
	text := strconv.Itoa(row.Value) + " " + d.l.say(unit)
	if row.Value == 1 && !d.l.chinese {
		text = text[:len(text)-1]
	}
	return text
}

// walk is the applicant's way through the stages, by one hand and in one channel.
type walk struct {
	Hand, Channel string
	Steps         []step
}

// step is a task on that way.
type step struct{ Stage, Task, Who, Where, What, When string }

var (
	hands    = []procedure.Hand{procedure.ByPeople, procedure.ByOperator}
	channels = []v1alpha1.Channel{v1alpha1.ChannelPC, v1alpha1.ChannelApp}
)

// Walks lists the tasks of filings that are no changes, hand by hand and channel by channel.
func (d *document) Walks() []walk {
	var walks []walk
	for _, hand := range hands {
		for _, channel := range channels {
			w := walk{Hand: string(hand), Channel: string(channel)}
			for _, view := range procedure.Table() {
				for _, t := range view.Tasks {
					c := t.When
					if c.Hand != "" && c.Hand != hand || c.Channel != "" && c.Channel != channel || c.Change != nil && *c.Change {
						continue
					}
					if c.Types = d.taken(channel, c.Types); c.Types != nil && len(c.Types) == 0 {
						continue
					}
					c.Hand, c.Channel, c.Change = "", "", nil
					w.Steps = append(w.Steps, d.step(view.Name, t, c))
				}
			}
			walks = append(walks, w)
		}
	}
	return walks
}

// taken are those of the types that a channel takes; nil for any type.
func (d *document) taken(channel v1alpha1.Channel, types []v1alpha1.FilingType) []v1alpha1.FilingType {
	return slices.DeleteFunc(types, func(t v1alpha1.FilingType) bool {
		takes, _ := d.set.ChannelTakesType(channel, t)
		return !takes
	})
}

// ChangeSteps lists the tasks that change filings alone have.
func (d *document) ChangeSteps() []step {
	var steps []step
	for _, view := range d.stages {
		for _, t := range view.Tasks {
			if c := t.When; c.Change != nil && *c.Change {
				c.Change = nil
				steps = append(steps, d.step(view.Name, t, c))
			}
		}
	}
	return steps
}

func (d *document) step(name v1alpha1.StageName, t procedure.TaskView, when procedure.Condition) step {
	return step{
		Stage: d.l.of(string(name), rules.Chinese(name)), Task: t.Name, Who: term(d.l, t.Actor), Where: d.l.in(words.Place(t.Where)),
		What: d.set.Worded(d.l.of(t.Description, t.Chinese)), When: d.condition(when),
	}
}

// condition says in words for which filings a task is one; "" for all.
func (d *document) condition(c procedure.Condition) string {
	var list []string
	add := func(is *bool, ifSo, ifNot string) {
		switch {
		case is == nil:
		case *is:
			list = append(list, d.l.say(ifSo))
		default:
			list = append(list, d.l.say(ifNot))
		}
	}
	if c.Hand != "" {
		list = append(list, d.l.say(handWords[c.Hand]))
	}
	if c.Channel != "" {
		list = append(list, term(d.l, c.Channel))
	}
	if len(c.Types) > 0 {
		list = append(list, terms(d.l, c.Types))
	}
	if c.AccountSite != "" {
		list = append(list, d.l.say("an account of the site")+d.l.of(" ", "：")+term(d.l, c.AccountSite))
	}
	add(c.Individual, "an individual files", "an organization files")
	add(c.NonResident, "a responsible person is not a mainland resident", "both responsible persons are mainland residents")
	add(c.OnePhone, "both responsible persons have one mobile number", "the responsible persons have two mobile numbers")
	if len(c.Changed) > 0 {
		names := make([]string, len(c.Changed))
		for i, part := range c.Changed {
			names[i] = d.l.of(string(part), d.l.say(partWords[string(part)]))
		}
		list = append(list, d.l.say("changed is one of")+d.l.of(" ", "：")+d.l.list(names))
	}
	return d.l.and(list)
}

// request is something that a reviewer may ask for.
type request struct{ Task, Where, What, Stages string }

// Requests lists what reviewers may ask for without returning the order.
func (d *document) Requests() []request {
	var list []request
	for _, r := range procedure.Requests() {
		list = append(list, request{string(r.Task), d.l.in(words.Place(r.Where)), d.set.Worded(d.l.of(r.Description, r.Chinese)), terms(d.l, r.Stages)})
	}
	return list
}
