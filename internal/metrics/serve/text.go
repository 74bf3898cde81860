package serve

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/beian-dev/icp-operator/internal/metrics"
)

// layout is how a metric is written in Prometheus' text format (version 0.0.4).
type layout struct {
	of *metrics.Family
	// head is its help and its type.
	head string
	// labels are the places of its labels, by their names, and names what stands before the value of each.
	labels []int
	names  []string
}

// layouts are those of metrics.FilingStates.
var layouts = sync.OnceValue(func() []layout {
	var all []layout
	for _, of := range metrics.FilingStates() {
		l := layout{of: of, head: fmt.Sprintf("# HELP %s %s\n# TYPE %s %s\n", of.Name, escapes.Replace(of.Help), of.Name, of.Kind)}
		for i := range of.Labels {
			l.labels = append(l.labels, i)
		}
		slices.SortFunc(l.labels, func(a, b int) int { return cmp.Compare(of.Labels[a], of.Labels[b]) })
		for i, at := range l.labels {
			before := `",`
			if i == 0 {
				before = of.Name + "{"
			}
			l.names = append(l.names, before+of.Labels[at]+`="`)
		}
		all = append(all, l)
	}
	return all
})

// escapes are those of a help text, and of a label's value but for its quotes.
var escapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`)

// append writes a sample of the metric.
func (l *layout) append(to []byte, s metrics.Sample) []byte {
	for i, at := range l.labels {
		to = append(to, l.names[i]...)
		value := s.Labels[at]
		if strings.ContainsAny(value, "\\\n\"") {
			value = strings.ReplaceAll(escapes.Replace(value), `"`, `\"`)
		}
		to = append(to, value...)
	}
	to = append(to, `"} `...)
	to = strconv.AppendFloat(to, s.Value, 'g', -1, 64)
	return append(to, '\n')
}

// appendDurations writes the one histogram among what filings say.
func appendDurations(text *bytes.Buffer, durations metrics.Durations) error {
	of := metrics.StageDuration
	desc := prometheus.NewDesc(of.Name, of.Help, of.Labels, nil)
	kind := dto.MetricType_HISTOGRAM
	family := &dto.MetricFamily{Name: &of.Name, Help: &of.Help, Type: &kind}
	sorted := slices.SortedFunc(maps.Keys(durations), func(a, b metrics.DurationOf) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Stage, b.Stage))
	})
	for _, key := range sorted {
		spread := durations[key]
		within := make(map[float64]uint64, len(spread.Within))
		for i, count := range spread.Within {
			within[of.Buckets[i]] = count
		}
		histogram, err := prometheus.NewConstHistogram(desc, spread.Count, spread.Sum, within, string(key.Stage), key.Provider)
		if err != nil {
			return fmt.Errorf("writing %s: %w", of.Name, err)
		}
		metric := &dto.Metric{}
		if err := histogram.Write(metric); err != nil {
			return fmt.Errorf("writing %s: %w", of.Name, err)
		}
		family.Metric = append(family.Metric, metric)
	}
	if len(family.Metric) == 0 {
		return nil
	}
	_, err := expfmt.MetricFamilyToText(text, family)
	return err
}
