package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// FilingNoticesReconciler puts what there is to tell of each filing into the outbox of the notifiers that hear of it. It
// writes nothing.
type FilingNoticesReconciler struct {
	client.Client
	// Clock gives the time.
	Clock clock.PassiveClock
	// Outbox takes what is to be told.
	Outbox *notify.Outbox
	// Tell wakes notifiers.
	Tell chan<- event.TypedGenericEvent[*v1alpha1.FilingNotifier]
}

// Reconcile looks what there is to tell of one filing, and to whom.
func (r *FilingNoticesReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var filing v1alpha1.IcpFiling
	if err := r.Get(ctx, req.NamespacedName, &filing); err != nil {
		r.Outbox.ForgetFiling(req.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	notifiers, err := notifiersOf(ctx, r.Client, filing.Namespace)
	if err != nil || len(notifiers) == 0 {
		return ctrl.Result{}, err
	}
	labels, err := r.labelsOf(ctx, filing.Namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	record, happening := notify.RecordOf(&filing), notify.Events(&filing, r.Clock.Now())
	for i := range notifiers {
		n := &notifiers[i]
		var wanted []notify.Event
		// A selector that cannot be used shows on the notifier, which hears nothing meanwhile.
		if hears, err := notify.Hears(n, &filing, labels); err == nil && hears {
			for _, e := range happening {
				if notify.Wants(n, e) {
					wanted = append(wanted, e)
				}
			}
		}
		if !r.Outbox.Set(notify.NameOf(n), req.NamespacedName, wanted, record) {
			continue
		}
		select {
		case r.Tell <- event.TypedGenericEvent[*v1alpha1.FilingNotifier]{Object: n}:
		case <-ctx.Done():
			return ctrl.Result{}, ctx.Err()
		}
	}
	return ctrl.Result{}, nil
}

func (r *FilingNoticesReconciler) labelsOf(ctx context.Context, namespace string) (map[string]string, error) {
	var ns corev1.Namespace
	if err := r.Get(ctx, client.ObjectKey{Name: namespace}, &ns); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("reading namespace %s: %w", namespace, err)
	}
	return ns.Labels, nil
}
