package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// indexRouteDomain finds routes by each domain that could cover one of their hosts.
const indexRouteDomain = "route.domain"

// indexRouteVia finds the routes that name no host by each parent from whose listeners they take theirs, without its
// section, and all of them by anyParent.
const (
	indexRouteVia = "route.via"
	anyParent     = "*"
)

// newKindsEvery is how often the API server is asked whether it has a kind of route that it had not before.
const newKindsEvery = 30 * time.Second

// Routes are the kinds of route that the operator watches, as far as the cluster has them, and the routes of these
// kinds in the cache. A kind may come while the operator runs: whoever watches routes is then told to watch it, too.
type Routes struct {
	mgr ctrl.Manager

	// adding lets one kind be added at a time; indexed are the indexes that the cache has, rights what was last found of those
	// to further kinds.
	adding  sync.Mutex
	indexed map[string]struct{}
	rights  map[string]rights
	clock   clock.RealClock

	mu      sync.RWMutex
	rows    map[schema.GroupKind]routeKind
	watched map[schema.GroupVersionKind]struct{}
	watch   []func(routeKind) error
	// parents are the kinds that are indexed by what they listen for.
	parents []string
	// changes counts how often a kind came, changed or went.
	changes int64
}

// listedWithin bounds how long the objects of a new kind may take to be listed.
const listedWithin = 30 * time.Second

// NewRoutes watches the kinds of route that the operator knows and the cluster has, and goes on to look for the others.
func NewRoutes(ctx context.Context, mgr ctrl.Manager) (*Routes, error) {
	r := &Routes{
		mgr: mgr, indexed: map[string]struct{}{}, rights: map[string]rights{},
		rows: map[schema.GroupKind]routeKind{}, watched: map[schema.GroupVersionKind]struct{}{},
	}
	missing, err := r.addKnown(ctx)
	if err != nil || len(missing) == 0 {
		return r, err
	}
	mgr.GetLogger().Info("the cluster does not have all kinds of route: the others are gated as soon as it has them", "missing", missing)
	return r, mgr.Add(manager.RunnableFunc(r.untilAllKnown))
}

// untilAllKnown adds the kinds that the operator knows when the cluster gets them, as when the Gateway API is installed
// after it.
func (r *Routes) untilAllKnown(ctx context.Context) error {
	err := wait.PollUntilContextCancel(ctx, newKindsEvery, false, func(ctx context.Context) (bool, error) {
		missing, err := r.addKnown(ctx)
		if err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "looking for new kinds of route")
		}
		return err == nil && len(missing) == 0, nil
	})
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the operator is being stopped
	}
	return err
}

