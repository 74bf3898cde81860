package controllers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// watchStanding watches the further kinds that policies stand for.
func (r *ExposurePolicyReconciler) watchStanding(ctx context.Context) error {
	standing, err := r.standingFurther(ctx)
	if err != nil {
		return err
	}
	_, err = r.watchFurther(ctx, slices.Collect(maps.Values(standing)))
	return err
}

// countStanding counts routes by the settings that the policies which stand were made of.
func (r *ExposurePolicyReconciler) countStanding(ctx context.Context) error {
	settings, err := settingsInForce(ctx, r.Client)
	if err != nil {
		return err
	}
	_, err = r.tally.count(ctx, r.Client, r.Shard, r.Routes, settings, 0)
	return err
}

// begin makes the ExposurePolicy on the operator's first run, with the defaults of its kind: an object of a kind that
// the same `kubectl apply` installs could not be applied with it. Where the gate's policies stand already, somebody
// deleted it, and it stays deleted: that opens no gate.
func (r *ExposurePolicyReconciler) begin(ctx context.Context) error {
	there, err := r.policiesThere(ctx)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		r.inPlace.adopt(there)
		return errors.Join(r.hold.try(ctx, r.Client), r.watchStanding(ctx), r.countStanding(ctx))
	}
	policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: exposurePolicyName}}
	if err := r.Create(ctx, policy, client.FieldOwner(operatorName)); client.IgnoreAlreadyExists(err) != nil {
		return fmt.Errorf("making the ExposurePolicy %s: %w", exposurePolicyName, err)
	}
	return nil
}
