package operator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// BenchmarkRelease measures how long after a filing's gate opens its Ingress is released, as a watch sees it: one filing
// at a time, then very many at once, then their revocation.
//
//	go test -run '^$' -bench Release -benchtime 1x ./test/gate/operator
func BenchmarkRelease(b *testing.B) {
	const namespaces, each = 100, 11
	for b.Loop() {
		filings := benchFilings(b, namespaces, each)
		settled := watchParked(b)
		var took []time.Duration
		var rest []*v1alpha1.IcpFiling
		for i, filing := range filings {
			if i%each != 0 { // one of each namespace: what is measured is not how it waits for another in the same one
				rest = append(rest, filing)
				continue
			}
			start := time.Now()
			benchAllow(b, filing, true)
			took = append(took, settled.until(b, client.ObjectKeyFromObject(filing), false).Sub(start))
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2].Seconds()*1000, "one-p50-ms")
		b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "one-p99-ms")
		release := benchAll(b, rest, settled, true)
		revoke := benchAll(b, rest, settled, false)
		b.ReportMetric(release.Seconds()*1000, fmt.Sprintf("release-%d-ms", len(rest)))
		b.ReportMetric(revoke.Seconds()*1000, fmt.Sprintf("revoke-%d-ms", len(rest)))
		for _, f := range [][3]string{
			{"the gate alone: one approval → its route released, p50, p99", fmt.Sprintf("%d, %d ms", took[len(took)/2].Milliseconds(), took[len(took)*99/100].Milliseconds()), "≤ 500 ms"},
			{fmt.Sprintf("the gate alone: %d filings approved at once over %d namespaces → the last route", len(rest), namespaces), fmt.Sprintf("%.1f s", release.Seconds()), "≤ 10 s"},
			{fmt.Sprintf("the gate alone: %d revoked", len(rest)), fmt.Sprintf("%.1f s", revoke.Seconds()), "≤ 10 s"},
		} {
			if err := cluster.Figure(f[0], f[1], f[2]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// benchAll opens or closes the gates of many filings at once, and returns how long it took until the last route followed.
func benchAll(b *testing.B, filings []*v1alpha1.IcpFiling, settled *parkings, allowed bool) time.Duration {
	b.Helper()
	start := time.Now()
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := worker; i < len(filings); i += 8 {
				benchAllow(b, filings[i], allowed)
			}
		})
	}
	all.Wait()
	last := start
	for _, filing := range filings {
		if at := settled.until(b, client.ObjectKeyFromObject(filing), !allowed); at.After(last) {
			last = at
		}
	}
	return last.Sub(start)
}

// benchFilings makes filings, and an Ingress of the same name for each.
func benchFilings(b *testing.B, namespaces, each int) []*v1alpha1.IcpFiling {
	b.Helper()
	var filings []*v1alpha1.IcpFiling
	for range namespaces {
		n := places.Add(1)
		p := place{name: fmt.Sprintf("bench-%d", n)}
		if err := shared.admin.Create(b.Context(), newNamespace(p.name, v1alpha1.GateHold)); err != nil {
			b.Fatal(err)
		}
		for i := range each {
			filing := newFiling(p.name, fmt.Sprintf("shop-%d", i), fmt.Sprintf("bench-%d-%d.com", n, i), own)
			ingress := p.ingress(filing.Name, "www."+filing.Spec.Domain.Name)
			if err := shared.admin.Create(b.Context(), filing); err != nil {
				b.Fatal(err)
			}
			if err := shared.admin.Create(b.Context(), ingress); err != nil {
				b.Fatal(err)
			}
			filings = append(filings, filing)
		}
	}
	return filings
}

func benchAllow(b *testing.B, filing *v1alpha1.IcpFiling, allowed bool) {
	b.Helper()
	before := filing.DeepCopy()
	setAllowed(filing, allowed)
	if err := shared.operator.Status().Patch(b.Context(), filing, client.MergeFrom(before)); err != nil {
		b.Error(err)
	}
}

// parkings keeps, for every Ingress, whether it is parked and since when.
type parkings struct {
	mu      sync.Mutex
	changed *sync.Cond
	state   map[client.ObjectKey]parking
}

type parking struct {
	parked bool
	at     time.Time
}

func watchParked(b *testing.B) *parkings {
	b.Helper()
	p := &parkings{state: map[client.ObjectKey]parking{}}
	p.changed = sync.NewCond(&p.mu)
	events, err := shared.admin.Watch(b.Context(), &networkingv1.IngressList{})
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		for event := range events.ResultChan() {
			if ingress, is := event.Object.(*networkingv1.Ingress); is && event.Type != watch.Deleted {
				p.mu.Lock()
				p.state[client.ObjectKeyFromObject(ingress)] = parking{exposure.Read(ingress).Parked, time.Now()}
				p.changed.Broadcast()
				p.mu.Unlock()
			}
		}
	}()
	return p
}

// until waits until an Ingress is parked, or is not, and returns since when.
func (p *parkings) until(b *testing.B, key client.ObjectKey, parked bool) time.Time {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	defer context.AfterFunc(ctx, p.changed.Broadcast)()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if state, known := p.state[key]; known && state.parked == parked {
			return state.at
		}
		if ctx.Err() != nil {
			b.Fatalf("Ingress %s did not follow", key)
		}
		p.changed.Wait()
	}
}
