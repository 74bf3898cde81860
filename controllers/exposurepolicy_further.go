package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// mostTrials is how often a trial is looked at before a kind is taken as it is: where nobody checks the types of
// policies, as without a controller manager, none is found wrong by its schema.
const mostTrials = 20

// furtherKinds is what a pass finds of the kinds that an ExposurePolicy adds.
type furtherKinds struct {
	// good are those that are ready to be gated.
	good []admission.Further
	// undecided are on trial, or wrong: the policies that stand for them stay as they are.
	undecided []string
	onTrial   bool
	wrong     []error
}

// tryFurther tries the kinds that an ExposurePolicy adds: their expressions must compile, and fit the schemas of what
// they are for, as the API server's own check of a policy that is bound to nothing tells.
func (r *ExposurePolicyReconciler) tryFurther(ctx context.Context, policy *v1alpha1.ExposurePolicy) (furtherKinds, error) {
	var found furtherKinds
	trials, err := r.trials(ctx)
	if err != nil {
		return found, err
	}
	for _, kind := range policy.Spec.RouteKinds {
		compiled, err := admission.CompileRouteKinds([]v1alpha1.RouteKind{kind})
		if err != nil {
			found.wrong = append(found.wrong, err)
			found.undecided = append(found.undecided, admission.RouteKindName(kind))
			continue
		}
		further := compiled[0]
		trial := further.Trial()
		current := trials[trial.Name]
		delete(trials, trial.Name)
		done, err := r.try(ctx, further, trial, current)
		switch {
		case err != nil && !errors.As(err, new(wrongKindError)):
			return found, err
		case err != nil:
			found.wrong = append(found.wrong, fmt.Errorf("routeKinds %s: %w", further.Name(), err))
			found.undecided = append(found.undecided, further.Name())
		case !done:
			found.onTrial = true
			found.undecided = append(found.undecided, further.Name())
		default:
			found.good = append(found.good, further)
		}
	}
	for _, trial := range trials {
		if err := r.Delete(ctx, trial); client.IgnoreNotFound(err) != nil {
			return found, fmt.Errorf("deleting the trial %s: %w", trial.Name, err)
		}
	}
	return found, nil
}

// wrongKindError says what the API server finds wrong with a further kind.
type wrongKindError struct{ says string }

// Error says it.
func (e wrongKindError) Error() string { return e.says }

func (r *ExposurePolicyReconciler) trials(ctx context.Context) (map[string]*admissionregistrationv1.ValidatingAdmissionPolicy, error) {
	var list admissionregistrationv1.ValidatingAdmissionPolicyList
	if err := r.List(ctx, &list, client.MatchingLabels(admission.TrialLabels())); err != nil {
		return nil, fmt.Errorf("listing the trials of further kinds of route: %w", err)
	}
	trials := map[string]*admissionregistrationv1.ValidatingAdmissionPolicy{}
	for i := range list.Items {
		trials[list.Items[i].Name] = &list.Items[i]
	}
	return trials, nil
}

// try puts a kind on trial and says whether it has passed. A trial stays for as long as its kind does: what it found
// need not be found again.
func (r *ExposurePolicyReconciler) try(ctx context.Context, further admission.Further, trial, current *admissionregistrationv1.ValidatingAdmissionPolicy) (done bool, err error) {
	if current == nil || !samePolicy(trial, current) {
		r.looked[trial.Name] = 0
		if current == nil {
			err = r.Create(ctx, trial, client.FieldOwner(operatorName))
		} else {
			trial.ResourceVersion = current.ResourceVersion
			err = r.Update(ctx, trial, client.FieldOwner(operatorName))
		}
		if apierrors.IsInvalid(err) {
			return false, wrongKindError{err.Error()}
		}
		return false, err
	}
	checked := current.Status.TypeChecking != nil && current.Status.ObservedGeneration == current.Generation
	if !checked {
		r.looked[trial.Name]++
		return r.looked[trial.Name] > mostTrials, nil
	}
	var warnings []string
	for _, warning := range current.Status.TypeChecking.ExpressionWarnings {
		warnings = append(warnings, strings.Join(strings.Fields(warning.Warning), " "))
	}
	if len(warnings) > 0 {
		return false, wrongKindError{"hosts or park does not fit the schema of " + further.Name() + ": " + strings.Join(slices.Compact(warnings), "; ")}
	}
	return true, nil
}

// watchFurther watches the good kinds, and says why any is not watched.
func (r *ExposurePolicyReconciler) watchFurther(ctx context.Context, good []admission.Further) ([]unwatched, error) {
	var reasons []unwatched
	for _, further := range good {
		reason, err := r.Routes.want(ctx, further)
		if err != nil {
			return nil, err
		}
		if reason != nil {
			reasons = append(reasons, *reason)
		}
	}
	return reasons, nil
}

