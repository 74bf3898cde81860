package operator

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// The default mode concerns every unlabelled namespace, so this does not run beside other tests.
func TestWithoutAnExposurePolicyItsDefaultModeParksAndReleasesStill(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, "")
	p.policy(v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeHold, ExemptDomains: []string{"corp.internal"}})
	filing := p.filing("shop", own)
	routes := p.both("www." + p.domain)
	p.untilParked(true, routes...)
	internal := p.ingress("internal", "web.corp.internal")
	p.must(p.admin.Create(p.Context(), internal))

	policy := &v1alpha1.ExposurePolicy{}
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, policy))
	p.must(p.admin.Delete(p.Context(), policy))
	defer func() {
		restored := &v1alpha1.ExposurePolicy{Spec: v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeOff}}
		restored.Name = "default"
		p.must(p.admin.Create(p.Context(), restored))
		p.policy(restored.Spec)
	}()
	p.must(p.running.end())
	p.restart() // which remembers nothing but what stands in the cluster
	p.allow(filing, true)
	p.untilParked(false, routes...)
	p.allow(filing, false)
	p.untilParked(true, routes...)
	p.untilParked(false, internal)
}
