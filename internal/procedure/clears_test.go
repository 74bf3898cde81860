package procedure

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingLetsInItsOwnNamespaceWhomeverElseItLetsIn(t *testing.T) {
	t.Parallel()
	shop, club := map[string]string{"team": "shop"}, map[string]string{"team": "club"}
	for name, in := range map[string]v1alpha1.ExposureNamespaces{
		"nothing is said":             {},
		"its own":                     {From: v1alpha1.NamespacesSame},
		"others by label":             {From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: club}},
		"a selector that none can be": {From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: "Near"}}}},
		"all":                         {From: v1alpha1.NamespacesAll},
	} {
		if !LetsIn("shop", in, "shop", shop) {
			t.Errorf("%s: its own namespace is not let in", name)
		}
		want := name == "others by label" || name == "all"
		if got := LetsIn("shop", in, "club", club); got != want {
			t.Errorf("%s: the club is let in: %t, want %t", name, got, want)
		}
		if got := LetsIn("shop", in, "bar", nil); got != (name == "all") {
			t.Errorf("%s: who has no label is let in: %t", name, got)
		}
	}
}