// retire lets go of the kinds whose policies stand though the ExposurePolicy has them no more: first the bindings go, then
// what was parked is released, and only then the policies, which remember the kind until that is done. It says whether
// all is.
func (r *ExposurePolicyReconciler) retire(ctx context.Context, unwanted map[string]client.Object) (bool, error) {
	done := true
	for _, object := range unwanted {
		gate, is := object.(*admissionregistrationv1.ValidatingAdmissionPolicy)
		if !is {
			continue
		}
		kind, remembered := admission.RememberedKind(gate)
		if !remembered {
			continue
		}
		for _, other := range unwanted {
			if isBinding(other) && admission.PolicyOf(other.GetName(), admission.RouteKindName(kind)) {
				if err := r.Delete(ctx, other); client.IgnoreNotFound(err) != nil {
					return false, fmt.Errorf("deleting %T %s: %w", other, other.GetName(), err)
				}
			}
		}
		released, err := r.releaseKind(ctx, kind)
		if err != nil {
			return false, err
		}
		done = done && released
	}
	return done, nil
}

func isBinding(object client.Object) bool {
	switch object.(type) {
	case *admissionregistrationv1.ValidatingAdmissionPolicyBinding, *admissionregistrationv1.MutatingAdmissionPolicyBinding:
		return true
	}
	return false
}

// releaseKind releases every parked object of a kind that is gated no more, and says whether none is left. The API
// server may go on to park for a second after a binding has gone.
func (r *ExposurePolicyReconciler) releaseKind(ctx context.Context, kind v1alpha1.RouteKind) (bool, error) {
	compiled, err := admission.CompileRouteKinds([]v1alpha1.RouteKind{kind})
	if err != nil || len(compiled) == 0 || !compiled[0].Parks() {
		return true, nil //nolint:nilerr // what does not compile was never in force
	}
	reason, err := r.Routes.want(ctx, compiled[0])
	if err != nil || reason != nil {
		return reason != nil, err // without the kind, or without the right to it, there is nothing that can be done
	}
	gvk, err := r.RESTMapper().KindFor(compiled[0].Resource())
	if err != nil {
		return false, fmt.Errorf("asking the API server for %s: %w", compiled[0].Name(), err)
	}
	row := furtherRow(compiled[0], gvk)
	list := row.list()
	if err := r.List(ctx, list); err != nil {
		return false, fmt.Errorf("listing %s, to release them: %w", compiled[0].Name(), err)
	}
	left := false
	err = meta.EachListItem(list, func(o runtime.Object) error {
		object, is := o.(client.Object)
		if !is || !row.read(object).Held {
			return nil
		}
		left = true
		released, is := object.DeepCopyObject().(client.Object)
		if !is {
			return nil
		}
		row.release(released)
		patch := client.MergeFromWithOptions(object, client.MergeFromWithOptimisticLock{})
		return client.IgnoreNotFound(r.Patch(ctx, released, patch, client.FieldOwner(operatorName)))
	})
	if err != nil || left {
		return false, err
	}
	r.Routes.drop(gvk.GroupKind())
	return true, nil
}

// routeKindsCondition tells whether the further kinds are watched; false where there are none.
func routeKindsCondition(kinds int, reasons []unwatched, generation int64) (metav1.Condition, bool) {
	if kinds == 0 {
		return metav1.Condition{}, false
	}
	if len(reasons) == 0 {
		return metav1.Condition{
			Type: v1alpha1.ConditionRouteKindsWatched, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonWatched,
			Message: "the operator parks, releases and counts the routes of every further kind", ObservedGeneration: generation,
		}, true
	}
	var messages []string
	for _, reason := range reasons {
		messages = append(messages, reason.message)
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionRouteKindsWatched, Status: metav1.ConditionFalse, Reason: reasons[0].reason,
		Message: strings.Join(messages, "; "), ObservedGeneration: generation,
	}, true
}

// ready is the condition Ready of an ExposurePolicy whose policies are in force, but for those of the kinds that are wrong.
func (f furtherKinds) ready(generation int64) metav1.Condition {
	switch {
	case len(f.wrong) > 0:
		return metav1.Condition{
			Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonRouteKindsInvalid, ObservedGeneration: generation,
			Message: "these are not as this ExposurePolicy says, and what stood for them still stands: " + errors.Join(f.wrong...).Error(),
		}
	case f.onTrial:
		return metav1.Condition{
			Type: v1alpha1.ConditionReady, Status: metav1.ConditionUnknown, Reason: v1alpha1.ReasonRouteKindsOnTrial, ObservedGeneration: generation,
			Message: "the API server is checking the expressions of spec.routeKinds",
		}
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPoliciesInForce, ObservedGeneration: generation,
		Message: "the admission policies are as this ExposurePolicy says",
	}
}
