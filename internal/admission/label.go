package admission

import (
	"fmt"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// labelPolicy keeps a namespace that has the default mode from being given a weaker one by its label, or being made
// with a weaker one, without the verb ungate. What the label says once it is there is kept by the guard in
// config/policy, which does not know the default.
func labelPolicy(settings Settings) (*admissionregistrationv1.ValidatingAdmissionPolicy, *admissionregistrationv1.ValidatingAdmissionPolicyBinding) {
	fail := admissionregistrationv1.Fail
	forbidden := metav1.StatusReasonForbidden
	weaker := modesByRank[:slices.Index(modesByRank, settings.DefaultMode)]
	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{
		ObjectMeta: objectMeta(labelPolicyParts...),
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			FailurePolicy:    &fail,
			MatchConstraints: resourceRules("", []string{"v1"}, namespaceResources),
			MatchConditions: []admissionregistrationv1.MatchCondition{
				condition("weaker-than-default", fmt.Sprintf(`!(object.metadata.name in %s)
					&& has(object.metadata.labels) && '<gateLabel>' in object.metadata.labels
					&& object.metadata.labels['<gateLabel>'] in %s`, list(settings.ExemptNamespaces), list(weaker))),
				condition("had-default", `oldObject == null || !has(oldObject.metadata.labels) || !('<gateLabel>' in oldObject.metadata.labels)`),
			},
			Validations: []admissionregistrationv1.Validation{{
				Expression: "authorizer.group('icp.beian.dev').resource('exposurepolicies').name('default').check('ungate').allowed()",
				Message: fmt.Sprintf("this lowers the namespace's exposure gate, whose mode is %s by default: it takes the verb ungate on exposurepolicies/default",
					settings.DefaultMode),
				Reason: &forbidden,
			}},
		},
	}
	policy.Annotations = map[string]string{SettingsAnnotation: settings.encoded()}
	return policy, validatingBinding(policy.Name, boundTo{"all", metav1.LabelSelector{}}, admissionregistrationv1.Deny)
}
