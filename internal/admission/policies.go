package admission

import (
	"maps"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Labels of every policy and binding that the operator makes of the ExposurePolicy.
var policyLabels = map[string]string{
	"app.kubernetes.io/managed-by": "icp-operator",
	"app.kubernetes.io/component":  "exposure-gate",
}

// PolicyLabels returns the labels by which the policies and bindings that Build makes are found.
func PolicyLabels() map[string]string {
	return maps.Clone(policyLabels)
}

// Policies are the admission policies that gate exposure. Every field has the value that the API server would
// default, so that they equal what it stores.
type Policies struct {
	Mutating           []*admissionregistrationv1.MutatingAdmissionPolicy
	MutatingBindings   []*admissionregistrationv1.MutatingAdmissionPolicyBinding
	Validating         []*admissionregistrationv1.ValidatingAdmissionPolicy
	ValidatingBindings []*admissionregistrationv1.ValidatingAdmissionPolicyBinding
}

// Build makes the policies for settings. Without hold, as on an API server that has no MutatingAdmissionPolicy, it
// makes none that parks, and the mode hold refuses as deny does.
func Build(settings Settings, hold bool) Policies {
	var policies Policies
	for _, kind := range settings.kinds() {
		if hold && kind.parks() {
			policies = policies.withMutating(holdPolicy(kind, settings), holdSelectors(settings))
			policies = policies.withMutating(settlePolicy(kind, settings), settleSelectors(settings))
		}
		gate := gatePolicy(kind, settings, hold)
		policies.Validating = append(policies.Validating, gate)
		policies.ValidatingBindings = append(policies.ValidatingBindings, gateBindings(gate.Name, settings)...)
	}
	if hold {
		policies = policies.withMutating(putBackPolicy(), []boundTo{{"all", metav1.LabelSelector{}}})
	}
	relied, reliedBindings := reliedPolicies()
	policies.Validating = append(policies.Validating, relied...)
	policies.ValidatingBindings = append(policies.ValidatingBindings, reliedBindings...)
	policy, binding := labelPolicy(settings)
	policies.Validating = append(policies.Validating, policy)
	policies.ValidatingBindings = append(policies.ValidatingBindings, binding)
	return policies
}

func (p Policies) withMutating(policy *admissionregistrationv1.MutatingAdmissionPolicy, selectors []boundTo) Policies {
	p.Mutating = append(p.Mutating, policy)
	for _, to := range selectors {
		p.MutatingBindings = append(p.MutatingBindings, mutatingBinding(policy.Name, to))
	}
	return p
}

// resourceRules match writes of resources; each with all defaults.
func resourceRules(group string, versions, resources []string) *admissionregistrationv1.MatchResources {
	allScopes := admissionregistrationv1.AllScopes
	match := matchAll(metav1.LabelSelector{})
	match.ResourceRules = []admissionregistrationv1.NamedRuleWithOperations{{
		RuleWithOperations: admissionregistrationv1.RuleWithOperations{
			Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
			Rule: admissionregistrationv1.Rule{
				APIGroups: []string{group}, APIVersions: slices.Clone(versions), Resources: slices.Clone(resources), Scope: &allScopes,
			},
		},
	}}
	return match
}

// matchAll matches everything in the namespaces that a selector selects.
func matchAll(namespaces metav1.LabelSelector) *admissionregistrationv1.MatchResources {
	equivalent := admissionregistrationv1.Equivalent
	return &admissionregistrationv1.MatchResources{
		NamespaceSelector: namespaces.DeepCopy(), ObjectSelector: &metav1.LabelSelector{}, MatchPolicy: &equivalent,
	}
}

func objectMeta(parts ...string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: "icp-" + strings.Join(parts, "-"), Labels: PolicyLabels()}
}

func condition(name, text string) admissionregistrationv1.MatchCondition {
	return admissionregistrationv1.MatchCondition{Name: name, Expression: expression(text)}
}

// Object is a policy or a binding.
type Object interface {
	metav1.Object
	runtime.Object
}

// DeepCopy copies all of them.
func (p Policies) DeepCopy() Policies {
	return Policies{
		Validating: copies(p.Validating), ValidatingBindings: copies(p.ValidatingBindings),
		Mutating: copies(p.Mutating), MutatingBindings: copies(p.MutatingBindings),
	}
}

func copies[T interface{ DeepCopy() T }](of []T) []T {
	made := make([]T, len(of))
	for i, o := range of {
		made[i] = o.DeepCopy()
	}
	return made
}

// Objects lists them in the order in which they are to be written: what parks before what refuses, and each policy
// before its bindings.
func (p Policies) Objects() []Object {
	var objects []Object
	for _, object := range p.Mutating {
		objects = append(objects, object)
	}
	for _, object := range p.MutatingBindings {
		objects = append(objects, object)
	}
	for _, object := range p.Validating {
		objects = append(objects, object)
	}
	for _, object := range p.ValidatingBindings {
		objects = append(objects, object)
	}
	return objects
}
