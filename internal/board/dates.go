package board

import (
	"cmp"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Which dates: those by which somebody must act; besides, WhichOverdue and WhichSoon.
const whichDeadlines = "deadlines"

// dates is the page of coming dates.
type dates struct {
	Query
	Filters
	List []DateRow
	Paging
	Found int
}

// DateRow is a date in the list.
type DateRow struct {
	Due
	// Domain, with the address of its filing's page, and the filing's namespace and name.
	Domain, Href, Key string
	// What it is of, and Who acts.
	What, Who string
	// Deadline says that somebody must act by then; else it is expected.
	Deadline bool
	Tone     string
}

// Dates is the page of coming dates of the filings that the viewer may see, the earliest first.
func Dates(f Frame, q Query, filings []*v1alpha1.IcpFiling) Page {
	q.Stage = ""
	d := dates{Query: q}
	var all []agenda.Date
	of := map[string]*v1alpha1.IcpFiling{}
	var namespaces []string
	for _, filing := range filings {
		if i, seen := slices.BinarySearch(namespaces, filing.Namespace); !seen {
			namespaces = slices.Insert(namespaces, i, filing.Namespace)
		}
		if !q.fits(filing) {
			continue
		}
		of[filing.Namespace+"/"+filing.Name] = filing
		for _, date := range agenda.Bare(filing) {
			if q.isDate(f, date) {
				all = append(all, date)
			}
		}
	}
	slices.SortFunc(all, func(a, b agenda.Date) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Filing, b.Filing), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	d.Found = len(all)
	all, d.Paging = pageOf(f, "/dates", q, listSize, all)
	for _, date := range all {
		d.List = append(d.List, dateRow(f, told(of[date.Namespace+"/"+date.Filing], date)))
	}
	d.Filters = filtersOf(f, q, "/dates", namespaces)
	d.StageChoices = nil
	d.WhichChoices = nil
	for _, w := range [][2]string{{"", "all"}, {whichDeadlines, "deadlines alone"}, {WhichOverdue, "overdue"}, {WhichSoon, "due within seven days"}} {
		d.WhichChoices = append(d.WhichChoices, Choice{w[0], f.Say(w[1]), q.Which == w[0]})
	}
	return Page{name: "dates.html", Title: f.Say("Coming dates"), Live: true, Of: d}
}

// told is a bare date with its words.
func told(filing *v1alpha1.IcpFiling, bare agenda.Date) agenda.Date {
	for _, d := range agenda.Dates(filing) {
		if d.Kind == bare.Kind && d.Name == bare.Name && d.At.Equal(bare.At) {
			return d
		}
	}
	return bare
}

func (q Query) isDate(f Frame, d agenda.Date) bool {
	switch q.Which {
	case whichDeadlines:
		return d.Deadline
	case WhichOverdue:
		return d.Deadline && d.At.Before(f.Now)
	case WhichSoon:
		return d.Deadline && !d.At.Before(f.Now) && d.At.Before(f.Now.Add(soon))
	}
	return true
}

func dateRow(f Frame, d agenda.Date) DateRow {
	r := DateRow{
		Due: *dueOf(f, d.At, d.Day, d.Deadline), Domain: Harmless(d.Domain), Href: f.filing(d.Namespace, d.Filing), Key: d.Namespace + "/" + d.Filing,
		What: f.dateOf(d), Deadline: d.Deadline,
	}
	if d.Actor != "" {
		r.Who = f.In(words.Actor(d.Actor).Capital())
	}
	switch {
	case d.Deadline && r.Late:
		r.Tone = "bad"
	case d.Deadline && d.At.Before(f.Now.Add(soon)):
		r.Tone = "warn"
	}
	return r
}

// dateOf is what a date is of: of a task what is to be done, else its title without the domain, which stands beside it.
func (f Frame) dateOf(d agenda.Date) string {
	if todo := d.ToDo.In(f.Language); todo != "" && (d.Kind == agenda.KindTask || d.Kind == agenda.KindNextAction) {
		return Harmless(todo)
	}
	title := d.Title.In(f.Language)
	for _, colon := range []string{": ", "："} {
		if rest, ok := strings.CutPrefix(title, d.Domain+colon); ok {
			title = rest
		}
	}
	return Harmless(words.Words{English: title, Chinese: title}.Capital().In(f.Language))
}
