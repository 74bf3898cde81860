// Package promise watches a cluster during a test of the gate, and says afterwards whether the gate kept its promise:
// no write is admitted that exposes, in a gated namespace, a host which the clearances of that moment do not cover.
package promise

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// Watcher records every version of every route and Namespace from its start on.
type Watcher struct {
	settings admission.Settings
	kinds    []kind

	mu         sync.Mutex
	namespaces map[string][]namespaceVersion
	routes     map[string][]routeVersion
	failed     []error
	latest     map[string]uint64 // kind: the newest resource version seen
}

type namespaceVersion struct {
	revision uint64
	seen     time.Time
	mode     string
	cleared  exposure.Clearances
}

type routeVersion struct {
	revision uint64
	seen     time.Time
	route    exposure.Route
	deleted  bool
}

// kind is a kind of what is recorded.
type kind struct {
	name string
	list func() client.ObjectList
	read func(client.Object) exposure.Route // nil for Namespaces
}

// known is a kind of route that the gate knows.
func known[T any, L interface {
	*T
	client.ObjectList
}]() kind {
	return kind{fmt.Sprintf("%T", L(nil)), func() client.ObjectList { return L(new(T)) }, func(o client.Object) exposure.Route { return exposure.Read(o) }}
}

func namespaces() kind {
	return kind{"Namespace", func() client.ObjectList { return &corev1.NamespaceList{} }, nil}
}

// gated are the kinds that the gate knows by itself.
func gated() []kind {
	return []kind{namespaces(), known[networkingv1.IngressList](), known[corev1.ServiceList](),
		known[gatewayv1.HTTPRouteList](), known[gatewayv1.GRPCRouteList](), known[gatewayv1.TLSRouteList]()}
}

// Watch starts to record, until ctx ends. settings are the gate's.
func Watch(ctx context.Context, reader client.WithWatch, settings admission.Settings) (*Watcher, error) {
	return record(ctx, reader, settings, gated()...)
}

// WatchFurther starts to record a kind that routeKinds adds, once that is gated; of is what the API server calls its objects.
func WatchFurther(ctx context.Context, reader client.WithWatch, settings admission.Settings, further admission.Further, of schema.GroupVersionKind) (*Watcher, error) {
	as := further.Exposure(of.GroupKind())
	return record(ctx, reader, settings, namespaces(), kind{of.Kind, func() client.ObjectList {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(of.GroupVersion().WithKind(of.Kind + "List"))
		return list
	}, func(o client.Object) exposure.Route {
		if object, is := o.(*unstructured.Unstructured); is {
			return as.Read(object)
		}
		return exposure.Route{}
	}})
}

// Follow is Watch where the API server itself comes and goes: what a watch that was cut did not tell is listed afterwards.
func Follow(ctx context.Context, reader client.WithWatch, settings admission.Settings) (*Watcher, []*cluster.Following, error) {
	w := newWatcher(settings, gated())
	var all []*cluster.Following
	for _, kind := range w.kinds {
		following, err := cluster.Follow(ctx, reader, kind.list, func(event watch.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if object, is := event.Object.(client.Object); is {
				w.add(kind, object, event.Type == watch.Deleted)
			}
		})
		if err != nil {
			return nil, nil, err
		}
		all = append(all, following)
	}
	return w, all, nil
}

func newWatcher(settings admission.Settings, kinds []kind) *Watcher {
	return &Watcher{
		settings: settings, kinds: kinds, namespaces: map[string][]namespaceVersion{}, routes: map[string][]routeVersion{},
		latest: map[string]uint64{},
	}
}

func record(ctx context.Context, reader client.WithWatch, settings admission.Settings, kinds ...kind) (*Watcher, error) {
	w := newWatcher(settings, kinds)
	for _, kind := range kinds {
		events, err := reader.Watch(ctx, kind.list())
		if err != nil {
			return nil, fmt.Errorf("watch %s: %w", kind.name, err)
		}
		go w.record(ctx, kind, events)
	}
	return w, nil
}

func (w *Watcher) record(ctx context.Context, kind kind, events watch.Interface) {
	defer events.Stop()
	for event := range events.ResultChan() {
		w.mu.Lock()
		if object, is := event.Object.(client.Object); is {
			w.add(kind, object, event.Type == watch.Deleted)
		} else {
			w.failed = append(w.failed, fmt.Errorf("watch %s: %v", kind.name, event.Object))
		}
		w.mu.Unlock()
	}
	if ctx.Err() == nil {
		w.mu.Lock()
		w.failed = append(w.failed, fmt.Errorf("the watch of %s ended early", kind.name))
		w.mu.Unlock()
	}
}

func (w *Watcher) add(kind kind, object client.Object, deleted bool) {
	revision, err := strconv.ParseUint(object.GetResourceVersion(), 10, 64)
	if err != nil {
		w.failed = append(w.failed, fmt.Errorf("read the resource version of %s %s: %w", kind.name, client.ObjectKeyFromObject(object), err))
		return
	}
	w.latest[kind.name] = max(w.latest[kind.name], revision)
	now := time.Now()
	if o, namespace := object.(*corev1.Namespace); namespace {
		w.namespaces[o.Name] = append(w.namespaces[o.Name], namespaceVersion{
			revision: revision, seen: now, mode: w.settings.ModeOf(o.Name, o.Labels), cleared: admission.Decode(o.Annotations),
		})
		return
	}
	route := kind.read(object)
	key := fmt.Sprintf("%s %s/%s", route.Kind.Kind, route.Namespace, route.Name)
	w.routes[key] = append(w.routes[key], routeVersion{revision: revision, seen: now, route: route, deleted: deleted})
}

// CatchUp returns when the watcher has recorded every route and the Namespace as they now are.
func (w *Watcher) CatchUp(ctx context.Context, reader client.Reader, namespace string) error {
	for _, kind := range w.kinds {
		list, options := kind.list(), []client.ListOption{client.InNamespace(namespace)}
		if kind.read == nil {
			options = []client.ListOption{client.MatchingFields{"metadata.name": namespace}}
		}
		if err := reader.List(ctx, list, options...); err != nil {
			return fmt.Errorf("list %s in %s: %w", kind.name, namespace, err)
		}
		items, err := meta.ExtractList(list)
		if err != nil {
			return fmt.Errorf("read %s: %w", kind.name, err)
		}
		for _, item := range items {
			if err := w.untilSeen(ctx, kind.name, item.(client.Object)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Watcher) untilSeen(ctx context.Context, kind string, object client.Object) error {
	revision, err := strconv.ParseUint(object.GetResourceVersion(), 10, 64)
	if err != nil {
		return fmt.Errorf("read the resource version of %s: %w", client.ObjectKeyFromObject(object), err)
	}
	err = wait.PollUntilContextTimeout(ctx, 10*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.latest[kind] >= revision, nil
	})
	if err != nil {
		return fmt.Errorf("wait until version %d of %s was seen: %w", revision, client.ObjectKeyFromObject(object), err)
	}
	return nil
}
