package serve_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
)

// crowd is a cache that holds filings alone.
type crowd []v1alpha1.IcpFiling

// Get implements client.Reader.
func (crowd) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return nil
}

// List implements client.Reader.
func (c crowd) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	if filings, are := list.(*v1alpha1.IcpFilingList); are {
		filings.Items = c
	}
	return nil
}

// many are filings, half of them in force and half under review, with every condition that there is.
func many(count int) crowd {
	at := metav1.NewTime(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	made := make(crowd, count)
	for i := range made {
		f := &made[i]
		f.UID, f.ResourceVersion = types.UID(fmt.Sprintf("uid-%d", i)), "1"
		f.Namespace, f.Name, f.Spec.Domain.Name = fmt.Sprintf("team-%d", i%500), fmt.Sprintf("site-%d-example", i), fmt.Sprintf("site-%d.example", i)
		f.Status.Provider, f.Status.FilingType, f.Status.Stage = "console", v1alpha1.FirstFiling, v1alpha1.StageBureauReview
		for _, name := range []v1alpha1.StageName{v1alpha1.StagePreparation, v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation,
			v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification} {
			f.Status.Stages = append(f.Status.Stages, v1alpha1.StageStatus{Name: name, State: v1alpha1.StageDone, StartedAt: &at, FinishedAt: &at})
		}
		for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionPrerequisitesMet, v1alpha1.ConditionSubmitted, v1alpha1.ConditionPreliminaryReviewPassed,
			v1alpha1.ConditionSmsVerified, v1alpha1.ConditionBureauApproved, v1alpha1.ConditionExposureAllowed, v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ConditionInformationCurrent,
			v1alpha1.ConditionIcpLicensed, v1alpha1.ConditionRegistryVerified, v1alpha1.ConditionFooterShown} {
			f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonDue, Message: "a message"})
		}
		f.Status.Stages = append(f.Status.Stages, v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageActive, StartedAt: &at, DueAt: &at})
		if i%2 == 0 {
			f.Status.Stage, f.Status.ApprovedAt = v1alpha1.StageApproved, &at
			f.Status.Deadlines = []v1alpha1.DeadlineStatus{{Name: "Domain", Date: "2027-03-01"}, {Name: "Server", Date: "2027-03-01"}, {Name: "Certificate", Date: "2027-03-01"}}
		}
	}
	return made
}

// registered brings filings to Prometheus through a registry, as metrics usually are: each sample a metric, which the registry checks
// and sorts, and an encoder writes. What the page serves is held to it, in what it says and in what that costs.
type registered struct {
	filings   crowd
	described map[*metrics.Family]*prometheus.Desc
}

func newRegistered(filings crowd) registered {
	r := registered{filings, map[*metrics.Family]*prometheus.Desc{}}
	for _, of := range append(metrics.FilingStates(), metrics.StageDuration) {
		r.described[of] = prometheus.NewDesc(of.Name, of.Help, of.Labels, nil)
	}
	return r
}

// Describe implements prometheus.Collector.
func (r registered) Describe(to chan<- *prometheus.Desc) {
	for _, d := range r.described {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (r registered) Collect(to chan<- prometheus.Metric) {
	durations := metrics.Durations{}
	for i := range r.filings {
		metrics.Filing(&r.filings[i], func(s metrics.Sample) {
			to <- prometheus.MustNewConstMetric(r.described[s.Of], prometheus.GaugeValue, s.Value, s.Labels...)
		})
		durations.Add(&r.filings[i])
	}
	for of, spread := range durations {
		within := make(map[float64]uint64, len(spread.Within))
		for i, count := range spread.Within {
			within[metrics.StageDuration.Buckets[i]] = count
		}
		to <- prometheus.MustNewConstHistogram(r.described[metrics.StageDuration], spread.Count, spread.Sum, within, string(of.Stage), of.Provider)
	}
}

// served is what a handler answers to a scraper, which takes it packed or not.
func served(tb testing.TB, handler http.Handler, packed bool) []byte {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/metrics", http.NoBody)
	if packed {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		tb.Fatalf("the scrape fails with %d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// take has a handler answer a scraper that takes it packed, and throws it away.
func take(b *testing.B, handler http.Handler) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/metrics", http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	handler.ServeHTTP(nowhere{http.Header{}}, r)
}

// nowhere takes an answer.
type nowhere struct{ header http.Header }

// Header implements http.ResponseWriter.
func (n nowhere) Header() http.Header { return n.header }

// Write implements http.ResponseWriter.
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader implements http.ResponseWriter.
func (nowhere) WriteHeader(int) {}

func pageOf(tb testing.TB, filings crowd) http.Handler {
	tb.Helper()
	page, leads := serve.NewPage(prometheus.NewRegistry()), func() bool { return true }
	none := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, nil }
	if err := page.Register(serve.NewMeters(), serve.NewCollector(crowd{}, leads, none), serve.NewFilings(filings)); err != nil {
		tb.Fatal(err)
	}
	return page
}

// BenchmarkScrape serves ten thousand filings to a scraper that takes them packed, as Prometheus does, through a registry and by the
// page: none changed since the last scrape, one in a hundred did, and all did.
func BenchmarkScrape(b *testing.B) {
	const count, registryName = 10_000, "registry"
	registry := prometheus.NewRegistry()
	filings := many(count)
	if err := registry.Register(newRegistered(filings)); err != nil {
		b.Fatal(err)
	}
	usual := promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
	var usually time.Duration
	measure := func(name string, handler http.Handler, changed int) {
		b.Run(name, func(b *testing.B) {
			take(b, handler)
			b.ReportAllocs()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			scrapes := 0
			for b.Loop() {
				for i := range changed {
					filings[(scrapes*changed+i)%count].ResourceVersion = fmt.Sprintf("%s-%d", name, scrapes)
				}
				scrapes++
				take(b, handler)
			}
			runtime.ReadMemStats(&after)
			each := b.Elapsed() / time.Duration(scrapes)
			if name == registryName {
				usually = each
			}
			b.ReportMetric(float64(each.Nanoseconds())/count, "ns/filing")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(scrapes)/count, "allocs/filing")
			if usually > 0 {
				b.ReportMetric(float64(usually)/float64(each), "times-as-fast")
			}
		})
	}
	page := pageOf(b, filings)
	measure(registryName, usual, 0)
	measure("none-changed", page, 0)
	measure("1%-changed", page, count/100)
	measure("all-changed", page, count)
	text := served(b, page, false)
	b.Logf("%d filings: %d series, %.1f MB, %.1f MB packed", count, bytes.Count(text, []byte("\n"))-bytes.Count(text, []byte("# ")), float64(len(text))/1e6, float64(len(served(b, page, true)))/1e6)
}
