package main

import (
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// check says who passes the authenticity check (真实性核验) in a case.
type check struct{ Channel, Who, Residency, ByPeople, ByOperator string }

// Method is how the authenticity check is made, and since when.
func (d *document) Method() string {
	row := d.set.Authenticity()
	return d.l.aside(d.l.of(string(row.Method)+" ", "")+row.Chinese, d.rule(row.Rule))
}

// Checks lists who passes the authenticity check, by channel, nature and residency.
func (d *document) Checks() []check {
	var list []check
	for _, channel := range channels {
		for _, nature := range []v1alpha1.Nature{v1alpha1.NatureIndividual, v1alpha1.NatureEnterprise} {
			for _, nonResident := range []bool{false, true} {
				c := d.example()
				c.Channel, c.Nature, c.NonResident = channel, nature, nonResident
				row := check{Channel: term(d.l, channel), Who: d.l.say("an organization files"), Residency: d.l.say("both responsible persons are mainland residents")}
				if nature == v1alpha1.NatureIndividual {
					row.Who = d.l.say("an individual files")
				}
				if nonResident {
					row.Residency = d.l.say("a responsible person is not a mainland resident")
				}
				c.Hand = procedure.ByPeople
				row.ByPeople = d.checksOf(c)
				c.Hand = procedure.ByOperator
				row.ByOperator = d.checksOf(c)
				list = append(list, row)
			}
		}
	}
	return list
}

// example is a first filing by people on a PC, in a province that verifies by SMS.
func (d *document) example() procedure.Case {
	return procedure.Case{
		Type: v1alpha1.FirstFiling, Channel: v1alpha1.ChannelPC, AccountSite: v1alpha1.SiteChina, Nature: v1alpha1.NatureEnterprise,
		Province: d.set.SmsProvinces()[0], Hand: procedure.ByPeople, Rules: d.set,
	}
}

func (d *document) checksOf(c procedure.Case) string {
	var list []string
	for _, s := range procedure.Plan(c) {
		for _, t := range s.Tasks {
			if strings.HasSuffix(t.Name, "Authenticity") {
				list = append(list, d.l.of(string(s.Name), rules.Chinese(s.Name))+d.l.of(": ", "：")+term(d.l, t.Actor))
			}
		}
	}
	return strings.Join(list, "<br>")
}

// smsCase says who answers the SMS (短信核验) in a case.
type smsCase struct{ Filing, TwoPhones, OnePhone string }

// SmsByType lists who answers the SMS, by filing type.
func (d *document) SmsByType() []smsCase {
	var list []smsCase
	for _, filingType := range rules.FilingTypes() {
		c := d.example()
		c.Type = filingType
		list = append(list, smsCase{term(d.l, filingType), d.smsOf(c), d.smsOf(onePhone(c))})
	}
	return list
}

func onePhone(c procedure.Case) procedure.Case {
	c.OnePhone = true
	return c
}

func (d *document) smsOf(c procedure.Case) string {
	var actors []v1alpha1.Actor
	for _, t := range stageOf(c, v1alpha1.StageSmsVerification).Tasks {
		actors = append(actors, t.Actor)
	}
	return terms(d.l, actors)
}

func stageOf(c procedure.Case, name v1alpha1.StageName) v1alpha1.StageStatus {
	return procedure.Plan(c)[procedure.StageOrder(name)]
}

// changedPart is a part of what is filed, and what changing it takes (变更备案).
type changedPart struct{ Part, Words, May, Rule, Remedy, Sms, Server string }

// ChangedParts lists the parts of what is filed.
func (d *document) ChangedParts() []changedPart {
	names := []string{rules.ChangePartDomain}
	for _, part := range procedure.Parts() {
		names = append(names, string(part))
	}
	var list []changedPart
	for _, name := range names {
		row := changedPart{Part: name, Words: d.l.say(partWords[name]), May: d.l.say("yes")}
		rows := d.set.ChangeRows()
		if i := slices.IndexFunc(rows, func(r rules.ChangeRow) bool { return r.Part == name }); i >= 0 {
			row.May, row.Remedy, row.Rule = d.l.say("no"), d.l.say(rows[i].Remedy), d.rule(rows[i].Rule)
			if rows[i].Topic != "" {
				row.May = d.l.say("by the bureau's own rule") + d.l.of(" ", "：") + code(rows[i].Topic)
			}
		} else {
			_, _, rule, _ := d.set.ChangeAllowed(name, d.example().Province)
			row.Rule = d.rule(rule)
		}
		d.takes(&row)
		list = append(list, row)
	}
	return list
}

// takes says through what a change of the part goes; nothing where it is refused everywhere.
func (d *document) takes(row *changedPart) {
	allowed, known, _, _ := d.set.ChangeAllowed(row.Part, d.example().Province)
	if known && !allowed {
		return
	}
	c := d.example()
	c.Change, c.Changed = true, []procedure.Part{procedure.Part(row.Part)}
	row.Sms = d.smsOf(c)
	row.Server = d.l.say("no")
	if stageOf(c, v1alpha1.StageProductVerification).State != v1alpha1.StageSkipped {
		row.Server = d.l.say("yes")
	}
}

// ending is a way in which a filing ends.
type ending struct{ Reason, Term, Decision, What string }

// Endings lists the ways in which a filing ends.
func (d *document) Endings() []ending {
	var list []ending
	for _, e := range procedure.Endings() {
		list = append(list, ending{e.Reason, e.Term, string(e.Decision), d.l.of(e.Description, e.Chinese)})
	}
	return list
}

// filingType is a type of filing (备案类型) and when a filing is of it.
type filingType struct{ Name, Chinese, When, Channels, Recommended string }

// FilingTypes lists the types of filing.
func (d *document) FilingTypes() []filingType {
	var list []filingType
	for _, name := range rules.FilingTypes() {
		var takers []v1alpha1.Channel
		for _, channel := range d.set.Channels() {
			if slices.Contains(channel.Types, name) {
				takers = append(takers, channel.Channel)
			}
		}
		list = append(list, filingType{string(name), rules.Chinese(name), d.l.say(typeWords[name]), terms(d.l, takers), term(d.l, d.set.RecommendedChannel(name))})
	}
	return list
}

// channel is a channel of the provider (PC端, App端).
type channel struct{ Name, Sites, Types, Rule string }

// Channels lists the channels.
func (d *document) Channels() []channel {
	var list []channel
	for _, row := range d.set.Channels() {
		list = append(list, channel{term(d.l, row.Channel), terms(d.l, row.Sites), terms(d.l, row.Types), d.rule(row.Rule)})
	}
	return list
}
