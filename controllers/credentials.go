package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Credentials are read at each call. A Secret that was changed has those asked at once who refused the old ones, so that
// whoever puts a token right sees that it is.

// registryCredentials names the Secret that a provider's registry is asked with; nil where it has none.
func registryCredentials(spec *v1alpha1.Registry) *v1alpha1.SecretReference {
	switch {
	case spec == nil:
		return nil
	case spec.Aliyun != nil:
		return &spec.Aliyun.CredentialsSecretRef
	case spec.HTTP != nil:
		return spec.HTTP.CredentialsSecretRef
	}
	return nil
}

// providerCredentials names the Secret that a provider is asked with; nil where it has none.
func providerCredentials(fp *v1alpha1.FilingProvider) *v1alpha1.SecretReference {
	if fp.Spec.HTTP == nil {
		return nil
	}
	return fp.Spec.HTTP.CredentialsSecretRef
}

// askedWith wakes the providers that are asked with a Secret.
func askedWith(reader client.Reader, credentials func(*v1alpha1.FilingProvider) *v1alpha1.SecretReference) handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, o client.Object) []reconcile.Request {
		var list v1alpha1.FilingProviderList
		if err := reader.List(ctx, &list); err != nil {
			logOf(ctx).Error(err, "finding the providers that are asked with a Secret", "secret", o.GetName())
			return nil
		}
		var requests []reconcile.Request
		for i := range list.Items {
			if ref := credentials(&list.Items[i]); ref != nil && ref.Name == o.GetName() && o.GetNamespace() == v1alpha1.OperatorNamespace {
				requests = append(requests, requestFor(&list.Items[i]))
			}
		}
		return requests
	})
}

// version is that of the Secret which a reference names; empty where there is none.
func (p *Providers) version(ctx context.Context, ref *v1alpha1.SecretReference) (string, error) {
	if ref == nil {
		return "", nil
	}
	var secret corev1.Secret
	err := p.Secrets.Get(ctx, client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: ref.Name}, &secret)
	if client.IgnoreNotFound(err) != nil {
		return "", fmt.Errorf("reading Secret %s/%s: %w", v1alpha1.OperatorNamespace, ref.Name, err)
	}
	return secret.ResourceVersion, nil
}

// failed says that a filing's last call to its provider did not come to an answer.
func failed(f *v1alpha1.IcpFiling) bool {
	ready := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && (ready.Reason == v1alpha1.ReasonProviderUnavailable || ready.Reason == v1alpha1.ReasonMisconfigured)
}

// wakeFailed has the filings try again whose provider answers again, each of which would wait for its own next try.
func (r *FilingProviderReconciler) wakeFailed(ctx context.Context, name string) error {
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, client.MatchingFields{indexProvider: name}, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("finding the filings at provider %s: %w", name, err)
	}
	for i := range list.Items {
		if f := &list.Items[i]; f.Status.Provider == name && failed(f) {
			if err := r.wake(ctx, f.DeepCopy()); err != nil {
				return err
			}
		}
	}
	return nil
}
