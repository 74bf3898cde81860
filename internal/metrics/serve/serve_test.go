package serve_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// text is what a registry serves of the metrics that are named; of all, where none is.
func text(t *testing.T, registry *prometheus.Registry, names ...string) string {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, family := range families {
		if len(names) > 0 && !slices.Contains(names, family.GetName()) {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(&b, family); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestAScrapeThatCannotReadEverythingFailsAsAWhole(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	broken := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, errors.New("the cache is away") }
	if err := registry.Register(serve.NewCollector(many(1), func() bool { return true }, broken)); err != nil {
		t.Fatal(err)
	}
	if _, err := registry.Gather(); err == nil || !strings.Contains(err.Error(), "the cache is away") {
		t.Errorf("%v, want an error", err)
	}
}

func TestAnOperatorThatDoesNotLeadServesNoState(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	unread := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, errors.New("it was read") }
	if err := registry.Register(serve.NewCollector(many(1), func() bool { return false }, unread)); err != nil {
		t.Fatal(err)
	}
	want := "# HELP icp_operator_leading " + metrics.Leading.Help + "\n# TYPE icp_operator_leading gauge\nicp_operator_leading 0\n"
	if diff := cmp.Diff(want, text(t, registry)); diff != "" {
		t.Error(diff)
	}
}

func TestCallsAreCountedByWhatIsToBeDoneAboutTheirErrors(t *testing.T) {
	t.Parallel()
	meters, registry := serve.NewMeters(), prometheus.NewPedanticRegistry()
	if err := meters.Register(registry); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{nil, errors.New("broken off"), &provider.Error{Class: provider.Rejected, Reason: "Whatever the server says"}} {
		meters.Called("console", "Create", time.Second, err)
	}
	meters.Called("other", "Get", time.Second, nil)
	meters.Forget("other")
	help := "# HELP icp_provider_call_errors_total " + metrics.CallErrors.Help + "\n# TYPE icp_provider_call_errors_total counter\n"
	want := help + `icp_provider_call_errors_total{class="Misconfigured",operation="Create",provider="console"} 0
icp_provider_call_errors_total{class="Rejected",operation="Create",provider="console"} 1
icp_provider_call_errors_total{class="Transient",operation="Create",provider="console"} 1
`
	if diff := cmp.Diff(want, text(t, registry, metrics.CallErrors.Name)); diff != "" {
		t.Error(diff)
	}
	calls := text(t, registry, metrics.CallDuration.Name)
	if !strings.Contains(calls, `icp_provider_call_duration_seconds_count{operation="Create",provider="console"} 3`) || strings.Contains(calls, "other") {
		t.Errorf("three calls, and none of a provider that is gone, are wanted:\n%s", calls)
	}
}

// A label's value may be whatever somebody wrote: it ends no line, begins no metric, and makes no series but its own.
func TestWhatSomebodyWroteIsALabelsValueAndNoMore(t *testing.T) {
	t.Parallel()
	const evil = "x\"} 1\nicp_forged{mode=\"hold\"} 0\n# \\"
	filings := many(1)
	filings[0].Spec.Domain.Name, filings[0].Status.Provider = evil, evil
	registry := prometheus.NewPedanticRegistry()
	none := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, nil }
	if err := registry.Register(serve.NewCollector(filings, func() bool { return true }, none)); err != nil {
		t.Fatal(err)
	}
	served := text(t, registry)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(served))
	if err != nil {
		t.Fatal(err)
	}
	if _, made := families["icp_forged"]; made {
		t.Error("a domain has made a metric")
	}
	info := families[metrics.FilingInfo.Name].GetMetric()
	if len(info) != 1 || !slices.ContainsFunc(info[0].GetLabel(), func(l *dto.LabelPair) bool { return l.GetValue() == evil }) {
		t.Errorf("the domain is not read back: %v", info)
	}
}
