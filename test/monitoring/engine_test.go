package monitoring_test

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/template"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
	"sigs.k8s.io/yaml"
)

// scenario is a unit test of promtool's: series, and which alerts fire at which times. The alerts are evaluated once an interval.
type scenario struct {
	Name     string                            `json:"name"`
	Interval model.Duration                    `json:"interval"`
	Series   []struct{ Series, Values string } `json:"input_series"`
	Alerts   []expectation                     `json:"alert_rule_test"`
}

// expectation is what is to fire of an alert, at a time.
type expectation struct {
	At   model.Duration `json:"eval_time"`
	Name string         `json:"alertname"`
	Want []alert        `json:"exp_alerts"`
}

// alert that fires.
type alert struct {
	Labels      map[string]string `json:"exp_labels"`
	Annotations map[string]string `json:"exp_annotations"`
}

func scenarios(t *testing.T) []scenario {
	t.Helper()
	var file struct {
		RuleFiles []string       `json:"rule_files"`
		Interval  model.Duration `json:"evaluation_interval"`
		Tests     []scenario     `json:"tests"`
	}
	if err := yaml.UnmarshalStrict(read(t, "testdata/rules_test.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Tests) == 0 {
		t.Fatal("there are no unit tests")
	}
	return file.Tests
}

func promQL() parser.Parser { return parser.NewParser(parser.Options{}) }

// value of a series at a time.
type value struct {
	at int64
	is float64
}

// T, ST, F, H, FH, Type and Copy implement chunks.Sample.
func (v value) T() int64                      { return v.at }
func (v value) ST() int64                     { return 0 }
func (v value) F() float64                    { return v.is }
func (v value) H() *histogram.Histogram       { return nil }
func (v value) FH() *histogram.FloatHistogram { return nil }
func (v value) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (v value) Copy() chunks.Sample           { return v }

// memory holds the series of a scenario.
type memory []storage.Series

// set walks over series.
type set struct {
	memory
	at int
}

// Querier implements storage.Queryable.
func (m memory) Querier(int64, int64) (storage.Querier, error) {
	return &storage.MockQuerier{SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
		found := &set{at: -1}
		for _, series := range m {
			if !slices.ContainsFunc(matchers, func(matcher *labels.Matcher) bool { return !matcher.Matches(series.Labels().Get(matcher.Name)) }) {
				found.memory = append(found.memory, series)
			}
		}
		return found
	}}, nil
}

// Next, At, Err and Warnings implement storage.SeriesSet.
func (s *set) Next() bool                        { s.at++; return s.at < len(s.memory) }
func (s *set) At() storage.Series                { return s.memory[s.at] }
func (s *set) Err() error                        { return nil }
func (s *set) Warnings() annotations.Annotations { return nil }

// load reads the series of a scenario, in promtool's notation.
func (sc *scenario) load(t *testing.T) memory {
	t.Helper()
	var all memory
	for _, series := range sc.Series {
		of, values, err := promQL().ParseSeriesDesc(series.Series + " " + series.Values)
		if err != nil {
			t.Fatalf("%s: %v", series.Series, err)
		}
		var samples []chunks.Sample
		for i, v := range values {
			if !v.Omitted {
				samples = append(samples, value{int64(i) * time.Duration(sc.Interval).Milliseconds(), v.Value})
			}
		}
		all = append(all, storage.NewListSeries(of, samples))
	}
	return all
}

// pending is since when an alert's expression has held, by the labels of what it holds for, and what it yielded last.
type pending struct {
	since time.Time
	is    float64
	of    map[string]string
}

// rehearsal is a rule's life through a scenario.
type rehearsal struct {
	rule    monitoringv1.Rule
	pending map[string]pending
}

