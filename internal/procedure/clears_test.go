package procedure

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingLetsInItsOwnNamespaceWhomeverElseItLetsIn(t *testing.T) {
	t.Parallel()
	shop, club := map[string]string{"team": "shop"}, map[string]string{"team": "club"}
	near := []metav1.LabelSelectorRequirement{{Key: "team", Operator: "Near"}}
	for name, row := range map[string]struct {
		in                    v1alpha1.ExposureNamespaces
		letsClub, letsNoLabel bool
	}{
		"nothing is said":             {},
		"its own":                     {in: v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSame}},
		"others by label":             {in: v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: club}}, letsClub: true},
		"a selector that none can be": {in: v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchExpressions: near}}},
		"all":                         {in: v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesAll}, letsClub: true, letsNoLabel: true},
	} {
		if !LetsIn("shop", row.in, "shop", shop) {
			t.Errorf("%s: its own namespace is not let in", name)
		}
		if got := LetsIn("shop", row.in, "club", club); got != row.letsClub {
			t.Errorf("%s: the club is let in: %t, want %t", name, got, row.letsClub)
		}
		if got := LetsIn("shop", row.in, "bar", nil); got != row.letsNoLabel {
			t.Errorf("%s: who has no label is let in: %t, want %t", name, got, row.letsNoLabel)
		}
	}
}
