package controllers

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// gatherReminding finds how the cluster reminds of deadlines. Without an ExposurePolicy it does so by default, and closes
// nothing.
func (r *IcpFilingReconciler) gatherReminding(ctx context.Context, w *work) error {
	var policy v1alpha1.ExposurePolicy
	err := r.Get(ctx, client.ObjectKey{Name: exposurePolicyName}, &policy)
	switch {
	case apierrors.IsNotFound(err):
		w.facts.Reminding = procedure.RemindingOf(nil)
	case err != nil:
		return fmt.Errorf("reading ExposurePolicy %s: %w", exposurePolicyName, err)
	default:
		w.facts.Reminding = procedure.RemindingOf(&policy)
	}
	return nil
}

// remindingChanged lets through the changes of the ExposurePolicy that concern filings.
func remindingChanged() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc:  func(e event.CreateEvent) bool { return !e.IsInInitialList },
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, after := e.ObjectOld.(*v1alpha1.ExposurePolicy), e.ObjectNew.(*v1alpha1.ExposurePolicy)
			return !equality.Semantic.DeepEqual(procedure.RemindingOf(before), procedure.RemindingOf(after))
		},
	}
}

// everyFiling wakes all filings.
func (r *IcpFilingReconciler) everyFiling(ctx context.Context, _ client.Object) []reconcile.Request {
	return r.requests(ctx)
}

// remind gives a reminder as an Event. Its name is that of the deadline, its date and the reminder: one that is repeated
// after a crash is there already.
func (r *IcpFilingReconciler) remind(ctx context.Context, filing *v1alpha1.IcpFiling, reminder *procedure.Reminder) error {
	reason := "DeadlineReminder"
	if reminder.Deadline == procedure.DeadlinePublicSecurity {
		reason = "PublicSecurityReminder"
	}
	kind := corev1.EventTypeNormal
	if reminder.Overdue {
		kind, reason = corev1.EventTypeWarning, strings.TrimSuffix(reason, "Reminder")+"Overdue"
	}
	if reminder.Final {
		reason = "PublicSecurityFinalWarning"
	}
	err := r.Create(ctx, &eventsv1.Event{
		ObjectMeta: metav1.ObjectMeta{Namespace: filing.Namespace, Name: reminderName(filing, reminder)},
		EventTime:  metav1.NewMicroTime(r.Clock.Now()), ReportingController: operatorName, ReportingInstance: operatorName,
		Action: "Remind", Reason: reason, Type: kind, Note: clipNote(reminder.Message),
		Regarding: corev1.ObjectReference{APIVersion: v1alpha1.GroupVersion.String(), Kind: "IcpFiling", Namespace: filing.Namespace, Name: filing.Name, UID: filing.UID},
	})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("giving reminder %s of %s of filing %s/%s: %w", reminder.Name, reminder.Deadline, filing.Namespace, filing.Name, err)
	}
	return nil
}

func reminderName(filing *v1alpha1.IcpFiling, reminder *procedure.Reminder) string {
	suffix := strings.ToLower(fmt.Sprintf(".%s-%s-%s", reminder.Deadline, reminder.Date, reminder.Name))
	if len(filing.Name)+len(suffix) > validation.DNS1123SubdomainMaxLength {
		return string(filing.UID) + suffix
	}
	return filing.Name + suffix
}
