// Package api_test tries the rules of the kinds through a real API server, with no operator running.
package api_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/api/table"
)

func object(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(manifest), &u.Object); err != nil {
		t.Fatal(err)
	}
	return u
}

// set puts a value at a dotted path; nil removes it.
func set(path string, value any) func(*testing.T, *unstructured.Unstructured) {
	return func(t *testing.T, u *unstructured.Unstructured) {
		t.Helper()
		fields := strings.Split(path, ".")
		if value == nil {
			unstructured.RemoveNestedField(u.Object, fields...)
			return
		}
		if err := unstructured.SetNestedField(u.Object, value, fields...); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFilingAsTheContractWritesItIsAccepted(t *testing.T) {
	t.Parallel()
	for name, manifest := range map[string]string{"of an organization": table.Organization, "of an individual": table.Individual} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := object(t, manifest)
			if err := admin.Create(t.Context(), u, client.FieldValidation(metav1.FieldValidationStrict)); err != nil {
				t.Fatal(err)
			}
			var f v1alpha1.IcpFiling
			if err := admin.Get(t.Context(), client.ObjectKeyFromObject(u), &f); err != nil {
				t.Fatal(err)
			}
			if f.Spec.Channel != v1alpha1.ChannelPC || f.Spec.Account.Site != v1alpha1.SiteChina ||
				f.Spec.DeletionPolicy != v1alpha1.DeletionProtect || f.Spec.Exposure.Namespaces.From != v1alpha1.NamespacesSame ||
				f.Spec.Server.AccessType != v1alpha1.AccessCloudServer || f.Spec.Domain.Registrant != v1alpha1.RegistrantSubject {
				t.Errorf("a default is missing: %+v", f.Spec)
			}
		})
	}
}

func TestAFiledDomainCannotBeChanged(t *testing.T) {
	t.Parallel()
	u := object(t, table.Organization)
	if err := admin.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	set("spec.domain.name", "example.org")(t, u)
	set("spec.website.homepage", "www.example.org")(t, u)
	err := admin.Update(t.Context(), u)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "spec.domain.name") || !strings.Contains(err.Error(), "create a new IcpFiling") {
		t.Errorf("got %v, want Invalid at spec.domain.name with what to do instead", err)
	}
}
