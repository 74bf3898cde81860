package gitops

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

const because = "icp.beian.dev/parked-because"

// stage has the filing come to a stage, as the filing controller does.
func (p place) stage(name v1alpha1.StageName) {
	p.Helper()
	before := p.filing.DeepCopy()
	p.filing.Status.Stage = name
	meta.SetStatusCondition(&p.filing.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonNotApproved, LastTransitionTime: metav1.Now(),
	})
	p.must(p.operator.Status().Patch(p.Context(), p.filing, client.MergeFrom(before)))
}

// untilBecause waits until every route says a word of why it is parked; "" stands for no such annotation.
func (p place) untilBecause(word string, manifests []*unstructured.Unstructured) {
	p.Helper()
	for _, manifest := range manifests {
		p.Eventually(func() bool {
			says, there := p.live(manifest).GetAnnotations()[because]
			return there == (word != "") && strings.Contains(says, word)
		}).WithTimeout(within).WithPolling(50*time.Millisecond).Should(BeTrue(), "%s says %s", manifest.GetName(), word)
	}
}

// What the gate says of why a route is parked changes with its filing's stage, without the pipeline. It is no drift, before,
// while and after it changes, and goes with the release.
func TestWhyARouteIsParkedIsNoDrift(t *testing.T) {
	t.Parallel()
	for name, tool := range pipelines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			manifests := p.manifests(false)
			tool.sync(p, manifests)
			p.untilParked(true, manifests)
			p.untilBecause("is at Preparation", manifests)
			p.wantInSync(tool, manifests, "at Preparation")

			p.stage(v1alpha1.StageBureauReview)
			tool.sync(p, manifests) // in the midst of it: it conflicts with nothing
			p.untilBecause("is at BureauReview", manifests)
			p.untilParked(true, manifests)
			p.wantInSync(tool, manifests, "at BureauReview")

			p.clear(true)
			p.untilParked(false, manifests)
			p.untilBecause("", manifests)
			p.wantInSync(tool, manifests, "released")
		})
	}
}
