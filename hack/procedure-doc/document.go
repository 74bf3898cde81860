package main

import (
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// document is what the templates lay out, its texts already in their language.
type document struct {
	l language
	// set is the current rule set; quickStart the one of 2019-09-16.
	set, quickStart rules.Set
	stages          []procedure.StageView
}

func newDocument(l language) (*document, error) {
	current, err := rules.Lookup(rules.Current)
	if err != nil {
		return nil, err
	}
	quickStart, err := rules.Lookup(rules.QuickStart)
	if err != nil {
		return nil, err
	}
	return &document{l: l, set: current, quickStart: quickStart, stages: procedure.Table()}, nil
}

// CurrentSet is the name of the current rule set.
func (d *document) CurrentSet() string { return d.set.Name() }

// QuickStartSet is the name of the older rule set.
func (d *document) QuickStartSet() string { return d.quickStart.Name() }

// Limit is a limit's number, for the sentences of a page.
func (d *document) Limit(name string) (int, error) {
	row, known := d.set.Limit(rules.Limit(name))
	if !known {
		return 0, unknownLimitError(name)
	}
	return row.Value, nil
}

// rule says since when something is the rule, and who says so.
func (d *document) rule(r rules.Rule) string { return r.Date + d.l.of(", ", "，") + d.l.say(r.Source) }
