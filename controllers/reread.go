package controllers

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// An event that is lost for good would leave an order waiting, or a revoked filing's gate open, for ever. So beside the
// feed one order is read again each time that the feed is asked, in turn: it costs one call, however many there are.

// listedAnew is how often the filings of a provider are gone through to find whose orders are read again, where they are more than
// fewListed: it takes some 15 MB of 10,000.
const (
	listedAnew = 30 * time.Second
	fewListed  = 500
)

// rereads is whose turn it is at each provider.
type rereads struct {
	mu sync.Mutex
	at map[string]*turn
}

// turn is where the reading stands of a provider's orders.
type turn struct {
	// standing says that the next one is a filing in force, else one under way; they take turns.
	standing bool
	// left are those still to come in this round, of either kind, in their order.
	left map[bool][]client.ObjectKey
	// last is the one that was read last, of either kind; nil at the start.
	last map[bool]*client.ObjectKey
	// listed is when filings were gone through last, and found how many there were.
	listed time.Time
	found  int
}

// next is the filing whose order is read again now; false where there is none. list gives the provider's filings, and get one of them
// as it is now, or nil.
func (r *rereads) next(provider string, now time.Time, list func() ([]v1alpha1.IcpFiling, error), get func(client.ObjectKey) *v1alpha1.IcpFiling) (client.ObjectKey, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = map[string]*turn{}
	}
	t := r.at[provider]
	if t == nil {
		t = &turn{left: map[bool][]client.ObjectKey{}, last: map[bool]*client.ObjectKey{}}
		r.at[provider] = t
	}
	for range 2 {
		t.standing = !t.standing
		if len(t.left[t.standing]) == 0 {
			if err := t.refill(provider, now, list); err != nil {
				return client.ObjectKey{}, false, err
			}
		}
		for len(t.left[t.standing]) > 0 {
			key := t.left[t.standing][0]
			t.left[t.standing] = t.left[t.standing][1:]
			if f := get(key); f != nil && reads(f, provider, t.standing) {
				t.last[t.standing] = &key
				return key, true, nil
			}
		}
	}
	return client.ObjectKey{}, false, nil
}

func (r *rereads) forget(provider string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.at, provider)
}

// refill begins a new round of those kinds of which none is left, unless many were gone through a moment ago. It begins after the one
// that was read last, and the first round anywhere, so that an operator that is restarted often comes to all of them, too.
func (t *turn) refill(provider string, now time.Time, list func() ([]v1alpha1.IcpFiling, error)) error {
	if t.found > fewListed && now.Sub(t.listed) < listedAnew {
		return nil
	}
	filings, err := list()
	if err != nil {
		return err
	}
	t.listed, t.found = now, len(filings)
	for _, standing := range []bool{true, false} {
		if len(t.left[standing]) > 0 {
			continue
		}
		var keys []client.ObjectKey
		for i := range filings {
			if reads(&filings[i], provider, standing) {
				keys = append(keys, client.ObjectKeyFromObject(&filings[i]))
			}
		}
		slices.SortFunc(keys, compareKeys)
		if len(keys) == 0 {
			continue
		}
		start := rand.IntN(len(keys)) //nolint:gosec // chance, no secret; each of them is as likely as the others
		if last := t.last[standing]; last != nil {
			start = max(0, slices.IndexFunc(keys, func(key client.ObjectKey) bool { return compareKeys(key, *last) > 0 }))
		}
		t.left[standing] = slices.Concat(keys[start:], keys[:start])
	}
	return nil
}

// reads says that a filing has an order at the provider that may have changed: one in force, or one under way.
func reads(f *v1alpha1.IcpFiling, provider string, standing bool) bool {
	return f.Status.Provider == provider && procedure.ReadsOrder(f) && (f.Status.Stage == v1alpha1.StageApproved) == standing
}

func compareKeys(a, b client.ObjectKey) int {
	return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
}

// reread has one order of a provider read again.
func (r *FilingProviderReconciler) reread(ctx context.Context, provider string) error {
	var filing v1alpha1.IcpFiling
	list := func() ([]v1alpha1.IcpFiling, error) {
		var list v1alpha1.IcpFilingList
		err := r.List(ctx, &list, client.MatchingFields{indexProvider: provider}, client.UnsafeDisableDeepCopy)
		return list.Items, err
	}
	key, is, err := r.again.next(provider, r.Clock.Now(), list, func(key client.ObjectKey) *v1alpha1.IcpFiling {
		if err := r.Get(ctx, key, &filing); err != nil {
			return nil // the cache has it no more
		}
		return &filing
	})
	if err != nil {
		return fmt.Errorf("finding the filings at provider %s: %w", provider, err)
	}
	if !is {
		return nil
	}
	r.News.Ask(provider, key)
	return r.wake(ctx, &filing)
}
