package controllers

import (
	"context"
	"fmt"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// retire lets go of the further kinds whose policies stand though the ExposurePolicy has them no more: first the bindings
// go, then what was parked is released, and only then the policies, which remember the kind until that is done. The
// reasons say what is not done yet.
func (r *ExposurePolicyReconciler) retire(ctx context.Context, unwanted map[string]client.Object) ([]unwatched, error) {
	var reasons []unwatched
	for _, object := range unwanted {
		gate, is := object.(*admissionregistrationv1.ValidatingAdmissionPolicy)
		if !is {
			continue
		}
		further, is := admission.Remembered(gate)
		if !is {
			continue
		}
		if err := r.unbind(ctx, further, unwanted); err != nil {
			return nil, err
		}
		reason, err := r.releaseKind(ctx, further)
		if err != nil {
			return nil, err
		}
		if reason != nil {
			reasons = append(reasons, *reason)
		}
	}
	return reasons, nil
}

// unbind takes away the bindings of a kind's policies. Where policies park, one that releases takes their place: what it
// releases belongs to whoever wrote it.
func (r *ExposurePolicyReconciler) unbind(ctx context.Context, further admission.Further, there map[string]client.Object) error {
	policy, binding := further.Releasing()
	policies := admission.PoliciesOf(further.Name())
	for _, other := range there {
		if !slices.Contains(policies, policyBound(other)) || other.GetName() == binding.Name {
			continue
		}
		if err := r.deletePolicy(ctx, other); err != nil {
			return err
		}
	}
	if r.hold.served() == "" || !further.Parks() {
		return nil
	}
	for _, object := range []client.Object{policy, binding} {
		current, exists := there[policyKey(object)]
		if err := r.keepPolicy(ctx, object, current, exists); err != nil {
			return err
		}
	}
	return nil
}

// policyBound is the name of the policy that a binding binds; empty where the object is no binding.
func policyBound(object client.Object) string {
	switch o := object.(type) {
	case *admissionregistrationv1.ValidatingAdmissionPolicyBinding:
		return o.Spec.PolicyName
	case *admissionregistrationv1.MutatingAdmissionPolicyBinding:
		return o.Spec.PolicyName
	}
	return ""
}

// releaseKind releases every parked object of a kind that is gated no more, and says why not all are. The API server may
// go on to park for a second after a binding has gone, so they are looked at again until none is left.
func (r *ExposurePolicyReconciler) releaseKind(ctx context.Context, further admission.Further) (*unwatched, error) {
	mapping, err := furtherMapping(r.RESTMapper(), further)
	if err != nil || mapping == nil || !further.Parks() {
		return nil, err
	}
	row := furtherRow(further, mapping.GroupVersionKind)
	list := row.list() // which is unstructured, and so not of the cache
	err = r.List(ctx, list)
	if apierrors.IsForbidden(err) {
		return &unwatched{v1alpha1.ReasonRouteKindNotPermitted, "objects that routeKinds has no more cannot be released: " + notPermitted("list and patch", further)}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing %s, to release what was parked: %w", further.Name(), err)
	}
	var left int
	var refused string
	err = meta.EachListItem(list, func(o runtime.Object) error {
		object, is := o.(client.Object)
		if !is || !row.read(object).Held {
			return nil
		}
		left++
		err := r.letGo(ctx, row, object)
		if apierrors.IsForbidden(err) || apierrors.IsConflict(err) {
			refused, err = ": "+err.Error(), nil
		}
		return client.IgnoreNotFound(err)
	})
	if err != nil || left == 0 {
		return nil, err
	}
	return &unwatched{v1alpha1.ReasonRouteKindsReleasing, fmt.Sprintf("%d objects of %s, which routeKinds has no more, are being released%s", left, further.Name(), refused)}, nil
}

// untouch is a write that changes nothing but what the operator itself has put on an object, for the policy that releases.
var untouch = client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"annotations":{%q:null}}}`, v1alpha1.GateCheckedAnnotation))

// letGo has the policy release an object, or does it where there is none.
func (r *ExposurePolicyReconciler) letGo(ctx context.Context, row routeKind, object client.Object) error {
	released, is := object.DeepCopyObject().(client.Object)
	if !is {
		return nil
	}
	patch := untouch
	if r.hold.edits() {
		row.release(released)
		patch = client.MergeFromWithOptions(object, client.MergeFromWithOptimisticLock{})
	}
	return r.Patch(ctx, released, patch, client.FieldOwner(operatorName))
}
