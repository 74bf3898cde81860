package admission

import (
	"encoding/json"
	"maps"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// routeKindAnnotation remembers, on the policy that refuses, the further kind that it was made of, so that what the kind
// has parked can be released when the ExposurePolicy has it no more.
const routeKindAnnotation = "icp.beian.dev/route-kind"

// Trial is the kind's policy that refuses, bound to nothing: the API server checks its expressions, and the controller
// manager their types, before the kind is gated by it.
func (f Further) Trial() *admissionregistrationv1.ValidatingAdmissionPolicy {
	policy := gatePolicy(f.gated(), Settings{})
	policy.ObjectMeta = objectMeta("trial", f.Name())
	policy.Labels = TrialLabels()
	return policy
}

// TrialLabels are the labels by which trials are found.
func TrialLabels() map[string]string {
	labels := maps.Clone(policyLabels)
	labels["app.kubernetes.io/component"] = "exposure-gate-trial"
	return labels
}

// RouteKindName is a further kind's name for people, and in the names of its policies: virtualservices.networking.istio.io.
func RouteKindName(kind icpv1alpha1.RouteKind) string {
	return strings.TrimSuffix(kind.Resource+"."+kind.Group, ".")
}

// PolicyOf tells whether a policy, or a binding, of this name is one of the further kind of that name.
func PolicyOf(policy, kind string) bool {
	for _, part := range []string{"gate", "hold", "settle"} {
		name := objectMeta(part, kind).Name
		if policy == name || strings.HasPrefix(policy, name+"-") {
			return true
		}
	}
	return false
}

// remember writes the kind on its policy.
func (f Further) remember() map[string]string {
	// A RouteKind holds nothing that cannot be written.
	written, _ := json.Marshal(f.kind)
	return map[string]string{routeKindAnnotation: string(written)}
}

// RememberedKind is the further kind that a policy was made of, or false.
func RememberedKind(policy *admissionregistrationv1.ValidatingAdmissionPolicy) (icpv1alpha1.RouteKind, bool) {
	written, there := policy.Annotations[routeKindAnnotation]
	var kind icpv1alpha1.RouteKind
	return kind, there && json.Unmarshal([]byte(written), &kind) == nil
}
