package controllers

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// A route of the Gateway API that names no host takes those of its parents' listeners. They count among the hosts that a
// filing's domain is served under, as those that a route names itself do.

// indexListenedFor finds Gateways and ListenerSets by each domain that could cover a hostname of a listener of theirs.
const indexListenedFor = "listener.domain"

// parentKinds are those that the cluster has of the kinds whose listeners name hosts.
func (r *Routes) parentKinds() ([]string, error) {
	var kinds []string
	for _, kind := range []string{exposure.GatewayParent, exposure.ListenerSetParent} {
		has, err := hasKind(r.mgr.GetRESTMapper(), schema.GroupVersion(gatewayv1.GroupVersion).WithKind(kind))
		if err != nil {
			return nil, err
		}
		if has {
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}

// eachParent has a controller watch every kind of parent that there is, once the Gateway API's kinds are there: they come
// together.
func (r *Routes) eachParent(watch func(client.Object) error) error {
	watched := false
	return r.each(func(row routeKind) error {
		if !row.parented || watched {
			return nil
		}
		watched = true
		kinds, err := r.parentKinds()
		if err != nil {
			return err
		}
		for _, kind := range kinds {
			if err := watch(newParent(kind)); err != nil {
				return err
			}
		}
		return nil
	})
}

// indexParents has the cache index the parents by the domains that they listen for.
func (r *Routes) indexParents(ctx context.Context) error {
	kinds, err := r.parentKinds()
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		if slices.Contains(r.parents, kind) {
			continue
		}
		if err := r.mgr.GetFieldIndexer().IndexField(ctx, newParent(kind), indexListenedFor, listenedForBy); err != nil {
			return err
		}
		r.mu.Lock()
		r.parents = append(r.parents, kind)
		r.mu.Unlock()
	}
	return nil
}

// listenedForBy are the domains that could cover a hostname of a parent's listeners.
func listenedForBy(o client.Object) []string {
	return exposure.ListenedFor(exposure.ListenersOf(o).Hostnames("")).DomainKeys()
}

// listening reads the routes that name no host and take one that the domain covers from a parent's listeners: each with the
// hosts of that parent.
func (r *Routes) listening(ctx context.Context, domain string) ([]exposure.Route, error) {
	r.mu.RLock()
	kinds := slices.Clone(r.parents)
	r.mu.RUnlock()
	var routes []exposure.Route
	for _, kind := range kinds {
		var list client.ObjectList = &gatewayv1.GatewayList{}
		if kind == exposure.ListenerSetParent {
			list = &gatewayv1.ListenerSetList{}
		}
		if err := r.mgr.GetCache().List(ctx, list, client.MatchingFields{indexListenedFor: domain}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("listing what listens for hosts of %s: %w", domain, err)
		}
		err := meta.EachListItem(list, func(o runtime.Object) error {
			parent := exposure.ListenersOf(o)
			via, err := r.via(ctx, parent.Key(), everyNamespace)
			for _, route := range via {
				route.Hosts = route.HostsFrom(parent)
				routes = append(routes, route)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return routes, nil
}

// withListened adds to a route that names no host those of its parents' listeners.
func (r *Routes) withListened(ctx context.Context, route exposure.Route) exposure.Route {
	for _, key := range route.Via {
		kind, namespace, name, _, ok := exposure.ParseParentKey(key)
		if !ok {
			continue
		}
		object := newParent(kind)
		err := r.mgr.GetCache().Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, object)
		switch {
		case apierrors.IsNotFound(err), meta.IsNoMatchError(err):
		case err != nil:
			logOf(ctx).Error(err, "reading the listeners that a route takes its hosts from", "parent", key)
		default:
			route.Hosts = append(route.Hosts, route.HostsFrom(exposure.ListenersOf(object))...)
		}
	}
	return route
}
