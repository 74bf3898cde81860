package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// Feed settings.
const (
	// defaultPollInterval is how often a provider's feed is asked.
	defaultPollInterval = 30 * time.Second
	// feedPage is how many events one call brings.
	feedPage = 500
	// mostPages bounds one pass; the rest comes in the next, after restBetween.
	mostPages = 20
	// restBetween bounds what a feed without an end costs.
	restBetween = time.Second
)

// feedPositions is how far this process has read each provider's feed. The cursor in a FilingProvider's status stays
// behind it until everything before it has been worked through.
type feedPositions struct {
	mu sync.Mutex
	at map[string]string
}

// from is where to go on: where this process is, else where the last one was sure to be done.
func (p *feedPositions) from(provider, kept string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, ok := p.at[provider]; ok {
		return at
	}
	return kept
}

func (p *feedPositions) set(provider, cursor string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[string]string{}
	}
	p.at[provider] = cursor
}

func (p *feedPositions) forget(provider string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.at, provider)
}

// feedAt is how far a feed has been worked through, and of which url it is.
type feedAt struct{ cursor, of string }

// follow drops the cursor of another server than the provider's is by now: cursors are opaque, and this one might know it
// for something else.
func (r *FilingProviderReconciler) follow(fp *v1alpha1.FilingProvider, at *feedAt) {
	if at.of != "" && at.of != fp.Spec.HTTP.URL {
		r.begin(fp.Name)
		at.cursor = ""
	}
	at.of = fp.Spec.HTTP.URL
}

// begin has a provider's feed read from its beginning.
func (r *FilingProviderReconciler) begin(name string) {
	r.News.Begin(name)
	r.read.set(name, "")
}

// poll reads the feed from where this process has come to, or from the kept cursor, and wakes the filings concerned.
func (r *FilingProviderReconciler) poll(ctx context.Context, fp *v1alpha1.FilingProvider, kept string) (more bool, err error) {
	server, err := r.Providers.For(fp)
	if err != nil {
		return false, err
	}
	cursor := r.read.from(fp.Name, kept)
	for range mostPages {
		callCtx, cancel := context.WithTimeout(ctx, callTimeout)
		page, err := server.Events(callCtx, cursor, feedPage)
		cancel()
		if provider.ReasonOf(err) == "UnknownCursor" && cursor != "" {
			// The provider has forgotten it: begin anew, as the protocol says.
			cursor = ""
			r.begin(fp.Name)
			continue
		}
		if err != nil {
			return false, err
		}
		if err := r.tell(ctx, fp.Name, page, cursor); err != nil {
			return false, err
		}
		r.meter(fp.Name, cursor, page)
		cursor, more = page.Next, page.More
		r.read.set(fp.Name, cursor)
		if !more {
			break
		}
	}
	return more, nil
}

// meter notes how late the events of a page were heard of, and that a feed was read to its end. A feed that is read from its
// beginning tells what was heard of long ago.
func (r *FilingProviderReconciler) meter(name, after string, page provider.Page) {
	now := r.Clock.Now()
	for i := range page.Events {
		if after != "" {
			r.Providers.Meters.FeedEvent(name, now.Sub(page.Events[i].At))
		}
	}
	if !page.More {
		r.Providers.Meters.FeedRead(name, now)
	}
}

// tell notes what a page tells, and puts the filings that it concerns into their controller's queue. What no filing of
// this cluster waits for is done with at once.
func (r *FilingProviderReconciler) tell(ctx context.Context, name string, page provider.Page, before string) error {
	concerned := map[string][]types.NamespacedName{}
	var wake []*v1alpha1.IcpFiling
	for i, e := range page.Events {
		if _, seen := concerned[e.Domain]; !seen {
			filings, err := r.concernedBy(ctx, name, e.Domain)
			if err != nil {
				return err
			}
			concerned[e.Domain] = nil
			for _, f := range filings {
				concerned[e.Domain] = append(concerned[e.Domain], client.ObjectKeyFromObject(f))
			}
			wake = append(wake, filings...)
		}
		// Events may come in any order within a page: only all of them together bring the kept cursor forward.
		done := before
		if i == len(page.Events)-1 {
			done = page.Next
		}
		r.News.Tell(name, done, concerned[e.Domain]...)
	}
	return r.wake(ctx, wake...)
}

// concernedBy are the filings of a domain that have, or may come to have, their order at the provider.
func (r *FilingProviderReconciler) concernedBy(ctx context.Context, name, domain string) ([]*v1alpha1.IcpFiling, error) {
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, client.MatchingFields{indexDomain: domain}); err != nil {
		return nil, fmt.Errorf("finding the filings of %s that provider %s tells of: %w", domain, name, err)
	}
	var concerned []*v1alpha1.IcpFiling
	for i := range list.Items {
		if uses := list.Items[i].Status.Provider; uses == "" || uses == name {
			concerned = append(concerned, &list.Items[i])
		}
	}
	return concerned, nil
}

// wake puts filings into their controller's queue.
func (r *FilingProviderReconciler) wake(ctx context.Context, filings ...*v1alpha1.IcpFiling) error {
	for _, f := range filings {
		select {
		case r.Tell <- event.TypedGenericEvent[*v1alpha1.IcpFiling]{Object: f}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
