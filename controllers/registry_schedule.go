package controllers

import (
	"cmp"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// lookup is one filing that a registry is asked about.
type lookup struct {
	filing   types.NamespacedName
	provider string
	domain   string
	// heard is what was said so far, and of which numbers.
	heard procedure.Registered
	of    procedure.Numbers
	// answered is when the registry last spoke of it; zero where it never did to this process.
	answered time.Time
	// due is when it is to be asked about; held when it may be at the earliest, with others that are due.
	due, held time.Time
}

// Lookups is who is asked about at the providers' registries, when, and what was heard. What it holds is lost with the
// process: what a filing's state depends on is kept in the filing.
type Lookups struct {
	mu     sync.Mutex
	all    map[types.NamespacedName]*lookup
	health map[string]registryHealth
}

// NewLookups makes an empty one.
func NewLookups() *Lookups {
	return &Lookups{all: map[types.NamespacedName]*lookup{}, health: map[string]registryHealth{}}
}

// Of is what was heard of a filing at a provider's registry; nothing where it was not asked about.
func (l *Lookups) Of(filing types.NamespacedName, provider string) procedure.Registered {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x, ok := l.all[filing]; ok && x.provider == provider {
		return x.heard
	}
	return procedure.Registered{}
}

// rhythm says how often a registry is asked.
type rhythm struct {
	// interval between two look-ups of a domain.
	interval time.Duration
	// recheck is how soon one is asked about again whose answer disagrees, or is missing.
	recheck time.Duration
}

// Settings of a registry's rhythm.
const (
	defaultLookupInterval = 24 * time.Hour
	mostRecheck           = 10 * time.Minute
	// staleAfter is how many intervals look-ups may fail before the last answer no longer says much.
	staleAfter = 3
)

func rhythmOf(spec *v1alpha1.Registry) rhythm {
	r := rhythm{interval: defaultLookupInterval}
	if spec.Interval != nil && spec.Interval.Duration > 0 {
		r.interval = spec.Interval.Duration
	}
	r.recheck = min(r.interval, mostRecheck)
	return r
}

func (r rhythm) hearing() procedure.Hearing {
	return procedure.Hearing{Recheck: r.recheck, Stale: staleAfter * r.interval}
}

// slot is the time after start at which a domain has its turn: the same in each interval, and spread over it by the
// domain's name, so that neither an installation nor a restart brings all of them at once.
func (r rhythm) slot(domain string, start time.Time) time.Time {
	h := fnv.New64a()
	_, _ = h.Write([]byte(domain))
	phase := time.Duration(h.Sum64() % uint64(r.interval))
	into := time.Duration(start.UnixNano() % int64(r.interval))
	wait := (phase - into + r.interval) % r.interval
	if wait == 0 {
		wait = r.interval
	}
	return start.Add(wait)
}

// follow brings the filings that a provider's registry is asked about up to those given. One that is new, or has other
// numbers now, is due at once, unless its status tells that the registry agreed before this process began: that one has
// its turn when it comes.
func (l *Lookups) follow(provider string, filings []*v1alpha1.IcpFiling, r rhythm, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := map[types.NamespacedName]bool{}
	for _, f := range filings {
		of, asked := procedure.AsksRegistry(f)
		if !asked {
			continue
		}
		key := types.NamespacedName{Namespace: f.Namespace, Name: f.Name}
		kept[key] = true
		x, ok := l.all[key]
		switch {
		case !ok || x.provider != provider || x.domain != f.Spec.Domain.Name:
			x = &lookup{filing: key, provider: provider, domain: f.Spec.Domain.Name, of: of, due: now}
			if verifiedBefore(f) {
				x.due = r.slot(x.domain, now)
			}
			l.all[key] = x
		case x.of != of:
			x.of, x.heard, x.answered, x.due, x.held = of, procedure.Registered{}, time.Time{}, now, time.Time{}
		case x.due.After(now.Add(2 * r.interval)):
			x.due = r.slot(x.domain, now) // the interval was shortened
		}
	}
	for key, x := range l.all {
		if x.provider == provider && !kept[key] {
			delete(l.all, key)
		}
	}
}

// soonest is when a provider's registry is to be asked next; zero for never.
func (l *Lookups) soonest(provider string) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	var soonest time.Time
	for _, x := range l.all {
		if x.provider == provider && (soonest.IsZero() || x.due.Before(soonest)) {
			soonest = x.due
		}
	}
	return soonest
}

// next are the domains to ask about in one call, at most so many, where one of them is due. With it go those whose turn
// comes next, so that each call is full; none is asked about twice in half an interval.
func (l *Lookups) next(provider string, most int, r rhythm, now time.Time) []string {
	var domains []string
	seen := map[string]bool{}
	for _, x := range l.waiting(provider, r, now) {
		if len(domains) == most || len(domains) == 0 && x.due.After(now) {
			break
		}
		if !seen[x.domain] {
			seen[x.domain] = true
			domains = append(domains, x.domain)
		}
	}
	return domains
}

// waiting are those that may be asked about now, whoever is due first first.
func (l *Lookups) waiting(provider string, r rhythm, now time.Time) []lookup {
	l.mu.Lock()
	defer l.mu.Unlock()
	var waiting []lookup
	for _, x := range l.all {
		recent := x.due.After(now) && now.Sub(x.answered) < r.interval/2
		if x.provider == provider && !recent && !x.held.After(now) {
			waiting = append(waiting, *x)
		}
	}
	slices.SortFunc(waiting, func(a, b lookup) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return cmp.Compare(a.domain, b.domain)
	})
	return waiting
}

// hear takes in what a registry answered, and gives the filings of which something new was heard.
func (l *Lookups) hear(provider string, answers []registry.Answer, r rhythm, now time.Time) []types.NamespacedName {
	byDomain := map[string]registry.Answer{}
	for _, a := range answers {
		if !a.NotAsked {
			byDomain[a.Domain] = a
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var news []types.NamespacedName
	for key, x := range l.all {
		a, ok := byDomain[x.domain]
		if x.provider != provider || !ok {
			continue
		}
		before := x.heard
		x.heard = before.Hear(x.of, a.RegistryAnswer, now, r.hearing())
		if x.heard != before {
			news = append(news, key)
		}
		if a.Finding != procedure.FoundUnknown {
			x.answered = now
		}
		if a.Finding == procedure.FoundUnknown || x.heard.Mismatch() != "" {
			x.held = now.Add(r.recheck)
			x.due = x.held
		} else {
			x.held, x.due = time.Time{}, r.slot(x.domain, now.Add(r.interval/2))
		}
	}
	return news
}

// release lets those be asked about at once whose look-up failed: the registry is another one, or asked with another key.
func (l *Lookups) release(provider string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		if x.provider == provider && !x.heard.FailingSince.IsZero() {
			x.due, x.held = now, time.Time{}
		}
	}
}

// forget drops everything of a provider's.
func (l *Lookups) forget(provider string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.health, provider)
	for key, x := range l.all {
		if x.provider == provider {
			delete(l.all, key)
		}
	}
}
