package admission

import (
	"encoding/json"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// RouteKindAnnotation remembers, on the policy that refuses, the further kind that it was made of: what stands while the
// ExposurePolicy's entry is wrong, and what must be released when it has the kind no more.
const RouteKindAnnotation = "icp.beian.dev/route-kind"

// Trial is the kind's policy that refuses, for the API server to try in a dry run before the kind is gated by it.
func (f Further) Trial() *admissionregistrationv1.ValidatingAdmissionPolicy {
	policy := gatePolicy(f.gated(), Settings{}, false)
	policy.ObjectMeta = objectMeta("trial", f.Name())
	return policy
}

// Releasing is a policy, and its binding, that releases each object of the kind, in whatever namespace, that is written.
func (f Further) Releasing() (*admissionregistrationv1.MutatingAdmissionPolicy, *admissionregistrationv1.MutatingAdmissionPolicyBinding) {
	policy := settling(f.gated(), exposure.Rules{}, literal(icpv1alpha1.GateOff))
	return policy, mutatingBinding(policy.Name, boundTo{"release", metav1.LabelSelector{}})
}

// RouteKindName is a further kind's name for people, and in the names of its policies: virtualservices.networking.istio.io.
func RouteKindName(kind icpv1alpha1.RouteKind) string {
	return strings.TrimSuffix(kind.Resource+"."+kind.Group, ".")
}

// PoliciesOf are the names of a further kind's policies; its bindings name one of them.
func PoliciesOf(kind string) []string {
	return []string{objectMeta("gate", kind).Name, objectMeta("hold", kind).Name, objectMeta("settle", kind).Name}
}

// MadeOf is what a further kind was made of, written out: two that have the same are the same.
func (f Further) MadeOf() string {
	// A RouteKind holds nothing that cannot be written.
	written, _ := json.Marshal(f.kind)
	return string(written)
}

// Remembered is the further kind that a policy was made of, or false.
func Remembered(policy *admissionregistrationv1.ValidatingAdmissionPolicy) (Further, bool) {
	written, there := policy.Annotations[RouteKindAnnotation]
	var kind icpv1alpha1.RouteKind
	if !there || json.Unmarshal([]byte(written), &kind) != nil {
		return Further{}, false
	}
	further, err := compileRouteKind(kind)
	return further, err == nil
}
