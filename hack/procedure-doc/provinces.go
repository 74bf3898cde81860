package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// topic is what bureaus' own rules are about, and what each bureau says.
type topic struct {
	Name, Chinese, Asks string
	// May is what a row on it may say; "" where it is a number.
	May     string
	Answers []answer
	// Unknown are the provinces of whose rule no row tells.
	Unknown string
	// Everywhere says that these are all.
	Everywhere bool
}

// answer is what some bureaus say.
type answer struct{ Says, Provinces, Rule string }

// Topics lists every topic with every province: in an answer, or unknown.
func (d *document) Topics() []topic {
	var list []topic
	for _, row := range rules.Topics() {
		t := topic{Name: string(row.Topic), Chinese: row.Chinese, Asks: d.l.say(row.Asks)}
		var may, unknown []string
		for _, value := range row.Values {
			may = append(may, d.provincial(rules.ProvincialRow{Topic: row.Topic, Value: value}))
		}
		t.May = d.l.list(may)
		for _, province := range d.set.Provinces() {
			own, known := d.set.Provincial(province.Province, row.Topic)
			if !known {
				unknown = append(unknown, d.province(province))
				continue
			}
			a := answer{d.provincial(own), d.province(province), d.rule(own.Rule)}
			if i := slices.IndexFunc(t.Answers, func(o answer) bool { return o.Says == a.Says && o.Rule == a.Rule }); i >= 0 {
				t.Answers[i].Provinces += d.l.of(", ", "、") + a.Provinces
				continue
			}
			t.Answers = append(t.Answers, a)
		}
		t.Unknown, t.Everywhere = d.l.list(unknown), len(t.Answers) == 0
		list = append(list, t)
	}
	return list
}

// provincial says in words what a bureau's own rule is.
func (d *document) provincial(row rules.ProvincialRow) string {
	if row.Value == "" {
		return strconv.Itoa(row.Number)
	}
	meaning := words.Provincial(row)
	return d.l.aside(code(row.Value), d.l.of(meaning.English, meaning.Chinese))
}

// provinceRow is a province with all that is known of its bureau.
type provinceRow struct{ Name, Prefixes, PublicSecurity, Sms, Known, Unknown string }

// Provinces lists the provinces.
func (d *document) Provinces() []provinceRow {
	var list []provinceRow
	for _, row := range d.set.Provinces() {
		p := provinceRow{Name: d.province(row), Prefixes: d.l.list(row.Prefixes), PublicSecurity: row.PublicSecurityPrefix, Sms: d.l.say("no")}
		if required, _ := d.quickStart.SmsRequired(row.Province); required {
			p.Sms = d.l.say("yes")
		}
		var known, unknown []string
		for _, t := range rules.Topics() {
			if own, has := d.set.Provincial(row.Province, t.Topic); has {
				known = append(known, d.l.of(string(t.Topic), t.Chinese)+d.l.of(": ", "：")+d.brief(own))
			} else {
				unknown = append(unknown, d.l.of(string(t.Topic), t.Chinese))
			}
		}
		p.Known, p.Unknown = strings.Join(known, "<br>"), d.l.list(unknown)
		if p.Known == "" {
			p.Known = d.l.say("nothing")
		}
		list = append(list, p)
	}
	return list
}

// brief is a bureau's own rule in few words.
func (d *document) brief(row rules.ProvincialRow) string {
	if row.Value == "" {
		return strconv.Itoa(row.Number)
	}
	return d.l.of(row.Value, words.Provincial(row).Chinese)
}

func (d *document) province(row rules.ProvinceRow) string {
	return d.l.of(string(row.Province)+" "+row.Chinese, row.Chinese)
}

func (d *document) provinces(names []v1alpha1.Province) string {
	list := make([]string, 0, len(names))
	for _, name := range names {
		row, _ := d.set.Province(name)
		list = append(list, d.province(row))
	}
	return d.l.list(list)
}

// returns are the reasons that send an order back to one step.
type returns struct {
	Stage, Chinese string
	Reasons        []reason
}

// reason is a usual reason for which orders are returned (退回原因).
type reason struct{ Name, Chinese, Fields, Remedy, Rule string }

// Returns lists the usual reasons of returns, by the step that each goes back to.
func (d *document) Returns() []returns {
	var list []returns
	for _, view := range d.stages {
		r := returns{Stage: string(view.Name), Chinese: rules.Chinese(view.Name)}
		for _, row := range d.set.ReturnReasons() {
			if row.Stage != view.Name {
				continue
			}
			fields := make([]string, len(row.Fields))
			for i, f := range row.Fields {
				fields[i] = code(f)
			}
			remedy, _ := words.Remedy(d.set, row.Reason)
			r.Reasons = append(r.Reasons, reason{row.Reason, row.Chinese, d.l.list(fields), d.l.in(remedy), d.rule(row.Rule)})
		}
		if len(r.Reasons) > 0 {
			list = append(list, r)
		}
	}
	return list
}
