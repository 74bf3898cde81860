package metrics_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// scraped is what an operator served: every family by its name.
type scraped map[string]*dto.MetricFamily

func scrape(t *testing.T, address string) scraped {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		t.Fatalf("the scrape fails with %d: %s", response.StatusCode, body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// lines are the series of some metrics as text, sorted.
func (s scraped) lines(names ...string) []string {
	var lines []string
	for _, name := range names {
		for _, m := range s[name].GetMetric() {
			var labels []string
			for _, pair := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%s", pair.GetName(), pair.GetValue()))
			}
			lines = append(lines, line(name, value(m), labels...))
		}
	}
	slices.Sort(lines)
	return lines
}

// value of a series; of a histogram its count.
func value(m *dto.Metric) float64 {
	if h := m.GetHistogram(); h != nil {
		return float64(h.GetSampleCount())
	}
	return m.GetGauge().GetValue() + m.GetCounter().GetValue()
}

// of is the value of the only series that has all of some labels; 0 where there is none.
func (s scraped) of(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	var found []float64
	for _, m := range s[name].GetMetric() {
		has := 0
		for _, pair := range m.GetLabel() {
			if slices.Contains(labels, fmt.Sprintf("%s=%s", pair.GetName(), pair.GetValue())) {
				has++
			}
		}
		if has == len(labels) {
			found = append(found, value(m))
		}
	}
	switch len(found) {
	case 0:
		return 0
	case 1:
		return found[0]
	}
	t.Fatalf("%d series of %s have %v", len(found), name, labels)
	return 0
}

func line(name string, value float64, labels ...string) string {
	slices.Sort(labels)
	return fmt.Sprintf("%s{%s} %.0f", name, strings.Join(labels, ","), value)
}

// compared are the metrics that statuses tells.
var compared = []string{"icp_filing_stage", "icp_filing_condition", "icp_deadline_timestamp_seconds", "icp_provider_condition", "icp_exposure_policy_condition", "icp_notifier_condition"}

// statuses are what these metrics are to be, by the statuses that stand at the API server: told here in words of their own.
func statuses(t *testing.T) []string {
	t.Helper()
	var lines []string
	var filings v1alpha1.IcpFilingList
	list(t, &filings)
	for i := range filings.Items {
		f := &filings.Items[i]
		filing := []string{"namespace=" + f.Namespace, "filing=" + f.Name}
		stage := f.Status.Stage
		if stage == "" {
			stage = v1alpha1.StagePreparation
		}
		lines = append(lines, line("icp_filing_stage", 1, append(slices.Clone(filing), "stage="+string(stage))...))
		for _, c := range f.Status.Conditions {
			lines = append(lines, line("icp_filing_condition", 1, append(slices.Clone(filing), "condition="+c.Type, "status="+strings.ToLower(string(c.Status)), "reason="+c.Reason)...))
		}
		lines = append(lines, deadlines(t, f, filing)...)
	}
	return append(lines, others(t)...)
}

// deadlines are those of a filing that has not ended.
func deadlines(t *testing.T, f *v1alpha1.IcpFiling, filing []string) []string {
	t.Helper()
	if f.Status.Stage == v1alpha1.StageRevoked || f.Status.Stage == v1alpha1.StageCancelled || f.DeletionTimestamp != nil {
		return nil
	}
	var lines []string
	add := func(at time.Time, kind, name string, actor v1alpha1.Actor) {
		labels := append(slices.Clone(filing), "kind="+kind, "name="+name, "actor="+string(actor))
		lines = append(lines, line("icp_deadline_timestamp_seconds", float64(at.Unix()), labels...))
	}
	for _, d := range f.Status.Deadlines {
		day, err := calendar.ParseDate(d.Date)
		if err != nil {
			t.Fatal(err)
		}
		add(calendar.EndOfDay(day), "End", d.Name, v1alpha1.ActorApplicant)
	}
	registered := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPublicSecurityRegistered)
	if ps := f.Status.PublicSecurity; ps != nil && ps.DueAt != nil && registered != nil && registered.Reason == v1alpha1.ReasonDue {
		add(ps.DueAt.Time, "PublicSecurity", "PublicSecurity", v1alpha1.ActorApplicant)
	}
	for _, st := range f.Status.Stages {
		for _, task := range st.Tasks {
			if st.State == v1alpha1.StageActive && task.DueAt != nil && task.DoneAt == nil {
				add(task.DueAt.Time, "Task", string(st.Name)+"/"+task.Name, task.Actor)
			}
		}
	}
	return lines
}

func others(t *testing.T) []string {
	t.Helper()
	var lines []string
	var providers v1alpha1.FilingProviderList
	list(t, &providers)
	for _, p := range providers.Items {
		for _, c := range p.Status.Conditions {
			lines = append(lines, line("icp_provider_condition", 1, "provider="+p.Name, "condition="+c.Type, "status="+strings.ToLower(string(c.Status)), "reason="+c.Reason))
		}
	}
	var policies v1alpha1.ExposurePolicyList
	list(t, &policies)
	for _, p := range policies.Items {
		for _, c := range p.Status.Conditions {
			lines = append(lines, line("icp_exposure_policy_condition", 1, "condition="+c.Type, "status="+strings.ToLower(string(c.Status)), "reason="+c.Reason))
		}
	}
	var notifiers v1alpha1.FilingNotifierList
	list(t, &notifiers)
	for _, n := range notifiers.Items {
		for _, c := range n.Status.Conditions {
			lines = append(lines, line("icp_notifier_condition", 1, "namespace="+n.Namespace, "notifier="+n.Name, "condition="+c.Type, "status="+strings.ToLower(string(c.Status)), "reason="+c.Reason))
		}
	}
	return lines
}
