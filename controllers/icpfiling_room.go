package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// noRoom tells whether a namespace that a filing lets in has no room for its domain among its clearances.
func noRoom(filing *v1alpha1.IcpFiling, namespace *corev1.Namespace) bool {
	return admission.DecodeOmitted(namespace.Annotations) > 0 && admits(filing, namespace) &&
		!admission.Stand(namespace.Annotations).Has(filing.Spec.Domain.Name)
}

// gatherRoom counts the namespaces that the filing lets in, and those of them that have no room for its domain.
func (r *IcpFilingReconciler) gatherRoom(ctx context.Context, w *work) error {
	namespaces, err := r.admitted(ctx, w.filing)
	if err != nil {
		return err
	}
	room := &w.facts.Room
	for i := range namespaces {
		namespace := &namespaces[i]
		if r.Shard.elsewhere(namespace) {
			if room.Elsewhere++; room.FirstElsewhere == "" || namespace.Name < room.FirstElsewhere {
				room.FirstElsewhere = namespace.Name
			}
			continue
		}
		room.LetIn++
		if !noRoom(w.filing, namespace) {
			continue
		}
		if room.Full++; room.First == "" || namespace.Name < room.First {
			room.First = namespace.Name
		}
	}
	return nil
}

// admitted reads the namespaces that a filing lets in and that can be gated, but for those that go. They are the cache's own.
func (r *IcpFilingReconciler) admitted(ctx context.Context, filing *v1alpha1.IcpFiling) ([]corev1.Namespace, error) {
	if ownNamespaceOnly(filing) {
		namespace, err := namespaceOf(ctx, r.Client, filing.Namespace)
		if err != nil || namespace == nil {
			return nil, err
		}
		return []corev1.Namespace{*namespace}, nil
	}
	var list corev1.NamespaceList
	if err := r.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the namespaces that a filing lets in: %w", err)
	}
	var admitted []corev1.Namespace
	for i := range list.Items {
		namespace := &list.Items[i]
		if admits(filing, namespace) && namespace.DeletionTimestamp.IsZero() && !slices.Contains(admission.NeverGated(), namespace.Name) {
			admitted = append(admitted, *namespace)
		}
	}
	return admitted, nil
}

// fullOf indexes the filings that let several namespaces in and say that some of these are full: what they say depends on how
// many they let in, too.
func fullOf(o client.Object) []string {
	filing, is := o.(*v1alpha1.IcpFiling)
	if !is || ownNamespaceOnly(filing) {
		return nil
	}
	allowed := meta.FindStatusCondition(filing.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	if allowed == nil || allowed.Reason != v1alpha1.ReasonNamespaceFull && allowed.Reason != v1alpha1.ReasonSomeNamespacesFull {
		return nil
	}
	return []string{anywhere}
}

type filingQueue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// whenRoomChanges wakes the filings for whose domain a namespace has room no more, or again, and a little later those that say
// how many of the namespaces that they let in are full.
func (r *IcpFilingReconciler) whenRoomChanges() handler.Funcs {
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, queue filingQueue) {
			if !e.IsInInitialList {
				r.countAgain(ctx, queue)
			}
			if namespace, is := e.Object.(*corev1.Namespace); is && !e.IsInInitialList && r.Shard.elsewhere(namespace) {
				r.moved(ctx, queue)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue filingQueue) {
			before, is := e.ObjectOld.(*corev1.Namespace)
			after, also := e.ObjectNew.(*corev1.Namespace)
			if !is || !also {
				return
			}
			if !maps.Equal(before.Labels, after.Labels) || beginsToGo().Update(e) {
				r.countAgain(ctx, queue)
			}
			if admission.HeldBy(before.Annotations) != admission.HeldBy(after.Annotations) {
				r.moved(ctx, queue)
			}
			if gateChanged(before, after) && admission.DecodeOmitted(before.Annotations)+admission.DecodeOmitted(after.Annotations) > 0 {
				r.roomChanged(ctx, queue, before, after)
			}
		},
	}
}

// roomChanged wakes the filings for which one version of a namespace has room, and the other has not. By its labels each may
// be let in by others.
func (r *IcpFilingReconciler) roomChanged(ctx context.Context, queue filingQueue, before, after *corev1.Namespace) {
	for _, namespace := range []*corev1.Namespace{before, after} {
		filings, err := filingsFor(ctx, r.Client, indexClears, namespace)
		if err != nil {
			logOf(ctx).Error(err, "finding the filings that a namespace has no room for", "namespace", namespace.Name)
		}
		for i := range filings {
			if noRoom(&filings[i], before) != noRoom(&filings[i], after) {
				queue.Add(requestFor(&filings[i]))
			}
		}
	}
}

// moved wakes the filings that let several namespaces in, when one of these goes to another shard, where nobody knows of them.
func (r *IcpFilingReconciler) moved(ctx context.Context, queue filingQueue) {
	for _, request := range r.requests(ctx, client.MatchingFields{indexClears: anywhere}) {
		queue.AddAfter(request, countWithin)
	}
}

// countAgain wakes the filings that say how many of the namespaces that they let in are full.
func (r *IcpFilingReconciler) countAgain(ctx context.Context, queue filingQueue) {
	for _, request := range r.requests(ctx, client.MatchingFields{indexFull: anywhere}) {
		queue.AddAfter(request, countWithin)
	}
}
