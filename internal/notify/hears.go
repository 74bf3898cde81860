package notify

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Allowed says whether a notifier may name the namespaces that it does: others than its own only in the operator's
// namespace, where cluster admins alone write.
func Allowed(n *v1alpha1.FilingNotifier) bool {
	from := n.Spec.Namespaces.From
	return from == "" || from == v1alpha1.NamespacesSame || n.Namespace == v1alpha1.OperatorNamespace
}

// Hears says whether a notifier is told of a filing, whose namespace has these labels. Selectors that cannot be used are an
// error, and hear nothing.
func Hears(n *v1alpha1.FilingNotifier, f *v1alpha1.IcpFiling, namespace map[string]string) (bool, error) {
	if !Allowed(n) {
		return false, nil
	}
	switch n.Spec.Namespaces.From {
	case v1alpha1.NamespacesAll:
	case v1alpha1.NamespacesSelector:
		if fits, err := selects("spec.namespaces.selector", n.Spec.Namespaces.Selector, namespace); err != nil || !fits {
			return false, err
		}
	default:
		if n.Namespace != f.Namespace {
			return false, nil
		}
	}
	if n.Spec.Selector == nil {
		return true, nil
	}
	return selects("spec.selector", n.Spec.Selector, f.Labels)
}

func selects(field string, selector *metav1.LabelSelector, of map[string]string) (bool, error) {
	s, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, fmt.Errorf("%s: %w", field, err)
	}
	return s.Matches(labels.Set(of)), nil
}

// Wants says whether a notifier tells of an event: of a kind that it names, and begun after it was made, so that a new one
// does not tell of the past. Of what nobody knows the beginning, it tells.
func Wants(n *v1alpha1.FilingNotifier, e Event) bool {
	if len(n.Spec.Events) > 0 && !slices.Contains(n.Spec.Events, e.Kind) {
		return false
	}
	return e.Since.IsZero() || !e.Since.Before(n.CreationTimestamp.Time)
}

// NameOf is a notifier's name, as records and queues know it.
func NameOf(n *v1alpha1.FilingNotifier) types.NamespacedName {
	return types.NamespacedName{Namespace: n.Namespace, Name: n.Name}
}
