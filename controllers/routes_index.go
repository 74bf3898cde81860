package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// indexRouteDomain finds routes by each domain that could cover one of their hosts.
const indexRouteDomain = "route.domain"

// newKindsEvery is how often the API server is asked whether it has a kind of route that it had not at the start.
const newKindsEvery = 30 * time.Second

// AddRouteIndexes adds the index of routes by domain to the cache, for the kinds of route that the cluster has. Where
// another is installed later, the manager ends with an error, so that the operator is started anew and watches it.
func AddRouteIndexes(ctx context.Context, mgr ctrl.Manager) error {
	served, err := servedRouteKinds(mgr.GetRESTMapper())
	if err != nil {
		return err
	}
	for _, row := range served {
		if err := mgr.GetFieldIndexer().IndexField(ctx, row.object(), indexRouteDomain, domainsOfRoute); err != nil {
			return fmt.Errorf("indexing %s by domain: %w", row.kind.Kind, err)
		}
	}
	if len(served) == len(routeKinds) {
		return nil
	}
	return mgr.Add(manager.RunnableFunc(func(ctx context.Context) error {
		return untilMoreKinds(ctx, mgr.GetRESTMapper(), len(served))
	}))
}

// untilMoreKinds ends with an error when the cluster has more kinds of route than it had, and without when ctx ends.
func untilMoreKinds(ctx context.Context, mapper meta.RESTMapper, had int) error {
	err := wait.PollUntilContextCancel(ctx, newKindsEvery, false, func(ctx context.Context) (bool, error) {
		served, err := servedRouteKinds(mapper)
		if err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "looking for new kinds of route")
			return false, nil
		}
		return len(served) > had, nil
	})
	if err != nil {
		return nil //nolint:nilerr // the operator is being stopped
	}
	return errors.New("a kind of route was installed that the cluster had not when the operator started: start it anew, to gate it")
}

// domainsOfRoute lists every domain that could cover a host of a route.
func domainsOfRoute(o client.Object) []string {
	row, known := kindOf(o)
	if !known {
		return nil
	}
	return row.route(o).DomainKeys()
}

// routesOfDomain reads, from the cache's index, the routes of every kind that have a host which the domain covers.
func routesOfDomain(ctx context.Context, reader client.Reader, domain string) ([]exposure.Route, error) {
	return listRoutes(ctx, reader, client.MatchingFields{indexRouteDomain: domain})
}

// routesOfNamespace reads the routes of every kind in a namespace.
func routesOfNamespace(ctx context.Context, reader client.Reader, namespace string) ([]exposure.Route, error) {
	return listRoutes(ctx, reader, client.InNamespace(namespace))
}

func listRoutes(ctx context.Context, reader client.Reader, options ...client.ListOption) ([]exposure.Route, error) {
	var routes []exposure.Route
	for _, row := range routeKinds {
		list := row.list()
		err := reader.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...)
		if meta.IsNoMatchError(err) {
			continue // the cluster has none of this kind
		}
		if err != nil {
			return nil, fmt.Errorf("listing %ss: %w", row.kind.Kind, err)
		}
		err = meta.EachListItem(list, func(o runtime.Object) error {
			routes = append(routes, row.route(o.(client.Object)))
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading %ss: %w", row.kind.Kind, err)
		}
	}
	return routes, nil
}