// step evaluates the rule at a time, as Prometheus does.
func (r *rehearsal) step(t *testing.T, engine *promql.Engine, in storage.Queryable, at time.Time) {
	t.Helper()
	query, err := engine.NewInstantQuery(t.Context(), in, nil, r.rule.Expr.String(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer query.Close()
	result, err := query.Exec(t.Context()).Vector()
	if err != nil {
		t.Fatalf("%s: %v", r.rule.Alert, err)
	}
	holds := map[string]pending{}
	for _, sample := range result {
		of := sample.Metric.Map()
		delete(of, model.MetricNameLabel)
		key := fmt.Sprint(of)
		since := at
		if before, held := r.pending[key]; held {
			since = before.since
		}
		holds[key] = pending{since, sample.F, of}
	}
	r.pending = holds
}

// firing are the alerts that fire at a time, with their words.
func (r *rehearsal) firing(t *testing.T, at time.Time) []alert {
	t.Helper()
	var hold model.Duration
	if r.rule.For != nil {
		var err error
		if hold, err = model.ParseDuration(string(*r.rule.For)); err != nil {
			t.Fatal(err)
		}
	}
	var all []alert
	for _, p := range r.pending {
		if at.Sub(p.since) < time.Duration(hold) {
			continue
		}
		fires := alert{Labels: maps.Clone(p.of), Annotations: map[string]string{}}
		maps.Copy(fires.Labels, r.rule.Labels)
		for name, text := range r.rule.Annotations {
			text = "{{$labels := .Labels}}{{$value := .Value}}" + text
			data := template.AlertTemplateData(p.of, nil, "", promql.Sample{F: p.is})
			says, err := template.NewTemplateExpander(t.Context(), text, name, data, model.TimeFromUnixNano(at.UnixNano()), nil, nil, nil).Expand()
			if err != nil {
				t.Errorf("%s: %s: %v", r.rule.Alert, name, err)
			}
			fires.Annotations[name] = says
		}
		all = append(all, fires)
	}
	return all
}

// rehearse lives through a scenario.
func (sc *scenario) rehearse(t *testing.T, engine *promql.Engine) {
	t.Helper()
	in, lives := sc.load(t), []*rehearsal(nil)
	for _, rule := range rules(t) {
		if slices.ContainsFunc(sc.Alerts, func(a expectation) bool { return a.Name == rule.Alert }) {
			lives = append(lives, &rehearsal{rule: rule})
		}
	}
	last := time.Duration(0)
	for _, a := range sc.Alerts {
		last = max(last, time.Duration(a.At))
	}
	for elapsed := time.Duration(0); elapsed <= last; elapsed += time.Duration(sc.Interval) {
		at := time.Unix(0, 0).Add(elapsed)
		firing := map[string][]alert{}
		for _, life := range lives {
			life.step(t, engine, in, at)
			firing[life.rule.Alert] = append(firing[life.rule.Alert], life.firing(t, at)...)
		}
		for _, a := range sc.Alerts {
			if time.Duration(a.At) != elapsed {
				continue
			}
			got := firing[a.Name]
			byLabels := func(a, b alert) int { return strings.Compare(fmt.Sprint(a.Labels), fmt.Sprint(b.Labels)) }
			slices.SortFunc(got, byLabels)
			slices.SortFunc(a.Want, byLabels)
			if diff := cmp.Diff(a.Want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s after %s: %s", a.Name, elapsed, diff)
			}
		}
	}
}

func TestTheAlertsDoWhatTheirUnitTestsSay(t *testing.T) {
	t.Parallel()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute, Parser: promQL()})
	for _, sc := range scenarios(t) {
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			sc.rehearse(t, engine)
		})
	}
}

func TestTheRulesAreAsPrometheusReadsThem(t *testing.T) {
	t.Parallel()
	// What a PrometheusRule's spec holds is a rules file.
	file, err := yaml.Marshal(strictly[monitoringv1.PrometheusRule](t, "prometheusrule.yaml").Spec)
	if err != nil {
		t.Fatal(err)
	}
	_, problems := rulefmt.Parse(file, false, model.UTF8Validation, promQL(), slog.New(slog.DiscardHandler))
	for _, problem := range problems {
		t.Error(problem)
	}
}
