package controllers

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Where filings fall together, as when a provider loses its licence or a subject its number, what is served comes before what is
// told: their clearances go at once, and their statuses are written when the last route is parked. See docs/adr/0021-falls.md.
const (
	// manyFalls is how many make a mass: one after the other, each within togetherWithin of the last.
	manyFalls      = 10
	togetherWithin = time.Second
	// routesFirst is how long a status of a mass waits for the last route at most, and routesQuiet how long no route was
	// touched when they are taken to be done.
	routesFirst = 20 * time.Second
	routesQuiet = 500 * time.Millisecond
	// fallsQuiet is how long no more has fallen when the namespaces of a mass are written, and fallsTogether how long they wait at most.
	fallsQuiet    = 150 * time.Millisecond
	fallsTogether = 2 * time.Second
	// clearEveryOfMany is how often a Namespace is written in a mass, which is otherwise clearEvery.
	clearEveryOfMany = time.Second
)

// Falls are the filings whose gate closes by what a pass has just found, and whose status does not say so yet. The clearances
// go by them before they go by statuses. It goes by the real time: what it spares is the API server.
type Falls struct {
	clock clock.PassiveClock
	news  *News
	// fell wakes the namespaces of a filing that fell, or stands again.
	fell chan event.GenericEvent

	mu sync.RWMutex
	of map[types.NamespacedName]fall
	// mass is the last run of falls that came together, and touched when a route was last parked.
	mass    run
	touched time.Time
	// began is when the first clearances were asked for, and stands holds the filings whose orders, read since, have them clear.
	// Nil once sureAfter is over.
	began  time.Time
	stands map[types.NamespacedName]struct{}
	// read wakes a filing whose order is to be read, and asked holds those of the first moments.
	read  chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]
	asked map[types.NamespacedName]struct{}
}

// fall is a filing as a pass has decided that it is.
type fall struct {
	outcome procedure.Outcome
	since   time.Time
	// version is the filing's that it was decided on.
	version string
}

// run is so many falls from a first to a last.
type run struct {
	first, last time.Time
	n           int
}

// over says that what falls now does not fall with them. One that is late waits for the routes of a mass with the others.
func (r run) over(now time.Time) bool {
	gap := togetherWithin
	if r.n >= manyFalls {
		gap = routesFirst
	}
	return now.Sub(r.last) > gap
}

// newFalls makes an empty one, of an operator to which feeds tell news, and that wakes filings by read.
func newFalls(news *News, read chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]) *Falls {
	return &Falls{
		clock: clock.RealClock{}, news: news, read: read, fell: make(chan event.GenericEvent, toldBuffer),
		of: map[types.NamespacedName]fall{}, stands: map[types.NamespacedName]struct{}{}, asked: map[types.NamespacedName]struct{}{},
	}
}

// noFalls is of an operator that decides nothing about filings: a status counts as it is written.
func noFalls() *Falls {
	f := newFalls(NewNews(), nil)
	f.stands, f.asked = nil, nil
	return f
}

// found notes what a pass has found a filing to be: one whose gate falls, or stands again before a status said otherwise, has its
// namespaces woken. Where a pass could not read an order that was read to have ended, what was decided then is to be done. It says
// how long the status has to wait.
func (f *Falls) found(ctx context.Context, filing *v1alpha1.IcpFiling, outcome *procedure.Outcome, read bool) time.Duration {
	if !read {
		f.keepEnd(filing, outcome)
	}
	key, decided := client.ObjectKeyFromObject(filing), as(filing, &outcome.Status)
	fell := procedure.Falls(filing, decided)
	if fell && f.note(key, filing.ResourceVersion, outcome) || !fell && f.holds(key, procedure.Clears(decided), read) {
		select {
		case f.fell <- event.GenericEvent{Object: decided}:
		case <-ctx.Done():
		}
	}
	if fell {
		failpoint.Here(failpoint.AfterFall, string(outcome.Status.Stage))
	}
	if !fell || outcome.Registry != nil {
		return 0 // a crash would leave nobody to tell again what the registry said
	}
	return f.wait(key)
}

