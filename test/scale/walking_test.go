package scale_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// mostWrites is how often a filing may be written over its whole life, its creation included.
const mostWrites = 16

// TestFilingsWalkToApprovalWithFewWrites has filings walk from their application to their approval at a provider that takes no
// time, counts how often each is written, and sets the pace of the operator's status writes beside that of bare ones.
func TestFilingsWalkToApprovalWithFewWrites(t *testing.T) {
	const ns = "walking"
	desk(t, ns, 200*time.Millisecond, simulator.Options{})
	in := func(i int) string { return fmt.Sprintf("%s-%02d", ns, i%min(100, *walking)) }
	each(t, min(100, *walking), func(ctx context.Context, i int) error {
		if err := admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: in(i)}}); err != nil {
			return err
		}
		for _, s := range secrets {
			s = s.DeepCopy()
			s.SetNamespace(in(i))
			if err := admin.Create(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	seen := watchVersions(t)
	before, began := counted(t), time.Now()
	each(t, *walking, func(ctx context.Context, i int) error {
		f := filingOf(&sample.Spec, ns, i)
		f.Namespace = in(i)
		return admin.Create(ctx, f)
	})
	gomega.NewWithT(t).Eventually(func() int { return seen.inForce(ns) }).WithTimeout(*within).WithPolling(50*time.Millisecond).
		Should(gomega.Equal(*walking), "filings in force")
	took := time.Since(began)
	statuses := counted(t).Since(before)[cluster.Request{Verb: "PATCH", Group: v1alpha1.GroupVersion.Group, Resource: "icpfilings", Subresource: "status"}]
	pace := float64(statuses) / took.Seconds()

	most, all := seen.counts(ns)
	report(t, "writes of a filing over its life, its creation included: the most, the mean", fmt.Sprintf("%d, %.1f", most, float64(all)/float64(*walking)), fmt.Sprintf("≤ %d", mostWrites))
	held(t, "writes of a filing over its life, its creation included", float64(all)/float64(*walking))
	if most > mostWrites {
		t.Errorf("a filing was written %d times, want at most %d", most, mostWrites)
	}
	ceiling, size := bareWrites(t, ns, in, statuses)
	report(t, fmt.Sprintf("%d filings from apply to Approved: status writes a second", *walking), fmt.Sprintf("%.0f (%d in %.1f s)", pace, statuses, took.Seconds()), "")
	report(t, fmt.Sprintf("bare status patches a second, of filings of %d bytes", size), fmt.Sprintf("%.0f", ceiling), "")
	report(t, "the one by the other", fmt.Sprintf("%.0f %%", 100*pace/ceiling), "≥ 50 %")
	report(t, "all writes of filings a second, by the bare patches", fmt.Sprintf("%.0f %%", 100*float64(all)/took.Seconds()/ceiling), "")
}

// bareWrites makes so many status patches of filings that have come to rest, by as many workers as the operator has, and returns how
// many there are a second, and the size of a filing.
func bareWrites(t *testing.T, ns string, in func(int) string, n int) (aSecond float64, size int) {
	t.Helper()
	if err := operator.stop(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := operator.start(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	all := make([]*v1alpha1.IcpFiling, *walking)
	each(t, *walking, func(ctx context.Context, i int) error {
		all[i] = &v1alpha1.IcpFiling{}
		return admin.Get(ctx, client.ObjectKey{Namespace: in(i), Name: site(i)}, all[i])
	})
	raw, err := json.Marshal(all[0])
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	began := time.Now()
	for worker := range operatorWorkers {
		workers.Go(func() {
			for i := worker; i < n; i += operatorWorkers {
				f := all[i%len(all)]
				before := f.DeepCopy()
				for c := range f.Status.Conditions { // as much is new as with a step of a filing
					f.Status.Conditions[c].LastTransitionTime = metav1.NewTime(f.Status.Conditions[c].LastTransitionTime.Add(time.Second))
				}
				if err := operatorsOwn.Status().Patch(t.Context(), f, client.MergeFrom(before)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	workers.Wait()
	return float64(n) / time.Since(began).Seconds(), len(raw)
}

// written counts how often filings were written, as a watch tells: the API server has sent each write by then, or puts several
// together where the watch lags. So it counts resource versions of the events that it saw, which are at most as many.
type written struct {
	mu     sync.Mutex
	latest map[client.ObjectKey]*v1alpha1.IcpFiling
	writes map[client.ObjectKey]int
}

func watchVersions(t *testing.T) *written {
	t.Helper()
	events, err := admin.Watch(t.Context(), &v1alpha1.IcpFilingList{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(events.Stop)
	v := &written{latest: map[client.ObjectKey]*v1alpha1.IcpFiling{}, writes: map[client.ObjectKey]int{}}
	go func() {
		for event := range events.ResultChan() {
			if f, is := event.Object.(*v1alpha1.IcpFiling); is && event.Type != watch.Deleted {
				v.mu.Lock()
				v.latest[client.ObjectKeyFromObject(f)] = f
				v.writes[client.ObjectKeyFromObject(f)]++
				v.mu.Unlock()
			}
		}
	}()
	return v
}

// inForce counts the filings at a provider that are in force and have nothing left to be worked through.
func (v *written) inForce(provider string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for _, f := range v.latest {
		if f.Spec.ProviderRef != nil && f.Spec.ProviderRef.Name == provider && f.Status.Stage == v1alpha1.StageApproved {
			n++
		}
	}
	return n
}

// counts are the most writes of one filing at a provider, and those of all.
func (v *written) counts(provider string) (most, all int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for key, n := range v.writes {
		if f := v.latest[key]; f.Spec.ProviderRef != nil && f.Spec.ProviderRef.Name == provider {
			most, all = max(most, n), all+n
		}
	}
	return most, all
}
