package serve

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/board"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// lately is what the cluster exposed when that was last read, for whoever asks.
type lately struct {
	mu    sync.Mutex
	facts *audit.Facts
	at    time.Time
}

// read reads it again where it is older than that. One reads, and others wait for it.
func (l *lately) read(ctx context.Context, now clock.PassiveClock, older time.Duration, from Source) (*audit.Facts, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.facts != nil && now.Since(l.at) < older {
		return l.facts, nil
	}
	facts, err := from.Exposed(ctx)
	if err != nil {
		return nil, err
	}
	l.facts, l.at = facts, now.Now()
	return facts, nil
}

func exposed(s *Site, r *http.Request, seen *seen) (board.Page, error) {
	facts, err := s.exposed.read(r.Context(), s.Clock, s.ExposedFor, s.Source)
	if err != nil {
		return board.Page{}, err
	}
	visible, err := s.visible(r.Context(), seen, facts)
	if err != nil {
		return board.Page{}, err
	}
	return board.Exposure(seen.frame, seen.query, audit.Judge(visible)), nil
}

// visible leaves of facts what a viewer may see: the routes of the namespaces whose filings they may list, of the kinds that they
// may list there, and the filings and parents likewise. Everything, for whoever may list it in all namespaces.
func (s *Site) visible(ctx context.Context, seen *seen, facts *audit.Facts) (*audit.Facts, error) {
	v := &visibility{site: s, viewer: seen.viewer, kinds: map[schema.GroupKind]access.Scope{}}
	scope, err := seen.viewer.Where(ctx, filingsResource, routed(facts, seen.query.Namespace))
	if err != nil {
		return nil, err
	}
	v.filings, v.among = scope, scope.Namespaces
	if scope.All {
		v.among = routed(facts, seen.query.Namespace)
	}
	left := *facts
	left.Routes, left.Filings = nil, nil
	for _, route := range facts.Routes {
		has, err := v.has(ctx, route.Kind, route.Namespace)
		if err != nil {
			return nil, err
		}
		if has {
			left.Routes = append(left.Routes, route)
		}
	}
	if left.Parents, err = v.parents(ctx, facts.Parents); err != nil {
		return nil, err
	}
	left.AllFilings = facts.AllFilings && scope.All
	for _, filing := range facts.Filings {
		if scope.Has(filing.Namespace) {
			left.Filings = append(left.Filings, filing)
		}
	}
	return &left, nil
}

// routed are the namespaces that have routes or filings, in order; one that is asked for by name comes first.
func routed(facts *audit.Facts, named string) []string {
	there := map[string]struct{}{}
	for i := range facts.Routes {
		there[facts.Routes[i].Namespace] = struct{}{}
	}
	for i := range facts.Filings {
		there[facts.Filings[i].Namespace] = struct{}{}
	}
	return inOrder(there, named)
}

// visibility is what a viewer may list.
type visibility struct {
	site    *Site
	viewer  Viewer
	filings access.Scope
	// among are the namespaces that are asked about.
	among []string
	kinds map[schema.GroupKind]access.Scope
}

func (v *visibility) has(ctx context.Context, kind schema.GroupKind, namespace string) (bool, error) {
	if !v.filings.Has(namespace) {
		return false, nil
	}
	scope, err := v.of(ctx, kind, v.among)
	return scope.Has(namespace), err
}

// of is where a viewer may list a kind.
func (v *visibility) of(ctx context.Context, kind schema.GroupKind, among []string) (access.Scope, error) {
	if scope, known := v.kinds[kind]; known {
		return scope, nil
	}
	resource, err := v.site.Source.ResourceOf(kind)
	if err != nil {
		return access.Scope{}, err
	}
	scope, err := v.viewer.Where(ctx, resource, among)
	v.kinds[kind] = scope
	return scope, err
}

// parents leaves those that the viewer may list: what they listen for is told by the routes that are attached to them.
func (v *visibility) parents(ctx context.Context, all map[string]*exposure.Listeners) (map[string]*exposure.Listeners, error) {
	left := map[string]*exposure.Listeners{}
	of := map[string][]string{}
	for key := range all {
		if kind, namespace, _, _, ok := exposure.ParseParentKey(key); ok && !slices.Contains(of[kind], namespace) {
			of[kind] = append(of[kind], namespace)
		}
	}
	for key, listeners := range all {
		kind, namespace, _, _, _ := exposure.ParseParentKey(key)
		slices.Sort(of[kind])
		scope, err := v.of(ctx, schema.GroupKind{Group: exposure.HTTPRouteKind.Group, Kind: kind}, of[kind])
		if err != nil {
			return nil, err
		}
		if scope.Has(namespace) {
			left[key] = listeners
		}
	}
	return left, nil
}
