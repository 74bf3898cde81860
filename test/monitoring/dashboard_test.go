package monitoring_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

const dashboardFile = component + "dashboard.json"

// register has the schema know every kind of panel and query.
var register = sync.OnceFunc(plugins.RegisterDefaultPlugins)

// board is the dashboard, read by Grafana's schema: a field that it has not is an error.
func board(t *testing.T) dashboard.Dashboard { //nolint:staticcheck // the schema that every Grafana imports
	t.Helper()
	register()
	var strict, d dashboard.Dashboard //nolint:staticcheck // as above
	// Its list of errors is never nil, and may be empty; and it may leave out what it has judged.
	if err := strict.UnmarshalJSONStrict(read(t, dashboardFile)); err != nil && err.Error() != "" {
		t.Fatalf("the dashboard is not as Grafana's schema asks: %v", err)
	}
	if err := json.Unmarshal(read(t, dashboardFile), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func panels(t *testing.T) []dashboard.Panel {
	t.Helper()
	var all []dashboard.Panel
	for _, p := range board(t).Panels {
		if p.Panel != nil {
			all = append(all, *p.Panel)
		}
	}
	if len(all) == 0 {
		t.Fatal("the dashboard has no panels")
	}
	return all
}

func panelExpressions(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, p := range panels(t) {
		for _, target := range p.Targets {
			query, is := target.(prometheus.Dataquery)
			if !is {
				if pointer, points := target.(*prometheus.Dataquery); points {
					query, is = *pointer, true
				}
			}
			if !is {
				t.Errorf("panel %q asks with a %T", *p.Title, target)
				continue
			}
			all = append(all, query.Expr)
		}
	}
	return all
}

func TestTheDashboardIsAsGrafanasSchemaAsks(t *testing.T) {
	t.Parallel()
	d := board(t)
	if err := d.Validate(); err != nil && err.Error() != "" {
		t.Error(err)
	}
	if d.Uid == nil || *d.Uid == "" || len(*d.Uid) > 40 || d.Title == nil || *d.Title == "" || d.Id != nil {
		t.Errorf("uid %v, title %v, id %v", d.Uid, d.Title, d.Id)
	}
	var names []string
	for _, v := range d.Templating.List {
		names = append(names, v.Name)
	}
	if !slices.Contains(names, "datasource") || !slices.Contains(names, "namespace") {
		t.Errorf("it has the variables %v", names)
	}
}

func TestPanelsDoNotOverlapAndSayWhatTheyShow(t *testing.T) {
	t.Parallel()
	ids, taken := map[uint32]bool{}, map[[2]uint32]string{}
	for _, p := range panels(t) {
		if p.Id == nil || ids[*p.Id] || p.Title == nil || p.Description == nil || *p.Description == "" || p.GridPos == nil {
			t.Errorf("a panel without an id, title, description or place: %+v", p)
			continue
		}
		ids[*p.Id] = true
		if len(p.Targets) == 0 || p.Datasource == nil || p.Datasource.Uid == nil || *p.Datasource.Uid != "${datasource}" {
			t.Errorf("%s: it asks nothing, or not the data source that was chosen", *p.Title)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := taken[[2]uint32{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%s lies over %q, or over the edge", *p.Title, other)
				}
				taken[[2]uint32{x, y}] = *p.Title
			}
		}
	}
}

func TestTheDashboardIsJSONThatGrafanaWritesBack(t *testing.T) {
	t.Parallel()
	if _, err := json.Marshal(board(t)); err != nil {
		t.Error(err)
	}
}
