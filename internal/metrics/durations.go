package metrics

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Durations are how long the stages of filings took that are over.
type Durations map[DurationOf]*Spread

// DurationOf tells the series of StageDuration from each other.
type DurationOf struct {
	// Stage of the procedure.
	Stage v1alpha1.StageName
	// Provider of the filing.
	Provider string
}

// Spread is a histogram.
type Spread struct {
	// Count of all, and Sum of them in seconds.
	Count uint64
	Sum   float64
	// Within counts, for each bucket of StageDuration, those that took no longer.
	Within []uint64
}

// Add adds the stages of a filing. Approved takes no time, and what was skipped took none.
func (d Durations) Add(f *v1alpha1.IcpFiling) {
	for i := range f.Status.Stages {
		st := &f.Status.Stages[i]
		over := st.State == v1alpha1.StageDone || st.State == v1alpha1.StageReturned
		if !over || st.Name == v1alpha1.StageApproved || st.StartedAt == nil || st.FinishedAt == nil {
			continue
		}
		of := DurationOf{st.Name, f.Status.Provider}
		if d[of] == nil {
			d[of] = &Spread{Within: make([]uint64, len(StageDuration.Buckets))}
		}
		d[of].add(max(0, st.FinishedAt.Sub(st.StartedAt.Time).Seconds()))
	}
}

func (s *Spread) add(seconds float64) {
	s.Count++
	s.Sum += seconds
	first, _ := slices.BinarySearch(StageDuration.Buckets, seconds)
	for i := first; i < len(s.Within); i++ {
		s.Within[i]++
	}
}
