package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// clears tells whether a filing clears its domain anywhere: its gate is open, or would be if there were room, and it is not
// being deleted.
func clears(filing *v1alpha1.IcpFiling) bool {
	return filing.DeletionTimestamp.IsZero() && procedure.MayExpose(filing)
}

// keeps tells whether a filing keeps the clearances that stand: whether it is in force is not known now, since its status
// was lost and its provider has not answered. It opens nothing.
func keeps(filing *v1alpha1.IcpFiling) bool {
	if !filing.DeletionTimestamp.IsZero() || procedure.OwnOrder(filing) == "" && filing.Annotations[v1alpha1.FiledAnnotation] == "" {
		return false
	}
	allowed := meta.FindStatusCondition(filing.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	return allowed == nil || allowed.Status == metav1.ConditionUnknown
}

// admits tells whether a filing lets hosts of its domain be exposed in a namespace. A selector that cannot be read
// admits none.
func admits(filing *v1alpha1.IcpFiling, namespace *corev1.Namespace) bool {
	switch in := filing.Spec.Exposure.Namespaces; in.From {
	case v1alpha1.NamespacesAll:
		return true
	case v1alpha1.NamespacesSelector:
		selector, err := metav1.LabelSelectorAsSelector(in.Selector)
		return err == nil && selector.Matches(labels.Set(namespace.Labels))
	default:
		return filing.Namespace == namespace.Name
	}
}

// letsIn tells whether a filing lets hosts of its domain be exposed in the namespace of that name. A namespace that is
// not there lets nothing in.
func letsIn(ctx context.Context, reader client.Reader, filing *v1alpha1.IcpFiling, name string) (bool, error) {
	namespace, err := namespaceOf(ctx, reader, name)
	if err != nil || namespace == nil {
		return false, err
	}
	return admits(filing, namespace), nil
}

// namespaceOf reads a Namespace; nil where it is not there.
func namespaceOf(ctx context.Context, reader client.Reader, name string) (*corev1.Namespace, error) {
	var namespace corev1.Namespace
	err := reader.Get(ctx, client.ObjectKey{Name: name}, &namespace)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // absent is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("reading namespace %s: %w", name, err)
	}
	return &namespace, nil
}
