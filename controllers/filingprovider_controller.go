package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// Feed settings.
const (
	// defaultPollInterval is how often a provider's feed is asked.
	defaultPollInterval = 30 * time.Second
	// feedPage is how many events one call brings.
	feedPage = 500
	// mostPages bounds one pass; the rest comes in the next, at once.
	mostPages = 20
)

// FilingProviderReconciler asks each provider's events feed, wakes the filings that it tells of, and shows whether the
// provider answers.
type FilingProviderReconciler struct {
	client.Client
	// Clock gives the time.
	Clock clock.PassiveClock
	// Providers gives the clients of providers.
	Providers *Providers
	// News takes what the feeds tell.
	News *News
	// Tell wakes filings.
	Tell chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]

	// read is how far each feed has been read by this process, ahead of the cursor that is kept.
	read feedPositions
	// again is whose order is read again next.
	again rereads
}

// feedsAtOnce is how many providers' feeds are asked at once.
const feedsAtOnce = 8

// SetupWithManager registers the controller. Its own status writes do not wake it.
func (r *FilingProviderReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("filingprovider").
		For(&v1alpha1.FilingProvider{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		// One that does not answer keeps no other waiting.
		WithOptions(controller.Options{MaxConcurrentReconciles: feedsAtOnce}).
		Complete(r)
}

// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingproviders,verbs=get;list;watch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingproviders/status,verbs=patch

// Reconcile asks one provider's feed and writes what it is like, if that changed.
func (r *FilingProviderReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var fp v1alpha1.FilingProvider
	if err := r.Get(ctx, req.NamespacedName, &fp); err != nil {
		r.read.forget(req.Name)
		r.again.forget(req.Name)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	status := *fp.Status.DeepCopy()
	status.ObservedGeneration = fp.Generation
	if fp.Spec.HTTP == nil {
		status.Kind = "manual"
		r.setReady(&status, &fp, metav1.ConditionTrue, v1alpha1.ReasonAvailable, "people take the filings to the provider and record outcomes as IcpReviews")
		return ctrl.Result{}, r.write(ctx, &fp, status)
	}
	status.Kind = "http"
	more, err := r.poll(ctx, &fp)
	wait := r.interval(&fp)
	if err != nil {
		failure := failureOf(err)
		r.setReady(&status, &fp, metav1.ConditionFalse, failure.Reason, failure.Message)
		wait = max(wait, provider.RetryAfterOf(err))
	} else {
		r.setReady(&status, &fp, metav1.ConditionTrue, v1alpha1.ReasonAvailable, "the provider answers at "+fp.Spec.HTTP.URL)
	}
	if cursor, ok := r.News.Safe(fp.Name); ok {
		status.Cursor = cursor
	}
	switch {
	case more:
		wait = time.Millisecond
	case err == nil:
		// After the cursor was taken: what is asked for here holds it back until it is done.
		if err := r.reread(ctx, fp.Name); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{RequeueAfter: wait}, r.write(ctx, &fp, status)
}

func (r *FilingProviderReconciler) interval(fp *v1alpha1.FilingProvider) time.Duration {
	if d := fp.Spec.HTTP.PollInterval; d != nil && d.Duration > 0 {
		return d.Duration
	}
	return defaultPollInterval
}

// poll reads the feed from where this process has come to, or from the kept cursor, and wakes the filings concerned.
func (r *FilingProviderReconciler) poll(ctx context.Context, fp *v1alpha1.FilingProvider) (more bool, err error) {
	server, err := r.Providers.For(fp)
	if err != nil {
		return false, err
	}
	cursor := r.read.from(fp.Name, fp.Status.Cursor)
	for range mostPages {
		callCtx, cancel := context.WithTimeout(ctx, callTimeout)
		page, err := server.Events(callCtx, cursor, feedPage)
		cancel()
		if provider.ReasonOf(err) == "UnknownCursor" && cursor != "" {
			// The provider has forgotten it: begin anew, as the protocol says.
			cursor = ""
			r.read.set(fp.Name, "")
			continue
		}
		if err != nil {
			return false, err
		}
		for i, e := range page.Events {
			// Events may come in any order within a page: only all of them together bring the kept cursor forward.
			done := cursor
			if i == len(page.Events)-1 {
				done = page.Next
			}
			r.News.Tell(fp.Name, e.Domain, done)
		}
		if err := r.wake(ctx, fp.Name, page.Events); err != nil {
			return false, err
		}
		cursor, more = page.Next, page.More
		r.read.set(fp.Name, cursor)
		if !more {
			break
		}
	}
	return more, nil
}

// wake puts the filings that events tell of into their controller's queue. What no filing of this cluster waits for is
// done with at once.
func (r *FilingProviderReconciler) wake(ctx context.Context, name string, events []provider.Event) error {
	seen := map[string]bool{}
	for _, e := range events {
		if seen[e.Domain] {
			continue
		}
		seen[e.Domain] = true
		var list v1alpha1.IcpFilingList
		if err := r.List(ctx, &list, client.MatchingFields{indexDomain: e.Domain}); err != nil {
			return fmt.Errorf("finding the filings of %s that provider %s tells of: %w", e.Domain, name, err)
		}
		woken := false
		for i := range list.Items {
			if uses := list.Items[i].Status.Provider; uses != "" && uses != name {
				continue
			}
			woken = true
			select {
			case r.Tell <- event.TypedGenericEvent[*v1alpha1.IcpFiling]{Object: &list.Items[i]}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if seq, ok := r.News.Of(name, e.Domain); ok && !woken {
			r.News.Done(name, e.Domain, seq)
		}
	}
	return nil
}

func (r *FilingProviderReconciler) setReady(status *v1alpha1.FilingProviderStatus, fp *v1alpha1.FilingProvider, is metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(&status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: is, Reason: reason, Message: message,
		ObservedGeneration: fp.Generation, LastTransitionTime: metav1.NewTime(r.Clock.Now()),
	})
}

func (r *FilingProviderReconciler) write(ctx context.Context, fp *v1alpha1.FilingProvider, status v1alpha1.FilingProviderStatus) error {
	if equality.Semantic.DeepEqual(fp.Status, status) {
		return nil
	}
	before := fp.DeepCopy()
	fp.Status = status
	if err := r.Status().Patch(ctx, fp, client.MergeFrom(before)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("writing the status of FilingProvider %s: %w", fp.Name, err)
	}
	return nil
}
