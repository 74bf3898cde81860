package operator

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

func TestRoutesFollowTheirFiling(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	filing := p.filing("shop", own)
	routes := p.both("www." + p.domain)
	p.untilParked(true, routes...)

	p.allow(filing, true)
	p.untilParked(false, routes...)
	p.Expect(p.cleared(p.name)).To(ConsistOf(p.domain))

	p.allow(filing, false)
	p.untilParked(true, routes...)

	p.allow(filing, true)
	p.untilParked(false, routes...)

	p.must(p.admin.Delete(p.Context(), filing))
	p.untilParked(true, routes...)
	p.untilCleared(p.name)
}

func TestInDenyARouteCloses(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateDeny)
	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilServed(p.domain)
	routes := p.both("www." + p.domain)

	p.allow(filing, false)
	p.untilParked(true, routes...)
	p.allow(filing, true)
	p.untilParked(false, routes...)
}

func TestEachHostOfARouteNeedsItsFiling(t *testing.T) {
	t.Parallel()
	p, other := newPlace(t, v1alpha1.GateHold), newPlace(t, v1alpha1.GateHold)
	first, second := p.filing("shop", own), other.filing("blog", v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesAll})
	route := p.ingress("web", "www."+p.domain, "www."+other.domain)
	p.must(p.admin.Create(p.Context(), route))

	p.allow(first, true)
	p.untilCleared(p.name, p.domain)
	p.Eventually(func() string {
		p.read(route)
		return route.Annotations[exposure.ParkedHostsAnnotation]
	}).WithTimeout(within).Should(Equal("www."+other.domain), "the note names what is still missing")
	p.Expect(p.read(route).Parked).To(BeTrue())

	p.allow(second, true)
	p.untilParked(false, route)
	p.allow(second, false)
	p.untilParked(true, route)
}

func TestAFilingLetsInTheNamespacesThatItSelects(t *testing.T) {
	t.Parallel()
	p, chosen, other := newPlace(t, v1alpha1.GateHold), newPlace(t, v1alpha1.GateHold), newPlace(t, v1alpha1.GateHold)
	p.label(chosen.name, "team", p.name)
	filing := p.filing("shop", v1alpha1.ExposureNamespaces{
		From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": p.name}},
	})
	p.allow(filing, true)
	p.Eventually(func() []string { return p.cleared(chosen.name) }).WithTimeout(within).Should(ContainElement(p.domain))
	p.Eventually(func() []string { return p.cleared(p.name) }).WithTimeout(within).Should(ContainElement(p.domain), "sharing closes nothing at home")
	p.Expect(p.cleared(other.name)).NotTo(ContainElement(p.domain))

	p.label(other.name, "team", p.name)
	p.Eventually(func() []string { return p.cleared(other.name) }).WithTimeout(within).Should(ContainElement(p.domain))
	p.label(chosen.name, "team", "another")
	p.Eventually(func() []string { return p.cleared(chosen.name) }).WithTimeout(within).ShouldNot(ContainElement(p.domain))

	before := filing.DeepCopy()
	filing.Spec.Exposure.Namespaces = own
	p.must(p.admin.Patch(p.Context(), filing, client.MergeFrom(before)))
	p.Eventually(func() []string { return p.cleared(other.name) }).WithTimeout(within).ShouldNot(ContainElement(p.domain))
	p.Expect(p.cleared(p.name)).To(ContainElement(p.domain))
}

func TestOneOfTwoFilingsOfADomainIsEnough(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	first, second := p.filing("shop", own), p.filing("shop-too", own)
	routes := p.both("www." + p.domain)
	p.allow(first, true)
	p.allow(second, true)
	p.untilParked(false, routes...)
	p.allow(first, false)
	p.untilGateSeen(func() { p.allow(second, true) })
	p.Expect(p.cleared(p.name)).To(ConsistOf(p.domain))
	p.allow(second, false)
	p.untilParked(true, routes...)
}

// untilServed waits until the API server judges by a domain's clearance: it hears of a Namespace's change a moment later.
func (p place) untilServed(domain string) {
	p.Helper()
	p.Eventually(func() bool {
		probe := p.ingress("probe", domain)
		err := p.admin.Create(p.Context(), probe, client.DryRunAll)
		if !apierrors.IsForbidden(err) {
			p.must(err)
		}
		return err == nil && !exposure.Read(probe).Parked
	}).WithTimeout(within).WithPolling(20 * time.Millisecond).Should(BeTrue())
}

// untilGateSeen waits until the operator has acted on all that was written before, by having it clear and withdraw a
// domain of its own.
func (p place) untilGateSeen(before func()) {
	p.Helper()
	before()
	marker := p
	marker.domain = "marker-of-" + p.name + ".com"
	filing := marker.filing("marker", own)
	marker.allow(filing, true)
	p.Eventually(func() []string { return p.cleared(p.name) }).WithTimeout(within).Should(ContainElement(marker.domain))
	p.must(p.admin.Delete(p.Context(), filing))
	p.Eventually(func() []string { return p.cleared(p.name) }).WithTimeout(within).ShouldNot(ContainElement(marker.domain))
}

func TestEventsSayWhichHostAndFiling(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	filing := p.filing("shop", own)
	p.untilPending()
	routes := p.both("www." + p.domain)
	p.allow(filing, true)
	p.untilParked(false, routes...)
	for _, reason := range []string{"Parked", "Released"} {
		p.Eventually(func() []string { return p.notes(reason) }).WithTimeout(within).Should(HaveLen(len(routes)), reason)
		for _, note := range p.notes(reason) {
			p.Expect(note).To(And(ContainSubstring("www."+p.domain), ContainSubstring(p.name+"/shop")))
		}
	}
}

// notes lists the notes of the Events with a reason in the namespace.
func (p place) notes(reason string) []string {
	p.Helper()
	var events eventsv1.EventList
	p.must(p.admin.List(p.Context(), &events, client.InNamespace(p.name)))
	var notes []string
	for i := range events.Items {
		if events.Items[i].Reason == reason {
			notes = append(notes, events.Items[i].Note)
		}
	}
	return notes
}

func TestForgedClearancesChangeNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	var namespace corev1.Namespace
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
	honest := namespace.DeepCopy()
	namespace.Annotations = map[string]string{
		"cleared.icp.beian.dev/v1": "2", "cleared.icp.beian.dev/v1.00": "\nevil.cn\n", "cleared.icp.beian.dev/v2": "all",
	}
	p.must(p.admin.Update(p.Context(), &namespace))
	p.Expect(namespace.Annotations).To(Equal(honest.Annotations))
	namespace.Annotations = nil
	p.must(p.admin.Update(p.Context(), &namespace))
	p.Expect(namespace.Annotations).To(Equal(honest.Annotations), "taking them away is put back, too")
	p.must(p.admin.Status().Patch(p.Context(), &namespace, client.RawPatch("application/merge-patch+json",
		[]byte(`{"metadata":{"annotations":{"cleared.icp.beian.dev/v1.00":"\nevil.cn\n"}}}`))))
	p.Expect(namespace.Annotations).To(Equal(honest.Annotations), "by the status, too")
	fresh := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name + "-restored", Annotations: honest.Annotations}}
	p.must(p.admin.Create(p.Context(), fresh))
	p.Expect(fresh.Annotations).To(BeEmpty(), "a restored Namespace is cleared by its filings, not by its backup")
}
