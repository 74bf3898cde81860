package controllers

import (
	"context"
	"sync"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// The API server cannot be asked for the objects of some namespaces in one list and one watch, and a watch for each namespace and
// kind costs more memory than a shard saves. So one watch of all is read, and what stands in another shard's namespaces is dropped
// before it is kept.

// Cache says what the operator of a shard keeps in memory.
func (s *Shard) Cache() cache.Options {
	options := Cache()
	options.NewInformer = s.informer(nil)
	return options
}

// newInformer is what makes a cache of a kind of object.
type newInformer = func(toolscache.ListerWatcher, runtime.Object, time.Duration, toolscache.Indexers) toolscache.SharedIndexInformer

// informer makes the caches of a shard, of the objects that a selector chooses; nil chooses all.
func (s *Shard) informer(which fields.Selector) newInformer {
	if s == nil {
		return inPages
	}
	return func(all toolscache.ListerWatcher, of runtime.Object, resync time.Duration, indexers toolscache.Indexers) toolscache.SharedIndexInformer {
		if !sharded(of) {
			return inPages(all, of, resync, indexers)
		}
		c := &shardCache{shard: s, which: which, all: toolscache.ToListerWatcherWithContext(all), awaits: map[string]struct{}{}}
		informer := inPages(&toolscache.ListWatch{ListWithContextFunc: c.list, WatchFuncWithContext: c.watch}, of, resync, indexers)
		c.kept, c.synced = informer.GetIndexer(), informer.HasSynced
		s.mu.Lock()
		defer s.mu.Unlock()
		if awaited(of) {
			s.caches = append(s.caches, c)
		}
		return informer
	}
}

// awaited says that nothing is decided in a namespace before the objects of a kind are in memory that stand in it. A further kind of
// route may be one that the API server has no more.
func awaited(of runtime.Object) bool {
	_, further := of.(*unstructured.Unstructured)
	return !further
}

// sharded says that objects of a kind stand in namespaces, and are worked on by the operators of these. Of the providers' credentials,
// which all need, only those of the operator's own namespace are read.
func sharded(of runtime.Object) bool {
	switch of.(type) {
	case *v1alpha1.IcpFiling, *v1alpha1.IcpReview, *v1alpha1.FilingNotifier,
		*networkingv1.Ingress, *gatewayv1.HTTPRoute, *gatewayv1.GRPCRoute, *gatewayv1.TLSRoute, *gatewayv1.Gateway, *gatewayv1.ListenerSet,
		*metav1.PartialObjectMetadata, *unstructured.Unstructured: // Services and Secrets, and further kinds of route
		return true
	}
	return false
}

// shardCache lists and watches the objects of one kind that stand in the shard's namespaces, or in none.
type shardCache struct {
	shard *Shard
	// which are the objects that are listed and watched; nil for all.
	which  fields.Selector
	all    toolscache.ListerWatcherWithContext
	kept   toolscache.Indexer
	synced func() bool

	mu sync.Mutex
	// listed is how many of the gained namespaces were listed, and awaits the objects of them that were not seen among the kept yet.
	listed int
	awaits map[string]struct{}
}

// wants says whether an object is kept.
func (c *shardCache) wants(ctx context.Context, o runtime.Object) (bool, error) {
	object, err := meta.Accessor(o)
	if err != nil {
		return true, nil //nolint:nilerr // a word of the API server's, such as an error
	}
	switch object.GetNamespace() {
	case "":
		return true, nil
	case v1alpha1.OperatorNamespace:
		return c.shard.Name() == "" || ofEveryShard(o), nil
	}
	return c.shard.has(ctx, object.GetNamespace())
}

// ofEveryShard says that an object of the operator's own namespace is every shard's: the notifiers that tell of other namespaces, and
// their Secrets.
func ofEveryShard(o runtime.Object) bool {
	switch o := o.(type) {
	case *v1alpha1.FilingNotifier:
		return true
	case *metav1.PartialObjectMetadata:
		return o.Kind == "Secret"
	}
	return false
}

func (c *shardCache) list(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	if c.which != nil {
		options.FieldSelector = c.which.String()
	}
	list, err := c.all.ListWithContext(ctx, options)
	if err != nil {
		return nil, err
	}
	var kept []runtime.Object
	err = meta.EachListItem(list, func(o runtime.Object) error {
		wants, err := c.wants(ctx, o)
		if wants {
			kept = append(kept, o)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, meta.SetList(list, kept)
}

func (c *shardCache) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	if c.which != nil {
		options.FieldSelector = c.which.String()
	}
	all, err := c.all.WatchWithContext(ctx, options)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	w := &shardWatch{shardCache: c, all: all, stop: stop, events: make(chan watch.Event), at: options.ResourceVersion}
	go w.run(ctx)
	return w, nil
}

// caughtUp says that all objects of the n-th gained namespace are kept; one that has not listed anything yet lists them with all others.
func (c *shardCache) caughtUp(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.awaits {
		if _, there, err := c.kept.GetByKey(key); err == nil && there {
			delete(c.awaits, key)
		}
	}
	return !c.synced() || c.listed > n && len(c.awaits) == 0
}
