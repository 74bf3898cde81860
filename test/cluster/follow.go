package cluster

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// followAgain is how soon an API server that does not answer is asked again.
const followAgain = 20 * time.Millisecond

// Following tells how well a kind was followed.
type Following struct {
	mu           sync.Mutex
	known        map[client.ObjectKey]client.Object
	gaps, missed int
	versions     int
}

// Versions are how many versions were seen.
func (f *Following) Versions() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.versions
}

// Gaps are how often the watch was cut, and how many objects were found in another version afterwards, or gone: of each of those, at
// least one version may have been missed.
func (f *Following) Gaps() (gaps, missed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.gaps, f.missed
}

// Follow has see told of every object of a kind, and of every version of it from then on, one after the other, until ctx ends. Where
// the API server ends the watch, or itself, it lists and watches again, and tells of what is different.
func Follow(ctx context.Context, reader client.WithWatch, list func() client.ObjectList, see func(watch.Event)) (*Following, error) {
	f := &Following{known: map[client.ObjectKey]client.Object{}}
	events, err := f.open(ctx, reader, list, see)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			for event := range events.ResultChan() {
				f.note(event, see)
			}
			events.Stop()
			f.mu.Lock()
			f.gaps++
			f.mu.Unlock()
			for events = nil; events == nil; {
				if events, err = f.open(ctx, reader, list, see); err == nil {
					break
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(followAgain):
				}
			}
		}
	}()
	return f, nil
}

// open lists what is there, tells of what is different from what is known, and watches from there on.
func (f *Following) open(ctx context.Context, reader client.WithWatch, list func() client.ObjectList, see func(watch.Event)) (watch.Interface, error) {
	found := list()
	if err := reader.List(ctx, found); err != nil {
		return nil, fmt.Errorf("list %T: %w", found, err)
	}
	items, err := meta.ExtractList(found)
	if err != nil {
		return nil, fmt.Errorf("read %T: %w", found, err)
	}
	there := map[client.ObjectKey]bool{}
	for _, item := range items {
		o := item.(client.Object)
		there[client.ObjectKeyFromObject(o)] = true
		f.differs(watch.Event{Type: watch.Added, Object: o}, see)
	}
	f.mu.Lock()
	gone := []client.Object{}
	for key, o := range f.known {
		if !there[key] {
			gone = append(gone, o)
		}
	}
	f.mu.Unlock()
	for _, o := range gone {
		f.differs(watch.Event{Type: watch.Deleted, Object: o}, see)
	}
	return reader.Watch(ctx, list(), &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: found.GetResourceVersion()}})
}

// differs tells of what a list has otherwise than what is known.
func (f *Following) differs(event watch.Event, see func(watch.Event)) {
	o := event.Object.(client.Object)
	f.mu.Lock()
	before, known := f.known[client.ObjectKeyFromObject(o)]
	same := known && event.Type != watch.Deleted && before.GetResourceVersion() == o.GetResourceVersion()
	if !same && f.gaps > 0 {
		f.missed++
	}
	f.mu.Unlock()
	if !same {
		f.note(event, see)
	}
}

func (f *Following) note(event watch.Event, see func(watch.Event)) {
	o, is := event.Object.(client.Object)
	if !is || event.Type == watch.Bookmark {
		return // an error, after which the watch ends
	}
	f.mu.Lock()
	f.versions++
	if event.Type == watch.Deleted {
		delete(f.known, client.ObjectKeyFromObject(o))
	} else {
		f.known[client.ObjectKeyFromObject(o)] = o
	}
	f.mu.Unlock()
	see(event)
}