// keepEnd has an end that was read, and that no status tells yet, outlast a pass that could not read the order again.
func (f *Falls) keepEnd(filing *v1alpha1.IcpFiling, outcome *procedure.Outcome) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	known, fell := f.of[client.ObjectKeyFromObject(filing)]
	if stage := known.outcome.Status.Stage; fell && procedure.Clears(filing) && stage.Ended() {
		*outcome = known.outcome
		outcome.Status = *known.outcome.Status.DeepCopy()
	}
}

// as is a filing with another status. It shares the rest.
func as(filing *v1alpha1.IcpFiling, status *v1alpha1.IcpFilingStatus) *v1alpha1.IcpFiling {
	decided := *filing
	decided.Status = *status
	return &decided
}

// note keeps a fall, and says whether it is a new one.
func (f *Falls) note(key types.NamespacedName, version string, outcome *procedure.Outcome) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	delete(f.stands, key)
	known, was := f.of[key]
	if !was {
		known.since = now
		if f.mass.over(now) {
			f.mass = run{first: now}
		}
		f.mass.n++
		f.mass.last = now
	}
	known.version, known.outcome = version, *outcome
	known.outcome.Status = *outcome.Status.DeepCopy()
	f.of[key] = known
	return !was
}

// holds notes a filing that does not fall, and says whether it had fallen: no status that is written then tells of it.
func (f *Falls) holds(key types.NamespacedName, clears, read bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !clears {
		delete(f.stands, key) // a fall is forgotten when the cache has its status
		return false
	}
	_, fell := f.of[key]
	delete(f.of, key)
	if read && !f.longRunning() {
		f.stands[key] = struct{}{}
	}
	return fell
}

// wait says how long the status of a filing has to wait: in a mass, until the routes are parked.
func (f *Falls) wait(key types.NamespacedName) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	fall, fell := f.of[key]
	if !fell || f.mass.n < manyFalls {
		return 0
	}
	now, last := f.clock.Now(), f.mass.last
	if f.touched.After(last) {
		last = f.touched
	}
	left := min(last.Add(routesQuiet).Sub(now), fall.since.Add(routesFirst).Sub(now))
	if left > 0 {
		left += routesQuiet // looked at seldom: there are many
	}
	return left
}

// pace is how often a Namespace may be written now.
func (f *Falls) pace() time.Duration {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.mass.n < manyFalls || f.clock.Since(f.mass.last) > togetherWithin {
		return clearEvery
	}
	return clearEveryOfMany
}

// gathering says how long Namespaces have to wait for what falls with what has fallen.
func (f *Falls) gathering() time.Duration {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.mass.n < manyFalls {
		return 0
	}
	now := f.clock.Now()
	return max(0, min(f.mass.last.Add(fallsQuiet).Sub(now), f.mass.first.Add(fallsTogether).Sub(now)))
}

// touch notes that a route was just parked or released.
func (f *Falls) touch() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.touched = f.clock.Now()
}

// decided is a filing of the cache as it was last decided to be. Once its status says so, the fall is forgotten: a version from before
// the filing was in force, which somebody read a moment ago, says nothing of it.
func (f *Falls) decided(filing *v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	key := client.ObjectKeyFromObject(filing)
	f.mu.RLock()
	fall, fell := f.of[key]
	f.mu.RUnlock()
	switch {
	case !fell:
		return filing
	case procedure.Clears(filing):
		return as(filing, &fall.outcome.Status)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if after(filing.ResourceVersion, f.of[key].version) {
		delete(f.of, key)
	}
	return filing
}

// after says that a version of a filing is later than another, or that nobody can tell.
func after(version, than string) bool {
	order, err := resourceversion.CompareResourceVersion(version, than)
	return err != nil || order > 0
}

// any says that there are falls.
func (f *Falls) any() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.of) > 0
}

// forget drops a filing that is no more.
func (f *Falls) forget(key types.NamespacedName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.of, key)
	delete(f.stands, key)
}
