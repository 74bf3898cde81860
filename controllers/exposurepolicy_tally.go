package controllers

import (
	"context"
	"sync"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// tally counts the routes of gated namespaces. It counts again only those namespaces in which something has changed.
type tally struct {
	mu sync.Mutex
	// asOf is what was counted by.
	asOf    countedBy
	counted map[string]v1alpha1.RouteCounts
	changed map[string]struct{}
}

// countedBy is what decides how a route counts: the ExposurePolicy's generation, and the kinds of route that there are.
type countedBy struct{ generation, kinds int64 }

func newTally() *tally {
	return &tally{counted: map[string]v1alpha1.RouteCounts{}, changed: map[string]struct{}{}}
}

// wakeByRoute notes the namespace of a route that has changed.
func (t *tally) wakeByRoute() handler.TypedEventHandler[client.Object, reconcile.Request] {
	return t.wake(func(o client.Object) string { return o.GetNamespace() }, func(_, _ client.Object) bool { return true })
}

// wakeByNamespace notes a namespace whose mode or clearances have changed.
func (t *tally) wakeByNamespace() handler.TypedEventHandler[client.Object, reconcile.Request] {
	return t.wake(func(o client.Object) string { return o.GetName() }, gateChanged)
}

func (t *tally) wake(namespace func(client.Object) string, changed func(before, after client.Object) bool) handler.TypedEventHandler[client.Object, reconcile.Request] {
	note := func(o client.Object, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
		t.note(namespace(o))
		queue.AddAfter(exposurePolicyRequest, countWithin)
	}
	return handler.TypedFuncs[client.Object, reconcile.Request]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[client.Object], queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			note(e.Object, queue)
		},
		UpdateFunc: func(_ context.Context, e event.TypedUpdateEvent[client.Object], queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			if changed(e.ObjectOld, e.ObjectNew) {
				note(e.ObjectNew, queue)
			}
		},
		DeleteFunc: func(_ context.Context, e event.TypedDeleteEvent[client.Object], queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			note(e.Object, queue)
		},
	}
}

func (t *tally) note(namespace string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changed[namespace] = struct{}{}
}

// take returns the namespaces to be counted: all that are known where what they were counted by has changed.
func (t *tally) take(asOf countedBy) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asOf != asOf {
		t.asOf = asOf
		for namespace := range t.counted {
			t.changed[namespace] = struct{}{}
		}
	}
	namespaces := make([]string, 0, len(t.changed))
	for namespace := range t.changed {
		namespaces = append(namespaces, namespace)
	}
	clear(t.changed)
	return namespaces
}

// count brings the tally up to date and adds it up.
func (t *tally) count(ctx context.Context, reader client.Reader, routes *Routes, settings admission.Settings, generation int64) (v1alpha1.RouteCounts, error) {
	for _, namespace := range t.take(countedBy{generation, routes.version()}) {
		counts, err := countRoutes(ctx, reader, routes, settings, namespace)
		if err != nil {
			t.note(namespace)
			return v1alpha1.RouteCounts{}, err
		}
		t.mu.Lock()
		t.counted[namespace] = counts
		t.mu.Unlock()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var sum v1alpha1.RouteCounts
	for _, counts := range t.counted {
		sum.Served += counts.Served
		sum.Parked += counts.Parked
		sum.Uncovered += counts.Uncovered
	}
	return sum, nil
}

// countRoutes counts the routes of one namespace, none where it is not gated or gone.
func countRoutes(ctx context.Context, reader client.Reader, kinds *Routes, settings admission.Settings, name string) (v1alpha1.RouteCounts, error) {
	var counts v1alpha1.RouteCounts
	namespace, err := namespaceOf(ctx, reader, name)
	if err != nil || namespace == nil || settings.ModeOf(name, namespace.Labels) == v1alpha1.GateOff {
		return counts, err
	}
	routes, err := kinds.ofNamespace(ctx, name)
	if err != nil {
		return counts, err
	}
	return newGate(settings, namespace).count(routes), nil
}

// count counts routes of the gate's namespace by what becomes of them.
func (g gate) count(routes []exposure.Route) v1alpha1.RouteCounts {
	var counts v1alpha1.RouteCounts
	for _, route := range routes {
		switch {
		case route.Parked:
			counts.Parked++
		case route.Inert:
		case len(route.Blocked(g.cleared, g.rules)) > 0:
			counts.Uncovered++
		default:
			counts.Served++
		}
	}
	return counts
}
