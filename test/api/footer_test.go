package api_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestHomePagesAreAskedOnlyWhereAnAdminSaysSo(t *testing.T) {
	t.Parallel()
	policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}, Spec: v1alpha1.ExposurePolicySpec{
		Footer: v1alpha1.Footer{Networks: []string{"10.1.2.8/32"}},
	}}
	if err := admin.Create(t.Context(), policy, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if policy.Spec.Footer.Probe != v1alpha1.FooterProbeNever {
		t.Errorf("by default home pages are asked %s", policy.Spec.Footer.Probe)
	}
}
