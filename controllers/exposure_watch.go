package controllers

import (
	"context"
	"maps"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

type routeQueue = workqueue.TypedRateLimitingInterface[routeRequest]

// routeWaker wakes routes.
type routeWaker struct {
	reader client.Reader
	events events.EventRecorder
	routes *Routes
	falls  *Falls
}

// byRoute wakes a route when it is made, first seen, or changed, and tells in an Event when it was parked or released,
// whoever did it.
func (w routeWaker) byRoute(kind schema.GroupKind) handler.TypedEventHandler[client.Object, routeRequest] {
	request := func(o client.Object) routeRequest {
		return routeRequest{kind: kind, ObjectKey: client.ObjectKeyFromObject(o)}
	}
	return handler.TypedFuncs[client.Object, routeRequest]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], queue routeQueue) {
			queue.Add(request(e.Object))
			if route := w.routes.read(kind, e.Object); route.Held && !e.IsInInitialList {
				w.tellParked(ctx, e.Object, route)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], queue routeQueue) {
			queue.Add(request(e.ObjectNew))
			before, after := w.routes.read(kind, e.ObjectOld), w.routes.read(kind, e.ObjectNew)
			switch {
			case after.Held && !before.Held:
				w.tellParked(ctx, e.ObjectNew, after)
			case before.Held && !after.Held:
				w.tellReleased(ctx, e.ObjectNew, after)
			}
		},
	}
}

// byNamespace wakes the unsettled routes of a namespace whose mode or clearances have changed.
func (w routeWaker) byNamespace() handler.TypedEventHandler[client.Object, routeRequest] {
	return handler.TypedFuncs[client.Object, routeRequest]{
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], queue routeQueue) {
			if gateChanged(e.ObjectOld, e.ObjectNew) {
				w.wakeUnsettled(ctx, queue, e.ObjectNew.GetName())
			}
		},
	}
}

// byPolicy wakes all unsettled routes when the ExposurePolicy changes, or what of it is in force: a further kind is some
// time after it was asked for.
func (w routeWaker) byPolicy() handler.TypedEventHandler[client.Object, routeRequest] {
	return handler.TypedFuncs[client.Object, routeRequest]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[client.Object], queue routeQueue) {
			if !e.IsInInitialList {
				w.wakeUnsettled(ctx, queue, everyNamespace)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], queue routeQueue) {
			if e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || !equality.Semantic.DeepEqual(conditionsOf(e.ObjectOld), conditionsOf(e.ObjectNew)) {
				w.wakeUnsettled(ctx, queue, everyNamespace)
			}
		},
		DeleteFunc: func(ctx context.Context, _ event.TypedDeleteEvent[client.Object], queue routeQueue) {
			w.wakeUnsettled(ctx, queue, everyNamespace)
		},
	}
}

func conditionsOf(policy client.Object) []metav1.Condition {
	if p, is := policy.(*v1alpha1.ExposurePolicy); is {
		return p.Status.Conditions
	}
	return nil
}

// everyNamespace stands for all namespaces where one can be named.
const everyNamespace = ""

func (w routeWaker) wakeUnsettled(ctx context.Context, queue routeQueue, namespace string) {
	unsettled, err := w.unsettledRoutes(ctx, namespace)
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "finding the routes that a change of the gate concerns")
	}
	for _, route := range unsettled {
		queue.Add(routeRequest{kind: route.Kind, ObjectKey: client.ObjectKey{Namespace: route.Namespace, Name: route.Name}})
	}
}

// unsettledRoutes reads, from the cache, the routes that are not as the gate has them.
func (w routeWaker) unsettledRoutes(ctx context.Context, namespace string) ([]exposure.Route, error) {
	routes, err := w.routes.ofNamespace(ctx, namespace)
	if err != nil {
		return nil, err
	}
	gates := map[string]gate{}
	var unsettled []exposure.Route
	for _, route := range routes {
		gate, known := gates[route.Namespace]
		if !known {
			gate, err = gateOf(ctx, w.reader, route.Namespace)
			if client.IgnoreNotFound(err) != nil {
				return unsettled, err
			}
			gates[route.Namespace] = gate
		}
		if !gate.judge(route).settled() {
			unsettled = append(unsettled, route)
		}
	}
	return unsettled, nil
}

// gateChanged tells whether a Namespace's mode or clearances have changed.
func gateChanged(before, after client.Object) bool {
	const label = v1alpha1.GateLabel
	was, wasLabelled := before.GetLabels()[label]
	is, isLabelled := after.GetLabels()[label]
	if was != is || wasLabelled != isLabelled {
		return true
	}
	return !maps.Equal(clearancesOf(before), clearancesOf(after))
}
