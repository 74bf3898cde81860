package controllers

import (
	"errors"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// mostMessage bounds a condition's message: what the API server finds wrong with an expression repeats the expression.
const mostMessage = 2000

// capped cuts a message to what a person may want to read of it.
func capped(message string) string {
	if len(message) <= mostMessage {
		return message
	}
	return strings.ToValidUTF8(message[:mostMessage], "") + "…"
}

// routeKindsCondition tells whether the further kinds are watched; false where there are none.
func routeKindsCondition(kinds int, reasons []unwatched, generation int64) (metav1.Condition, bool) {
	if kinds+len(reasons) == 0 {
		return metav1.Condition{}, false
	}
	if len(reasons) == 0 {
		return metav1.Condition{
			Type: v1alpha1.ConditionRouteKindsWatched, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonWatched,
			Message: "the operator parks, releases and counts the routes of every further kind that is gated", ObservedGeneration: generation,
		}, true
	}
	var messages []string
	for _, reason := range reasons {
		messages = append(messages, reason.message)
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionRouteKindsWatched, Status: metav1.ConditionFalse, Reason: reasons[0].reason,
		Message: capped(strings.Join(messages, "; ")), ObservedGeneration: generation,
	}, true
}

// ready is the condition Ready of an ExposurePolicy whose policies are in force, but for those of the kinds that are wrong.
func (f furtherKinds) ready(generation int64) metav1.Condition {
	switch {
	case len(f.wrong) > 0:
		return metav1.Condition{
			Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonRouteKindsInvalid, ObservedGeneration: generation,
			Message: capped("these are not as this ExposurePolicy says, and what stood for them still stands: " + errors.Join(f.wrong...).Error()),
		}
	case f.onTrial:
		return metav1.Condition{
			Type: v1alpha1.ConditionReady, Status: metav1.ConditionUnknown, Reason: v1alpha1.ReasonRouteKindsOnTrial, ObservedGeneration: generation,
			Message: "the API server does not tell the schema of a kind of spec.routeKinds yet",
		}
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPoliciesInForce, ObservedGeneration: generation,
		Message: "the admission policies are as this ExposurePolicy says",
	}
}
