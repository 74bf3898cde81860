package controllers

import (
	"context"
	"errors"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// furtherKinds is what a pass finds of the kinds that an ExposurePolicy adds.
type furtherKinds struct {
	// inForce are the kinds to be gated: those that are right, and what stands for those that are wrong or on trial.
	inForce []admission.Further
	onTrial bool
	wrong   []error
}

// tryFurther tries the kinds that an ExposurePolicy adds: their expressions must compile, here and in the API server, and fit
// the schemas of what they are for.
func (r *ExposurePolicyReconciler) tryFurther(ctx context.Context, policy *v1alpha1.ExposurePolicy) (furtherKinds, error) {
	var found furtherKinds
	standing, err := r.standingFurther(ctx)
	if err != nil {
		return found, err
	}
	for _, kind := range policy.Spec.RouteKinds {
		stands, there := standing[admission.RouteKindName(kind)]
		further, err := r.tryKind(ctx, kind, stands)
		switch wrong := (wrongKindError{}); {
		case errors.As(err, &wrong):
			found.wrong = append(found.wrong, wrong)
		case errors.Is(err, resolver.ErrSchemaNotFound):
			found.onTrial = true
		case err != nil:
			return found, err
		default:
			stands, there = further, true
		}
		if there {
			found.inForce = append(found.inForce, stands)
		}
	}
	return found, nil
}

// standingFurther are the further kinds that policies stand for, by name.
func (r *ExposurePolicyReconciler) standingFurther(ctx context.Context) (map[string]admission.Further, error) {
	var list admissionregistrationv1.ValidatingAdmissionPolicyList
	if err := r.List(ctx, &list, client.MatchingLabels(admission.PolicyLabels())); err != nil {
		return nil, fmt.Errorf("listing the policies of the gate: %w", err)
	}
	standing := map[string]admission.Further{}
	for i := range list.Items {
		if further, is := admission.Remembered(&list.Items[i]); is {
			standing[further.Name()] = further
		}
	}
	return standing, nil
}

// tryKind makes one kind ready to be gated, if it is right.
func (r *ExposurePolicyReconciler) tryKind(ctx context.Context, kind v1alpha1.RouteKind, stands admission.Further) (admission.Further, error) {
	further, err := admission.CompileRouteKind(kind)
	if err != nil {
		return further, wrongKindError{says: err.Error()}
	}
	mapping, err := furtherMapping(r.RESTMapper(), further)
	switch {
	case err != nil:
		return further, err
	case mapping != nil && mapping.Scope.Name() != meta.RESTScopeNameNamespace:
		return further, wrongKindError{says: "routeKinds " + further.Name() + ": its objects are in no namespace, and the gate is for those that are"}
	case stands.Parks() && !stands.SameParking(further):
		return further, wrongKindError{says: "routeKinds " + further.Name() + ": objects may be parked in the way that it had, and could not be released: " +
			"take the kind out of routeKinds, wait until Ready is True, and put it in anew"}
	}
	trial := fmt.Sprintf("%s served: %t", further.MadeOf(), mapping != nil)
	if says, tried := r.tried[trial]; tried {
		return further, says
	}
	err = r.try(ctx, further, mapping)
	if wrong := (wrongKindError{}); err == nil || errors.As(err, &wrong) && !wrong.unfit {
		r.tried[trial] = err
	}
	return further, err
}

// try has the API server try a kind's policy, and compares the kind with the schema of its objects, where they are served.
func (r *ExposurePolicyReconciler) try(ctx context.Context, further admission.Further, mapping *meta.RESTMapping) error {
	err := r.Create(ctx, further.Trial(), client.DryRunAll, client.FieldOwner(operatorName))
	if apierrors.IsInvalid(err) {
		return wrongKindError{says: "routeKinds " + further.Name() + ": " + err.Error()}
	}
	if err != nil {
		return fmt.Errorf("trying the policy of %s: %w", further.Name(), err)
	}
	if mapping == nil {
		return nil
	}
	schema, err := r.schemas.ResolveSchema(mapping.GroupVersionKind)
	if err != nil {
		return fmt.Errorf("reading the schema of %s: %w", further.Name(), err)
	}
	if err := further.Fits(schema); err != nil {
		return wrongKindError{says: err.Error(), unfit: true}
	}
	return nil
}

// wrongKindError says what is wrong with a further kind.
type wrongKindError struct {
	says string
	// unfit tells that it is wrong for the schema of its objects, which may be another any time: their CRD is upgraded, say.
	unfit bool
}

// Error says it.
func (e wrongKindError) Error() string { return e.says }

// watchFurther watches further kinds, and says why any is not watched.
func (r *ExposurePolicyReconciler) watchFurther(ctx context.Context, kinds []admission.Further) ([]unwatched, error) {
	var reasons []unwatched
	for _, further := range kinds {
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
