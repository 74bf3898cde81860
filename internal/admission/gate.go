package admission

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// ofSubresource tells a write of a status or the like. A request for the object itself has no such field.
const ofSubresource = `(has(request.subResource) && request.subResource != '')`

// nothingExposed lets a write pass that exposes nothing: of a status, by a controller, or of an object that is being
// deleted, to take a finalizer away, as long as neither spec nor annotations change.
const nothingExposed = `!(oldObject != null && (` + ofSubresource + ` || has(object.metadata.deletionTimestamp))
	&& <sameSpec>
	&& (has(object.metadata.annotations) ? object.metadata.annotations : {}) ==
		(has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}))`

// refusal is exposure.Route.Refusal. It is at most some 4,000 characters long: there is room for 5 KiB.
const refusal = `'` + exposure.NotCleared + `' + request.namespace + ': ' + variables.why + '` + exposure.NotInForce + `' + variables.because + '` +
	exposure.SeeFilings + `' + request.namespace`

// changedAfter is the refusal of a route that a mutating webhook has changed after the gate would have parked it.
const changedAfter = "this route was changed after the exposure gate had looked at it, and a host of it is not cleared" + exposure.NotInForce +
	"is a mutating webhook adding hosts?" + exposure.SeeFilings

// inHold tells a namespace in mode hold.
func inHold(settings Settings) string {
	labels := "has(namespaceObject.metadata.labels) && "
	if settings.DefaultMode == icpv1alpha1.GateHold {
		labels = "!has(namespaceObject.metadata.labels) || "
	}
	return labels + "namespaceObject.metadata.labels[?'<gateLabel>'].orValue(" + literal(settings.DefaultMode) + ") == '" + icpv1alpha1.GateHold + "'"
}

// gatePolicy refuses a route that may be served and has a host that is not cleared. The API server evaluates the message of
// every write that it admits, too, and with each evaluation the variables anew: so the message asks first what the
// validation asks, and a match condition, which would be a third evaluation, is there only for kinds most of whose objects
// name no host. Both ask first whether the route is plainly cleared, as nearly all are. Where hold parks, only what another has
// changed after it is refused: there the message asks nothing, and names no host.
func gatePolicy(kind gatedKind, settings Settings, hold bool) *admissionregistrationv1.ValidatingAdmissionPolicy {
	fail := admissionregistrationv1.Fail
	forbidden := metav1.StatusReasonForbidden
	var variables []variable
	variables = append(variables, lookupVariables()...)
	variables = append(variables, hostVariables(kind.hosts)...)
	variables = append(variables, blockedVariables(settings.Rules)...)
	variables = append(variables, becauseVariables(kind)...)
	variables = append(variables, kind.parking...)
	meta := objectMeta("gate", kind.policyName())
	meta.Annotations = kind.annotations
	passes := kind.plainlyCleared() + " || request.namespace in " + list(settings.ExemptNamespaces) + " || !(" + kind.mayExpose() + ") || " + nested(variables, "size(variables.uncovered) == 0 || !variables.served")
	message := passes + " ? '' : " + nested(variables, refusal)
	if hold && kind.parks() {
		message = fmt.Sprintf("!%s && (%s) ? '%s' + request.namespace : %s", ofSubresource, inHold(settings), changedAfter, message)
	}
	return &admissionregistrationv1.ValidatingAdmissionPolicy{
		ObjectMeta: meta,
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			FailurePolicy:    &fail,
			MatchConstraints: resourceRules(kind.group, kind.versions, kind.resources()),
			MatchConditions:  kind.conditions(),
			Variables:        standing(variables),
			Validations: []admissionregistrationv1.Validation{{
				Expression:        expression(passes),
				Message:           "a host of this route is not cleared for exposure in its namespace: no ICP filing (ICP备案) in force covers it; see the filings with: kubectl get icp",
				MessageExpression: expression(message),
				Reason:            &forbidden,
			}},
		},
	}
}

// gateActions say what a mode does with a route that gatePolicy refuses. The route that hold has parked is not refused.
var gateActions = map[string]admissionregistrationv1.ValidationAction{
	icpv1alpha1.GateDeny:  admissionregistrationv1.Deny,
	icpv1alpha1.GateHold:  admissionregistrationv1.Deny,
	icpv1alpha1.GateWarn:  admissionregistrationv1.Warn,
	icpv1alpha1.GateAudit: admissionregistrationv1.Audit,
}

// gateBindings bind gatePolicy to the modes, each namespace to one at most.
func gateBindings(name string, settings Settings) []*admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	action, gated := gateActions[settings.DefaultMode]
	denied := gateLabel(metav1.LabelSelectorOpNotIn, openModes...) // which selects those without the label, too
	if action != admissionregistrationv1.Deny {
		denied = and(denied, gateLabel(metav1.LabelSelectorOpExists))
	}
	bindings := []*admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		validatingBinding(name, boundTo{"deny", denied}, admissionregistrationv1.Deny),
		validatingBinding(name, boundTo{"warn", gateLabel(metav1.LabelSelectorOpIn, icpv1alpha1.GateWarn)}, admissionregistrationv1.Warn),
		validatingBinding(name, boundTo{"audit", gateLabel(metav1.LabelSelectorOpIn, icpv1alpha1.GateAudit)}, admissionregistrationv1.Audit),
	}
	if gated && action != admissionregistrationv1.Deny {
		bindings = append(bindings, validatingBinding(name, boundTo{"default", gateLabel(metav1.LabelSelectorOpDoesNotExist)}, action))
	}
	return bindings
}

func validatingBinding(policy string, to boundTo, action admissionregistrationv1.ValidationAction) *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName:        policy,
			MatchResources:    matchAll(to.selector),
			ValidationActions: []admissionregistrationv1.ValidationAction{action},
		},
	}
	binding.ObjectMeta = metav1.ObjectMeta{Name: fmt.Sprintf("%s-%s", policy, to.suffix), Labels: PolicyLabels()}
	return binding
}
