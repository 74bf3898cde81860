package promise

import (
	"fmt"
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/internal/admission"
)

// slack is for a write that is judged by the clearances of a moment, and stored when they have just changed: the API server
// hears of a Namespace's change over a watch of its own, on a busy machine seconds later.
const slack = 5 * time.Second

// Broken lists the writes in a namespace ("": in any) that broke the promise, and what kept the watcher from watching.
func (w *Watcher) Broken(namespace string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var broken []string
	for _, err := range w.failed {
		broken = append(broken, err.Error())
	}
	for name, versions := range w.routes {
		if namespace != "" && versions[0].route.Namespace != namespace {
			continue
		}
		var before []string
		for _, version := range versions {
			var exposed []string
			if !version.deleted && version.route.Exposes() {
				exposed = w.uncovered(version)
			}
			for _, host := range exposed {
				if !slices.Contains(before, host) {
					broken = append(broken, fmt.Sprintf("%s, version %d: %s was exposed without a clearance", name, version.revision, host))
				}
			}
			before = exposed
		}
	}
	slices.Sort(broken)
	return broken
}

// uncovered lists the hosts that no clearance covered when the version was written, whichever of the moment's.
func (w *Watcher) uncovered(version routeVersion) []string {
	var blocked []string
	for i, ns := range w.inForce(version) {
		var now []string
		if admission.Closes(ns.mode) {
			now = version.route.Blocked(ns.cleared, w.settings.Rules)
		}
		if i == 0 {
			blocked = now
			continue
		}
		blocked = slices.DeleteFunc(blocked, func(host string) bool { return !slices.Contains(now, host) })
	}
	return blocked
}

// inForce lists the versions of a route's Namespace that it may have been judged by.
func (w *Watcher) inForce(version routeVersion) []namespaceVersion {
	var inForce []namespaceVersion
	for _, ns := range w.namespaces[version.route.Namespace] {
		if ns.revision > version.revision {
			break
		}
		// The one before this version was replaced when this one was seen.
		inForce = slices.DeleteFunc(inForce, func(namespaceVersion) bool { return version.seen.Sub(ns.seen) > slack })
		inForce = append(inForce, ns)
	}
	return inForce
}

// LongestUncovered returns the longest time for which a route in a namespace ("": in any) exposed a host that no
// clearance covered any more, up to now where it still does, and the route.
func (w *Watcher) LongestUncovered(namespace string, now time.Time) (longest time.Duration, route string) {
	return w.LongestUncoveredBut(namespace, now, func(time.Time, time.Time) time.Duration { return 0 })
}

// LongestUncoveredBut is LongestUncovered, less what of each time does not count, as when nobody was there to close the route.
func (w *Watcher) LongestUncoveredBut(namespace string, now time.Time, but func(from, till time.Time) time.Duration) (longest time.Duration, route string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, versions := range w.routes {
		if namespace != "" && versions[0].route.Namespace != namespace {
			continue
		}
		for _, span := range w.spans(versions, now) {
			if lasted := span.till.Sub(span.from) - but(span.from, span.till); lasted > longest {
				longest, route = lasted, name
			}
		}
	}
	return longest, route
}

// span is a time.
type span struct{ from, till time.Time }

// spans lists each time for which a route had an uncovered host and was served.
func (w *Watcher) spans(versions []routeVersion, now time.Time) []span {
	type moment struct {
		at    time.Time
		apply func()
	}
	var moments []moment
	var current routeVersion
	var namespace namespaceVersion
	for _, version := range versions {
		moments = append(moments, moment{version.seen, func() { current = version }})
	}
	for _, version := range w.namespaces[versions[0].route.Namespace] {
		moments = append(moments, moment{version.seen, func() { namespace = version }})
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	var spans []span
	var since time.Time
	for _, m := range moments {
		m.apply()
		uncovered := !current.deleted && current.route.Exposes() && admission.Closes(namespace.mode) &&
			len(current.route.Blocked(namespace.cleared, w.settings.Rules)) > 0
		switch {
		case uncovered && since.IsZero():
			since = m.at
		case !uncovered && !since.IsZero():
			spans, since = append(spans, span{since, m.at}), time.Time{}
		}
	}
	if !since.IsZero() {
		spans = append(spans, span{since, now})
	}
	return spans
}
