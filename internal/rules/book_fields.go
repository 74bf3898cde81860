package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// fields are the keys of one row in a file.
type fields struct {
	*parser
	number int // of the row, from 1
	line   int
	keys   []*yaml.Node
	values map[string]*yaml.Node
}

// sharedKeys are those of every row.
var sharedKeys = []string{"source", "date", "until", "ruleSets"}

// complain names the row too.
func (f *fields) complain(line int, format string, args ...any) {
	f.parser.complain(line, "row %d: %s", f.number, fmt.Sprintf(format, args...))
}

// read reads the row; what is wrong has been complained of.
func (f *fields) read() bookRow {
	var told []rowKind
	for _, kind := range rowKinds() {
		if _, has := f.values[kind.key]; has {
			told = append(told, kind)
		}
	}
	if len(told) != 1 {
		var names []string
		for _, kind := range rowKinds() {
			names = append(names, kind.key)
		}
		f.complain(f.line, "its kind is not plain: give exactly one of %s", strings.Join(names, ", "))
		return bookRow{}
	}
	kind := told[0]
	f.known(kind)
	row := bookRow{place: f.place(f.line) + fmt.Sprintf(", row %d", f.number), rule: f.rule(), sets: f.ruleSets()}
	row.about, row.write = kind.read(f, row.rule)
	return row
}

// known complains of keys that no row of the kind has.
func (f *fields) known(kind rowKind) {
	takes := append(append([]string{kind.key}, kind.takes...), sharedKeys...)
	for _, key := range f.keys {
		if !slices.Contains(takes, key.Value) {
			f.complain(key.Line, "key %q is none of a row with %s: it takes %s", key.Value, kind.key, strings.Join(takes, ", "))
		}
	}
}

// scalar is a key's plain value, and false where it is missing or empty.
func (f *fields) scalar(key string) (*yaml.Node, bool) {
	node, has := f.values[key]
	if !has || node.Tag == "!!null" {
		return nil, false
	}
	if node.Kind != yaml.ScalarNode {
		f.complain(node.Line, "%s is no plain value: write it out as text", key)
		return nil, false
	}
	return node, strings.TrimSpace(node.Value) != ""
}

// must is a key's plain value, and complains where there is none.
func (f *fields) must(key, why string) (*yaml.Node, bool) {
	before := len(f.errs)
	node, has := f.scalar(key)
	if !has && len(f.errs) == before {
		f.complain(f.line, "%s is missing: %s", key, why)
	}
	return node, has
}

// rule reads source, date and until.
func (f *fields) rule() Rule {
	const longest = 200
	rule := Rule{}
	if node, has := f.must("source", "say who says so, for example the bureau's notice"); has {
		rule.Source = strings.TrimSpace(node.Value)
		if strings.ContainsFunc(rule.Source, unicode.IsControl) || len(rule.Source) > longest {
			f.complain(node.Line, "source is not one line of at most %d bytes, which is how messages quote it: shorten it", longest)
		}
	}
	if node, has := f.must("date", "say from which day it stands, for example 2026-05-01"); has {
		rule.Date = f.day("date", node)
	}
	if node, has := f.scalar("until"); has {
		rule.Until = f.day("until", node)
		if rule.Until != "" && rule.Until <= rule.Date {
			f.complain(node.Line, "until %s is not after date %s: it is the first day on which the row no longer stands", rule.Until, rule.Date)
		}
	}
	return rule
}

func (f *fields) day(key string, node *yaml.Node) string {
	if _, err := calendar.ParseDate(node.Value); err != nil {
		f.complain(node.Line, "%s %q is no day that exists: write it as 2026-05-01", key, node.Value)
		return ""
	}
	return node.Value
}

// ruleSets reads the sets that the row is added to.
func (f *fields) ruleSets() []string {
	node, has := f.values["ruleSets"]
	if !has {
		return Names()
	}
	if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
		f.complain(node.Line, "ruleSets is no list of sets: leave it out for all, or list some of %s", strings.Join(Names(), ", "))
		return nil
	}
	var names []string
	for _, item := range node.Content {
		if !slices.Contains(Names(), item.Value) {
			f.complain(item.Line, "rule set %q is not known: list some of %s", item.Value, strings.Join(Names(), ", "))
		}
		names = append(names, item.Value)
	}
	return names
}

// truth reads a key that is true or false.
func (f *fields) truth(key, asks string) bool {
	node, has := f.must(key, "say true or false: "+asks)
	if has && node.Value != "true" && node.Value != "false" {
		f.complain(node.Line, "%s %q is neither true nor false: say %s", key, node.Value, asks)
	}
	return has && node.Value == "true"
}

// whole reads a whole number within bounds.
func (f *fields) whole(key string, least, most int) int {
	node, has := f.must(key, fmt.Sprintf("give a whole number from %d to %d", least, most))
	if !has {
		return 0
	}
	number, err := strconv.Atoi(node.Value)
	if err != nil || number < least || number > most {
		f.complain(node.Line, "%s %q is no whole number from %d to %d: give one", key, node.Value, least, most)
	}
	return number
}

// province reads a key that names a province.
func (f *fields) province(key string, node *yaml.Node) v1alpha1.Province {
	province := v1alpha1.Province(node.Value)
	if _, known := (Set{}).Province(province); !known {
		var names []string
		for _, row := range provinceRows() {
			names = append(names, string(row.Province))
		}
		f.complain(node.Line, "%s %q is none of the mainland's 31: write one of %s", key, node.Value, strings.Join(names, ", "))
	}
	return province
}
