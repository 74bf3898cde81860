package controllers

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// freshness knows the last version of each object that this process wrote, so that a pass over an older one from the
// cache is left out: it would decide on what is no longer so, and ask the provider again. The event of the newer version
// brings the pass that counts.
type freshness struct {
	mu   sync.Mutex
	last map[types.NamespacedName]version
}

type version struct {
	resource string
	at       time.Time
}

// believed is how long the cache may be behind before a pass goes on all the same: the versions of an etcd that was
// restored from a backup begin anew.
const believed = 5 * time.Second

// wrote notes the version of an object that was just written.
func (f *freshness) wrote(o client.Object, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last == nil {
		f.last = map[types.NamespacedName]version{}
	}
	f.last[client.ObjectKeyFromObject(o)] = version{o.GetResourceVersion(), now}
}

// stale says that an object read from the cache is older than what this process last wrote of it. Once the cache has
// caught up, nothing is remembered any more.
func (f *freshness) stale(o client.Object, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := client.ObjectKeyFromObject(o)
	written, ok := f.last[key]
	if !ok {
		return false
	}
	if order, err := resourceversion.CompareResourceVersion(o.GetResourceVersion(), written.resource); err == nil && order < 0 && now.Sub(written.at) < believed {
		return true
	}
	delete(f.last, key)
	return false
}

// forget drops an object that is gone.
func (f *freshness) forget(key types.NamespacedName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.last, key)
}
