package controllers

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/traces"
)

// tokenKey is the key of a credentials Secret that holds the provider's token.
const tokenKey = "token"

// Providers gives a client for each FilingProvider that is reached over the protocol, made anew when its spec changes.
type Providers struct {
	// Secrets reads the operator's own namespace, where the credentials stand.
	Secrets client.Reader
	// Meters measure the calls.
	Meters *serve.Meters
	// Traces tell of them; nil tells nobody.
	Traces *traces.Traces

	mu      sync.Mutex
	clients map[types.UID]providerClient
}

type providerClient struct {
	generation int64
	provider   provider.Provider
}

// For gives the client of a provider of kind http.
func (p *Providers) For(fp *v1alpha1.FilingProvider) (provider.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if have, ok := p.clients[fp.UID]; ok && have.generation == fp.Generation {
		return have.provider, nil
	}
	made, err := providerhttp.New(providerhttp.Options{
		URL: fp.Spec.HTTP.URL, CABundle: fp.Spec.HTTP.CABundle, Token: p.token(fp.Spec.HTTP.CredentialsSecretRef),
	})
	if err != nil {
		return nil, err
	}
	if p.clients == nil {
		p.clients = map[types.UID]providerClient{}
	}
	noted := provider.Noted(fp.Name, made, p.notes()...)
	p.clients[fp.UID] = providerClient{fp.Generation, noted}
	return noted, nil
}

// notes are told of every call to a provider or its registry.
func (p *Providers) notes() []provider.Note {
	if p.Traces == nil {
		return []provider.Note{p.Meters.Called}
	}
	return []provider.Note{p.Meters.Called, p.Traces.Called}
}

// token reads the token at each call, so that a rotated one is used without a restart.
func (p *Providers) token(ref *v1alpha1.SecretReference) func(context.Context) (string, error) {
	if ref == nil {
		return nil
	}
	name := ref.Name
	return func(ctx context.Context) (string, error) {
		var secret corev1.Secret
		if err := p.Secrets.Get(ctx, client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: name}, &secret); err != nil {
			return "", fmt.Errorf("reading the provider's token from Secret %s/%s: %w", v1alpha1.OperatorNamespace, name, err)
		}
		token := string(secret.Data[tokenKey])
		if token == "" {
			return "", fmt.Errorf("reading the provider's token: Secret %s/%s has no key %s", v1alpha1.OperatorNamespace, name, tokenKey)
		}
		return token, nil
	}
}

// providerOf finds the FilingProvider that a filing uses: the one that its status has frozen, the one that it names, or
// the default. The facts say why there is none that may be used.
func providerOf(ctx context.Context, reader client.Reader, filing *v1alpha1.IcpFiling) (*v1alpha1.FilingProvider, procedure.Provider, error) {
	var name string
	switch {
	case (filing.Status.OrderID != "" || filing.Status.SubmittedFacts != "") && filing.Status.Provider != "":
		name = filing.Status.Provider
	case filing.Spec.ProviderRef != nil:
		name = filing.Spec.ProviderRef.Name
	default:
		found, problem, err := defaultProvider(ctx, reader)
		if err != nil || problem != "" {
			return nil, procedure.Provider{Problem: v1alpha1.ReasonProviderNotFound, Message: problem}, err
		}
		name = found
	}
	var fp v1alpha1.FilingProvider
	if err := reader.Get(ctx, client.ObjectKey{Name: name}, &fp); err != nil {
		if apierrors.IsNotFound(err) {
			return nil, procedure.Provider{Problem: v1alpha1.ReasonProviderNotFound,
				Message: fmt.Sprintf("there is no FilingProvider %s: create it, or name another in spec.providerRef (kubectl get filingproviders)", name)}, nil
		}
		return nil, procedure.Provider{}, fmt.Errorf("reading FilingProvider %s: %w", name, err)
	}
	facts := procedure.Provider{Name: name, Hand: procedure.ByPeople}
	if fp.Spec.HTTP != nil {
		facts.Hand = procedure.ByOperator
	}
	allowed, err := takesNamespace(ctx, reader, &fp, filing.Namespace)
	if err != nil {
		return nil, facts, err
	}
	if !allowed {
		facts.Problem = v1alpha1.ReasonProviderNotAllowed
		facts.Message = fmt.Sprintf("FilingProvider %s does not take filings of namespace %s (its spec.namespaces)", name, filing.Namespace)
	}
	return &fp, facts, nil
}

func defaultProvider(ctx context.Context, reader client.Reader) (name, problem string, err error) {
	var list v1alpha1.FilingProviderList
	if err := reader.List(ctx, &list); err != nil {
		return "", "", fmt.Errorf("listing FilingProviders for the default one: %w", err)
	}
	for _, fp := range list.Items {
		if fp.Annotations[v1alpha1.DefaultProviderAnnotation] != "true" {
			continue
		}
		if name != "" {
			return "", fmt.Sprintf("both FilingProvider %s and %s are annotated %s=true: leave it on one, or set spec.providerRef",
				name, fp.Name, v1alpha1.DefaultProviderAnnotation), nil
		}
		name = fp.Name
	}
	if name == "" {
		problem = fmt.Sprintf("spec.providerRef is not set, and no FilingProvider is annotated %s=true", v1alpha1.DefaultProviderAnnotation)
	}
	return name, problem, nil
}

func takesNamespace(ctx context.Context, reader client.Reader, fp *v1alpha1.FilingProvider, namespace string) (bool, error) {
	if fp.Spec.Namespaces.From != v1alpha1.NamespacesSelector {
		return true, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(fp.Spec.Namespaces.Selector)
	if err != nil {
		return false, fmt.Errorf("FilingProvider %s: spec.namespaces.selector: %w", fp.Name, err)
	}
	var ns corev1.Namespace
	if err := reader.Get(ctx, client.ObjectKey{Name: namespace}, &ns); err != nil {
		return false, fmt.Errorf("reading Namespace %s: %w", namespace, err)
	}
	return selector.Matches(labels.Set(ns.Labels)), nil
}
