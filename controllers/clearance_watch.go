package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// indexClears finds filings that clear their domain now: by namespace where they do so in their own alone, else under
// anywhere.
const (
	indexClears = "clears.in"
	anywhere    = "*"
)

func clearsIn(o client.Object) []string {
	filing, is := o.(*v1alpha1.IcpFiling)
	if !is || !clears(filing) && !keeps(filing) {
		return nil
	}
	if ownNamespaceOnly(filing) {
		return []string{filing.Namespace}
	}
	return []string{anywhere}
}

func ownNamespaceOnly(filing *v1alpha1.IcpFiling) bool {
	from := filing.Spec.Exposure.Namespaces.From
	return from != v1alpha1.NamespacesAll && from != v1alpha1.NamespacesSelector
}

// clearingFilings reads the filings that clear their domain in a namespace, or keep it cleared. They are the cache's own: not to be changed.
func clearingFilings(ctx context.Context, reader client.Reader, namespace *corev1.Namespace) ([]v1alpha1.IcpFiling, error) {
	var clearing []v1alpha1.IcpFiling
	for _, key := range []string{namespace.Name, anywhere} {
		var list v1alpha1.IcpFilingList
		if err := reader.List(ctx, &list, client.MatchingFields{indexClears: key}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("listing the filings that clear their domain in namespace %s: %w", namespace.Name, err)
		}
		for i := range list.Items {
			if admits(&list.Items[i], namespace) && !slices.Contains(admission.NeverGated(), namespace.Name) {
				clearing = append(clearing, list.Items[i])
			}
		}
	}
	return clearing, nil
}

// clearanceChanged lets pass what may change a Namespace's clearances: its labels, which filings select, and the
// clearances themselves, should anybody have got at them.
var clearanceChanged = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !maps.Equal(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels()) ||
			!maps.Equal(clearancesOf(e.ObjectOld), clearancesOf(e.ObjectNew))
	},
	DeleteFunc: func(event.DeleteEvent) bool { return false },
}

// clearancesOf returns the annotations of a Namespace that hold its clearances.
func clearancesOf(namespace client.Object) map[string]string {
	clearances := map[string]string{}
	for name, value := range namespace.GetAnnotations() {
		if admission.IsClearance(name) {
			clearances[name] = value
		}
	}
	return clearances
}

// clearedNamespaces wakes the namespaces that a filing clears, or cleared, its domain in.
type clearedNamespaces struct{ reader client.Reader }

type namespaceQueue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// Create wakes them when a filing is made, or first seen.
func (h clearedNamespaces) Create(ctx context.Context, e event.CreateEvent, queue namespaceQueue) {
	h.wake(ctx, queue, e.Object)
}

// Update wakes those of both versions of a filing, where one of them clears and what it clears has changed.
func (h clearedNamespaces) Update(ctx context.Context, e event.UpdateEvent, queue namespaceQueue) {
	before, is := e.ObjectOld.(*v1alpha1.IcpFiling)
	after, also := e.ObjectNew.(*v1alpha1.IcpFiling)
	if !is || !also {
		return
	}
	if clears(before) == clears(after) && keeps(before) == keeps(after) && before.Spec.Domain.Name == after.Spec.Domain.Name &&
		equality.Semantic.DeepEqual(before.Spec.Exposure, after.Spec.Exposure) {
		return
	}
	h.wake(ctx, queue, before)
	h.wake(ctx, queue, after)
}

// Delete wakes them when a filing goes.
func (h clearedNamespaces) Delete(ctx context.Context, e event.DeleteEvent, queue namespaceQueue) {
	h.wake(ctx, queue, e.Object)
}

// Generic is never called: nothing but the cache feeds this handler.
func (h clearedNamespaces) Generic(context.Context, event.GenericEvent, namespaceQueue) {}

func (h clearedNamespaces) wake(ctx context.Context, queue namespaceQueue, o client.Object) {
	filing, is := o.(*v1alpha1.IcpFiling)
	if !is || !clears(filing) && !keeps(filing) {
		return
	}
	if ownNamespaceOnly(filing) {
		queue.Add(reconcile.Request{NamespacedName: client.ObjectKey{Name: filing.Namespace}})
		return
	}
	var namespaces corev1.NamespaceList
	if err := h.reader.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "finding the namespaces that a filing lets in", "filing", client.ObjectKeyFromObject(filing))
		return
	}
	for i := range namespaces.Items {
		if admits(filing, &namespaces.Items[i]) {
			queue.Add(reconcile.Request{NamespacedName: client.ObjectKey{Name: namespaces.Items[i].Name}})
		}
	}
}
