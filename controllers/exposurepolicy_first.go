package controllers

import (
	"context"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// begin makes the ExposurePolicy on the operator's first run, with the defaults of its kind: an object of a kind that
// the same `kubectl apply` installs could not be applied with it. Where the gate's policies stand already, somebody
// deleted it, and it stays deleted: that opens no gate.
func (r *ExposurePolicyReconciler) begin(ctx context.Context) error {
	there, err := r.policiesThere(ctx)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return r.watchRemembered(ctx, there)
	}
	policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: exposurePolicyName}}
	if err := r.Create(ctx, policy, client.FieldOwner(operatorName)); client.IgnoreAlreadyExists(err) != nil {
		return fmt.Errorf("making the ExposurePolicy %s: %w", exposurePolicyName, err)
	}
	return nil
}

// watchRemembered watches the further kinds that the policies in force were made of.
func (r *ExposurePolicyReconciler) watchRemembered(ctx context.Context, there map[string]client.Object) error {
	var kinds []v1alpha1.RouteKind
	for _, object := range there {
		gate, is := object.(*admissionregistrationv1.ValidatingAdmissionPolicy)
		if !is {
			continue
		}
		if kind, remembered := admission.RememberedKind(gate); remembered {
			kinds = append(kinds, kind)
		}
	}
	further, err := admission.CompileRouteKinds(kinds)
	if err != nil {
		return fmt.Errorf("reading what the gate's policies were made of: %w", err)
	}
	_, err = r.watchFurther(ctx, further)
	return err
}
