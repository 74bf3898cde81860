package controllers

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// begin makes the ExposurePolicy on the operator's first run, with the defaults of its kind: an object of a kind that
// the same `kubectl apply` installs could not be applied with it. Where the gate's policies stand already, somebody
// deleted it, and it stays deleted: that opens no gate.
func (r *ExposurePolicyReconciler) begin(ctx context.Context) error {
	there, err := r.policiesThere(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: exposurePolicyName}}
	if err := r.Create(ctx, policy, client.FieldOwner(operatorName)); client.IgnoreAlreadyExists(err) != nil {
		return fmt.Errorf("making the ExposurePolicy %s: %w", exposurePolicyName, err)
	}
	return nil
}
