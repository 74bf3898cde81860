package controllers

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/registry"
	"github.com/beian-dev/icp-operator/internal/registry/aliyun"
)

// Keys of a Secret that holds an access key of the cloud.
const (
	accessKeyIDKey     = "accessKeyID"
	accessKeySecretKey = "accessKeySecret"
)

// Registries gives the registry of each FilingProvider that has one, made anew when its spec changes, with its pace.
type Registries struct {
	// Providers reads the credentials.
	Providers *Providers
	// Clock that paces are measured by.
	Clock clock.PassiveClock

	mu   sync.Mutex
	made map[types.UID]madeRegistry
}

type madeRegistry struct {
	generation int64
	// credentials is the version of their Secret: with another key, it is not left alone any longer for what the old one met.
	credentials string
	registry    registry.Registry
	pace        *pace
}

// of gives the registry of a provider that has one, to be asked with credentials of that version, and whether it was made
// anew. An error is of class Misconfigured.
func (r *Registries) of(fp *v1alpha1.FilingProvider, credentials string) (_ registry.Registry, _ *pace, anew bool, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	have, ok := r.made[fp.UID]
	if ok && have.generation == fp.Generation && have.credentials == credentials {
		return have.registry, have.pace, false, nil
	}
	spec := fp.Spec.Registry
	p := newPace(r.Clock, spec.CallsPerMinute)
	switch {
	case ok && have.generation == fp.Generation:
		p = have.pace
		p.answered()
	case ok:
		p.Take() // one may just have been made
	}
	made, err := r.make(spec, p)
	if err != nil {
		return nil, nil, true, err
	}
	if r.made == nil {
		r.made = map[types.UID]madeRegistry{}
	}
	noted := registry.Noted(fp.Name, made, r.Providers.notes()...)
	r.made[fp.UID] = madeRegistry{fp.Generation, credentials, noted, p}
	return noted, p, true, nil
}

func (r *Registries) make(spec *v1alpha1.Registry, p *pace) (registry.Registry, error) {
	switch {
	case spec.HTTP != nil:
		return registry.NewProtocol(providerhttp.Options{
			URL: spec.HTTP.URL, CABundle: spec.HTTP.CABundle, Token: r.Providers.token(spec.HTTP.CredentialsSecretRef), Clock: r.Clock,
		}, p)
	case spec.Aliyun != nil:
		o := aliyun.Options{
			RegionID: spec.Aliyun.RegionID, Endpoint: spec.Aliyun.Endpoint, Pace: p, Credentials: r.accessKey(spec.Aliyun.CredentialsSecretRef.Name),
		}
		for _, s := range spec.Aliyun.Statuses {
			o.Statuses = append(o.Statuses, aliyun.Status{Status: s.Status, ReasonCode: s.ReasonCode, Means: procedure.Finding(s.Means)})
		}
		return aliyun.New(o)
	}
	return nil, &provider.Error{Class: provider.Misconfigured, Op: "use the registry", Reason: provider.ReasonBadURL, Detail: "spec.registry names neither aliyun nor http"}
}

// accessKey reads the access key at each call, so that a rotated one is used without a restart.
func (r *Registries) accessKey(name string) func(context.Context) (aliyun.Key, error) {
	return func(ctx context.Context) (aliyun.Key, error) {
		var secret corev1.Secret
		if err := r.Providers.Secrets.Get(ctx, client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: name}, &secret); err != nil {
			return aliyun.Key{}, fmt.Errorf("reading the registry's access key from Secret %s/%s: %w", v1alpha1.OperatorNamespace, name, err)
		}
		key := aliyun.Key{ID: string(secret.Data[accessKeyIDKey]), Secret: string(secret.Data[accessKeySecretKey])}
		if key.ID == "" || key.Secret == "" {
			return aliyun.Key{}, fmt.Errorf("reading the registry's access key: Secret %s/%s needs the keys %s and %s", v1alpha1.OperatorNamespace, name, accessKeyIDKey, accessKeySecretKey)
		}
		return key, nil
	}
}
