package controllers

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

const (
	// sureAfter is how long after its start an operator opens nothing that it has not looked at itself.
	sureAfter = 30 * time.Second
	// unsureAgain is how soon it looks again whether it has.
	unsureAgain = 100 * time.Millisecond
)

// sure says that the status of a filing that clears its domain may be gone by where the domain is not cleared. An operator that
// stopped between a fall and its status left just that behind: so for its first moments another takes a status for true only once it
// has read the filing's order itself, and has heard what the filing's provider had to tell. It is to doubt what it is not sure of.
func (f *Falls) sure(filing *v1alpha1.IcpFiling) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.began.IsZero() {
		f.began = f.clock.Now()
	}
	if f.longRunning() {
		return true
	}
	key := client.ObjectKeyFromObject(filing)
	_, stands := f.stands[key]
	return stands && f.news.heardOf(filing.Status.Provider, key)
}

// doubt has the order read, once, of a filing of which it is not sure: the fall may have been found by no event that is told again.
func (f *Falls) doubt(ctx context.Context, filing *v1alpha1.IcpFiling) {
	key := client.ObjectKeyFromObject(filing)
	f.mu.Lock()
	_, asked := f.asked[key]
	if f.asked != nil {
		f.asked[key] = struct{}{}
	}
	f.mu.Unlock()
	if asked || filing.Status.Provider == "" {
		return
	}
	f.news.Ask(filing.Status.Provider, key)
	select {
	case f.read <- event.TypedGenericEvent[*v1alpha1.IcpFiling]{Object: filing.DeepCopy()}:
	case <-ctx.Done():
	}
}

// longRunning says that the first moments are over, and drops what was only needed in them.
func (f *Falls) longRunning() bool {
	if f.stands != nil && !f.began.IsZero() && f.clock.Since(f.began) > sureAfter {
		f.stands, f.asked = nil, nil
	}
	return f.stands == nil
}
