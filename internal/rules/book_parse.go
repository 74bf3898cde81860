package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// File is a file of rows that whoever runs the operator adds.
type File struct {
	// Name for messages; may be empty.
	Name string
	// Data is YAML, as ParseBook describes it.
	Data []byte
}

// ParseBook reads rows that are added to the built-in ones, or stand in place of those that are about the same:
//
//	rows:
//	- {province: Hubei, topic: SitesPerOrder, number: 2, source: "a notice", date: "2026-05-01"}
//	- {category: Education, required: true, source: "a notice", date: "2026-05-01"}
//
// A row is one of six kinds, told by the key that only it has: topic (a bureau's own rule, with province, and value or
// number), category (pre-approval, with required, for one province where province names it), smsProvince (with
// required), limit (with number), tld (with approved), region (with mainland). Every row says its source and its date,
// from which it stands (YYYY-MM-DD, Beijing); it may say until, the first day on which it no longer does, and ruleSets,
// the sets that it is added to (default: all).
//
// Nothing is guessed: a key that is not known, a value that a topic does not have, two rows about the same at the same
// time are errors. All of them come at once, each with its line and what to write instead.
func ParseBook(data []byte) (Book, error) { return ParseBooks(File{Data: data}) }

// ParseBooks reads the rows of several files into one Book, as ParseBook reads one.
func ParseBooks(files ...File) (Book, error) {
	var rows []bookRow
	var errs []error
	for _, file := range files {
		p := &parser{file: file.Name}
		p.documents(file.Data)
		rows, errs = append(rows, p.rows...), append(errs, p.errs...)
	}
	errs = append(errs, clashes(rows)...)
	if len(errs) > 0 {
		return Book{}, errors.Join(errs...)
	}
	return bookOf(rows), nil
}

// clashes are pairs of rows about the same at the same time.
func clashes(rows []bookRow) []error {
	var errs []error
	for i, later := range rows {
		for _, earlier := range rows[:i] {
			if later.clashesWith(earlier) {
				errs = append(errs, fmt.Errorf("%s: says what %s says already, on %s: keep one, or let one end (until) before the other begins",
					later.place, earlier.place, later.about))
			}
		}
	}
	return errs
}

func (r bookRow) clashesWith(other bookRow) bool {
	ends := func(a, b bookRow) bool { return a.rule.Until != "" && a.rule.Until <= b.rule.Date }
	inOneSet := slices.ContainsFunc(r.sets, func(name string) bool { return slices.Contains(other.sets, name) })
	return r.about == other.about && inOneSet && !ends(r, other) && !ends(other, r)
}

// parser reads a file of rows.
type parser struct {
	file string
	rows []bookRow
	errs []error
}

// place says where a line is.
func (p *parser) place(line int) string {
	return strings.TrimSpace(fmt.Sprintf("filing rules %s", p.file)) + fmt.Sprintf(", line %d", line)
}

func (p *parser) complain(line int, format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s: %s", p.place(line), fmt.Sprintf(format, args...)))
}

const emptyFile = "write rows: and below it a list, each row beginning with a hyphen (docs/rules.md)"

func (p *parser) documents(data []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, more yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		return
	case err != nil:
		p.errs = append(p.errs, fmt.Errorf("%s: no YAML: %w; correct it there", strings.TrimSpace("filing rules "+p.file), err))
		return
	}
	if !errors.Is(decoder.Decode(&more), io.EOF) {
		p.complain(max(more.Line, 1), "a file holds one document: remove the --- and put all rows below one rows:")
	}
	p.document(document.Content[0])
}

func (p *parser) document(root *yaml.Node) {
	if root.Tag == "!!null" {
		return
	}
	if root.Kind != yaml.MappingNode {
		p.complain(root.Line, "no rows: "+emptyFile)
		return
	}
	for _, entry := range p.pairs(root) {
		key, value := entry.key, entry.value
		switch {
		case key.Value != "rows":
			p.complain(key.Line, "key %q is not known: %s", key.Value, emptyFile)
		case value.Tag == "!!null":
		case value.Kind != yaml.SequenceNode:
			p.complain(value.Line, "rows is no list: %s", emptyFile)
		default:
			p.list(value.Content)
		}
	}
}

func (p *parser) list(items []*yaml.Node) {
	for i, item := range items {
		before := len(p.errs)
		row := fields{parser: p, number: i + 1, line: item.Line, values: map[string]*yaml.Node{}}
		if item.Kind != yaml.MappingNode {
			row.complain(item.Line, "no row: write it as {topic: …, province: …, source: …, date: …} (docs/rules.md)")
			continue
		}
		for _, entry := range p.pairs(item) {
			row.values[entry.key.Value] = entry.value
			row.keys = append(row.keys, entry.key)
		}
		if read := row.read(); len(p.errs) == before {
			p.rows = append(p.rows, read)
		}
	}
}

// pair is a key of a mapping, with its value.
type pair struct{ key, value *yaml.Node }

// pairs are the keys and values of a mapping; it complains of those that stand twice.
func (p *parser) pairs(mapping *yaml.Node) []pair {
	var list []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		if seen[key.Value] {
			p.complain(key.Line, "key %q stands twice: remove one", key.Value)
			continue
		}
		seen[key.Value] = true
		list = append(list, pair{key, value})
	}
	return list
}
