package controllers

import (
	"context"
	"maps"
	"sync"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// tally counts the routes of gated namespaces. It counts again only those namespaces in which something has changed.
type tally struct {
	mu sync.Mutex
	// asOf is what was counted by.
	asOf countedBy
	// counted are all namespaces, also those that are not gated: they may be by another ExposurePolicy. Nil before the first count.
	counted map[string]metrics.NamespaceRoutes
	changed map[string]struct{}
}

// countedBy is what decides how a route counts: the ExposurePolicy's generation, and the kinds of route that there are.
type countedBy struct{ generation, kinds int64 }

func newTally() *tally {
	return &tally{changed: map[string]struct{}{}}
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
func (t *tally) count(ctx context.Context, reader client.Reader, shard *Shard, routes *Routes, settings admission.Settings, generation int64) (v1alpha1.RouteCounts, error) {
	for _, namespace := range t.take(countedBy{generation, routes.version()}) {
		if !shard.works(namespace) {
			t.keep(namespace, metrics.NamespaceRoutes{}, false)
			continue
		}
		of, there, err := countRoutes(ctx, reader, routes, settings, namespace)
		if err != nil {
			t.note(namespace)
			return v1alpha1.RouteCounts{}, err
		}
		t.keep(namespace, of, there)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counted == nil {
		t.counted = map[string]metrics.NamespaceRoutes{}
	}
	var sum v1alpha1.RouteCounts
	for _, of := range t.counted {
		sum.Served += of.Counts.Served
		sum.Parked += of.Counts.Parked
		sum.Uncovered += of.Counts.Uncovered
	}
	return sum, nil
}

func (t *tally) keep(namespace string, of metrics.NamespaceRoutes, there bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counted == nil {
		t.counted = map[string]metrics.NamespaceRoutes{}
	}
	t.counted[namespace] = of
	if !there {
		delete(t.counted, namespace)
	}
}

// gated are the namespaces that are gated, as they were last counted; nil where they never were.
func (t *tally) gated() map[string]metrics.NamespaceRoutes {
	t.mu.Lock()
	defer t.mu.Unlock()
	gated := maps.Clone(t.counted)
	maps.DeleteFunc(gated, func(_ string, of metrics.NamespaceRoutes) bool { return of.Mode == v1alpha1.GateOff })
	return gated
}

// countRoutes counts the routes of one namespace, none where it is not gated; it may be gone.
func countRoutes(ctx context.Context, reader client.Reader, kinds *Routes, settings admission.Settings, name string) (of metrics.NamespaceRoutes, there bool, err error) {
	namespace, err := namespaceOf(ctx, reader, name)
	if err != nil || namespace == nil {
		return of, false, err
	}
	of.Mode = settings.ModeOf(name, namespace.Labels)
	if of.Mode == v1alpha1.GateOff {
		return of, true, nil
	}
	routes, err := kinds.ofNamespace(ctx, name)
	if err != nil {
		return of, true, err
	}
	of.Counts = newGate(settings, namespace).count(routes)
	return of, true, nil
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
