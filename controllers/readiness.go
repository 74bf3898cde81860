package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// readyWithin is how long a probe waits for what should be there already.
const readyWithin = 500 * time.Millisecond

// AddReadiness has /readyz say whether this operator could act at once, and whether the gate's state is known: that what it
// watches is in memory, and that some operator, this one or the one that leads, has said of the ExposurePolicy whether its
// policies are in force. What was known once is not asked again: a mistake in the ExposurePolicy takes no operator out of service.
func AddReadiness(mgr ctrl.Manager) error {
	reader := mgr.GetClient()
	var known atomic.Bool
	return errors.Join(
		mgr.AddReadyzCheck("caches", func(r *http.Request) error {
			ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
			defer cancel()
			if !mgr.GetCache().WaitForCacheSync(ctx) {
				return errors.New("what is watched is not in memory yet")
			}
			return nil
		}),
		mgr.AddReadyzCheck("gate", func(r *http.Request) error {
			if known.Load() {
				return nil
			}
			ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
			defer cancel()
			if err := gateKnown(ctx, reader); err != nil {
				return err
			}
			known.Store(true)
			return nil
		}),
	)
}

// gateKnown tells whether an operator has said how the gate stands. Where somebody deleted the ExposurePolicy, the policies that
// stand are the gate.
func gateKnown(ctx context.Context, reader client.Reader) error {
	var policy v1alpha1.ExposurePolicy
	err := reader.Get(ctx, client.ObjectKey{Name: exposurePolicyName}, &policy)
	switch {
	case apierrors.IsNotFound(err):
		var standing admissionregistrationv1.ValidatingAdmissionPolicyList
		if err := reader.List(ctx, &standing, client.MatchingLabels(admission.PolicyLabels())); err != nil {
			return fmt.Errorf("listing the policies of the gate: %w", err)
		}
		if len(standing.Items) == 0 {
			return errors.New("the gate's policies are not made yet")
		}
		return nil
	case err != nil:
		return fmt.Errorf("reading the ExposurePolicy: %w", err)
	case meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionReady) == nil:
		return errors.New("no operator has said yet whether the gate's policies are in force")
	}
	return nil
}
