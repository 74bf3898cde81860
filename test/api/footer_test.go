package api_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestHomePagesAreAskedOnlyWhereAnAdminSaysSoAndAtNetworksThatAreSome(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		footer  v1alpha1.Footer
		refused string // "" for not at all
	}{
		"daily":                       {v1alpha1.Footer{Probe: v1alpha1.FooterProbeDaily}, ""},
		"a load balancer's addresses": {v1alpha1.Footer{Networks: []string{"10.1.2.8/32", "fd00:1::/64"}}, ""},
		"hourly":                      {v1alpha1.Footer{Probe: "Hourly"}, "Unsupported value"},
		"an address":                  {v1alpha1.Footer{Networks: []string{"10.1.2.8"}}, "a network is an address and the length of its prefix"},
		"a name":                      {v1alpha1.Footer{Networks: []string{"example.com/24"}}, "a network is an address and the length of its prefix"},
		"a network twice":             {v1alpha1.Footer{Networks: []string{"10.1.2.8/32", "10.1.2.8/32"}}, "Duplicate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}, Spec: v1alpha1.ExposurePolicySpec{Footer: tc.footer}}
			err := admin.Create(t.Context(), policy, client.DryRunAll)
			switch {
			case tc.refused == "" && err != nil:
				t.Error(err)
			case tc.refused == "" && tc.footer.Probe == "" && policy.Spec.Footer.Probe != v1alpha1.FooterProbeNever:
				t.Errorf("by default home pages are asked %s", policy.Spec.Footer.Probe)
			case tc.refused != "" && (!apierrors.IsInvalid(err) || !strings.Contains(err.Error(), tc.refused)):
				t.Errorf("got %v, want a refusal that says %q", err, tc.refused)
			}
		})
	}
}
