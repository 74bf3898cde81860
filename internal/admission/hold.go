package admission

import (
	"encoding/json"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// holdPolicy parks and releases, in namespaces in mode hold, in the very write that it sees.
func holdPolicy(kind gatedKind, settings Settings) *admissionregistrationv1.MutatingAdmissionPolicy {
	return parkingPolicy("hold", kind, settings.Rules, modeExpression(settings), kind.mayExpose())
}

// settlePolicy parks and releases everywhere else, but only what is marked as parked, before the write or by it: by the gate, or
// by the operator, which marks what it wants to have parked. So, in mode deny, a route is parked whose clearance has gone, while a
// tenant's write of an uncleared host is refused; and where the mode was lowered, what was parked is released. The mark is a label,
// since a selector keeps all other writes from costing anything.
func settlePolicy(kind gatedKind, settings Settings) *admissionregistrationv1.MutatingAdmissionPolicy {
	return settling(kind, settings.Rules, modeExpression(settings))
}

// settling is a settling policy for namespaces whose mode an expression yields.
func settling(kind gatedKind, rules exposure.Rules, mode string) *admissionregistrationv1.MutatingAdmissionPolicy {
	policy := parkingPolicy("settle", kind, rules, mode, "true")
	policy.Spec.MatchConstraints.ObjectSelector = &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: icpv1alpha1.ParkedLabel, Operator: metav1.LabelSelectorOpExists}},
	}
	return policy
}

// nothing is a patch that changes nothing: its test fails, so that the API server keeps the object that it has. From an empty
// patch it would make the object anew, by way of its JSON.
const nothing = `[JSONPatch{op: 'test', path: '/kind', value: ''}]`

// parkingPolicy is evaluated for nearly every write that it matches: so it asks first what tells that there is nothing to do.
func parkingPolicy(name string, kind gatedKind, rules exposure.Rules, mode, concerns string) *admissionregistrationv1.MutatingAdmissionPolicy {
	fail := admissionregistrationv1.Fail
	variables := []variable{{name: "mode", expression: mode}, {name: "closes", expression: closesExpression()}}
	variables = append(variables, lookupVariables()...)
	variables = append(variables, hostVariables(kind.hosts)...)
	variables = append(variables, blockedVariables(rules)...)
	variables = append(variables, becauseVariables(kind)...)
	variables[len(variables)-1].stands = true // each patch of a note has it
	variables = append(variables, kind.parking...)
	return &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: objectMeta(name, kind.policyName()),
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			FailurePolicy:      &fail,
			MatchConstraints:   resourceRules(kind.group, kind.versions, kind.resources()),
			MatchConditions:    kind.conditions(),
			Variables:          standing(variables),
			ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{Expression: expression(fmt.Sprintf(
					`!(%s) || !(%s) && %s ? %s : %s ? %s : %s`,
					concerns, kind.heldBefore, kind.plainlyCleared(), nothing, ofSubresource, nested(variables, kind.fix), nested(variables, fmt.Sprintf(`
						variables.closes && size(variables.blocked) > 0 ? (variables.served || variables.held ? (%s) : []) :
						variables.held ? (%s) : %s`, kind.park, kind.release, unlabel))))},
			}},
		},
	}
}

func mutatingBinding(policy string, to boundTo) *admissionregistrationv1.MutatingAdmissionPolicyBinding {
	return &admissionregistrationv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%s", policy, to.suffix), Labels: PolicyLabels()},
		Spec: admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{
			PolicyName: policy, MatchResources: matchAll(to.selector),
		},
	}
}

// Touch is a merge patch of a route that has the policies look at it again, and says what for. Outside hold they look at nothing that
// is not marked as parked; they take the mark away from what is not parked then.
func Touch(checked string) ([]byte, error) {
	return json.Marshal(map[string]any{"metadata": map[string]any{
		"annotations": map[string]string{icpv1alpha1.GateCheckedAnnotation: checked},
		"labels":      map[string]string{icpv1alpha1.ParkedLabel: "true"},
	}})
}
