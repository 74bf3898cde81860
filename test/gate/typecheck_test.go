package gate

import (
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// The controller manager checks the expressions of each policy against the schemas of what it matches.
func TestThePoliciesFitTheSchemasOfWhatTheyMatch(t *testing.T) {
	t.Parallel()
	p := place{T: t}
	p.eventually("every policy is checked", func() bool {
		var policies admissionregistrationv1.ValidatingAdmissionPolicyList
		p.must(shared.admin.List(t.Context(), &policies))
		for i := range policies.Items {
			if policy := &policies.Items[i]; strings.HasPrefix(policy.Name, "icp-") && policy.Status.TypeChecking == nil {
				return false
			}
		}
		return len(policies.Items) > 0
	})
	var policies admissionregistrationv1.ValidatingAdmissionPolicyList
	p.must(shared.admin.List(t.Context(), &policies))
	for i := range policies.Items {
		for _, warning := range policies.Items[i].Status.TypeChecking.ExpressionWarnings {
			t.Errorf("%s, %s: %s", policies.Items[i].Name, warning.FieldRef, warning.Warning)
		}
	}
}
