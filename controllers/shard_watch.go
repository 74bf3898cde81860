package controllers

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// shardWatch is a watch of all, of which it passes on what is kept. When a namespace comes, it tells of the objects that are there
// already, as if they were made.
type shardWatch struct {
	*shardCache
	all    watch.Interface
	stop   context.CancelFunc
	events chan watch.Event
	// at is the version up to which the watch has told.
	at string
}

// Stop implements watch.Interface.
func (w *shardWatch) Stop() { w.stop() }

// ResultChan implements watch.Interface.
func (w *shardWatch) ResultChan() <-chan watch.Event { return w.events }

func (w *shardWatch) run(ctx context.Context) {
	defer close(w.events)
	defer w.all.Stop()
	defer w.stop()
	for {
		changed, err := w.tellGained(ctx)
		if err != nil {
			return // the watch begins anew, and with it this
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case e, open := <-w.all.ResultChan():
			if !open || !w.pass(ctx, e) {
				return
			}
		}
	}
}

// pass passes an event on, if its object is kept.
func (w *shardWatch) pass(ctx context.Context, e watch.Event) bool {
	wants, err := w.wants(ctx, e.Object)
	if err != nil {
		return false
	}
	if o, err := meta.Accessor(e.Object); err == nil {
		w.at = o.GetResourceVersion()
		if e.Type == watch.Deleted {
			w.mu.Lock()
			delete(w.awaits, cacheKeyOf(o))
			w.mu.Unlock()
		}
	}
	return !wants || w.send(ctx, e)
}

func (w *shardWatch) send(ctx context.Context, e watch.Event) bool {
	select {
	case w.events <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// tellGained tells of the objects of the namespaces that came, and returns what is closed when another does.
func (w *shardWatch) tellGained(ctx context.Context) (<-chan struct{}, error) {
	w.mu.Lock()
	listed := w.listed
	w.mu.Unlock()
	w.shard.mu.RLock()
	gained, changed := w.shard.gained[listed:], w.shard.changed
	w.shard.mu.RUnlock()
	for _, namespace := range gained {
		if err := w.tellOf(ctx, namespace); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// tellOf tells of the objects of one namespace. Those that changed since are told of again, by the watch.
func (w *shardWatch) tellOf(ctx context.Context, namespace string) error {
	which := fields.OneTermEqualSelector("metadata.namespace", namespace)
	if w.which != nil {
		which = fields.AndSelectors(which, w.which)
	}
	list, err := w.shardCache.all.ListWithContext(ctx, metav1.ListOptions{FieldSelector: which.String()})
	if err != nil {
		return err
	}
	items, err := meta.ExtractList(list)
	if err != nil {
		return err
	}
	w.mu.Lock()
	for _, item := range items {
		if o, err := meta.Accessor(item); err == nil {
			w.awaits[cacheKeyOf(o)] = struct{}{}
		}
	}
	w.listed++
	w.mu.Unlock()
	for _, item := range items {
		if !w.send(ctx, watch.Event{Type: watch.Added, Object: item}) {
			return ctx.Err()
		}
	}
	if len(items) > 0 && w.at != "" {
		w.sendBookmark(ctx, items[0].DeepCopyObject())
	}
	return nil
}

// sendBookmark tells where the watch is: the objects just told of are older, and it must not begin there when it is cut.
func (w *shardWatch) sendBookmark(ctx context.Context, like runtime.Object) {
	o, err := meta.Accessor(like)
	if err != nil {
		return
	}
	o.SetAnnotations(nil)
	o.SetResourceVersion(w.at)
	w.send(ctx, watch.Event{Type: watch.Bookmark, Object: like})
}

// cacheKeyOf is the key of an object in a cache.
func cacheKeyOf(o metav1.Object) string { return o.GetNamespace() + "/" + o.GetName() }
