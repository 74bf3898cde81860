package controllers

import (
	"context"
	"strings"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=gateways;listenersets,verbs=get;list;watch

// watchParents wakes the namespaces of routes that name no host when such a route, or a parent of one, changes.
func (r *ClearanceReconciler) watchParents(mgr ctrl.Manager, c controller.Controller) error {
	err := r.Routes.each(func(row routeKind) error {
		if !row.parented {
			return nil
		}
		return c.Watch(source.Kind(mgr.GetCache(), row.object(), handler.EnqueueRequestsFromMapFunc(r.namespacesOfRoute)))
	})
	if err != nil {
		return err
	}
	return r.Routes.eachParent(func(parent client.Object) error {
		return c.Watch(source.Kind(mgr.GetCache(), parent, handler.EnqueueRequestsFromMapFunc(r.namespacesOfParent)))
	})
}

// namespacesOfRoute wakes the namespace of a route that names no host, and those of its parents.
func (r *ClearanceReconciler) namespacesOfRoute(_ context.Context, o client.Object) []reconcile.Request {
	var requests []reconcile.Request
	for _, key := range exposure.Read(o).Via {
		if _, namespace, _, _, ok := exposure.ParseParentKey(key); ok {
			requests = append(requests, namespaceRequest(namespace))
		}
	}
	if len(requests) > 0 {
		requests = append(requests, namespaceRequest(o.GetNamespace()))
	}
	return requests
}

// namespacesOfParent wakes the namespaces of the routes that take their hosts from a parent, and the parent's own.
func (r *ClearanceReconciler) namespacesOfParent(ctx context.Context, o client.Object) []reconcile.Request {
	return append(r.namespacesVia(ctx, exposure.ListenersOf(o).Key()), namespaceRequest(o.GetNamespace()))
}

func (r *ClearanceReconciler) namespacesVia(ctx context.Context, parent string) []reconcile.Request {
	routes, err := r.Routes.via(ctx, parent, everyNamespace)
	if err != nil {
		logOf(ctx).Error(err, "finding the routes of a parent", "parent", parent)
	}
	requests := make([]reconcile.Request, 0, len(routes)+1)
	for _, route := range routes {
		requests = append(requests, namespaceRequest(route.Namespace))
	}
	return requests
}

func namespaceRequest(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: client.ObjectKey{Name: name}}
}

// splitRelied takes a name of admission.ReliedName apart.
func splitRelied(name string) (kind, parent, section string) {
	kind, parent, _ = strings.Cut(name, "/")
	parent, section, _ = strings.Cut(parent, "/")
	return kind, parent, section
}
