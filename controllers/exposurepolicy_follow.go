package controllers

import (
	"context"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// follow learns what the operator that is of no shard has made of the gate: which further kinds of route are gated, and whether the
// API server parks. It writes nothing.
func (r *ExposurePolicyReconciler) follow(ctx context.Context) (ctrl.Result, error) {
	var policy v1alpha1.ExposurePolicy
	if err := r.Get(ctx, client.ObjectKey{Name: exposurePolicyName}, &policy); client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, err
	}
	if err := r.hold.look(r.RESTMapper()); err != nil {
		return ctrl.Result{}, err
	}
	r.hold.heard(meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionHoldSupported))
	standing, err := r.standingFurther(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}
	further := slices.Collect(maps.Values(standing))
	r.Routes.keepFurther(further)
	if _, err := r.watchFurther(ctx, further); err != nil {
		return ctrl.Result{}, err
	}
	settings, err := gateSettings(ctx, r.Client)
	if err != nil {
		return ctrl.Result{}, err
	}
	_, err = r.tally.count(ctx, r.Client, r.Shard, r.Routes, settings, policy.Generation)
	return ctrl.Result{RequeueAfter: rightsEvery}, err
}

// policyChanged lets pass what of the ExposurePolicy is to be looked at: what it says, and, for who only follows, what was made of it.
func (r *ExposurePolicyReconciler) policyChanged() predicate.Predicate {
	if r.Shard.Name() == "" {
		return predicate.GenerationChangedPredicate{}
	}
	return predicate.Funcs{}
}

// heard takes what another operator found out of whether the API server parks.
func (h *hold) heard(parks *metav1.Condition) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case parks == nil:
	case parks.Status == metav1.ConditionTrue:
		h.acts = true
	case parks.Status == metav1.ConditionFalse:
		h.acts, h.tried = false, h.clock.Now().Add(-actsWithin)
	default:
		h.acts, h.tried = false, h.clock.Now()
	}
}
