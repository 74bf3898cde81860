// Package monitoring_test holds the alerts and the dashboard of config/monitoring to Prometheus' and Grafana's own rules, and to the
// metrics that docs/monitoring.md lists. That the operator serves those, internal/metrics and test/metrics see to.
package monitoring_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// pages tell people of all this.
var pages = []string{"../../docs/monitoring.md", "../../docs/monitoring.zh.md"}

// served are the metrics of the page, with their labels; of those that are not the operator's own, no labels are told.
func served(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for line := range strings.SplitSeq(string(read(t, pages[0])), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.HasPrefix(cells[1], " `icp_") {
			continue
		}
		name, kind := quoted.FindString(cells[1]), strings.TrimSpace(cells[2])
		labels := quoted.FindAllString(cells[3], -1)
		if kind == "histogram" {
			all[name+"_bucket"] = append(labels, "le")
			all[name+"_sum"], all[name+"_count"] = labels, labels
			continue
		}
		all[name] = labels
	}
	if len(all) == 0 {
		t.Fatal("the page lists no metric")
	}
	for name := range strings.FieldsSeq(besides) {
		if !strings.Contains(string(read(t, pages[0])), "`"+strings.TrimSuffix(name, "_bucket")+"`") {
			t.Errorf("the page does not tell of %s", name)
		}
		all[name] = []string{"controller", "name", "le"}
	}
	return all
}

// besides are those of controller-runtime that the dashboard shows.
const besides = "controller_runtime_reconcile_errors_total controller_runtime_reconcile_time_seconds_bucket workqueue_depth"

// quoted is what stands between backquotes.
var quoted = regexp.MustCompile("[a-z]+(_[a-z]+)*")

// selectors are what an expression selects.
func selectors(t *testing.T, expr string) []*parser.VectorSelector {
	t.Helper()
	expr = strings.NewReplacer("$__rate_interval", "5m", "$namespace", ".*", "$controller", ".*").Replace(expr)
	parsed, err := promQL().ParseExpr(expr)
	if err != nil {
		t.Errorf("%s: %v", expr, err)
		return nil
	}
	var all []*parser.VectorSelector
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		if s, is := node.(*parser.VectorSelector); is {
			all = append(all, s)
		}
		return nil
	})
	return all
}

func TestEveryMetricOfTheAlertsAndTheDashboardIsServedWithItsLabels(t *testing.T) {
	t.Parallel()
	metrics, used := served(t), 0
	expressions := panelExpressions(t)
	for _, r := range rules(t) {
		expressions = append(expressions, r.Expr.String())
	}
	for _, expr := range expressions {
		for _, s := range selectors(t, expr) {
			used++
			labels, is := metrics[s.Name]
			if !is {
				t.Errorf("%s is not served: %s", s.Name, expr)
				continue
			}
			for _, m := range s.LabelMatchers {
				if m.Name != "__name__" && !slices.Contains(labels, m.Name) {
					t.Errorf("%s has no label %s: %s", s.Name, m.Name, expr)
				}
			}
		}
	}
	if used < len(expressions) {
		t.Errorf("%d metrics in %d expressions", used, len(expressions))
	}
}
