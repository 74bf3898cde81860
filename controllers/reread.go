package controllers

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// An event that is lost for good would leave an order waiting, or a revoked filing's gate open, for ever. So beside the
// feed one order is read again each time that the feed is asked, in turn: it costs one call, however many there are.

// rereads is whose turn it is at each provider.
type rereads struct {
	mu sync.Mutex
	at map[string]*turn
}

// turn is where the reading stands of a provider's orders.
type turn struct {
	// standing says that the next one is a filing in force, else one under way; they take turns.
	standing bool
	// last is the key of the one that was read last, of either kind; nil at the start.
	last map[bool]*client.ObjectKey
}

// next is the filing whose order is read again now; nil where there is none.
func (r *rereads) next(provider string, filings []v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = map[string]*turn{}
	}
	t := r.at[provider]
	if t == nil {
		t = &turn{last: map[bool]*client.ObjectKey{}}
		r.at[provider] = t
	}
	for range 2 {
		t.standing = !t.standing
		if f := t.take(provider, filings); f != nil {
			return f
		}
	}
	return nil
}

func (r *rereads) forget(provider string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.at, provider)
}

// take is the one after that which was read last, round and round. It begins anywhere, so that an operator that is
// restarted often comes to all of them, too.
func (t *turn) take(provider string, filings []v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	var first, next *v1alpha1.IcpFiling
	candidates := 0
	last := t.last[t.standing]
	for i := range filings {
		f := &filings[i]
		if !reads(f, provider, t.standing) {
			continue
		}
		candidates++
		if first == nil || compareKeys(client.ObjectKeyFromObject(f), client.ObjectKeyFromObject(first)) < 0 {
			first = f
		}
		switch {
		case last == nil:
			if rand.IntN(candidates) == 0 { //nolint:gosec // chance, no secret; each of them is as likely as the others
				next = f
			}
		case compareKeys(client.ObjectKeyFromObject(f), *last) > 0 && (next == nil || compareKeys(client.ObjectKeyFromObject(f), client.ObjectKeyFromObject(next)) < 0):
			next = f
		}
	}
	f := cmp.Or(next, first)
	if f != nil {
		key := client.ObjectKeyFromObject(f)
		t.last[t.standing] = &key
	}
	return f
}

// reads says that a filing has an order at the provider that may have changed: one in force, or one under way.
func reads(f *v1alpha1.IcpFiling, provider string, standing bool) bool {
	status := &f.Status
	if status.Provider != provider || status.OrderID == "" || f.Spec.Suspend {
		return false
	}
	if status.Stage == v1alpha1.StageRevoked || status.Stage == v1alpha1.StageCancelled {
		return false
	}
	return (status.Stage == v1alpha1.StageApproved) == standing
}

func compareKeys(a, b client.ObjectKey) int {
	return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
}

// reread has one order of a provider read again.
func (r *FilingProviderReconciler) reread(ctx context.Context, provider string) error {
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, client.MatchingFields{indexProvider: provider}, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("finding the filings at provider %s: %w", provider, err)
	}
	f := r.again.next(provider, list.Items)
	if f == nil {
		return nil
	}
	r.News.Ask(provider, client.ObjectKeyFromObject(f))
	return r.wake(ctx, f.DeepCopy())
}
