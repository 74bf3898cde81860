package scale_test

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// An operator that ends between a fall and its status leaves a filing that says it is in force, in a namespace that no longer clears
// its domain. So does one that ends between an approval and the clearance. The next operator must tell them apart before it writes.
func TestAnOperatorThatEndsBeforeAStatusIsWrittenLeavesNoDomainToBeClearedAgain(t *testing.T) {
	const ns, n = "fallen", 3
	at := desk(t, ns, 200*time.Millisecond, simulator.Options{})
	apply(t, ns, n, nil)
	g := gomega.NewWithT(t)
	cleared := func() []bool {
		var namespace corev1.Namespace
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &namespace)).To(gomega.Succeed())
		return clearedOf(&namespace, ns, n)
	}
	g.Eventually(cleared).WithTimeout(*within).WithPolling(50*time.Millisecond).Should(gomega.Equal([]bool{true, true, true}), "of filings in force")

	g.Expect(operator.stop()).To(gomega.Succeed())
	fell := filings(t.Context(), g, ns)[site(0)]
	var namespace corev1.Namespace
	g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &namespace)).To(gomega.Succeed())
	bare := namespace.DeepCopy()
	for name := range bare.Annotations {
		if admission.IsClearance(name) {
			delete(bare.Annotations, name)
		}
	}
	g.Expect(operatorsOwn.Patch(t.Context(), bare, client.MergeFrom(&namespace))).To(gomega.Succeed())
	g.Expect(at.Decide(fell.Status.OrderID, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}})).To(gomega.Succeed())
	events, err := admin.Watch(t.Context(), &corev1.NamespaceList{})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	again := make(chan int)
	go func() {
		n := 0
		for event := range events.ResultChan() {
			if seen, is := event.Object.(*corev1.Namespace); is && event.Type == watch.Modified && seen.Name == ns && clearedOf(seen, ns, 1)[0] {
				n++
			}
		}
		again <- n
	}()

	g.Expect(operator.start(t.Context())).To(gomega.Succeed())
	g.Eventually(cleared).WithTimeout(*within).WithPolling(50*time.Millisecond).Should(gomega.Equal([]bool{false, true, true}), "of one that was revoked meanwhile, and two in force")
	g.Eventually(func() v1alpha1.StageName { return filings(t.Context(), g, ns)[site(0)].Status.Stage }).
		WithTimeout(*within).WithPolling(50 * time.Millisecond).Should(gomega.Equal(v1alpha1.StageRevoked))
	g.Expect(cleared()).To(gomega.Equal([]bool{false, true, true}))
	events.Stop()
	if n := <-again; n > 0 {
		t.Errorf("the domain of a revoked filing was cleared again, as %d versions of the namespace had it", n)
	}
}

// clearedOf says of the domains of a test's first filings which are cleared on a namespace.
func clearedOf(namespace *corev1.Namespace, ns string, n int) []bool {
	stand, all := admission.Decode(namespace.Annotations), []bool{}
	for i := range n {
		all = append(all, stand.Has(domainOf(ns, i)))
	}
	return all
}
