package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// FilingProviderReconciler asks each provider's events feed, wakes the filings that it tells of, and shows whether the
// provider and its registry answer.
type FilingProviderReconciler struct {
	client.Client
	// Clock gives the time.
	Clock clock.PassiveClock
	// Shard is whose filings are woken. What a provider is like is shown by the operator that is of none.
	Shard *Shard
	// Providers gives the clients of providers.
	Providers *Providers
	// News takes what the feeds tell.
	News *News
	// Lookups is whether the registries answer.
	Lookups *Lookups
	// Judged wakes providers of whose registry something new is known.
	Judged <-chan event.TypedGenericEvent[*v1alpha1.FilingProvider]
	// Tell wakes filings.
	Tell chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]

	// read is how far each feed has been read by this process, ahead of the cursor that is kept.
	read feedPositions
	// again is whose order is read again next.
	again rereads
	// failing are the providers that did not answer a shard's operator, which says so nowhere.
	failing sync.Map
}

// feedsAtOnce is how many providers' feeds are asked at once.
const feedsAtOnce = 8

// SetupWithManager registers the controller. Its own status writes do not wake it.
func (r *FilingProviderReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("filingprovider").
		For(&v1alpha1.FilingProvider{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&corev1.Secret{}, askedWith(r.Client, providerCredentials)).
		WatchesRawSource(source.TypedChannel(r.Judged, handler.TypedEnqueueRequestsFromMapFunc(
			func(_ context.Context, fp *v1alpha1.FilingProvider) []reconcile.Request {
				return []reconcile.Request{requestFor(fp)}
			}))).
		// One that does not answer keeps no other waiting.
		WithOptions(controller.Options{MaxConcurrentReconciles: feedsAtOnce}).
		Complete(r)
}

// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingproviders,verbs=list;watch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingproviders/status,verbs=patch

// Reconcile asks one provider's feed and writes what it is like, if that changed.
func (r *FilingProviderReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var fp v1alpha1.FilingProvider
	if err := r.Get(ctx, req.NamespacedName, &fp); err != nil {
		r.read.forget(req.Name)
		r.again.forget(req.Name)
		r.Providers.Meters.Forget(req.Name)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if r.Shard.Name() != "" {
		return r.followForShard(ctx, &fp)
	}
	status := *fp.Status.DeepCopy()
	status.ObservedGeneration = fp.Generation
	r.setRegistryReady(&status, &fp)
	if fp.Spec.HTTP == nil {
		status.Kind = "manual"
		r.Providers.Meters.ForgetFeed(fp.Name)
		r.News.Heard(fp.Name)
		r.setReady(&status, &fp, metav1.ConditionTrue, v1alpha1.ReasonAvailable, "people take the filings to the provider and record outcomes as IcpReviews")
		return ctrl.Result{}, r.write(ctx, &fp, status)
	}
	status.Kind = "http"
	at := feedAt{status.Cursor, status.CursorOf}
	r.follow(&fp, &at)
	more, err := r.poll(ctx, &fp, at.cursor)
	wait := r.interval(&fp)
	if err != nil {
		failure := failureOf(provider.Unquoted(err))
		r.setReady(&status, &fp, metav1.ConditionFalse, failure.Reason, failure.Message)
		wait = max(wait, provider.RetryAfterOf(err))
	} else {
		r.setReady(&status, &fp, metav1.ConditionTrue, v1alpha1.ReasonAvailable, "the provider answers at "+fp.Spec.HTTP.URL)
	}
	if cursor, ok := r.News.Safe(fp.Name); ok {
		at.cursor = cursor
	}
	status.Cursor, status.CursorOf = at.cursor, at.of
	if err == nil && meta.IsStatusConditionFalse(fp.Status.Conditions, v1alpha1.ConditionReady) {
		if err := r.wakeFailed(ctx, fp.Name); err != nil {
			return ctrl.Result{}, err
		}
	}
	wait, err = r.afterPoll(ctx, &fp, more, err, wait)
	if err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: wait}, r.write(ctx, &fp, status)
}

// afterPoll has an order read again, where a feed was read to its end, and says when it is to be asked again.
func (r *FilingProviderReconciler) afterPoll(ctx context.Context, fp *v1alpha1.FilingProvider, more bool, polled error, wait time.Duration) (time.Duration, error) {
	switch {
	case more:
		return min(wait, restBetween), nil
	case polled == nil:
		r.News.Heard(fp.Name)
		// After the cursor was taken: what is asked for here holds it back until it is done.
		return wait, r.reread(ctx, fp.Name)
	}
	return wait, nil
}

func (r *FilingProviderReconciler) interval(fp *v1alpha1.FilingProvider) time.Duration {
	if d := fp.Spec.HTTP.PollInterval; d != nil && d.Duration > 0 {
		return d.Duration
	}
	return defaultPollInterval
}

func (r *FilingProviderReconciler) setReady(status *v1alpha1.FilingProviderStatus, fp *v1alpha1.FilingProvider, is metav1.ConditionStatus, reason, message string) {
	r.set(status, fp, v1alpha1.ConditionReady, is, reason, message)
}

func (r *FilingProviderReconciler) set(status *v1alpha1.FilingProviderStatus, fp *v1alpha1.FilingProvider, kind string, is metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(&status.Conditions, metav1.Condition{
		Type: kind, Status: is, Reason: reason, Message: message,
		ObservedGeneration: fp.Generation, LastTransitionTime: metav1.NewTime(r.Clock.Now()),
	})
}

func (r *FilingProviderReconciler) write(ctx context.Context, fp *v1alpha1.FilingProvider, status v1alpha1.FilingProviderStatus) error {
	if equality.Semantic.DeepEqual(fp.Status, status) {
		return nil
	}
	before := fp.DeepCopy()
	fp.Status = status
	failpoint.Here(failpoint.BeforeCursor, "")
	if err := r.Status().Patch(ctx, fp, client.MergeFrom(before)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("writing the status of FilingProvider %s: %w", fp.Name, err)
	}
	failpoint.Here(failpoint.AfterCursor, "")
	return nil
}
