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
	requirements := []metav1.LabelSelectorRequirement{notExempt(settings)}
	if operator == metav1.LabelSelectorOpNotIn { // which would select namespaces without the label, too
		requirements = append(requirements, metav1.LabelSelectorRequirement{Key: icpv1alpha1.GateLabel, Operator: metav1.LabelSelectorOpExists})
	}
	return metav1.LabelSelector{MatchExpressions: append(requirements,
		metav1.LabelSelectorRequirement{Key: icpv1alpha1.GateLabel, Operator: operator, Values: modes})}
}

// unlabelled selects namespaces that have the default mode.
func unlabelled(settings Settings) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		notExempt(settings), {Key: icpv1alpha1.GateLabel, Operator: metav1.LabelSelectorOpDoesNotExist},
	}}
}

func exempt(settings Settings) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: nameLabel, Operator: metav1.LabelSelectorOpIn, Values: slices.Clone(settings.ExemptNamespaces)},
	}}
}

func notExempt(settings Settings) metav1.LabelSelectorRequirement {
	return metav1.LabelSelectorRequirement{
		Key: nameLabel, Operator: metav1.LabelSelectorOpNotIn, Values: slices.Clone(settings.ExemptNamespaces),
	}
}

// holdSelectors are the namespaces in mode hold.
func holdSelectors(settings Settings) []boundTo {
	selectors := []boundTo{{"labelled", labelled(settings, metav1.LabelSelectorOpIn, icpv1alpha1.GateHold)}}
	if settings.DefaultMode == icpv1alpha1.GateHold {
		selectors = append(selectors, boundTo{"default", unlabelled(settings)})
	}
	return selectors
}

// settleSelectors are all the others.
func settleSelectors(settings Settings) []boundTo {
	selectors := []boundTo{
		{"labelled", labelled(settings, metav1.LabelSelectorOpNotIn, icpv1alpha1.GateHold)},
		{"exempt", exempt(settings)},
	}
	if settings.DefaultMode != icpv1alpha1.GateHold {
		selectors = append(selectors, boundTo{"default", unlabelled(settings)})
	}
	return selectors
}
