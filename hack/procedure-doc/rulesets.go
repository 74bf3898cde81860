package main

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// aspect is something that a rule set says.
type aspect struct {
	what string
	// says is what it says, in words.
	says func(rules.Set) string
	// rows are all of it, where the words are only their number.
	rows func(rules.Set) any
}

// same says that both rule sets agree.
func (d *document) same(a aspect) bool {
	if a.rows != nil && !reflect.DeepEqual(a.rows(d.quickStart), a.rows(d.set)) {
		return false
	}
	return a.says(d.quickStart) == a.says(d.set)
}

// counted is an aspect that is told by the number of its rows.
func counted[Row any](d *document, what string, rows func(rules.Set) []Row) aspect {
	return aspect{
		what: what,
		says: func(s rules.Set) string {
			if n := len(rows(s)); n > 0 {
				return strconv.Itoa(n)
			}
			return d.l.say("no rule")
		},
		rows: func(s rules.Set) any { return rows(s) },
	}
}

// difference is an aspect in which the rule sets differ.
type difference struct{ What, QuickStart, Current string }

// Differences lists in what the rule sets differ.
func (d *document) Differences() []difference {
	var list []difference
	for _, a := range d.aspects() {
		if !d.same(a) {
			list = append(list, difference{a.what, a.says(d.quickStart), a.says(d.set)})
		}
	}
	return list
}

// Agreements lists what both rule sets say alike.
func (d *document) Agreements() string {
	var list []string
	for _, a := range d.tables() {
		if d.same(a) {
			list = append(list, a.what)
		}
	}
	return d.l.list(append(list, d.l.say("every other category of pre-approval"), d.l.say("every other limit")))
}

// tables are the aspects that are whole tables.
func (d *document) tables() []aspect {
	return []aspect{
		counted(d, d.l.say("provinces that verify by SMS"), rules.Set.SmsProvinces),
		{what: d.l.say("method of the authenticity check"), says: func(s rules.Set) string {
			return d.l.of(string(s.Authenticity().Method)+" ", "") + s.Authenticity().Chinese
		}},
		counted(d, d.l.say("channels"), rules.Set.Channels),
		counted(d, d.l.say("natures of organizers and their certificates"), rules.Set.Natures),
		counted(d, d.l.say("papers that an order must come with"), rules.Set.Materials),
		counted(d, d.l.say("words that a website's name may not hold"), rules.Set.NameWords),
		counted(d, d.l.say("return reasons"), rules.Set.ReturnReasons),
		counted(d, d.l.say("what a change may be of"), rules.Set.ChangeRows),
		{what: d.l.say("contents of an individual's website"), says: func(s rules.Set) string {
			var list []string
			for _, row := range s.PersonalContents() {
				list = append(list, d.l.of(string(row.Content), rules.Chinese(row.Content)))
			}
			return d.orNoRule(d.l.list(slices.Compact(list)))
		}},
		counted(d, d.l.say("top-level domains known to be approved"), rules.Set.Tlds),
		counted(d, d.l.say("rows of the bureaus' own rules"), rules.Set.ProvincialRules),
	}
}

// aspects are all that the sets may differ in.
func (d *document) aspects() []aspect {
	list := d.tables()
	for _, row := range d.set.PreApprovals() {
		list = append(list, aspect{what: d.l.of("pre-approval: ", "前置审批：") + term(d.l, row.Category), says: func(s rules.Set) string {
			now, _ := s.PreApproval(row.Category)
			return d.l.say(demandWords[now.Demand])
		}})
	}
	for _, row := range d.set.Limits() {
		list = append(list, aspect{what: d.l.say(limitWords[row.Limit].says), says: func(s rules.Set) string {
			if limit, known := s.Limit(row.Limit); known {
				return d.amount(limit)
			}
			return d.orNoRule("")
		}})
	}
	return list
}

func (d *document) orNoRule(text string) string {
	if text == "" {
		return d.l.say("no rule")
	}
	return text
}

// SmsQuickStart lists the provinces that verified by SMS by the older set.
func (d *document) SmsQuickStart() string { return d.provinces(d.quickStart.SmsProvinces()) }

// SmsQuickStartCount counts them.
func (d *document) SmsQuickStartCount() int { return len(d.quickStart.SmsProvinces()) }

// SmsCurrentCount counts the provinces that verify by SMS by the current set.
func (d *document) SmsCurrentCount() int { return len(d.set.SmsProvinces()) }

// SmsQuickStartRule is the older list's rule.
func (d *document) SmsQuickStartRule() string {
	_, rule := d.quickStart.SmsRequired(d.quickStart.SmsProvinces()[0])
	return d.rule(rule)
}

// SmsCurrentRule is the current list's rule.
func (d *document) SmsCurrentRule() string {
	_, rule := d.set.SmsRequired(d.set.SmsProvinces()[0])
	return d.rule(rule)
}

