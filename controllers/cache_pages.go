package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metainternalversion "k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
)

// pageSize is how many objects are read at once at a start: five megabytes of filings.
const pageSize = 500

// inPages makes a cache of a kind of object, which is filled by pages of a list. client-go would fill it by a watch that begins with
// what there is: for that the API server writes each object by itself, and both copy it more often.
func inPages(all toolscache.ListerWatcher, of runtime.Object, resync time.Duration, indexers toolscache.Indexers) toolscache.SharedIndexInformer {
	return toolscache.NewSharedIndexInformer(&pages{toolscache.ToListerWatcherWithContext(all)}, of, resync, indexers)
}

// pages lists by pages, and makes small what it lists and watches.
type pages struct {
	all toolscache.ListerWatcherWithContext
}

// IsWatchListSemanticsUnSupported has client-go list first, then watch.
func (*pages) IsWatchListSemanticsUnSupported() bool { return true }

// List implements toolscache.ListerWatcher.
func (p *pages) List(options metav1.ListOptions) (runtime.Object, error) {
	return p.ListWithContext(context.Background(), options)
}

// Watch implements toolscache.ListerWatcher.
func (p *pages) Watch(options metav1.ListOptions) (watch.Interface, error) {
	return p.WatchWithContext(context.Background(), options)
}

// WatchWithContext implements toolscache.ListerWatcherWithContext.
func (p *pages) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	all, err := p.all.WatchWithContext(ctx, options)
	if err != nil {
		return nil, err
	}
	return watch.Filter(all, func(event watch.Event) (watch.Event, bool) {
		switch event.Type {
		case watch.Added, watch.Modified, watch.Deleted:
			if err := makeSmall(event.Object); err != nil {
				utilruntime.HandleErrorWithContext(ctx, err, "What was watched is kept whole")
			}
		}
		return event, true
	}), nil
}

// ListWithContext implements toolscache.ListerWatcherWithContext. It lists all as of the newest version, whichever is asked for: an
// older one would come in one piece.
func (p *pages) ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	options.Limit, options.Continue, options.ResourceVersion, options.ResourceVersionMatch = pageSize, "", "", ""
	all := &metainternalversion.List{}
	for {
		page, err := p.all.ListWithContext(ctx, options)
		if err != nil {
			return nil, err
		}
		list, err := meta.ListAccessor(page)
		if err != nil {
			return nil, fmt.Errorf("reading a page: %w", err)
		}
		items, err := meta.ExtractListWithAlloc(page)
		if err != nil {
			return nil, fmt.Errorf("reading a page: %w", err)
		}
		for _, item := range items {
			if err := makeSmall(item); err != nil {
				return nil, err
			}
		}
		all.Items, all.ResourceVersion = append(all.Items, items...), list.GetResourceVersion()
		if options.Continue = list.GetContinue(); options.Continue == "" {
			return all, nil
		}
	}
}
