package admission

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// holdPolicy parks and releases, in namespaces in mode hold, in the very write that it sees.
func holdPolicy(kind gatedKind, settings Settings) *admissionregistrationv1.MutatingAdmissionPolicy {
	return parkingPolicy("hold", kind, settings, kind.mayExpose())
}

// settlePolicy parks and releases everywhere else, but only what the gate has parked already, or when it is the
// operator who writes. So, in mode deny, a route is parked whose clearance has gone, while a tenant's write of an
// uncleared host is refused; and where the mode was lowered, what was parked is released.
func settlePolicy(kind gatedKind, settings Settings) *admissionregistrationv1.MutatingAdmissionPolicy {
	return parkingPolicy("settle", kind, settings, "true",
		condition("held-or-operator", fmt.Sprintf("request.userInfo.username == '<operator>' || (%s)", kind.heldBefore)))
}

// parkingPolicy is evaluated for nearly every write that it matches: so it asks first what tells that there is nothing to do.
func parkingPolicy(name string, kind gatedKind, settings Settings, concerns string, matchConditions ...admissionregistrationv1.MatchCondition) *admissionregistrationv1.MutatingAdmissionPolicy {
	fail := admissionregistrationv1.Fail
	variables := []variable{{name: modeName, expression: modeExpression(settings)}, {name: "closes", expression: closesExpression()}}
	variables = append(variables, lookupVariables()...)
	variables = append(variables, hostVariables(kind.hosts)...)
	variables = append(variables, blockedVariables(settings.Rules)...)
	variables = append(variables, becauseVariables(kind)...)
	variables = append(variables, kind.parking...)
	return &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: objectMeta(name, kind.policyName()),
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			FailurePolicy:      &fail,
			MatchConstraints:   resourceRules(kind.group, kind.versions, kind.resources()),
			MatchConditions:    kind.conditions(matchConditions...),
			Variables:          standing(variables),
			ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{Expression: expression(fmt.Sprintf(
					`!(%s) || !(%s) && %s ? [] : %s ? %s : %s`,
					concerns, kind.heldBefore, kind.plainlyCleared(), ofSubresource, nested(variables, kind.fix), nested(variables, fmt.Sprintf(`
						variables.closes && size(variables.blocked) > 0 ? (variables.served || variables.held ? (%s) : []) :
						variables.held ? (%s) : []`, kind.park, kind.release))))},
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
