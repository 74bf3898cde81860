package controllers

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// recordAll records what a notifier has sent and an earlier pass could not record.
func (r *FilingNotifierReconciler) recordAll(ctx context.Context, n *v1alpha1.FilingNotifier) error {
	for filing, keys := range r.Outbox.Unrecorded(notify.NameOf(n)) {
		if err := r.record(ctx, n, filing, keys...); err != nil {
			return err
		}
	}
	return nil
}

// record writes on a filing that a notifier has told of events. Several notifiers may write on one filing at once, so it is
// read past the cache and refused where somebody wrote it meanwhile.
func (r *FilingNotifierReconciler) record(ctx context.Context, n *v1alpha1.FilingNotifier, filing types.NamespacedName, keys ...string) error {
	name := notify.NameOf(n)
	known, err := notifiersOf(ctx, r.Client, filing.Namespace)
	if err != nil {
		return err
	}
	names := make([]types.NamespacedName, len(known))
	for i := range known {
		names[i] = notify.NameOf(&known[i])
	}
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		object := &metav1.PartialObjectMetadata{}
		object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("IcpFiling"))
		if err := r.Live.Get(ctx, filing, object); err != nil {
			return client.IgnoreNotFound(err) // nothing is left to be told of
		}
		before := object.Annotations[v1alpha1.NotifiedAnnotation]
		record := notify.ParseRecord(before)
		for _, key := range keys {
			record = record.With(name, key, names)
		}
		if record.String() == before {
			return nil
		}
		base := object.DeepCopy()
		metav1.SetMetaDataAnnotation(&object.ObjectMeta, v1alpha1.NotifiedAnnotation, record.String())
		return client.IgnoreNotFound(r.Patch(ctx, object, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})))
	})
	if err != nil {
		return fmt.Errorf("recording on filing %s that FilingNotifier %s was told: %w", filing, name, err)
	}
	failpoint.Here(failpoint.AfterRecord, "")
	for _, key := range keys {
		r.Outbox.Recorded(name, filing, key)
	}
	return nil
}

// notifiersOf lists the notifiers that may hear of the filings of a namespace: its own, and the operator's.
func notifiersOf(ctx context.Context, reader client.Reader, namespace string) ([]v1alpha1.FilingNotifier, error) {
	var own, global v1alpha1.FilingNotifierList
	if err := reader.List(ctx, &own, client.InNamespace(namespace)); err != nil {
		return nil, fmt.Errorf("finding the notifiers of namespace %s: %w", namespace, err)
	}
	if namespace == v1alpha1.OperatorNamespace {
		return own.Items, nil
	}
	if err := reader.List(ctx, &global, client.InNamespace(v1alpha1.OperatorNamespace)); err != nil {
		return nil, fmt.Errorf("finding the notifiers of namespace %s: %w", v1alpha1.OperatorNamespace, err)
	}
	return append(own.Items, global.Items...), nil
}
