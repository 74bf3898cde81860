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
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// indexClears finds filings that clear their domain now: by namespace where they do so in their own alone, else under
// anywhere.
const (
	indexClears = "clears.in"
	anywhere    = "*"
)

func clearsIn(o client.Object) []string {
	filing, is := o.(*v1alpha1.IcpFiling)
	if !is || !procedure.Clears(filing) && !procedure.KeepsCleared(filing) {
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

// filingsFor reads the filings of an index that let a namespace in: of indexClears, those that clear their domain there, or
// keep it cleared. They are the cache's own: not to be changed.
func filingsFor(ctx context.Context, reader client.Reader, index string, namespace *corev1.Namespace) ([]v1alpha1.IcpFiling, error) {
	if slices.Contains(admission.NeverGated(), namespace.Name) {
		return nil, nil
	}
	var letIn []v1alpha1.IcpFiling
	for _, key := range []string{namespace.Name, anywhere} {
		var list v1alpha1.IcpFilingList
		if err := reader.List(ctx, &list, client.MatchingFields{index: key}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("listing the filings that let namespace %s in: %w", namespace.Name, err)
		}
		admitted := list.Items[:0] // the list is this call's own, what stands in it is not
		for i := range list.Items {
			if admits(&list.Items[i], namespace) {
				admitted = append(admitted, list.Items[i])
			}
		}
		if letIn == nil {
			letIn = admitted
			continue
		}
		letIn = append(letIn, admitted...)
	}
	return letIn, nil
}

// clearanceChanged lets pass what may change a Namespace's clearances: its labels, which filings select, the clearances
// themselves, should anybody have got at them, and, where they lack room, other annotations.
var clearanceChanged = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !maps.Equal(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels()) ||
			!maps.Equal(clearancesOf(e.ObjectOld), clearancesOf(e.ObjectNew)) ||
			// There may be room again.
			admission.DecodeOmitted(e.ObjectNew.GetAnnotations()) > 0 && !maps.Equal(e.ObjectOld.GetAnnotations(), e.ObjectNew.GetAnnotations())
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

// clearedNamespaces wakes the namespaces that a filing clears, or cleared, its domain in, and those that are told where it
// stands.
type clearedNamespaces struct {
	reader client.Reader
	falls  *Falls
}

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
	if procedure.Clears(before) == procedure.Clears(after) && procedure.KeepsCleared(before) == procedure.KeepsCleared(after) && before.Spec.Domain.Name == after.Spec.Domain.Name &&
		equality.Semantic.DeepEqual(before.Spec.Exposure, after.Spec.Exposure) {
		if pendingOf(before, before.Namespace) != pendingOf(after, after.Namespace) {
			h.tell(ctx, queue, after)
		}
		return
	}
	h.wake(ctx, queue, before)
	h.wake(ctx, queue, after)
}

// Delete wakes them when a filing goes.
func (h clearedNamespaces) Delete(ctx context.Context, e event.DeleteEvent, queue namespaceQueue) {
	h.wake(ctx, queue, e.Object)
}

// Generic wakes the namespaces of a filing that falls, before its status says so, and of one that stands again before that was written.
func (h clearedNamespaces) Generic(ctx context.Context, e event.GenericEvent, queue namespaceQueue) {
	filing, is := e.Object.(*v1alpha1.IcpFiling)
	if !is {
		return
	}
	for _, name := range h.admitted(ctx, filing) {
		queue.AddAfter(reconcile.Request{NamespacedName: client.ObjectKey{Name: name}}, h.falls.gathering())
	}
}

func (h clearedNamespaces) wake(ctx context.Context, queue namespaceQueue, o client.Object) {
	filing, is := o.(*v1alpha1.IcpFiling)
	if !is {
		return
	}
	if !procedure.Clears(filing) && !procedure.KeepsCleared(filing) {
		h.tell(ctx, queue, filing)
		return
	}
	for _, name := range h.admitted(ctx, filing) {
		queue.Add(reconcile.Request{NamespacedName: client.ObjectKey{Name: name}})
	}
}

// admitted names the namespaces that a filing lets in.
func (h clearedNamespaces) admitted(ctx context.Context, filing *v1alpha1.IcpFiling) []string {
	if ownNamespaceOnly(filing) {
		return []string{filing.Namespace}
	}
	var namespaces corev1.NamespaceList
	if err := h.reader.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "finding the namespaces that a filing lets in", "filing", client.ObjectKeyFromObject(filing))
		return nil
	}
	var names []string
	for i := range namespaces.Items {
		if admits(filing, &namespaces.Items[i]) {
			names = append(names, namespaces.Items[i].Name)
		}
	}
	return names
}
