package controllers

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestAnAddedRowOfFilingRulesReachesFilingsFromItsDateOn(t *testing.T) {
	t.Parallel()
	book, err := rules.ParseBook([]byte(`rows:
- {province: Hubei, topic: SitesPerOrder, number: 2, source: a notice, date: "2026-05-01"}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		ruleSet string
		now     time.Time
		want    int
	}{
		"the day before, the built-in row stands":   {"", time.Date(2026, 4, 30, 12, 0, 0, 0, calendar.Beijing), 1},
		"on the day, the added one does":            {"", time.Date(2026, 5, 1, 0, 0, 0, 0, calendar.Beijing), 2},
		"in the set that the provider asks for too": {rules.QuickStart, time.Date(2026, 5, 1, 0, 0, 0, 0, calendar.Beijing), 2},
		"and in the current one, for a set unknown": {"2021-01-01", time.Date(2026, 5, 1, 0, 0, 0, 0, calendar.Beijing), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &IcpFilingReconciler{Rules: book, Clock: clocktesting.NewFakePassiveClock(tc.now)}
			w := &work{fp: &v1alpha1.FilingProvider{Spec: v1alpha1.FilingProviderSpec{RuleSet: tc.ruleSet}}}
			if err := r.gatherRules(w); err != nil {
				t.Fatal(err)
			}
			if row, _ := w.facts.Rules.Provincial("Hubei", rules.TopicSitesPerOrder); row.Number != tc.want {
				t.Errorf("%+v, want %d", row, tc.want)
			}
		})
	}
}
