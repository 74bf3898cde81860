package serve

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// Meters count what the operator does, as it happens.
type Meters struct {
	calls    *prometheus.HistogramVec
	errors   *prometheus.CounterVec
	read     *prometheus.GaugeVec
	lag      *prometheus.HistogramVec
	restored *prometheus.CounterVec
}

// NewMeters makes them.
func NewMeters() *Meters {
	m := &Meters{
		calls: histogram(metrics.CallDuration), lag: histogram(metrics.FeedLag),
		errors: counter(metrics.CallErrors), restored: counter(metrics.PoliciesRestored),
		read: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: metrics.FeedRead.Name, Help: metrics.FeedRead.Help}, metrics.FeedRead.Labels),
	}
	// What never happened is 0: a counter that begins at 1 shows no increase.
	m.restored.WithLabelValues(string(metrics.Missing))
	m.restored.WithLabelValues(string(metrics.Changed))
	return m
}

func histogram(of *metrics.Family) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: of.Name, Help: of.Help, Buckets: of.Buckets}, of.Labels)
}

func counter(of *metrics.Family) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: of.Name, Help: of.Help}, of.Labels)
}

// Register has them served.
func (m *Meters) Register(with prometheus.Registerer) error {
	return errors.Join(with.Register(m.calls), with.Register(m.errors), with.Register(m.read), with.Register(m.lag), with.Register(m.restored))
}

// Called is a provider.Note: it counts a call, how long it took, and whether it failed.
func (m *Meters) Called(_ context.Context, call provider.Call) {
	m.calls.WithLabelValues(call.Provider, call.Operation).Observe(call.Took.Seconds())
	for _, class := range []provider.Class{provider.Rejected, provider.Transient, provider.Misconfigured} {
		failed := m.errors.WithLabelValues(call.Provider, call.Operation, string(class))
		if class == provider.ClassOf(call.Err) {
			failed.Inc()
		}
	}
}

// FeedEvent notes that an event of a provider's feed was read so long after it happened.
func (m *Meters) FeedEvent(name string, after time.Duration) {
	m.lag.WithLabelValues(name).Observe(max(0, after).Seconds())
}

// FeedRead notes that a provider's feed was read to its end.
func (m *Meters) FeedRead(name string, at time.Time) {
	m.read.WithLabelValues(name).Set(float64(at.UnixMilli()) / 1000)
}

// Restored notes that a policy of the gate was put right.
func (m *Meters) Restored(was metrics.PolicyState) { m.restored.WithLabelValues(string(was)).Inc() }

// Forget drops the series of a provider that is gone.
func (m *Meters) Forget(name string) {
	of := prometheus.Labels{"provider": name}
	m.calls.DeletePartialMatch(of)
	m.errors.DeletePartialMatch(of)
	m.ForgetFeed(name)
}

// ForgetFeed drops the series of a provider's feed, which is read no more.
func (m *Meters) ForgetFeed(name string) {
	m.read.DeleteLabelValues(name)
	m.lag.DeleteLabelValues(name)
}
