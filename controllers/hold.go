package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	admissionregistrationv1beta1 "k8s.io/api/admissionregistration/v1beta1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// actsWithin is how long policies that park may take to act once they stand: an API server takes them up in a second or two.
// Where they do not, it is tried again every so often whether they do.
const (
	actsWithin    = 10 * time.Second
	actsTryEvery  = 5 * time.Second
	holdLookEvery = newKindsEvery
)

// parkingVersions are the versions of MutatingAdmissionPolicy by which an API server can park routes, the preferred first: v1
// from Kubernetes 1.36 on, v1beta1 in 1.34 and 1.35 where the cluster has it on.
var parkingVersions = []schema.GroupVersion{admissionregistrationv1.SchemeGroupVersion, admissionregistrationv1beta1.SchemeGroupVersion}

// hold is what is known of whether the API server parks routes itself. The controllers of the gate share it.
type hold struct {
	clock clock.RealClock

	mu sync.RWMutex
	// version is the one by which policies that park are written; empty where the API server has none.
	version string
	// acts tells that such a policy was seen to act; tried is since when it has been tried whether one does.
	acts  bool
	tried time.Time
}

// look finds out which version the API server has. It may come, and a better one, while the operator runs.
func (h *hold) look(mapper meta.RESTMapper) error {
	if h.served() == parkingVersions[0].Version {
		return nil
	}
	for _, version := range parkingVersions {
		has, err := hasKind(mapper, version.WithKind("MutatingAdmissionPolicy"))
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.version != version.Version {
			h.version, h.acts, h.tried = version.Version, false, time.Time{}
		}
		return nil
	}
	return nil
}

// served is the version that the API server has, empty where it has none.
func (h *hold) served() string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.version
}

// onTrial tells that it is not known yet whether policies that park act.
func (h *hold) onTrial() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.version != "" && !h.acts && h.clock.Since(h.tried) < actsWithin
}

// edits tells that nothing but the operator parks routes that lose their clearance.
func (h *hold) edits() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.version == "" || !h.acts && !h.tried.IsZero() && h.clock.Since(h.tried) >= actsWithin
}

// try finds out whether policies that park act. An API server may serve them and not act on them: as a beta they have a
// feature gate beside the API, and their admission plugin can be off. That of the clearances puts back, in a dry run, what
// the operator writes on its own Namespace.
func (h *hold) try(ctx context.Context, c client.Client) error {
	if !h.begin() {
		return nil
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.OperatorNamespace}}
	patch := fmt.Appendf(nil, `{"metadata":{"annotations":{%q:"dry run"}}}`, admission.ProbeKey)
	err := c.Patch(ctx, namespace, client.RawPatch(types.MergePatchType, patch), client.DryRunAll, client.FieldOwner(operatorName))
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("trying whether the API server acts on MutatingAdmissionPolicies: %w", err)
	}
	_, stands := namespace.Annotations[admission.ProbeKey]
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acts = err != nil || !stands // without that Namespace, as in a trial run of the operator, it is taken for granted
	return nil
}

// begin tells whether there is something to try, from now on.
func (h *hold) begin() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tried.IsZero() {
		h.tried = h.clock.Now()
	}
	return h.version != "" && !h.acts
}

// again is how soon the API server is to be asked again; 0 where nothing better can come.
func (h *hold) again() time.Duration {
	switch {
	case h.served() == "":
		return holdLookEvery
	case h.onTrial():
		return lookAgain
	case h.edits():
		return actsTryEvery
	}
	return 0
}

// condition says whether mode hold parks.
func (h *hold) condition(generation int64) metav1.Condition {
	condition := metav1.Condition{Type: v1alpha1.ConditionHoldSupported, ObservedGeneration: generation}
	h.mu.RLock()
	defer h.mu.RUnlock()
	const asDeny = ": mode hold refuses uncleared routes, as deny does"
	switch {
	case h.version == "":
		condition.Status, condition.Reason = metav1.ConditionFalse, v1alpha1.ReasonNotSupported
		condition.Message = "the API server has no MutatingAdmissionPolicy (v1 from Kubernetes 1.36 on, v1beta1 in 1.34 and 1.35 where it is on)" + asDeny
	case h.acts && h.version == parkingVersions[0].Version:
		condition.Status, condition.Reason = metav1.ConditionTrue, v1alpha1.ReasonSupported
		condition.Message = "the API server parks uncleared routes in mode hold"
	case h.acts:
		condition.Status, condition.Reason = metav1.ConditionTrue, v1alpha1.ReasonSupportedAsBeta
		condition.Message = "the API server parks uncleared routes in mode hold, by MutatingAdmissionPolicy " + h.version
	case h.clock.Since(h.tried) < actsWithin:
		condition.Status, condition.Reason = metav1.ConditionUnknown, v1alpha1.ReasonHoldOnTrial
		condition.Message = "the API server has MutatingAdmissionPolicy " + h.version + "; whether it acts on it is being tried"
	default:
		condition.Status, condition.Reason = metav1.ConditionFalse, v1alpha1.ReasonNotEnforced
		condition.Message = "the API server serves MutatingAdmissionPolicy " + h.version + " and does not act on it (feature gate and admission plugin MutatingAdmissionPolicy)" + asDeny
	}
	return condition
}