// addKnown adds what the cluster has of the kinds that the operator knows, and returns those that it has not.
func (r *Routes) addKnown(ctx context.Context) (missing []string, err error) {
	for _, row := range knownKinds {
		has, err := hasKind(r.mgr.GetRESTMapper(), row.kind)
		if err != nil {
			return nil, err
		}
		if !has {
			missing = append(missing, row.kind.Kind)
			continue
		}
		if err := r.add(ctx, row); err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// add has a kind that the cluster has watched, or a row replaced by another of its kind. Its objects are read by the
// row that was added last.
func (r *Routes) add(ctx context.Context, row routeKind) error {
	r.adding.Lock()
	defer r.adding.Unlock()
	kind := row.kind.GroupKind()
	if before, there := r.row(kind); there && before.kind == row.kind && before.madeOf == row.madeOf {
		return nil
	}
	if err := r.index(ctx, row); err != nil {
		return fmt.Errorf("indexing %s: %w", kind, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows[kind] = row
	r.changes++
	if _, watched := r.watched[row.kind]; watched {
		return nil
	}
	r.watched[row.kind] = struct{}{}
	for _, watch := range r.watch {
		if err := watch(row); err != nil {
			return fmt.Errorf("watching %s: %w", kind, err)
		}
	}
	return nil
}

// index has the cache index the objects of a row by domain, and by parent where they have any. It waits until they are in the cache.
func (r *Routes) index(ctx context.Context, row routeKind) error {
	name := row.kind.String() + " " + row.index
	if _, indexed := r.indexed[name]; indexed {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, listedWithin)
	defer cancel()
	keys := func(o client.Object) []string { return row.read(o).DomainKeys() }
	if err := r.mgr.GetFieldIndexer().IndexField(ctx, row.object(), row.index, keys); err != nil {
		return err
	}
	if row.parented {
		if err := r.mgr.GetFieldIndexer().IndexField(ctx, row.object(), indexRouteVia, viaOf); err != nil {
			return err
		}
		if err := r.indexParents(ctx); err != nil {
			return err
		}
	}
	r.indexed[name] = struct{}{}
	return nil
}

// each has a controller watch every kind that there is, and that comes.
func (r *Routes) each(watch func(routeKind) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watch = append(r.watch, watch)
	for kind := range r.watched {
		if err := watch(r.rows[kind.GroupKind()]); err != nil {
			return fmt.Errorf("watching %s: %w", kind, err)
		}
	}
	return nil
}

// row finds the row of a kind, or false.
func (r *Routes) row(kind schema.GroupKind) (routeKind, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	row, there := r.rows[kind]
	return row, there
}

// read reads a route of a kind; the zero Route where the kind is none any more.
func (r *Routes) read(kind schema.GroupKind, o client.Object) exposure.Route {
	row, there := r.row(kind)
	if !there {
		return exposure.Route{}
	}
	return row.read(o)
}

// get reads a route from the cache.
func (r *Routes) get(ctx context.Context, key client.ObjectKey, route client.Object) error {
	return r.mgr.GetCache().Get(ctx, key, route)
}

// version changes with every kind that comes, changes or goes.
func (r *Routes) version() int64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.changes
}

// ofDomain reads, from the cache's index, the routes of every kind that have a host which the domain covers.
func (r *Routes) ofDomain(ctx context.Context, domain string) ([]exposure.Route, error) {
	return r.list(ctx, func(row routeKind) client.ListOption { return client.MatchingFields{row.index: domain} })
}

// via reads the routes that name no host and take theirs from a parent ("Gateway/infra/edge", or anyParent), in a
// namespace, or in all where it is "".
func (r *Routes) via(ctx context.Context, parent, namespace string) ([]exposure.Route, error) {
	return r.list(ctx, func(row routeKind) client.ListOption {
		if !row.parented {
			return nil
		}
		return &client.ListOptions{Namespace: namespace, FieldSelector: fields.OneTermEqualSelector(indexRouteVia, parent)}
	})
}

// viaOf lists the parents, without their sections, that a route which names no host takes its hosts from.
func viaOf(o client.Object) []string {
	route := exposure.Read(o)
	var keys []string
	for _, key := range route.Via {
		if kind, namespace, name, _, ok := exposure.ParseParentKey(key); ok {
			keys = append(keys, exposure.ParentKey(kind, namespace, name, ""))
		}
	}
	if len(keys) > 0 {
		keys = append(keys, anyParent)
	}
	return keys
}

// ofNamespace reads the routes of every kind in a namespace; in all, where it is "".
func (r *Routes) ofNamespace(ctx context.Context, namespace string) ([]exposure.Route, error) {
	return r.list(ctx, func(routeKind) client.ListOption { return client.InNamespace(namespace) })
}

func (r *Routes) list(ctx context.Context, option func(routeKind) client.ListOption) ([]exposure.Route, error) {
	r.mu.RLock()
	rows := make([]routeKind, 0, len(r.rows))
	for _, row := range r.rows {
		rows = append(rows, row)
	}
	r.mu.RUnlock()
	var routes []exposure.Route
	for _, row := range rows {
		which := option(row)
		if which == nil {
			continue
		}
		list := row.list()
		err := r.mgr.GetCache().List(ctx, list, which, client.UnsafeDisableDeepCopy)
		if meta.IsNoMatchError(err) {
			continue // the cluster has it no more
		}
		if err != nil {
			return nil, fmt.Errorf("listing %ss: %w", row.kind.Kind, err)
		}
		err = meta.EachListItem(list, func(o runtime.Object) error {
			if object, is := o.(client.Object); is {
				routes = append(routes, row.read(object))
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading %ss: %w", row.kind.Kind, err)
		}
	}
	return routes, nil
}
