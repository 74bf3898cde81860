package cluster

import (
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

const (
	inForceWithin = 2 * time.Minute
	inForcePoll   = 50 * time.Millisecond
)

// UntilGated returns when the API server judges by all policies of the gate: the operator says when it has written them, and
// when it has seen that those that park act; until then it may park by itself. The client is a cluster admin's, and its scheme
// knows the ExposurePolicy.
func UntilGated(ctx context.Context, c client.Client) error {
	err := wait.PollUntilContextTimeout(ctx, inForcePoll, inForceWithin, true, func(ctx context.Context) (bool, error) {
		var policy v1alpha1.ExposurePolicy
		if err := c.Get(ctx, client.ObjectKey{Name: "default"}, &policy); err != nil {
			return false, client.IgnoreNotFound(err)
		}
		return policy.Status.ObservedGeneration == policy.Generation &&
			meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) &&
			meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionHoldSupported), nil
	})
	if err != nil {
		return fmt.Errorf("wait until the operator has made the gate's policies: %w", err)
	}
	return PoliciesInForce(ctx, c)
}

// PoliciesInForce returns when the API server judges by every admission policy and binding as they were when it was called.
// The API server takes up, once a second or so, all that it has heard of by then, and it hears of each kind in the order in
// which it was written. So one more of each kind is written last, and waited for until it is seen to act, on a ConfigMap that
// no other policy knows. The client is a cluster admin's.
func PoliciesInForce(ctx context.Context, c client.Client) error {
	probe := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: "in-force-" + rand.String(8)}}
	mutates := true
	for _, object := range lastPolicies(probe.Name) {
		err := c.Create(ctx, object)
		if meta.IsNoMatchError(err) { // an API server such as those before Kubernetes 1.36
			mutates = false
			continue
		}
		if err != nil {
			return fmt.Errorf("create %T %s: %w", object, object.GetName(), err)
		}
		defer func() { _ = c.Delete(context.WithoutCancel(ctx), object) }()
	}
	err := wait.PollUntilContextTimeout(ctx, inForcePoll, inForceWithin, true, func(ctx context.Context) (bool, error) {
		err := c.Create(ctx, probe.DeepCopy(), client.DryRunAll)
		if !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
			return false, err
		}
		mutated := probe.DeepCopy()
		mutated.Labels = map[string]string{letPass: "true"}
		err = c.Create(ctx, mutated, client.DryRunAll)
		return err == nil && (!mutates || mutated.Data["mutated"] == "true"), err
	})
	if err != nil {
		return fmt.Errorf("wait until the API server judges by the policies that were written: %w", err)
	}
	return nil
}

// letPass labels the ConfigMap that is not refused.
const letPass = "example.com/let-pass"

// lastPolicies are policies, and their bindings, that refuse a ConfigMap of a name unless it is labelled, and that write
// into it.
func lastPolicies(name string) []client.Object {
	rules := []admissionregistrationv1.NamedRuleWithOperations{{RuleWithOperations: admissionregistrationv1.RuleWithOperations{
		Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
		Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}},
	}}}
	named := []admissionregistrationv1.MatchCondition{{Name: "named", Expression: fmt.Sprintf("object.metadata.name == %q", name)}}
	object := metav1.ObjectMeta{Name: name}
	return []client.Object{
		&admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: object, Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: rules}, MatchConditions: named,
			Validations: []admissionregistrationv1.Validation{{Expression: fmt.Sprintf("has(object.metadata.labels) && %q in object.metadata.labels", letPass)}},
		}},
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: object, Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: name, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
		}},
		&admissionregistrationv1.MutatingAdmissionPolicy{ObjectMeta: object, Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: rules}, MatchConditions: named,
			ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType:          admissionregistrationv1.PatchTypeApplyConfiguration,
				ApplyConfiguration: &admissionregistrationv1.ApplyConfiguration{Expression: `Object{data: {"mutated": "true"}}`},
			}},
		}},
		&admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: object, Spec: admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{
			PolicyName: name,
		}},
	}
}
