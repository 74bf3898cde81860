package controllers

import (
	"fmt"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// routeKind is a kind of route that the operator watches: one row for each.
type routeKind struct {
	kind    schema.GroupVersionKind
	object  func() client.Object
	is      func(client.Object) bool
	list    func() client.ObjectList
	route   func(client.Object) exposure.Route
	park    func(client.Object, []string)
	release func(client.Object)
}

// routeKinds are the kinds of route that the operator watches, where the cluster has them.
var routeKinds = []routeKind{
	newRouteKind(exposure.IngressKind.WithVersion(networkingv1.SchemeGroupVersion.Version),
		func() client.ObjectList { return &networkingv1.IngressList{} },
		exposure.FromIngress, exposure.ParkIngress, exposure.ReleaseIngress),
	newRouteKind(exposure.HTTPRouteKind.WithVersion(gatewayv1.GroupVersion.Version),
		func() client.ObjectList { return &gatewayv1.HTTPRouteList{} },
		exposure.FromHTTPRoute, exposure.ParkHTTPRoute, exposure.ReleaseHTTPRoute),
}

// newRouteKind makes a row of functions that know the kind's Go type.
func newRouteKind[T any, P interface {
	*T
	client.Object
}](kind schema.GroupVersionKind, list func() client.ObjectList, route func(P) exposure.Route, park func(P, []string), release func(P)) routeKind {
	return routeKind{
		kind:    kind,
		object:  func() client.Object { return P(new(T)) },
		is:      func(o client.Object) bool { _, is := o.(P); return is },
		list:    list,
		route:   func(o client.Object) exposure.Route { return route(o.(P)) },
		park:    func(o client.Object, blocked []string) { park(o.(P), blocked) },
		release: func(o client.Object) { release(o.(P)) },
	}
}

// servedRouteKinds are the kinds of route that the cluster has.
func servedRouteKinds(mapper meta.RESTMapper) ([]routeKind, error) {
	var served []routeKind
	for _, row := range routeKinds {
		has, err := hasKind(mapper, row.kind)
		if err != nil {
			return nil, err
		}
		if has {
			served = append(served, row)
		}
	}
	return served, nil
}

func hasKind(mapper meta.RESTMapper, kind schema.GroupVersionKind) (bool, error) {
	_, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
	switch {
	case err == nil:
		return true, nil
	case meta.IsNoMatchError(err):
		return false, nil
	default:
		return false, fmt.Errorf("asking the API server whether it has %s: %w", kind, err)
	}
}

// routeObjects are objects of the kinds of route that the cluster has, for controllers that watch them. Where the API
// server cannot be asked, they are of every kind, so that the watch says so.
func routeObjects(mgr ctrl.Manager) []client.Object {
	served, err := servedRouteKinds(mgr.GetRESTMapper())
	if err != nil {
		served = routeKinds
	}
	objects := make([]client.Object, len(served))
	for i, row := range served {
		objects[i] = row.object()
	}
	return objects
}

// kindOf finds the row of an object, or false.
func kindOf(o client.Object) (routeKind, bool) {
	for _, row := range routeKinds {
		if row.is(o) {
			return row, true
		}
	}
	return routeKind{}, false
}

// rowOf finds the row of a kind, or false.
func rowOf(kind schema.GroupKind) (routeKind, bool) {
	for _, row := range routeKinds {
		if row.kind.GroupKind() == kind {
			return row, true
		}
	}
	return routeKind{}, false
}
