package read

import (
	"context"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// FromCache reads what the operator's cache has. routes lists those of every kind that it watches, in a namespace or, for "", in
// all. What is read is the cache's own: not to be changed.
func FromCache(ctx context.Context, cache client.Reader, routes func(ctx context.Context, namespace string) ([]exposure.Route, error), namespace string) (*audit.Facts, error) {
	facts := &audit.Facts{AllFilings: true, SettingsKnown: true, Namespaces: map[string]audit.Namespace{}, Parents: map[string]*exposure.Listeners{}}
	var err error
	if facts.Settings, err = settingsIn(ctx, cache); err != nil {
		return nil, err
	}
	if facts.Routes, err = routes(ctx, namespace); err != nil {
		return nil, fmt.Errorf("listing routes: %w", err)
	}
	for parent := range parentsOf(facts.Routes) {
		if err := addParent(ctx, cache, parent, facts.Parents); err != nil {
			return nil, err
		}
	}
	var namespaces corev1.NamespaceList
	if err := cache.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing namespaces: %w", err)
	}
	for i := range namespaces.Items {
		facts.Namespaces[namespaces.Items[i].Name] = audit.NamespaceOf(namespaces.Items[i].Labels, namespaces.Items[i].Annotations)
	}
	var filings v1alpha1.IcpFilingList
	if err := cache.List(ctx, &filings, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing filings: %w", err)
	}
	facts.Filings = make([]audit.Filing, len(filings.Items))
	for i := range filings.Items {
		facts.Filings[i] = audit.FilingOf(&filings.Items[i])
	}
	return facts, nil
}

// settingsIn reads the ExposurePolicy or, where somebody deleted it, what the policies that stand were made of.
func settingsIn(ctx context.Context, cache client.Reader) (admission.Settings, error) {
	var policy v1alpha1.ExposurePolicy
	err := cache.Get(ctx, client.ObjectKey{Name: "default"}, &policy)
	if err == nil {
		return admission.SettingsOf(&policy), nil
	}
	if !apierrors.IsNotFound(err) {
		return admission.Settings{}, fmt.Errorf("reading the ExposurePolicy: %w", err)
	}
	var stands admissionregistrationv1.ValidatingAdmissionPolicy
	err = cache.Get(ctx, client.ObjectKey{Name: admission.SettingsPolicy()}, &stands)
	if client.IgnoreNotFound(err) != nil {
		return admission.Settings{}, fmt.Errorf("reading what the gate's policies were made of: %w", err)
	}
	return admission.SettingsMadeOf(stands.Annotations)
}

// addParent adds what a parent listens for; of one that is not there nothing.
func addParent(ctx context.Context, cache client.Reader, parent parentOf, to map[string]*exposure.Listeners) error {
	var object client.Object = &gatewayv1.Gateway{}
	if parent.kind == exposure.ListenerSetParent {
		object = &gatewayv1.ListenerSet{}
	}
	err := cache.Get(ctx, client.ObjectKey{Namespace: parent.namespace, Name: parent.name}, object)
	switch {
	case err == nil:
		listeners := exposure.ListenersOf(object)
		to[listeners.Key()] = listeners
	case !apierrors.IsNotFound(err) && !meta.IsNoMatchError(err):
		return fmt.Errorf("reading %s %s/%s: %w", parent.kind, parent.namespace, parent.name, err)
	}
	return nil
}
