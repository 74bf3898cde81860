package admission

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// namespaceResources are the ways of writing a Namespace's annotations.
var namespaceResources = []string{"namespaces", "namespaces/status", "namespaces/finalize"}

// ProbeKey is an annotation that the operator writes on its own Namespace in dry runs, to learn whether the API server acts on
// putBackPolicy, which then puts it back.
const ProbeKey = icpv1alpha1.ClearedPrefix + "probe"

// putBackPolicy puts the clearances of a Namespace back as they were when anyone but the operator writes them, so that
// kubectl replace, a restore or a GitOps tool goes through and changes nothing. Where it is not there, the guard in
// config/policy refuses such a write.
func putBackPolicy() *admissionregistrationv1.MutatingAdmissionPolicy {
	fail := admissionregistrationv1.Fail
	const path = `'/metadata/annotations/' + jsonpatch.escapeKey(k)`
	return &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: objectMeta("put-back", "clearances"),
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			FailurePolicy:    &fail,
			MatchConstraints: resourceRules("", []string{"v1"}, namespaceResources),
			MatchConditions: []admissionregistrationv1.MatchCondition{condition("not-the-operator",
				`request.userInfo.username != '<operator>' || has(request.dryRun) && request.dryRun && request.name == '`+icpv1alpha1.OperatorNamespace+`'`)},
			Variables: asVariables([]variable{
				{name: "before", expression: "oldObject != null && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}"},
				{name: "after", expression: "has(object.metadata.annotations) ? object.metadata.annotations : {}"},
				{name: "changed", expression: "variables.after.filter(k, k.startsWith('<clearedPrefix>') && k in variables.before && variables.before[k] != variables.after[k])"},
				{name: "forged", expression: "variables.after.filter(k, k.startsWith('<clearedPrefix>') && !(k in variables.before))"},
				{name: "dropped", expression: "variables.before.filter(k, k.startsWith('<clearedPrefix>') && !(k in variables.after))"},
			}),
			ReinvocationPolicy: admissionregistrationv1.IfNeededReinvocationPolicy,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{Expression: expression(
					`size(variables.changed) + size(variables.forged) + size(variables.dropped) == 0 ? [] : ` + annotationsFirst + ` +
					(variables.changed + variables.dropped).map(k, JSONPatch{op: 'add', path: ` + path + `, value: variables.before[k]}) +
					variables.forged.map(k, JSONPatch{op: 'remove', path: ` + path + `})`)},
			}},
		},
	}
}
