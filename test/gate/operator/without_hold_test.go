package operator

import (
	"context"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// withoutMutatingPolicies makes an API server such as those before Kubernetes 1.36.
var withoutMutatingPolicies = []string{
	"--disable-admission-plugins=MutatingAdmissionPolicy",
	"--runtime-config=admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false," +
		"admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings=false",
}

func TestWithoutMutatingPoliciesHoldRefusesAndTheOperatorParks(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(context.Background(),
		cluster.Options{APIServerArgs: withoutMutatingPolicies})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	w, err := newWorld(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlaceIn(t, w, v1alpha1.GateHold)
	filing := p.filing("shop", own)

	p.Eventually(func() bool {
		return apierrors.IsForbidden(p.admin.Create(p.Context(), p.ingress("probe", "www."+p.domain), client.DryRunAll))
	}).WithTimeout(within).Should(BeTrue(), "hold refuses, as deny does")
	p.Eventually(func() bool {
		return meta.IsStatusConditionFalse(p.status().Conditions, v1alpha1.ConditionHoldSupported)
	}).WithTimeout(within).Should(BeTrue())

	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	var routes []client.Object
	p.Eventually(func() error {
		routes = []client.Object{p.ingress("web", "www."+p.domain)}
		return p.admin.Create(p.Context(), routes[0])
	}).WithTimeout(within).Should(Succeed())
	routes = append(routes, p.httpRoute("web", "www."+p.domain))
	p.must(p.admin.Create(p.Context(), routes[1]))

	for range 2 {
		p.allow(filing, false)
		p.untilParked(true, routes...)
		p.allow(filing, true)
		p.untilParked(false, routes...)
	}

	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error { // the operator may be telling where the filing stands
		var namespace corev1.Namespace
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
		namespace.Annotations["cleared.icp.beian.dev/v1.00"] = "\nevil.cn\n"
		return p.admin.Update(p.Context(), &namespace)
	})
	p.Expect(apierrors.IsForbidden(err)).To(BeTrue(), "what cannot be put back is refused: %v", err)
	p.Expect(p.cleared(p.name)).To(ConsistOf(p.domain))
}
