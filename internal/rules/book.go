package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// Book holds the rule sets: the built-in rows, and over them the rows that whoever runs the operator added. The zero
// Book is the built-in one. A Book is safe for concurrent use.
type Book struct {
	// sets by name; nil stands for the built-in ones.
	sets map[string]*tables
	// pages are what stands when, the earliest first; none where no row was added.
	pages []page
}

// page is what stands from a day on, until the next page's.
type page struct {
	from string
	sets map[string]*tables
}

// Builtin is the Book that holds the built-in rows alone.
func Builtin() Book { return Book{} }

// Lookup finds a rule set by its name, as Lookup of the package does, with the rows that were added. Of a Book that On
// did not turn to a day, every added row stands, whether its time has come or gone.
func (b Book) Lookup(name string) (Set, error) {
	if name == "" {
		name = Current
	}
	known := b.sets
	if known == nil {
		known = sets()
	}
	t, ok := known[name]
	if !ok {
		return Set{}, fmt.Errorf("rule set %q is not known: leave FilingProvider.spec.ruleSet empty for the current one, or set it to one of %s",
			name, strings.Join(Names(), ", "))
	}
	return Set{t}, nil
}

// On is the Book as it stands on the Beijing day of now: an added row stands from its date on, and no longer from its
// until on.
func (b Book) On(now time.Time) Book {
	today := calendar.Date(now)
	for _, p := range slices.Backward(b.pages) {
		if p.from <= today {
			return Book{sets: p.sets, pages: b.pages}
		}
	}
	return b
}

// bookRow is a row that was added.
type bookRow struct {
	rule Rule
	// place where it stands: "filing rules hubei.yaml, line 4, row 2".
	place string
	// about says of what it is the rule; two rows about the same cannot both stand.
	about string
	// sets that it is added to, by name.
	sets []string
	// write adds it to a set's tables, in place of the row about the same.
	write func(*tables)
}

// bookOf lays the rows over the built-in ones.
func bookOf(rows []bookRow) Book {
	if len(rows) == 0 {
		return Book{}
	}
	// Where two rows are about the same at different times, the later is written last.
	slices.SortStableFunc(rows, func(a, b bookRow) int { return strings.Compare(a.rule.Date, b.rule.Date) })
	days := []string{""}
	for _, row := range rows {
		days = append(days, row.rule.Date)
		if row.rule.Until != "" {
			days = append(days, row.rule.Until)
		}
	}
	slices.Sort(days)
	book := Book{sets: written(rows)}
	for _, day := range slices.Compact(days) {
		var stand []bookRow
		for _, row := range rows {
			if row.rule.Date <= day && (row.rule.Until == "" || day < row.rule.Until) {
				stand = append(stand, row)
			}
		}
		book.pages = append(book.pages, page{day, written(stand)})
	}
	return book
}

// written are the built-in sets with rows written over them.
func written(rows []bookRow) map[string]*tables {
	all := map[string]*tables{}
	for name, builtin := range sets() {
		t := *builtin
		for _, row := range rows {
			if slices.Contains(row.sets, name) {
				row.write(&t)
			}
		}
		all[name] = &t
	}
	return all
}

// put writes a row in place of the one that is about the same, or after all. The table that others share stays as it is.
func put[Row any](rows *[]Row, row Row, same func(Row) bool) {
	*rows = slices.Clone(*rows)
	if i := slices.IndexFunc(*rows, same); i >= 0 {
		(*rows)[i] = row
		return
	}
	*rows = append(*rows, row)
}
