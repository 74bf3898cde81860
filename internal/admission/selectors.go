package admission

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// boundTo is the part of a binding that says which namespaces it is for.
type boundTo struct {
	// suffix of the binding's name.
	suffix   string
	selector metav1.LabelSelector
}

// labelled selects namespaces that have the gate's label, in one of the modes, or (not) in none of them.
func labelled(settings Settings, operator metav1.LabelSelectorOperator, modes ...string) metav1.LabelSelector {
	selector := unlabelledOr(settings, operator, modes...)
	if operator == metav1.LabelSelectorOpNotIn {
		selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{Key: icpv1alpha1.GateLabel, Operator: metav1.LabelSelectorOpExists})
	}
	return selector
}

// unlabelledOr selects namespaces in one of the modes, or in none of them: then those without the label, too.
func unlabelledOr(settings Settings, operator metav1.LabelSelectorOperator, modes ...string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		notExempt(settings), {Key: icpv1alpha1.GateLabel, Operator: operator, Values: modes},
	}}
}

// unlabelled selects namespaces that have the default mode.
func unlabelled(settings Settings) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		notExempt(settings), {Key: icpv1alpha1.GateLabel, Operator: metav1.LabelSelectorOpDoesNotExist},
	}}
}

func notExempt(settings Settings) metav1.LabelSelectorRequirement {
	return metav1.LabelSelectorRequirement{
		Key: nameLabel, Operator: metav1.LabelSelectorOpNotIn, Values: slices.Clone(settings.ExemptNamespaces),
	}
}

// holdSelectors are the namespaces in mode hold. An exempt one may be among them: the policies themselves know that its mode is
// off. The API server reads every selector anew for each write, so they are as short as they can be.
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
		others.MatchExpressions = append(others.MatchExpressions, gateLabel(metav1.LabelSelectorOpExists).MatchExpressions...)
	}
	return []boundTo{{"others", others}}
}

// gateLabel selects namespaces by the gate's label alone.
func gateLabel(operator metav1.LabelSelectorOperator, modes ...string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: icpv1alpha1.GateLabel, Operator: operator, Values: modes}}}
}
