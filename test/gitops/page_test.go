package gitops

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// It runs the commands of the gate's page as they stand there, in their order, and expects of each what the page says that it
// shows. The page's example is namespace shop with an Ingress web.
func TestTheCommandsOfTheGatesPageShowWhatItSays(t *testing.T) {
	t.Parallel()
	w := newWorldFor(t)
	g := NewWithT(t)
	p := place{T: t, WithT: g, world: w, name: "shop", domain: "example.com"}
	p.must(w.admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}}))
	p.filing = newFiling(p.name, p.domain)
	p.must(w.admin.Create(t.Context(), p.filing))
	web := &unstructured.Unstructured{}
	p.must(yaml.Unmarshal([]byte(strings.ReplaceAll(ingress("", "ingressClassName: nginx"), "$HOST", "www.example.com")), &web.Object))
	web.SetNamespace(p.name)
	web.SetName("web")
	p.must(w.admin.Create(t.Context(), web))

	shows := map[string][]string{
		"label namespace shop icp.beian.dev/gate=hold": {"namespace/shop labeled", "exposurepolicy.icp.beian.dev/default patched", "HOLD", "UNCOVERED"},
		"get ingress web":                           {`"icp.beian.dev/parked-hosts":"www.example.com"`, `www.example.com: filing shop/shop is at Preparation`, "Parked", "Preparation"},
		"get namespace shop":                        {`cleared.icp.beian.dev/v1.pending`, "example.com shop/shop Preparation"},
		"config/route-kinds/contour-httpproxy.yaml": {"HoldSupported=True Supported", "ClearancesComplete=True Complete"},
	}
	for i, block := range commands(t, "exposure-gate.md") {
		for command, wants := range shows {
			if !strings.Contains(block, command) {
				continue
			}
			delete(shows, command)
			for _, want := range wants {
				g.Eventually(func() string { return w.run(t, fmt.Sprintf("block %d", i+1), block) }).WithTimeout(within).WithPolling(time.Second).
					Should(ContainSubstring(want))
			}
		}
	}
	for command := range shows {
		t.Errorf("the page has %q no more", command)
	}
	p.Eventually(func() string {
		return w.run(t, "afterwards", `kubectl get exposurepolicy default -o jsonpath='{.status.conditions[?(@.type=="RouteKindsWatched")].reason}'`)
	}).WithTimeout(within).Should(Equal(v1alpha1.ReasonRouteKindNotServed), "an entry of the page's stands, and its kind is not there")
}
