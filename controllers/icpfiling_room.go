package controllers

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// noRoom tells whether a namespace has no room for a filed domain among its clearances.
func noRoom(namespace *corev1.Namespace, domain string) bool {
	return admission.DecodeOmitted(namespace.Annotations) > 0 && !admission.Stand(namespace.Annotations).Has(domain)
}

// gatherRoom finds whether the filing's own namespace, where that is the only one that it lets in, has room for its domain.
func (r *IcpFilingReconciler) gatherRoom(ctx context.Context, w *work) error {
	if !ownNamespaceOnly(w.filing) {
		return nil
	}
	namespace, err := namespaceOf(ctx, r.Client, w.filing.Namespace)
	if err != nil || namespace == nil {
		return err
	}
	w.facts.NoRoom = noRoom(namespace, w.filing.Spec.Domain.Name)
	return nil
}

// roomChanged passes a change of the clearances of a namespace that has no room, or had none.
func roomChanged() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc: func(event.CreateEvent) bool { return false }, DeleteFunc: func(event.DeleteEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return gateChanged(e.ObjectOld, e.ObjectNew) &&
				admission.DecodeOmitted(e.ObjectOld.GetAnnotations())+admission.DecodeOmitted(e.ObjectNew.GetAnnotations()) > 0
		},
	}
}

// filingsWithoutRoom wakes those filings of a namespace that say something else of its room than is true.
func (r *IcpFilingReconciler) filingsWithoutRoom(ctx context.Context, o client.Object) []reconcile.Request {
	namespace, err := namespaceOf(ctx, r.Client, o.GetName())
	if err != nil || namespace == nil {
		return nil
	}
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, client.InNamespace(namespace.Name), client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "finding the filings that a namespace has no room for", "namespace", namespace.Name)
		return nil
	}
	list.Items = slices.DeleteFunc(slices.Clone(list.Items), func(filing v1alpha1.IcpFiling) bool {
		allowed := meta.FindStatusCondition(filing.Status.Conditions, v1alpha1.ConditionExposureAllowed)
		says := allowed != nil && allowed.Reason == v1alpha1.ReasonNamespaceFull
		return !clears(&filing) || !ownNamespaceOnly(&filing) || says == noRoom(namespace, filing.Spec.Domain.Name)
	})
	requests := make([]reconcile.Request, len(list.Items))
	for i := range list.Items {
		requests[i] = requestFor(&list.Items[i])
	}
	return requests
}
