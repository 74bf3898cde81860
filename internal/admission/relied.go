package admission

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// ReliedKey holds, on the Namespace of Gateways and ListenerSets, which hostnames of theirs somebody relies on: a line for
// each parent, or listener of one, that is among the clearances of a namespace; in it the parent's name within the
// namespace, and the hostnames. A policy keeps each from listening for any other.
const ReliedKey = headerKey + ".relied"

// Relied reads, by exposure.ParentKey without the namespace, which hostnames are relied on.
func Relied(annotations map[string]string) map[string][]string {
	relied := map[string][]string{}
	for line := range strings.Lines(annotations[ReliedKey]) {
		if fields := strings.Fields(line); len(fields) > 0 {
			relied[fields[0]] = fields[1:]
		}
	}
	return relied
}

// EncodeRelied writes what Relied reads; "" where nothing is relied on.
func EncodeRelied(relied map[string][]string) string {
	if len(relied) == 0 {
		return ""
	}
	entries := make([]string, 0, len(relied))
	for _, key := range slices.Sorted(maps.Keys(relied)) {
		entries = append(entries, strings.Join(append([]string{key}, relied[key]...), " "))
	}
	return lines(entries)
}

// ReliedName is the name under which a parent, or a listener of it, is relied on in its namespace.
func ReliedName(kind, name, section string) string {
	return strings.TrimSuffix(kind+"/"+name+"/"+section, "/")
}

// reliedKinds are the kinds that have listeners.
var reliedKinds = []struct{ kind, resource string }{
	{exposure.GatewayParent, "gateways"}, {exposure.ListenerSetParent, "listenersets"},
}

// reliedPolicies keep Gateways and ListenerSets on whose listeners somebody's routes rely from listening for more: a route
// that names no host is let be for as long as every host that its parents listen for is filed.
func reliedPolicies() ([]*admissionregistrationv1.ValidatingAdmissionPolicy, []*admissionregistrationv1.ValidatingAdmissionPolicyBinding) {
	fail, forbidden := admissionregistrationv1.Fail, metav1.StatusReasonForbidden
	var policies []*admissionregistrationv1.ValidatingAdmissionPolicy
	var bindings []*admissionregistrationv1.ValidatingAdmissionPolicyBinding
	for _, row := range reliedKinds {
		policy := &admissionregistrationv1.ValidatingAdmissionPolicy{
			ObjectMeta: objectMeta("gate", row.resource),
			Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
				FailurePolicy:    &fail,
				MatchConstraints: resourceRules(gatewayv1.GroupName, []string{"*"}, []string{row.resource}),
				Variables: asVariables([]variable{
					{name: "relied", expression: fmt.Sprintf(`has(namespaceObject.metadata.annotations) && %[1]s in namespaceObject.metadata.annotations ?
						namespaceObject.metadata.annotations[%[1]s].split('\n').filter(l, l.startsWith('%[2]s/' + object.metadata.name + ' ') ||
							l.startsWith('%[2]s/' + object.metadata.name + '/')) : []`, literal(ReliedKey), row.kind)},
					{name: "widened", expression: fmt.Sprintf(`size(variables.relied) == 0 || !has(object.spec.listeners) ? [] :
						object.spec.listeners.filter(l, variables.relied.exists(r,
							(r.startsWith('%[1]s/' + object.metadata.name + ' ') || r.startsWith('%[1]s/' + object.metadata.name + '/' + l.name + ' ')) &&
							!(has(l.hostname) && l.hostname != '' && (r + ' ').contains(' ' + l.hostname + ' '))))`, row.kind)},
				}),
				Validations: []admissionregistrationv1.Validation{{
					Expression: "size(variables.widened) == 0",
					Message:    "routes that name no host rely on the hostnames of the listeners here, and all of these are filed: a listener for others would serve hosts without a filing",
					MessageExpression: expression(`'routes that name no host rely on these listeners, all of whose hostnames are filed; not so: ' +
						variables.widened.map(l, l.name + ' (' + (has(l.hostname) ? l.hostname : '*') + ')').join(', ') +
						': give the routes hostnames, or file the domain first'`),
					Reason: &forbidden,
				}},
			},
		}
		policies = append(policies, policy)
		bindings = append(bindings, validatingBinding(policy.Name, boundTo{"all", metav1.LabelSelector{}}, admissionregistrationv1.Deny))
	}
	return policies, bindings
}
