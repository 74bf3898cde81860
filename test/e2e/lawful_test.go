package e2e

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// closedWithin is how long after its clearance went a site may still be seen, while the operator works. On a machine that is
// slow, or busy with something else, it is longer: front.closing tells.
const closedWithin = 2 * time.Second

// span is a stretch of time; one without an end lasts still.
type span struct{ from, till time.Time }

// visit is an answer that a visitor got.
type visit struct {
	from, till time.Time
	status     int
}

// sees tells whether the answer shows anything of the site: that of a backend that fails does.
func (v visit) sees() bool { return v.status != http.StatusNotFound }

// lawful tells whether a visitor might see a host that was cleared, and an operator that was at work, at these times, where
// one closes a site so soon.
func lawful(v visit, cleared, working []span, closes time.Duration) bool {
	late := sinceLoss(v, cleared)
	if late <= 0 {
		return late == 0
	}
	lost := v.from.Add(-late)
	for _, w := range working {
		from, till := w.from, w.till
		if from.Before(lost) {
			from = lost
		}
		if till.IsZero() || till.After(v.from) {
			till = v.from
		}
		if till.Sub(from) >= closes {
			return false
		}
	}
	return true
}

// sinceLoss is how long before a visit its host had lost its clearance: 0 where it was cleared, negative where it never
// had been.
func sinceLoss(v visit, cleared []span) time.Duration {
	late := time.Duration(-1)
	for _, c := range cleared {
		if v.till.Before(c.from) {
			break
		}
		if c.till.IsZero() || !v.from.After(c.till) {
			return 0
		}
		late = v.from.Sub(c.till)
	}
	return late
}

func TestASiteMayBeSeenWhileItIsClearedAndShortlyAfter(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }
	stretch := func(from, till float64) span { return span{at(from), at(till)} }
	still := span{from: at(0)}
	for name, tc := range map[string]struct {
		at               float64
		cleared, working []span
		want             bool
	}{
		"never cleared":              {5, nil, []span{still}, false},
		"never cleared, no operator": {5, nil, nil, false},
		"cleared later":              {5, []span{stretch(10, 20)}, []span{still}, false},
		"cleared":                    {15, []span{stretch(10, 20)}, []span{still}, true},
		"cleared still":              {15, []span{{from: at(10)}}, []span{still}, true},
		"a second after":             {21, []span{stretch(10, 20)}, []span{still}, true},
		"three seconds after":        {23, []span{stretch(10, 20)}, []span{still}, false},
		"cleared again":              {25, []span{stretch(10, 20), stretch(24, 30)}, []span{still}, true},
		"long after, and the operator died before it could act":  {60, []span{stretch(10, 20)}, []span{stretch(0, 21)}, true},
		"long after, and the operator died after it should have": {60, []span{stretch(10, 20)}, []span{stretch(0, 23)}, false},
		"the operator is back since a second":                    {60, []span{stretch(10, 20)}, []span{stretch(0, 20), {from: at(59)}}, true},
		"the operator is back since three seconds":               {60, []span{stretch(10, 20)}, []span{stretch(0, 20), {from: at(57)}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := lawful(visit{at(tc.at), at(tc.at), http.StatusOK}, tc.cleared, tc.working, closedWithin); got != tc.want {
				t.Errorf("a visitor might see it: %v, want %v", got, tc.want)
			}
		})
	}
}

// ledger remembers which domains were cleared for each namespace, and when.
type ledger struct {
	mu sync.Mutex
	of map[string][]entry
	// onLoss is what happens at once when a namespace loses its last clearance.
	onLoss map[string]func()
}

type entry struct {
	seen    time.Time
	cleared exposure.Clearances
}

// record begins to remember.
func (l *ledger) record(ctx context.Context, reader client.WithWatch) error {
	events, err := reader.Watch(ctx, &corev1.NamespaceList{})
	if err != nil {
		return fmt.Errorf("watch Namespaces: %w", err)
	}
	go func() {
		for event := range events.ResultChan() {
			if ns, is := event.Object.(*corev1.Namespace); is {
				l.add(ns)
			}
		}
	}()
	return nil
}

func (l *ledger) add(ns *corev1.Namespace) {
	now := entry{time.Now(), admission.Decode(ns.Annotations)}
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.of[ns.Name]
	l.of[ns.Name] = append(before, now)
	if len(before) > 0 && before[len(before)-1].cleared.Len() > 0 && now.cleared.Len() == 0 && l.onLoss[ns.Name] != nil {
		l.onLoss[ns.Name]()
		delete(l.onLoss, ns.Name)
	}
}

// atLoss has something done the moment that a namespace loses its last clearance, once.
func (l *ledger) atLoss(namespace string, do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onLoss[namespace] = do
}

// spans tells when a host was cleared for a namespace. The ledger hears of a clearance over a watch of its own, so that a
// visitor may be ahead of it, by whatever a busy machine takes; none is ahead of the decision that the clearance came of.
func (l *ledger) spans(namespace, host string, decided []time.Time) []span {
	l.mu.Lock()
	defer l.mu.Unlock()
	var spans []span
	open := false
	for _, e := range l.of[namespace] {
		_, covered := exposure.Covering(e.cleared, host)
		switch {
		case covered && !open:
			spans = append(spans, span{from: begun(spans, decided, e.seen)})
		case !covered && open:
			spans[len(spans)-1].till = e.seen
		}
		open = covered
	}
	return spans
}

// begun is when a clearance began at the earliest that was seen at a time, after those before: with the last decision.
func begun(before []span, decided []time.Time, seen time.Time) time.Time {
	for _, at := range slices.Backward(decided) {
		if !at.After(seen) && (len(before) == 0 || at.After(before[len(before)-1].till)) {
			return at
		}
	}
	return seen
}
