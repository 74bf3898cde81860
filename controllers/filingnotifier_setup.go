package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
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
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/notify/send"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// indexNotifierSecret finds the notifiers of a Secret.
const indexNotifierSecret = "spec.secretRef.name"

// notifiersAtOnce is how many notifiers send at once. Each waits for its own server, so there are more than processors.
const notifiersAtOnce = 16

// AddNotifiers adds the controllers that tell people of a shard's filings; of all, where the shard is nil.
func AddNotifiers(ctx context.Context, mgr ctrl.Manager, now clock.PassiveClock, shard *Shard, networks reach.Networks) error {
	err := mgr.GetFieldIndexer().IndexField(ctx, &v1alpha1.FilingNotifier{}, indexNotifierSecret, func(o client.Object) []string {
		return []string{send.SecretOf(&o.(*v1alpha1.FilingNotifier).Spec)}
	})
	if err != nil {
		return fmt.Errorf("indexing FilingNotifiers by %s: %w", indexNotifierSecret, err)
	}
	outbox, told := notify.NewOutbox(), make(chan event.TypedGenericEvent[*v1alpha1.FilingNotifier], toldBuffer)
	notices := &FilingNoticesReconciler{Client: mgr.GetClient(), Clock: now, Outbox: outbox, Tell: told}
	notifiers := &FilingNotifierReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Clock: now, Events: mgr.GetEventRecorder(operatorName),
		Networks: networks, Outbox: outbox, Told: told, Shard: shard,
	}
	if err := notices.SetupWithManager(mgr); err != nil {
		return err
	}
	return notifiers.SetupWithManager(mgr)
}

// SetupWithManager registers the controller and what wakes it.
func (r *FilingNoticesReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("filingnotices").
		For(&v1alpha1.IcpFiling{}).
		Watches(&v1alpha1.FilingNotifier{}, handler.EnqueueRequestsFromMapFunc(r.filingsOfNotifier), builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.filingsOfNamespace), builder.WithPredicates(predicate.LabelChangedPredicate{})).
		Complete(r)
}

// filingsOfNotifier lists the filings that a notifier may hear of.
func (r *FilingNoticesReconciler) filingsOfNotifier(ctx context.Context, o client.Object) []reconcile.Request {
	from := o.(*v1alpha1.FilingNotifier).Spec.Namespaces.From
	if from == "" || from == v1alpha1.NamespacesSame || o.GetNamespace() != v1alpha1.OperatorNamespace {
		return filingRequests(ctx, r.Client, client.InNamespace(o.GetNamespace()))
	}
	return filingRequests(ctx, r.Client)
}

func (r *FilingNoticesReconciler) filingsOfNamespace(ctx context.Context, o client.Object) []reconcile.Request {
	return filingRequests(ctx, r.Client, client.InNamespace(o.GetName()))
}

// SetupWithManager registers the controller and what wakes it. Its own status writes do not.
func (r *FilingNotifierReconciler) SetupWithManager(mgr ctrl.Manager) error {
	secrets, err := secretMetadata(mgr, r.Shard, v1alpha1.NotifierSecretType)
	if err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(mgr).
		Named("filingnotifier").
		For(&v1alpha1.FilingNotifier{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WatchesRawSource(source.TypedChannel(r.Told, handler.TypedEnqueueRequestsFromMapFunc(
			func(_ context.Context, n *v1alpha1.FilingNotifier) []reconcile.Request {
				return []reconcile.Request{requestFor(n)}
			}))).
		WatchesRawSource(source.Kind(secrets, secretMeta(), handler.TypedEnqueueRequestsFromMapFunc(r.notifiersOfSecret))).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: notifiersAtOnce,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, mostRetry),
		}).
		Complete(r)
}

func (r *FilingNotifierReconciler) notifiersOfSecret(ctx context.Context, o *metav1.PartialObjectMetadata) []reconcile.Request {
	var list v1alpha1.FilingNotifierList
	if err := r.List(ctx, &list, client.InNamespace(o.Namespace), client.MatchingFields{indexNotifierSecret: o.Name}); err != nil {
		logOf(ctx).Error(err, "finding the notifiers of a Secret", "secret", o.Name)
		return nil
	}
	requests := make([]reconcile.Request, len(list.Items))
	for i := range list.Items {
		requests[i] = requestFor(&list.Items[i])
	}
	return requests
}
