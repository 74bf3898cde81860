package controllers

import (
	"slices"
	"sync"
)

// orderKey names the orders of one domain at one provider.
type orderKey struct{ provider, domain string }

// toldEvent is an event of a provider's feed that has not been worked through.
type toldEvent struct {
	key    orderKey
	cursor string
	seq    uint64
}

// News keeps what the providers' feeds have told and no pass has worked through yet, so that one call to a feed stands
// for a call to each waiting order, and so that a feed's cursor is only kept once nothing before it can be lost.
type News struct {
	mu    sync.Mutex
	seq   uint64
	told  map[string][]toldEvent
	dirty map[orderKey]uint64
}

// NewNews makes an empty one.
func NewNews() *News {
	return &News{told: map[string][]toldEvent{}, dirty: map[orderKey]uint64{}}
}

// Tell notes an event of a provider's feed.
func (n *News) Tell(provider, domain, cursor string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seq++
	key := orderKey{provider, domain}
	n.dirty[key] = n.seq
	n.told[provider] = append(n.told[provider], toldEvent{key, cursor, n.seq})
}

// Ask has the orders of a domain read, though no event tells of them.
func (n *News) Ask(provider, domain string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seq++
	n.dirty[orderKey{provider, domain}] = n.seq
}

// Of says whether there is news of a domain, and up to where.
func (n *News) Of(provider, domain string) (seq uint64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	seq, ok = n.dirty[orderKey{provider, domain}]
	return seq, ok
}

// Done says that a pass which began with seq has written what became of the news.
func (n *News) Done(provider, domain string, seq uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if key := (orderKey{provider, domain}); n.dirty[key] <= seq {
		delete(n.dirty, key)
	}
}

// Safe is the cursor before which everything has been worked through; false where nothing new has been.
func (n *News) Safe(provider string) (cursor string, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	told := n.told[provider]
	i := slices.IndexFunc(told, func(e toldEvent) bool {
		seq, dirty := n.dirty[e.key]
		return dirty && seq >= e.seq
	})
	if i < 0 {
		i = len(told)
	}
	if i == 0 {
		return "", false
	}
	cursor = told[i-1].cursor
	n.told[provider] = slices.Clone(told[i:])
	return cursor, true
}
