package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// hold keeps a filing that is to be cancelled at the provider from going before it is.
func (r *IcpFilingReconciler) hold(ctx context.Context, w *work, outcome procedure.Outcome) error {
	if !outcome.Hold || !w.filing.DeletionTimestamp.IsZero() || controllerutil.ContainsFinalizer(w.filing, v1alpha1.CancelFinalizer) {
		return nil
	}
	return r.setHold(ctx, w, controllerutil.AddFinalizer)
}

// letGo lets it go once nothing is left to be cancelled. What people would have to cancel by hand, while nobody can
// record it any more, is said in an Event.
func (r *IcpFilingReconciler) letGo(ctx context.Context, w *work, outcome procedure.Outcome) error {
	if outcome.Hold || !controllerutil.ContainsFinalizer(w.filing, v1alpha1.CancelFinalizer) {
		return nil
	}
	if w.facts.NamespaceEnding && outcome.Status.Stage != v1alpha1.StageCancelled && outcome.Status.Stage != v1alpha1.StageRevoked && outcome.Status.WebsiteNumber != "" {
		r.Events.Eventf(w.filing, nil, corev1.EventTypeWarning, "NotCancelled", "Delete",
			"the namespace is being deleted, so the filing %s goes without being cancelled: cancel it (注销) in the provider's console", outcome.Status.WebsiteNumber)
	}
	return r.setHold(ctx, w, controllerutil.RemoveFinalizer)
}

func (r *IcpFilingReconciler) setHold(ctx context.Context, w *work, set func(client.Object, string) bool) error {
	updated := w.filing.DeepCopy()
	set(updated, v1alpha1.CancelFinalizer)
	patch := client.MergeFromWithOptions(w.filing.DeepCopy(), client.MergeFromWithOptimisticLock{})
	failpoint.Here(failpoint.BeforeFinalizer, string(w.filing.Status.Stage))
	if err := r.Patch(ctx, updated, patch); err != nil {
		return fmt.Errorf("writing the finalizers of filing %s/%s: %w", w.filing.Namespace, w.filing.Name, err)
	}
	failpoint.Here(failpoint.AfterFinalizer, string(w.filing.Status.Stage))
	updated.Status = *w.filing.Status.DeepCopy()
	w.filing, w.facts.Filing = updated, updated
	r.fresh.wrote(updated, r.Clock.Now())
	return nil
}
