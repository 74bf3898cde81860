package controllers

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// newsKey names a filing whose order at a provider is to be read.
type newsKey struct {
	provider string
	filing   types.NamespacedName
}

// toldEvent is an event of a provider's feed that not everybody whom it concerns has worked through.
type toldEvent struct {
	filings []types.NamespacedName
	cursor  string
	seq     uint64
}

// News keeps what the providers' feeds have told and no pass has worked through yet, so that one call to a feed stands
// for a call to each waiting order, and so that a feed's cursor is only kept once nothing before it can be lost.
type News struct {
	mu    sync.Mutex
	seq   uint64
	told  map[string][]toldEvent
	dirty map[newsKey]uint64
	// heard are the providers whose feeds this process has read to the end.
	heard map[string]struct{}
}

// NewNews makes an empty one.
func NewNews() *News {
	return &News{told: map[string][]toldEvent{}, dirty: map[newsKey]uint64{}, heard: map[string]struct{}{}}
}

// Tell notes an event of a provider's feed, the filings that it concerns (of which there may be none), and the cursor
// that may be kept once they have heard of it.
func (n *News) Tell(provider, cursor string, filings ...types.NamespacedName) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seq++
	for _, filing := range filings {
		n.dirty[newsKey{provider, filing}] = n.seq
	}
	n.told[provider] = append(n.told[provider], toldEvent{filings, cursor, n.seq})
}

// Ask has the order of a filing read, though no event tells of it.
func (n *News) Ask(provider string, filing types.NamespacedName) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seq++
	n.dirty[newsKey{provider, filing}] = n.seq
}

// Of says whether there is news of a filing, and up to where.
func (n *News) Of(provider string, filing types.NamespacedName) (seq uint64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	seq, ok = n.dirty[newsKey{provider, filing}]
	return seq, ok
}

// Done says that a pass which began with seq has written what became of the news.
func (n *News) Done(provider string, filing types.NamespacedName, seq uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if key := (newsKey{provider, filing}); n.dirty[key] <= seq {
		delete(n.dirty, key)
	}
}

// Forget drops the news of a filing that is no more.
func (n *News) Forget(filing types.NamespacedName) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for key := range n.dirty {
		if key.filing == filing {
			delete(n.dirty, key)
		}
	}
}

// Begin drops what a provider's feed has told: it is read from another place now.
func (n *News) Begin(provider string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.told, provider)
}

// Heard says that a provider has no more to tell, for now: its feed was read to the end, or it has none.
func (n *News) Heard(provider string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.heard[provider] = struct{}{}
}

// heardOf says that a provider was heard to the end, and that what it told of a filing was worked through.
func (n *News) heardOf(provider string, filing types.NamespacedName) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, heard := n.heard[provider]
	_, dirty := n.dirty[newsKey{provider, filing}]
	return heard && !dirty
}

// Safe is the cursor before which everything has been worked through; false where nothing new has been.
func (n *News) Safe(provider string) (cursor string, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	told := n.told[provider]
	i := slices.IndexFunc(told, func(e toldEvent) bool {
		return slices.ContainsFunc(e.filings, func(filing types.NamespacedName) bool {
			seq, dirty := n.dirty[newsKey{provider, filing}]
			return dirty && seq >= e.seq
		})
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
