package metrics_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// at is a moment of March 2026, by its day in Beijing, at nine in the morning.
func at(day int) *metav1.Time {
	return &metav1.Time{Time: time.Date(2026, 3, day, 9, 0, 0, 0, calendar.Beijing)}
}

type edit func(*v1alpha1.IcpFiling)

// filing is one of example.com, with further edits.
func filing(stage v1alpha1.StageName, edits ...edit) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "example-com", CreationTimestamp: *at(1)},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}},
		Status:     v1alpha1.IcpFilingStatus{Stage: stage, Provider: "console", FilingType: v1alpha1.FirstFiling},
	}
	for _, e := range edits {
		e(f)
	}
	return f
}

func stageIs(st v1alpha1.StageStatus) edit {
	return func(f *v1alpha1.IcpFiling) { f.Status.Stages = append(f.Status.Stages, st) }
}

func conditionIs(kind string, status metav1.ConditionStatus, reason, message string) edit {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message})
	}
}

func ends(name, date string) edit {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Deadlines = append(f.Status.Deadlines, v1alpha1.DeadlineStatus{Name: name, Date: date})
	}
}

// told writes samples in short, without the names of their labels and what every filing's have in common.
func told(tell func(metrics.Emit)) []string {
	var lines []string
	tell(func(s metrics.Sample) {
		labels := slices.Clone(s.Labels)
		if len(labels) > 1 && labels[0] == "shop" && labels[1] == "example-com" {
			labels = labels[2:]
		}
		value := fmt.Sprintf("%.0f", s.Value)
		if strings.Contains(s.Of.Name, "timestamp") {
			value = time.Unix(int64(s.Value), 0).In(calendar.Beijing).Format("2006-01-02 15:04")
		}
		name := strings.TrimSuffix(strings.TrimPrefix(s.Of.Name, "icp_"), "_timestamp_seconds")
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s", name, strings.Join(labels, "/")))+" "+value)
	})
	return lines
}

