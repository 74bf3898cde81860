// Package metrics says which metrics the operator serves, and how a filing, a provider, a notifier and the gate are told by them. It
// is pure: the same objects always give the same samples. Package serve brings them to Prometheus.
//
// Labels are names of objects, and words of closed lists: no text that people or servers wrote is among them, and nothing of any
// Secret. So how many series there are follows from how many objects there are.
package metrics

// Kind is a kind of metric.
type Kind string

// Kinds.
const (
	// Gauge goes up and down.
	Gauge Kind = "gauge"
	// Counter only grows, until the operator starts anew.
	Counter Kind = "counter"
	// Histogram counts in buckets.
	Histogram Kind = "histogram"
)

// Family is a metric with all its series.
type Family struct {
	// Name of the metric.
	Name string
	// Kind of metric.
	Kind Kind
	// Help says what it tells.
	Help string
	// Labels that tell its series from each other.
	Labels []string
	// Buckets of a histogram, in seconds.
	Buckets []float64
}

// Sample is a value of one series.
type Sample struct {
	// Of is the metric.
	Of *Family
	// Labels are the values of its labels, in their order.
	Labels []string
	// Value of it.
	Value float64
}

// Emit takes samples.
type Emit func(Sample)

// tell emits one.
func (emit Emit) tell(of *Family, value float64, labels ...string) {
	emit(Sample{Of: of, Labels: labels, Value: value})
}
