package board

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/internal/audit"
)

// mostNamespaces is how many the map shows, those with the gravest first.
const mostNamespaces = 25

// tones of the verdicts. The colour is never all that tells them: their names stand beside it.
var tones = map[audit.Verdict]string{audit.Uncovered: "bad", audit.Parked: "warn", audit.Covered: "good", audit.Exempt: "link"}

// exposureMap is the page of what the cluster exposes.
type exposureMap struct {
	Query
	Filters
	Tiles []Tile
	// Verdicts are the map's columns, Rows its namespaces; Rest is how many more of these there are.
	Verdicts []Choice
	Rows     []NamespaceRow
	Rest     int
	// Meanings say what each verdict means.
	Meanings []Meaning
	List     []HostRow
	Paging
	Found int
	// NotSeen is what the page says nothing of, Unattached how many routes serve nothing.
	NotSeen    []string
	Unattached int
}

// Meaning says what a name means.
type Meaning struct{ Name, Says, Tone string }

// NamespaceRow counts the hosts of a namespace by verdict.
type NamespaceRow struct {
	Name, Href string
	// Modes of the gate there.
	Mode   string
	Counts []NamespaceCount
}

// NamespaceCount counts those of one verdict; none have no address.
type NamespaceCount struct{ Number, Href, Tone, Says string }

// HostRow is a host of a route.
type HostRow struct {
	Host, Shown, Verdict, Tone, Why, Route, Namespace string
	// Filing with the address of its page; none where it may not be seen.
	Filing, Href string
	Steps        []Step
}

// Step is something to do next.
type Step struct{ Says, Command string }

// Exposure is the page of what the cluster exposes, as far as the viewer may see it.
func Exposure(f Frame, q Query, report *audit.Report) Page {
	q.Stage = ""
	if !slices.Contains(audit.Verdicts(), audit.Verdict(q.Which)) {
		q.Which = ""
	}
	m := exposureMap{Query: q, Unattached: report.Unattached}
	var fits []*audit.Finding
	counts, byNamespace, modes := map[audit.Verdict]int{}, map[string]map[audit.Verdict]int{}, map[string]string{}
	namespaces := map[string]struct{}{}
	for i := range report.Findings {
		finding := &report.Findings[i]
		namespaces[finding.Namespace] = struct{}{}
		if !q.fitsHost(finding) {
			continue
		}
		counts[finding.Verdict]++
		if byNamespace[finding.Namespace] == nil {
			byNamespace[finding.Namespace] = map[audit.Verdict]int{}
			modes[finding.Namespace] = finding.Mode
		}
		byNamespace[finding.Namespace][finding.Verdict]++
		if q.Which == "" || finding.Verdict == audit.Verdict(q.Which) {
			fits = append(fits, finding)
		}
	}
	m.counted(f, counts)
	m.rows(f, byNamespace, modes)
	m.Found = len(fits)
	fits, m.Paging = pageOf(f, "/exposure", q, listSize, fits)
	for _, finding := range fits {
		m.List = append(m.List, hostRow(f, finding))
	}
	m.Filters = filtersOf(f, q, "/exposure", slices.Sorted(maps.Keys(namespaces)))
	m.StageChoices, m.WhichChoices = nil, []Choice{{"", f.Say("all"), q.Which == ""}}
	for _, v := range audit.Verdicts() {
		m.WhichChoices = append(m.WhichChoices, Choice{string(v), f.In(v.Words().Capital()), q.Which == string(v)})
	}
	for _, n := range report.NotSeen {
		m.NotSeen = append(m.NotSeen, f.In(n.Words()))
	}
	return Page{name: "exposure.html", Title: f.Say("What is exposed"), Live: true, Of: m}
}

func (q Query) fitsHost(f *audit.Finding) bool {
	if q.Namespace != "" && f.Namespace != q.Namespace {
		return false
	}
	return q.Text == "" || slices.ContainsFunc([]string{f.Host, audit.ShowHost(f.Host), f.Name, f.Namespace, f.Filing, f.Domain},
		func(has string) bool { return strings.Contains(strings.ToLower(has), q.Text) })
}

// counted fills the tiles, and what the verdicts mean.
func (m *exposureMap) counted(f Frame, counts map[audit.Verdict]int) {
	for _, v := range audit.Verdicts() {
		q, tone := m.Query, tones[v]
		q.Which = string(v)
		if counts[v] == 0 {
			tone = ""
		}
		name := f.In(v.Words().Capital())
		m.Tiles = append(m.Tiles, Tile{name, f.Number(counts[v]), q.address(f, "/exposure", 1), tone, m.Which == string(v)})
		m.Meanings = append(m.Meanings, Meaning{name, f.In(v.Says()), tones[v]})
		m.Verdicts = append(m.Verdicts, Choice{string(v), name, false})
	}
}

// rows fills the map, the namespace with the most that is exposed and should not be first.
func (m *exposureMap) rows(f Frame, byNamespace map[string]map[audit.Verdict]int, modes map[string]string) {
	names := slices.SortedFunc(maps.Keys(byNamespace), func(a, b string) int {
		return cmp.Or(
			cmp.Compare(byNamespace[b][audit.Uncovered], byNamespace[a][audit.Uncovered]),
			cmp.Compare(byNamespace[b][audit.Parked], byNamespace[a][audit.Parked]), cmp.Compare(a, b))
	})
	m.Rest = max(0, len(names)-mostNamespaces)
	for _, name := range names[:min(len(names), mostNamespaces)] {
		q := m.Query
		q.Namespace, q.Which = name, ""
		row := NamespaceRow{Name: name, Href: q.address(f, "/exposure", 1), Mode: modes[name]}
		for _, v := range audit.Verdicts() {
			n := byNamespace[name][v]
			count := NamespaceCount{Number: f.Number(n), Says: f.In(v.Words().Capital())}
			if n > 0 {
				q.Which = string(v)
				count.Href, count.Tone = q.address(f, "/exposure", 1), tones[v]
			}
			row.Counts = append(row.Counts, count)
		}
		m.Rows = append(m.Rows, row)
	}
}

func hostRow(f Frame, finding *audit.Finding) HostRow {
	r := HostRow{
		Host: f.In(audit.HostWords(finding.Host)), Verdict: f.In(finding.Verdict.Words().Capital()), Tone: tones[finding.Verdict],
		Why: f.In(finding.Why().Capital()), Route: finding.Kind + " " + finding.Name, Namespace: finding.Namespace,
	}
	if shown := audit.ShowHost(finding.Host); shown != finding.Host {
		r.Shown = Harmless(shown)
	}
	if namespace, name, ok := strings.Cut(finding.Filing, "/"); ok {
		r.Filing, r.Href = finding.Filing, f.filing(namespace, name)
	}
	for _, step := range finding.Next() {
		r.Steps = append(r.Steps, Step{f.In(step.Says.Capital()), Harmless(step.Command)})
	}
	return r
}
