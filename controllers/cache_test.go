package controllers

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// inForceFiling is a filing as the API server sends it: with stages, tasks, conditions and deadlines, and managed fields.
func inForceFiling(i int) *v1alpha1.IcpFiling {
	at := metav1.NewTime(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: fmt.Sprintf("site-%d", i),
		ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "icp-operator", FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(`{"f:status":{}}`)}},
	}}
	f.Spec.Domain.Name = fmt.Sprintf("example-%d.cn", i)
	f.Spec.Subject.Nature, f.Spec.Subject.Province = v1alpha1.NatureEnterprise, "Zhejiang"
	f.Status.Stage, f.Status.ApprovedAt = v1alpha1.StageApproved, &at
	for _, stage := range rules.Stages() {
		f.Status.Stages = append(f.Status.Stages, v1alpha1.StageStatus{
			Name: stage, State: v1alpha1.StageDone, StartedAt: &at, FinishedAt: &at, Reason: "DeterminedByProvider", Message: "the provider determined it",
			Tasks: []v1alpha1.TaskStatus{{Name: "CreateOrder", Actor: "Operator", Where: "ProviderProtocol", DoneAt: &at}},
		})
	}
	for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionSubmitted, v1alpha1.ConditionExposureAllowed} {
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionTrue, Reason: "Approved", Message: "the bureau approved", LastTransitionTime: at})
	}
	return f
}

// decoded is a filing as a watch brings it: every word a copy.
func decoded(tb testing.TB, i int) *v1alpha1.IcpFiling {
	tb.Helper()
	raw, err := json.Marshal(inForceFiling(i))
	if err != nil {
		tb.Fatal(err)
	}
	var f v1alpha1.IcpFiling
	if err := json.Unmarshal(raw, &f); err != nil {
		tb.Fatal(err)
	}
	return &f
}

func TestTheCacheKeepsFilingsAsTheyAreButForTheirManagedFields(t *testing.T) {
	t.Parallel()
	for i := range 3 {
		want, got := decoded(t, i), decoded(t, i)
		want.ManagedFields = nil
		if err := makeSmall(got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-sent +kept):\n%s", diff)
		}
	}
}

func TestMoreWordsThanAreSharedAreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	var w words
	for i := range mostShared + 10 {
		if text := fmt.Sprint("word ", i); w.once(text) != text {
			t.Fatalf("%q is kept as another", text)
		}
	}
	if len(w.kept) != mostShared {
		t.Errorf("%d words are shared, want %d", len(w.kept), mostShared)
	}
}

// BenchmarkKeepFilings says how much of what a filing takes as it is decoded it takes in the cache.
//
//	go test -run '^$' -bench Keep -benchtime 1x ./controllers
func BenchmarkKeepFilings(b *testing.B) {
	const n = 2000
	weigh := func(transform func(k8sruntime.Object) error) float64 {
		kept := make([]*v1alpha1.IcpFiling, n)
		before := live()
		for i := range kept {
			kept[i] = decoded(b, i)
			if err := transform(kept[i]); err != nil {
				b.Fatal(err)
			}
		}
		weight := float64(live() - before)
		runtime.KeepAlive(kept)
		return weight / n
	}
	for b.Loop() {
		as := weigh(func(k8sruntime.Object) error { return nil })
		in := weigh(makeSmall)
		b.ReportMetric(as, "decoded-B/filing")
		b.ReportMetric(in, "kept-B/filing")
		b.ReportMetric(in/as, "kept/decoded")
	}
}

func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
