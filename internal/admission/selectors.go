package admission

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// boundTo is the part of a binding that says which namespaces it is for.
type boundTo struct {
	// suffix of the binding's name.
	suffix   string
	selector metav1.LabelSelector
}

// An exempt namespace may be among those that a binding selects: the policies themselves know it. The API server reads every selector
// anew for each write, so they are as few and as short as they can be.

// holdSelectors are the namespaces in mode hold.
func holdSelectors(settings Settings) []boundTo {
	selectors := []boundTo{{"labelled", gateLabel(metav1.LabelSelectorOpIn, icpv1alpha1.GateHold)}}
	if settings.DefaultMode == icpv1alpha1.GateHold {
		selectors = append(selectors, boundTo{"default", gateLabel(metav1.LabelSelectorOpDoesNotExist)})
	}
	return selectors
}

// settleSelectors are all the others.
func settleSelectors(settings Settings) []boundTo {
	others := gateLabel(metav1.LabelSelectorOpNotIn, icpv1alpha1.GateHold) // which selects those without the label, too
	if settings.DefaultMode == icpv1alpha1.GateHold {
		others = and(others, gateLabel(metav1.LabelSelectorOpExists))
	}
	return []boundTo{{"others", others}}
}

// gateLabel selects namespaces by the gate's label alone.
func gateLabel(operator metav1.LabelSelectorOperator, modes ...string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: icpv1alpha1.GateLabel, Operator: operator, Values: modes}}}
}

func and(a, b metav1.LabelSelector) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: append(a.MatchExpressions, b.MatchExpressions...)}
}
