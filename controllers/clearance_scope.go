package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// admits tells whether a filing lets hosts of its domain be exposed in a namespace.
func admits(filing *v1alpha1.IcpFiling, namespace *corev1.Namespace) bool {
	return procedure.LetsIn(filing.Namespace, filing.Spec.Exposure.Namespaces, namespace.Name, namespace.Labels)
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
