// Package serve brings the operator's metrics to Prometheus: the state of filings, providers, notifiers and the gate, read from
// the operator's cache at each scrape, and what is counted as it happens. Filings, which are many, are written by Filings; all else
// goes through a registry.
package serve

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// readWithin bounds the reading of the cache, which waits until what was never read is listed.
const readWithin = 10 * time.Second

// Collector reads the state at each scrape, but for the filings.
type Collector struct {
	// Cache is the operator's.
	Cache client.Reader
	// Leads says whether this operator acts. One that does not serves no state: each series is there once, and a sum over all
	// operators is right.
	Leads func() bool
	// Gate reads what stands of the gate.
	Gate func(context.Context) (metrics.Gate, error)

	described map[*metrics.Family]*prometheus.Desc
}

// NewCollector makes one.
func NewCollector(cache client.Reader, leads func() bool, gate func(context.Context) (metrics.Gate, error)) *Collector {
	c := &Collector{Cache: cache, Leads: leads, Gate: gate, described: map[*metrics.Family]*prometheus.Desc{}}
	for _, of := range append(metrics.OtherStates(), metrics.Leading) {
		c.described[of] = prometheus.NewDesc(of.Name, of.Help, of.Labels, nil)
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.described {
		to <- d
	}
}

// Collect implements prometheus.Collector. Where something cannot be read the scrape fails: what is left out would look like
// filings that are gone, and alerts would end.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	leads := 0.
	if c.Leads() {
		leads = 1
	}
	to <- prometheus.MustNewConstMetric(c.described[metrics.Leading], prometheus.GaugeValue, leads)
	if leads == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	emit := func(s metrics.Sample) {
		to <- prometheus.MustNewConstMetric(c.described[s.Of], prometheus.GaugeValue, s.Value, s.Labels...)
	}
	for _, read := range []func(context.Context, metrics.Emit) error{c.others, c.gate} {
		if err := read(ctx, emit); err != nil {
			to <- prometheus.NewInvalidMetric(c.described[metrics.Leading], err)
			return
		}
	}
}

func (c *Collector) others(ctx context.Context, emit metrics.Emit) error {
	var providers v1alpha1.FilingProviderList
	if err := c.Cache.List(ctx, &providers, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing providers: %w", err)
	}
	for i := range providers.Items {
		metrics.Provider(&providers.Items[i], emit)
	}
	var notifiers v1alpha1.FilingNotifierList
	if err := c.Cache.List(ctx, &notifiers, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing notifiers: %w", err)
	}
	for i := range notifiers.Items {
		metrics.Notifier(&notifiers.Items[i], emit)
	}
	var policies v1alpha1.ExposurePolicyList
	if err := c.Cache.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing exposure policies: %w", err)
	}
	for i := range policies.Items {
		metrics.ExposurePolicy(&policies.Items[i], emit)
	}
	return nil
}

func (c *Collector) gate(ctx context.Context, emit metrics.Emit) error {
	gate, err := c.Gate(ctx)
	if err != nil {
		return fmt.Errorf("reading the gate: %w", err)
	}
	gate.Tell(emit)
	return nil
}
