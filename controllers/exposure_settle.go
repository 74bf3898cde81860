package controllers

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/admission"
)

// A route that a touch has not settled is touched again after the first wait, which doubles up to the most.
const (
	firstTouchAgain = 20 * time.Millisecond
	mostTouchAgain  = time.Minute
)

// Values of the annotation by which the operator touches a route. It is the same however often a route is touched, so
// that a touch that changes nothing is no write.
const (
	checkedHeld    = "held"
	checkedCleared = "cleared"
)

// settle has the policies park or release a route, or does it where they cannot, and returns the route as it then is.
func (r *ExposureReconciler) settle(ctx context.Context, row routeKind, object client.Object, v verdict) (client.Object, error) {
	if r.hold.edits() {
		return r.edit(ctx, row, object, v)
	}
	patch, err := admission.Touch(v.state())
	if err != nil {
		return nil, fmt.Errorf("touching %s %s: %w", row.kind.Kind, client.ObjectKeyFromObject(object), err)
	}
	touched := row.object()
	touched.SetNamespace(object.GetNamespace())
	touched.SetName(object.GetName())
	err = r.Patch(ctx, touched, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(operatorName))
	if apierrors.IsForbidden(err) || apierrors.IsInvalid(err) {
		// A policy has not reached the API server yet, or is not there: look again later.
		ctrl.LoggerFrom(ctx).Info("the API server did not let the gate settle a route", "route", row.kind.Kind, "reason", err.Error())
		return object, nil
	}
	if err != nil {
		return nil, fmt.Errorf("touching %s %s, for the policies to look again: %w", row.kind.Kind, client.ObjectKeyFromObject(object), err)
	}
	return touched, nil
}

// edit parks or releases a route itself. From then on the operator owns the class or the parents of a parked route:
// a server-side apply of the same manifest conflicts until it is released, or is forced.
func (r *ExposureReconciler) edit(ctx context.Context, row routeKind, object client.Object, v verdict) (client.Object, error) {
	edited, is := object.DeepCopyObject().(client.Object)
	if !is {
		return nil, fmt.Errorf("copying %s %s", row.kind.Kind, client.ObjectKeyFromObject(object))
	}
	if v.closed {
		row.park(edited, v.blocked, v.because)
	} else {
		row.release(edited)
	}
	patch := client.MergeFromWithOptions(object, client.MergeFromWithOptimisticLock{})
	if err := r.Patch(ctx, edited, patch, client.FieldOwner(operatorName)); err != nil {
		return nil, fmt.Errorf("parking or releasing %s %s: %w", row.kind.Kind, client.ObjectKeyFromObject(object), err)
	}
	return edited, nil
}
