package board

import (
	"slices"
	"strings"
	"sync"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// How many filings a column shows, and a page of a list; and how many namespaces are offered as a choice.
const (
	columnSize  = 8
	listSize    = 50
	mostChoices = 40
)

// stages of the procedure in order, and how it went on or ended: the columns.
var stages = sync.OnceValue(func() []v1alpha1.StageName {
	var names []v1alpha1.StageName
	for _, st := range procedure.Table() {
		names = append(names, st.Name)
	}
	for _, name := range []v1alpha1.StageName{v1alpha1.StageApproved, v1alpha1.StageChanging, v1alpha1.StageRevoked, v1alpha1.StageCancelled} {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
})

// overview is the first page: filings by stage, or those of one stage as a list.
type overview struct {
	Query
	Filters
	// Tiles count what matters most.
	Tiles []Tile
	// Stages count the filings at each; Columns show those that have any.
	Stages  []StageCount
	Columns []Column
	// List is one stage's, a page of it.
	List []Card
	Paging
	// Found is how many fit, and All how many there are.
	Found, All int
}

// Tile counts something, and leads to it.
type Tile struct {
	Says   string
	Number string
	Href   string
	Tone   string
	Chosen bool
}

// StageCount is how many filings are at a stage.
type StageCount struct {
	Name  v1alpha1.StageName
	Says  string
	Count int
	Href  string
}

// Column is a stage with the filings for which somebody must act first.
type Column struct {
	StageCount
	Cards []Card
	// Rest is how many more there are.
	Rest int
}

// Filters are the fields of the form above a list.
type Filters struct {
	// Action is where the form leads.
	Action string
	// Namespaces to choose from; none where there are too many, and one is typed.
	Namespaces []string
	// Stages to choose from.
	StageChoices []Choice
	// Whiches to choose from.
	WhichChoices []Choice
}

// Choice is one of a list.
type Choice struct {
	Value, Says string
	Chosen      bool
}

// Overview is the first page, of the filings that the viewer may see.
func Overview(f Frame, q Query, filings []*v1alpha1.IcpFiling) Page {
	o := overview{Query: q, All: len(filings)}
	rows := make([]*row, 0, len(filings))
	var namespaces []string
	for _, filing := range filings {
		if i, seen := slices.BinarySearch(namespaces, filing.Namespace); !seen {
			namespaces = slices.Insert(namespaces, i, filing.Namespace)
		}
		if q.fits(filing) {
			rows = append(rows, &row{filing, view.Brief(filing, f.Now)})
		}
	}
	o.tiles(f, rows)
	rows = slices.DeleteFunc(rows, func(r *row) bool { return !r.is(q.Which, f.Now) })
	byStage := map[v1alpha1.StageName][]*row{}
	for _, r := range rows {
		byStage[r.brief.Stage] = append(byStage[r.brief.Stage], r)
	}
	for _, name := range stages() {
		at := StageCount{Name: name, Says: f.In(words.Stage(name).Capital()), Count: len(byStage[name])}
		of := q
		of.Stage = name
		at.Href = of.address(f, "/", 1)
		o.Stages = append(o.Stages, at)
		if q.Stage == "" && at.Count > 0 {
			o.Columns = append(o.Columns, Column{at, cards(f, firstOf(byStage[name], columnSize)), max(0, at.Count-columnSize)})
		}
	}
	o.Found = len(rows)
	title := f.Say("Board")
	if q.Stage != "" {
		list := byStage[q.Stage]
		o.Found, title = len(list), f.In(words.Stage(q.Stage).Capital())
		slices.SortFunc(list, compareRows)
		list, o.Paging = pageOf(f, "/", q, listSize, list)
		o.List = cards(f, list)
	}
	o.Filters = filtersOf(f, q, "/", namespaces)
	return Page{name: "overview.html", Title: title, Live: true, Of: o}
}

// fits says whether a filing is of the namespace, and has the text in it.
func (q Query) fits(f *v1alpha1.IcpFiling) bool {
	if q.Namespace != "" && f.Namespace != q.Namespace {
		return false
	}
	if q.Text == "" {
		return true
	}
	return slices.ContainsFunc([]string{f.Spec.Domain.Name, f.Name, f.Namespace, f.Status.OrderID, f.Status.WebsiteNumber},
		func(has string) bool { return strings.Contains(strings.ToLower(has), q.Text) })
}

func (o *overview) tiles(f Frame, rows []*row) {
	tones := []struct{ which, says, tone string }{
		{"", "filings", ""}, {WhichOverdue, "overdue", "bad"}, {WhichSoon, "due within seven days", "warn"},
		{WhichPeople, "wait for the applicant's side", "link"}, {WhichStuck, "stand still until something is changed", "bad"},
	}
	for _, t := range tones {
		n := 0
		for _, r := range rows {
			if r.is(t.which, f.Now) {
				n++
			}
		}
		q := o.Query
		q.Which, q.Stage = t.which, ""
		if n == 0 && t.tone != "link" {
			t.tone = ""
		}
		o.Tiles = append(o.Tiles, Tile{f.Say(t.says), f.Number(n), q.address(f, "/", 1), t.tone, o.Which == t.which})
	}
}

func filtersOf(f Frame, q Query, path string, namespaces []string) Filters {
	filters := Filters{Action: f.To(path)}
	if len(namespaces) <= mostChoices {
		filters.Namespaces = namespaces
		if q.Namespace != "" && !slices.Contains(namespaces, q.Namespace) {
			filters.Namespaces = append([]string{q.Namespace}, namespaces...)
		}
	}
	filters.StageChoices = []Choice{{"", f.Say("all, as columns"), q.Stage == ""}}
	for _, name := range stages() {
		filters.StageChoices = append(filters.StageChoices, Choice{string(name), f.In(words.Stage(name).Capital()), q.Stage == name})
	}
	for _, w := range [][2]string{{"", "all"}, {WhichOverdue, "overdue"}, {WhichSoon, "due within seven days"}, {WhichPeople, "wait for the applicant's side"}, {WhichStuck, "stand still until something is changed"}} {
		filters.WhichChoices = append(filters.WhichChoices, Choice{w[0], f.Say(w[1]), q.Which == w[0]})
	}
	return filters
}

// firstOf is the first few of rows in order. Of a long list no more is put in order than is shown.
func firstOf(rows []*row, n int) []*row {
	first := make([]*row, 0, n+1)
	for _, r := range rows {
		if len(first) == n && compareRows(r, first[n-1]) >= 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(first, r, compareRows)
		first = slices.Insert(first, i, r)
		first = first[:min(len(first), n)]
	}
	return first
}
