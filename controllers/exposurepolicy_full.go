package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// mostFullNamed bounds how many full namespaces a condition names.
const mostFullNamed = 5

// clearancesCondition says whether every gated namespace has room for the domains that are filed for it. It is told by the
// Namespaces themselves, and so is true from the operator's start on.
func clearancesCondition(ctx context.Context, reader client.Reader, settings admission.Settings, generation int64) (metav1.Condition, error) {
	var namespaces corev1.NamespaceList
	if err := reader.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return metav1.Condition{}, fmt.Errorf("finding the namespaces that have no room for clearances: %w", err)
	}
	var full []string
	omitted := 0
	for i := range namespaces.Items {
		namespace := &namespaces.Items[i]
		n := admission.DecodeOmitted(namespace.Annotations)
		if n == 0 || !namespace.DeletionTimestamp.IsZero() || settings.ModeOf(namespace.Name, namespace.Labels) == v1alpha1.GateOff {
			continue
		}
		omitted += n
		full = append(full, fmt.Sprintf("%s (%d)", namespace.Name, n))
	}
	if omitted == 0 {
		return metav1.Condition{
			Type: v1alpha1.ConditionClearancesComplete, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonComplete,
			Message: "every gated namespace has room for the domains that are filed for it", ObservedGeneration: generation,
		}, nil
	}
	slices.Sort(full)
	others := ""
	if len(full) > mostFullNamed {
		others = fmt.Sprintf(" and %d more", len(full)-mostFullNamed)
		full = full[:mostFullNamed]
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionClearancesComplete, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonNamespaceFull,
		Message: fmt.Sprintf("%d filed domains have no room among the clearances of namespaces %s%s, and stay closed there; what is cleared stays open. "+
			"Move filings with their routes to other namespaces, or take large annotations off these", omitted, strings.Join(full, ", "), others),
		ObservedGeneration: generation,
	}, nil
}
