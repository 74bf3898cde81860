package serve_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
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

// away is a cache that cannot be read.
type away struct{ crowd }

// List implements client.Reader.
func (away) List(context.Context, client.ObjectList, ...client.ListOption) error {
	return errors.New("the cache is away")
}

func TestAScrapeThatCannotReadEverythingFailsAsAWhole(t *testing.T) {
	t.Parallel()
	gate := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, nil }
	for name, c := range map[string]struct {
		others, filings client.Reader
		gate            func(context.Context) (metrics.Gate, error)
	}{
		"filings":   {crowd{}, away{}, gate},
		"providers": {away{}, many(1), gate},
		"the gate":  {crowd{}, many(1), func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, errors.New("the cache is away") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := serve.NewPage(prometheus.NewPedanticRegistry())
			if err := page.Register(serve.NewMeters(), serve.NewCollector(c.others, func() bool { return true }, c.gate), serve.NewFilings(c.filings)); err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			page.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
			if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "the cache is away") || strings.Contains(w.Body.String(), "# HELP") {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		})
	}
}

func TestAnOperatorThatDoesNotLeadServesNoState(t *testing.T) {
	t.Parallel()
	page := serve.NewPage(prometheus.NewPedanticRegistry())
	unread := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, errors.New("it was read") }
	if err := page.Register(serve.NewMeters(), serve.NewCollector(away{}, func() bool { return false }, unread), serve.NewFilings(away{})); err != nil {
		t.Fatal(err)
	}
	got := string(served(t, page, false))
	if !strings.Contains(got, "\nicp_operator_leading 0\n") || !strings.Contains(got, "icp_gate_policies_restored_total") || strings.Contains(got, "icp_filing") {
		t.Errorf("an operator that waits serves:\n%s", got)
	}
}

// lines are the lines of a text, sorted.
func lines(text string) []string { return slices.Sorted(strings.Lines(text)) }

func TestThePageSaysOfFilingsWhatARegistryWould(t *testing.T) {
	t.Parallel()
	filings := many(20)
	filings[3].Name = "with \"quotes\", a \\ and\na line"
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(newRegistered(filings)); err != nil {
		t.Fatal(err)
	}
	page := pageOf(t, filings)
	agree := func(when string) {
		t.Helper()
		var got []string
		for _, line := range lines(string(served(t, page, false))) {
			if strings.Contains(line, "icp_filing_") || strings.Contains(line, "icp_deadline_") {
				got = append(got, line)
			}
		}
		if diff := cmp.Diff(lines(text(t, registry)), got); diff != "" {
			t.Errorf("%s (-registry +page):\n%s", when, diff)
		}
	}
	agree("at first")
	agree("when nothing changed")
	filings[0].ResourceVersion, filings[0].Status.Stage = "2", v1alpha1.StageRevoked
	filings[1].ResourceVersion, filings[1].Status.Provider = "2", "another"
	filings[2].UID, filings[2].Namespace = "made-anew", "moved"
	agree("when some changed, and one was made anew")
}

func TestAFilingThatIsGoneIsTakenOut(t *testing.T) {
	t.Parallel()
	filings := many(3)
	reader := &shrinking{crowd: filings}
	page := serve.NewPage(prometheus.NewRegistry())
	none := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, nil }
	if err := page.Register(serve.NewMeters(), serve.NewCollector(crowd{}, func() bool { return true }, none), serve.NewFilings(reader)); err != nil {
		t.Fatal(err)
	}
	if got := string(served(t, page, false)); !strings.Contains(got, `domain="site-2.example"`) {
		t.Fatalf("a filing that is there is not told:\n%s", got)
	}
	reader.crowd = filings[:2]
	if got := string(served(t, page, false)); strings.Contains(got, "site-2") || !strings.Contains(got, `domain="site-1.example"`) {
		t.Errorf("of three filings, of which one is gone, are told:\n%s", got)
	}
}

// shrinking is a cache that loses filings.
type shrinking struct{ crowd }

func TestAPackedPageSaysTheSame(t *testing.T) {
	t.Parallel()
	page := pageOf(t, many(5))
	unpacked, err := gzip.NewReader(bytes.NewReader(served(t, page, true)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(served(t, page, false)), string(got)); diff != "" {
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
		meters.Called(t.Context(), provider.Call{Provider: "console", Operation: "Create", Took: time.Second, Err: err})
	}
	meters.Called(t.Context(), provider.Call{Provider: "other", Operation: "Get", Took: time.Second})
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
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(served(t, pageOf(t, filings), false)))
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
