package gitops

import (
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAParkedRouteIsNoFailureToFluxAndWaitsInArgoCD(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	manifests := p.manifests(false)
	flux{}.sync(p, manifests)
	p.untilParked(true, manifests)
	for _, manifest := range manifests {
		route := p.live(manifest)
		result, err := status.Compute(route)
		p.must(err)
		if result.Status != status.CurrentStatus {
			t.Errorf("Flux's health check finds %s %s: %s", route.GetName(), result.Status, result.Message)
		}
		if route.GetKind() != "Ingress" {
			continue // Argo CD's check of the Gateway API's kinds is a script of its own
		}
		found, err := health.GetResourceHealth(route, nil)
		p.must(err)
		if found.Status != health.HealthStatusProgressing {
			t.Errorf("Argo CD's health check finds %s %s: %s", route.GetName(), found.Status, found.Message)
		}
	}
}