func TestAFilingIsToldByItsStatus(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		filing *v1alpha1.IcpFiling
		want   []string
	}{
		"one that no pass has seen is at its preparation": {
			func() *v1alpha1.IcpFiling { f := filing(""); f.Status = v1alpha1.IcpFilingStatus{}; return f }(),
			[]string{"filing_info example.com// 1", "filing_stage Preparation 1"}},
		"one under review has its stage, since when, its conditions and its expected end": {
			filing(v1alpha1.StageBureauReview,
				stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageDone, StartedAt: at(1), FinishedAt: at(2)}),
				stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageActive, StartedAt: at(2), DueAt: at(22),
					Tasks: []v1alpha1.TaskStatus{{Name: "BureauReview", Actor: v1alpha1.ActorBureau}}}),
				conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonInReview, ""),
				conditionIs(v1alpha1.ConditionPrerequisitesMet, metav1.ConditionTrue, v1alpha1.ReasonMet, ""),
				conditionIs(v1alpha1.ConditionRegistryVerified, metav1.ConditionUnknown, v1alpha1.ReasonPending, "")),
			[]string{
				"filing_info example.com/console/FirstFiling 1", "filing_stage BureauReview 1", "filing_stage_changed 2026-03-02 09:00",
				"filing_condition Ready/false/InReview 1", "filing_condition PrerequisitesMet/true/Met 1", "filing_condition RegistryVerified/unknown/Pending 1",
				"filing_expected_end Stage/BureauReview/Bureau 2026-03-22 09:00",
			}},
		"one that was returned is at its stage since the return": {
			filing(v1alpha1.StagePreliminaryReview,
				stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageReturned, StartedAt: at(1), FinishedAt: at(4)})),
			[]string{"filing_info example.com/console/FirstFiling 1", "filing_stage PreliminaryReview 1", "filing_stage_changed 2026-03-04 09:00"}},
		"a change is under way since its first step": {
			filing(v1alpha1.StageChanging,
				stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageTypeDetermination, State: v1alpha1.StageSkipped}),
				stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageDone, StartedAt: at(5), FinishedAt: at(6)}),
				stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageActive, StartedAt: at(6)})),
			[]string{"filing_info example.com/console/FirstFiling 1", "filing_stage Changing 1", "filing_stage_changed 2026-03-05 09:00"}},
		"one in force has its deadlines": {
			filing(v1alpha1.StageApproved, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageApproved, State: v1alpha1.StageDone, StartedAt: at(8), FinishedAt: at(8)}),
				ends("Domain", "2026-12-31"), ends("PreApprovalNews", "2027-01-31")),
			[]string{
				"filing_info example.com/console/FirstFiling 1", "filing_stage Approved 1", "filing_stage_changed 2026-03-08 09:00",
				"deadline End/Domain/Applicant 2026-12-31 23:59", "deadline End/PreApprovalNews/Applicant 2027-01-31 23:59",
			}},
		"of two dates of one name the earlier counts": {
			filing(v1alpha1.StageApproved, ends("Domain", "2027-12-31"), ends("Domain", "2026-12-31")),
			[]string{"filing_info example.com/console/FirstFiling 1", "filing_stage Approved 1", "deadline End/Domain/Applicant 2026-12-31 23:59"}},
		"one that was revoked has no date": {
			filing(v1alpha1.StageRevoked, ends("Domain", "2026-12-31")),
			[]string{"filing_info example.com/console/FirstFiling 1", "filing_stage Revoked 1"}},
		"a reason that is in no table, and a message, are not told": {
			filing(v1alpha1.StageApproved, conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, "LiSiOf13900001111", "Li Si wrote this")),
			[]string{"filing_info example.com/console/FirstFiling 1", "filing_stage Approved 1", "filing_condition Ready/false/Other 1"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, told(func(emit metrics.Emit) { metrics.Filing(c.filing, emit) })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheGateIsToldByModeAndVerdict(t *testing.T) {
	t.Parallel()
	got := told(metrics.Gate{
		Routes: map[string]metrics.NamespaceRoutes{
			"one":   {Mode: v1alpha1.GateWarn, Counts: v1alpha1.RouteCounts{Served: 1, Uncovered: 2}},
			"two":   {Mode: v1alpha1.GateWarn, Counts: v1alpha1.RouteCounts{Served: 3}},
			"three": {Mode: v1alpha1.GateHold, Counts: v1alpha1.RouteCounts{Parked: 4}},
		},
		Policies: map[metrics.Part]map[metrics.PolicyState]int{metrics.PartGate: {metrics.InPlace: 20, metrics.Missing: 1}},
	}.Tell)
	want := []string{
		"gate_uncovered_routes one/warn 2",
		"gate_routes audit/served 0", "gate_routes audit/parked 0", "gate_routes audit/uncovered 0",
		"gate_routes warn/served 4", "gate_routes warn/parked 0", "gate_routes warn/uncovered 2",
		"gate_routes hold/served 0", "gate_routes hold/parked 4", "gate_routes hold/uncovered 0",
		"gate_routes deny/served 0", "gate_routes deny/parked 0", "gate_routes deny/uncovered 0",
		"gate_policies gate/in_place 20", "gate_policies gate/missing 1", "gate_policies gate/changed 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRoutesThatWereNotCountedYetAreNotToldAsNone(t *testing.T) {
	t.Parallel()
	got := told(metrics.Gate{Policies: map[metrics.Part]map[metrics.PolicyState]int{metrics.PartGate: {metrics.InPlace: 20}}}.Tell)
	want := []string{"gate_policies gate/in_place 20", "gate_policies gate/missing 0", "gate_policies gate/changed 0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDurationsAreOfTheStagesThatAreOver(t *testing.T) {
	t.Parallel()
	durations := metrics.Durations{}
	for _, days := range []int{1, 6} {
		durations.Add(filing(v1alpha1.StageBureauReview,
			stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageDone, StartedAt: at(1), FinishedAt: at(1 + days)}),
			stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageSmsVerification, State: v1alpha1.StageSkipped, FinishedAt: at(1 + days)}),
			stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageActive, StartedAt: at(1 + days)}),
			stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageApproved, State: v1alpha1.StageDone, StartedAt: at(1), FinishedAt: at(1)})))
	}
	durations.Add(filing(v1alpha1.StagePreliminaryReview,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageReturned, StartedAt: at(1), FinishedAt: at(31)})))
	const day = 24 * 60 * 60
	// Within an hour, 6 hours, 1, 2, 3, 5, 7, 10, 14, 20, 30, 45 and 60 days.
	want := metrics.Durations{{Stage: v1alpha1.StagePreliminaryReview, Provider: "console"}: {
		Count: 3, Sum: 37 * day, Within: []uint64{0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3}}}
	if diff := cmp.Diff(want, durations); diff != "" {
		t.Error(diff)
	}
}

// wellNamed are names as Prometheus asks for: of the operator, in base units, counters with their suffix.
var wellNamed = regexp.MustCompile(`^icp_[a-z]+(_[a-z]+)*$`)

func TestFamiliesAreNamedAsPrometheusAsks(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, of := range metrics.Families() {
		if seen[of.Name] || !wellNamed.MatchString(of.Name) {
			t.Errorf("%s: twice, or not well named", of.Name)
		}
		seen[of.Name] = true
		if (of.Kind == metrics.Counter) != strings.HasSuffix(of.Name, "_total") {
			t.Errorf("%s is a %s", of.Name, of.Kind)
		}
		if (of.Kind == metrics.Histogram) != (len(of.Buckets) > 0) || !slices.IsSorted(of.Buckets) {
			t.Errorf("%s, a %s, has the buckets %v", of.Name, of.Kind, of.Buckets)
		}
		if !strings.HasSuffix(of.Help, ".") {
			t.Errorf("%s has no sentence for its help: %q", of.Name, of.Help)
		}
	}
}
