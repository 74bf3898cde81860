package gitops

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// pipeline is a tool that applies manifests and compares them with what is there, in its own way.
type pipeline interface {
	// sync applies manifests. A conflict, or any other error, fails the test.
	sync(p place, manifests []*unstructured.Unstructured)
	// drift tells, by a route's name, what the tool takes for a difference.
	drift(p place, manifests []*unstructured.Unstructured) map[string]string
	// stamps tells that applying a parked route again renews the time of the tool's entry in managedFields, as client
	// side tools do: what they send is not what is there. Others write nothing.
	stamps() bool
}

// pipelines are the tools, by how they are set up.
var pipelines = map[string]pipeline{
	"Flux":                                flux{},
	"Argo CD that applies server side":    argoCD{serverSide: true},
	"Argo CD that applies client side":    argoCD{},
	"kubectl apply as Helm merges":        kubectl{},
	"kubectl apply --server-side":         kubectl{serverSide: true},
	"kubectl apply under another manager": kubectl{serverSide: true, manager: "jenkins"},
}

// wantInSync applies the manifests again, and expects no conflict, no drift, and that nothing is changed.
func (p place) wantInSync(tool pipeline, manifests []*unstructured.Unstructured, when string) {
	p.Helper()
	before := map[string]*unstructured.Unstructured{}
	for _, manifest := range manifests {
		before[manifest.GetName()] = p.live(manifest)
	}
	for name, diff := range tool.drift(p, manifests) {
		p.Errorf("%s: %s has drifted: %s", when, name, diff)
	}
	tool.sync(p, manifests)
	for _, manifest := range manifests {
		was, is := before[manifest.GetName()], p.live(manifest)
		if tool.stamps() {
			for _, route := range []*unstructured.Unstructured{was, is} {
				route.SetManagedFields(nil)
				route.SetResourceVersion("")
			}
		}
		if diff := cmp.Diff(was.Object, is.Object); diff != "" {
			p.Errorf("%s: applying the same %s again wrote it (-before +after):\n%s", when, manifest.GetName(), diff)
		}
	}
}

func TestWhatThePipelineAppliedStaysInSync(t *testing.T) {
	t.Parallel()
	for name, tool := range pipelines {
		t.Run("held: "+name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			manifests := p.manifests(false)
			tool.sync(p, manifests)
			p.untilParked(true, manifests)
			p.wantInSync(tool, manifests, "parked")

			p.clear(true)
			p.untilParked(false, manifests)
			p.wantAsWritten(manifests)
			p.wantInSync(tool, manifests, "released")

			p.clear(false)
			p.untilParked(true, manifests)
			p.wantInSync(tool, manifests, "parked again")
		})
		t.Run("denied: "+name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateDeny)
			manifests := p.manifests(false)
			p.clear(true)
			tool.sync(p, manifests)
			p.untilParked(false, manifests)
			p.wantInSync(tool, manifests, "served")

			p.clear(false)
			p.untilParked(true, manifests)
			p.wantInSync(tool, manifests, "parked")

			p.clear(true)
			p.untilParked(false, manifests)
			p.wantAsWritten(manifests)
			p.wantInSync(tool, manifests, "released")
		})
	}
}

func TestWhatThePipelineChangesOfAParkedRouteIsReleased(t *testing.T) {
	t.Parallel()
	for name, tool := range pipelines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			tool.sync(p, p.manifests(false))
			changed := p.manifests(true)
			drift := tool.drift(p, changed)
			for _, manifest := range changed {
				if drift[manifest.GetName()] == "" {
					p.Errorf("%s: a change of a parked route is not shown", manifest.GetName())
				}
			}
			tool.sync(p, changed)
			p.untilParked(true, changed)
			p.wantInSync(tool, changed, "changed")

			p.clear(true)
			p.untilParked(false, changed)
			p.wantAsWritten(changed)
			p.wantInSync(tool, changed, "released")
		})
	}
}
