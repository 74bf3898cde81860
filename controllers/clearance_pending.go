package controllers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// A Namespace is written at most this often. What opens or closes a gate alone is written at once, and what follows it together;
// where filings stand, where nothing else is to be written, can wait: a stage lasts for days.
const (
	clearEvery = 300 * time.Millisecond
	tellEvery  = 5 * time.Second
	// tellOthersAfter is how long the stage of a filing that lets many namespaces in may wait.
	tellOthersAfter = 30 * time.Second
)

// indexPending finds filings that clear nothing now, by where they would, as indexClears does.
const indexPending = "pending.in"

func pendingIn(o client.Object) []string {
	filing, is := o.(*v1alpha1.IcpFiling)
	if !is || procedure.Clears(filing) || !filing.DeletionTimestamp.IsZero() {
		return nil
	}
	if ownNamespaceOnly(filing) {
		return []string{filing.Namespace}
	}
	return []string{anywhere}
}

// pendingOf says where a filing stands, to whoever asks in a namespace. A filing of another namespace stays unnamed.
func pendingOf(filing *v1alpha1.IcpFiling, namespace string) exposure.Pending {
	pending := exposure.Pending{
		Domain: strings.ToLower(filing.Spec.Domain.Name), Stage: string(procedure.StageOf(filing)), Reason: procedure.ClosedBecause(filing),
	}
	if filing.Namespace == namespace {
		pending.Filing = filing.Namespace + "/" + filing.Name
	}
	return pending
}

// pending lists the filings that let a gated namespace in and clear nothing there, the namespace's own first. omitted are the
// domains that are filed and have no room.
func (r *ClearanceReconciler) pending(ctx context.Context, namespace *corev1.Namespace, cleared exposure.Clearances, omitted []string) (map[string]string, error) {
	settings, err := gateSettings(ctx, r.Client)
	if err != nil {
		return nil, err
	}
	if settings.ModeOf(namespace.Name, namespace.Labels) == v1alpha1.GateOff {
		return nil, nil
	}
	var listed []exposure.Pending
	full := sets.New(omitted...)
	for _, index := range []string{indexPending, indexClears} {
		if index == indexClears && len(omitted) == 0 && !r.Falls.any() {
			continue
		}
		filings, err := filingsFor(ctx, r.Client, index, namespace)
		if err != nil {
			return nil, err
		}
		for i := range filings {
			filing := r.Falls.decided(&filings[i])
			pending := pendingOf(filing, namespace.Name)
			clears, fell := procedure.Clears(filing), filing != &filings[i]
			switch {
			case cleared.Has(pending.Domain), clears != (index == indexClears) && !fell:
				continue
			case clears && full.Has(pending.Domain):
				pending.Reason = v1alpha1.ReasonNamespaceFull
			case clears:
				continue // it is not known for sure yet
			}
			listed = append(listed, pending)
		}
	}
	slices.SortFunc(listed, comparePending)
	return admission.EncodePending(listed, r.routed(ctx, namespace.Name)), nil
}

// comparePending puts those with a name first: of the filings of one domain the first is told of.
func comparePending(a, b exposure.Pending) int {
	if (a.Filing == "") != (b.Filing == "") {
		return strings.Compare(b.Filing, a.Filing)
	}
	return cmp.Or(strings.Compare(a.Filing, b.Filing), strings.Compare(a.Domain, b.Domain),
		strings.Compare(a.Stage, b.Stage), strings.Compare(a.Reason, b.Reason))
}

// routed tells whether a route in the namespace has a host of a domain. It looks only when it is asked.
func (r *ClearanceReconciler) routed(ctx context.Context, namespace string) func(domain string) bool {
	domains := sync.OnceValue(func() map[string]bool {
		routes, err := r.Routes.ofNamespace(ctx, namespace)
		if err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "finding the domains of a namespace's routes")
		}
		domains := map[string]bool{}
		for _, route := range routes {
			for _, domain := range route.DomainKeys() {
				domains[domain] = true
			}
		}
		return domains
	})
	return func(domain string) bool { return domains()[domain] }
}

// writings remembers when each Namespace was last written. It goes by the real time: what it spares is the API server.
type writings struct {
	clock clock.RealClock

	mu      sync.Mutex
	written map[string]time.Time
}

// wait says how long a change of a Namespace must wait that may be written every so often.
func (w *writings) wait(namespace string, change map[string]*string, every time.Duration) time.Duration {
	if admission.OnlyTells(change) {
		every = tellEvery
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.written[namespace].Add(every).Sub(w.clock.Now())
}

func (w *writings) note(namespace string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.written == nil {
		w.written = map[string]time.Time{}
	}
	w.written[namespace] = w.clock.Now()
}

func (w *writings) forget(namespace string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.written, namespace)
}

// tell wakes the namespaces that a filing which clears nothing lets in: its own at once, many together a little later.
func (h clearedNamespaces) tell(ctx context.Context, queue namespaceQueue, filing *v1alpha1.IcpFiling) {
	after := tellOthersAfter
	if ownNamespaceOnly(filing) {
		after = 0
	}
	for _, name := range h.admitted(ctx, filing) {
		queue.AddAfter(reconcile.Request{NamespacedName: client.ObjectKey{Name: name}}, after)
	}
}

// everyNamespaceAgain wakes all namespaces when the ExposurePolicy says anew which are gated.
func (r *ClearanceReconciler) everyNamespaceAgain(ctx context.Context, _ client.Object) []reconcile.Request {
	var namespaces corev1.NamespaceList
	if err := r.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "finding the namespaces that an ExposurePolicy concerns")
	}
	requests := make([]reconcile.Request, len(namespaces.Items))
	for i := range namespaces.Items {
		requests[i].Name = namespaces.Items[i].Name
	}
	return requests
}
