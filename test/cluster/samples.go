package cluster

import (
	"errors"
	"fmt"
	"path/filepath"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Sample is the filing of config/samples, and the Secrets that it refers to.
func Sample() (filing *v1alpha1.IcpFiling, secrets []*unstructured.Unstructured, err error) {
	root, err := Root()
	if err != nil {
		return nil, nil, err
	}
	objects, err := Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return nil, nil, err
	}
	for _, o := range objects {
		if o.GetKind() != "IcpFiling" {
			continue
		}
		filing = &v1alpha1.IcpFiling{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, filing); err != nil {
			return nil, nil, fmt.Errorf("reading the samples' IcpFiling: %w", err)
		}
	}
	if filing == nil {
		return nil, nil, errors.New("config/samples has no IcpFiling")
	}
	for _, o := range objects {
		if o.GetKind() == "Secret" && o.GetNamespace() == filing.Namespace {
			secrets = append(secrets, o)
		}
	}
	if len(secrets) == 0 {
		return nil, nil, errors.New("config/samples has no Secrets for its IcpFiling")
	}
	return filing, secrets, nil
}

// Ingress is one that serves a host.
func Ingress(key client.ObjectKey, host string) *networkingv1.Ingress {
	prefix := networkingv1.PathTypePrefix
	return &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
		Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{
			Host: host,
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
				Path: "/", PathType: &prefix,
				Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80}}},
			}}}},
		}}},
	}
}
