package program

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// sampled is the samples' filing, and the Secrets that it needs.
type sampled struct {
	filing  *v1alpha1.IcpFiling
	secrets []*unstructured.Unstructured
}

func readSamples() (*sampled, error) {
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return nil, err
	}
	s := &sampled{}
	for _, o := range objects {
		switch {
		case o.GetKind() == "IcpFiling":
			s.filing = &v1alpha1.IcpFiling{}
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, s.filing); err != nil {
				return nil, err
			}
		case o.GetKind() == "Secret" && o.GetNamespace() == "shop":
			s.secrets = append(s.secrets, o)
		}
	}
	if s.filing == nil || len(s.secrets) == 0 {
		return nil, errors.New("config/samples has no IcpFiling, or no Secrets for it")
	}
	return s, nil
}

// openDesk makes a provider of a name, and a namespace of the same name that holds what is not filed, with what filings need.
func openDesk(t *testing.T, name string, options simulator.Options) *simulator.Simulator {
	t.Helper()
	desk, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(desk.Protocol())
	t.Cleanup(server.Close)
	create(t,
		&v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
			HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", PollInterval: &metav1.Duration{Duration: 200 * time.Millisecond}},
		}},
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}}},
	)
	for _, secret := range samples.secrets {
		secret = secret.DeepCopy()
		secret.SetNamespace(name)
		create(t, secret)
	}
	return desk
}

func create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, o := range objects {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// file makes a filing of a domain, of a subject that has no other.
func file(t *testing.T, namespace, domain string, subject int) *v1alpha1.IcpFiling {
	t.Helper()
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprint("filing-", subject)}, Spec: *samples.filing.Spec.DeepCopy()}
	f.Spec.ProviderRef = &v1alpha1.ProviderReference{Name: namespace}
	f.Spec.Domain.Name, f.Spec.Website.Homepage = domain, "www."+domain
	f.Spec.Subject.Certificate.Number = cluster.CreditCode(subject)
	create(t, f)
	return f
}

// hook is a server that takes whatever is posted to it.
func hook(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	t.Cleanup(server.Close)
	return server.URL
}