// SmsCurrentMissing lists the provinces that the current set does not name.
func (d *document) SmsCurrentMissing() string {
	var without []string
	for _, row := range d.set.Provinces() {
		if required, _ := d.set.SmsRequired(row.Province); !required {
			without = append(without, d.province(row))
		}
	}
	return d.l.list(without)
}

// approval is a content that needs a special authority's paper (前置审批).
type approval struct{ Category, Authority, Document, QuickStart, Current, Contents, Rule string }

// Approvals lists the categories of pre-approval.
func (d *document) Approvals() []approval {
	var list []approval
	for _, row := range d.set.PreApprovals() {
		a := approval{
			Category: term(d.l, row.Category), Authority: d.l.say(row.Authority), Document: row.Document,
			Current: d.l.say(demandWords[row.Demand]), Rule: d.rule(row.Rule),
		}
		if before, known := d.quickStart.PreApproval(row.Category); known {
			a.QuickStart = d.l.say(demandWords[before.Demand])
		}
		var contents []string
		for _, c := range d.set.ServiceContents() {
			if c.Category == row.Category {
				contents = append(contents, d.l.of(code(c.Content), c.Chinese))
			}
		}
		a.Contents = d.l.list(contents)
		if a.Document == "" {
			a.Document = d.l.say("not known")
		}
		list = append(list, a)
	}
	return list
}

// nature is a nature of organizers (主办单位性质) and its certificates.
type nature struct{ Name, Certificates, Rule string }

// Natures lists the natures of organizers.
func (d *document) Natures() []nature {
	var list []nature
	for _, row := range d.set.Natures() {
		certificates := terms(d.l, row.Certificates)
		if certificates == "" {
			certificates = d.l.say("the person's own paper, in the Secret only")
		}
		list = append(list, nature{term(d.l, row.Nature), certificates, d.rule(row.Rule)})
	}
	return list
}

// material is a paper that an order must come with.
type material struct{ Kinds, Name, Of, Rule string }

// Materials lists the papers that an order must come with.
func (d *document) Materials() []material {
	var list []material
	for _, row := range d.set.Materials() {
		var kinds []string
		for _, kind := range row.Kinds {
			kinds = append(kinds, code(kind))
		}
		of := d.l.say(applicantWords[row.Of])
		if row.OneForBoth {
			of += d.l.of(", ", "，") + d.l.say("unless one person is responsible for both")
		}
		list = append(list, material{strings.Join(kinds, d.l.of(" or ", " 或 ")), row.Chinese, of, d.rule(row.Rule)})
	}
	return list
}

// IDTypes lists the kinds of a person's paper that tell that its holder is no mainland resident, and those that do not tell.
func (d *document) IDTypes() []difference {
	var list []difference
	for _, row := range d.set.IDTypes() {
		list = append(list, difference{code(row.Type), row.Chinese, d.l.say(residencyWords[row.Residency])})
	}
	return list
}

// nameWord is a kind of words that a website's name may not hold.
type nameWord struct{ Kind, Words, Rule string }

// NameWords lists the words that a website's name may not hold, kind by kind.
func (d *document) NameWords() []nameWord {
	var list []nameWord
	for _, row := range d.set.NameWords() {
		kind := d.l.say(nameWordWords[row.Kind])
		if i := slices.IndexFunc(list, func(w nameWord) bool { return w.Kind == kind }); i >= 0 {
			list[i].Words += "、" + row.Word
			continue
		}
		list = append(list, nameWord{kind, row.Word, d.rule(row.Rule)})
	}
	return list
}

// PersonalContents lists what an individual's website may offer.
func (d *document) PersonalContents() string {
	var list []string
	for _, row := range d.set.PersonalContents() {
		list = append(list, d.l.aside(code(row.Content), rules.Chinese(row.Content)))
	}
	return strings.Join(list, d.l.of(", ", "、"))
}

// expiry is what a filing stands on and that ends by itself.
type expiry struct{ Name, Chinese, Lost, Renew, Rule string }

// Expiries lists what ends by itself.
func (d *document) Expiries() []expiry {
	fill := strings.NewReplacer("Secret {secret}", "the person's Secret")
	var list []expiry
	for _, row := range d.set.Expiries() {
		list = append(list, expiry{string(row.Expiry), row.Chinese, d.l.say(row.Lost), fill.Replace(d.l.say(row.Renew)), d.rule(row.Rule)})
	}
	return list
}

// limit is a number that the procedure works with.
type limit struct{ Name, Says, Amount, Rule string }

// Limits lists the numbers.
func (d *document) Limits() []limit {
	var list []limit
	for _, row := range d.set.Limits() {
		list = append(list, limit{string(row.Limit), d.l.say(limitWords[row.Limit].says), d.amount(row), d.rule(row.Rule)})
	}
	return list
}
