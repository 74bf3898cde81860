package operator

import (
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// listener makes a listener of a name; "" listens for every host.
func listener(name, hostname string) gatewayv1.Listener {
	l := gatewayv1.Listener{Name: gatewayv1.SectionName(name), Port: 443, Protocol: gatewayv1.HTTPProtocolType}
	if hostname != "" {
		l.Hostname = new(gatewayv1.Hostname(hostname))
	}
	return l
}

func (p place) gateway(name string, listeners ...gatewayv1.Listener) *gatewayv1.Gateway {
	p.Helper()
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: p.name, Name: name}}
	gateway.Spec.GatewayClassName = "edge"
	gateway.Spec.Listeners = listeners
	p.must(p.admin.Create(p.Context(), gateway))
	return gateway
}

// via makes an HTTPRoute that names no host, of a Gateway, or of a listener of it.
func (p place) via(name string, gateway *gatewayv1.Gateway, section string) *gatewayv1.HTTPRoute {
	p.Helper()
	route := p.httpRoute(name)
	parent := gatewayv1.ParentReference{Name: gatewayv1.ObjectName(gateway.Name), Namespace: new(gatewayv1.Namespace(gateway.Namespace))}
	if section != "" {
		parent.SectionName = new(gatewayv1.SectionName(section))
	}
	route.Spec.ParentRefs = []gatewayv1.ParentReference{parent}
	p.must(p.admin.Create(p.Context(), route))
	return route
}

// listen changes a Gateway's listeners as a cluster admin.
func (p place) listen(gateway *gatewayv1.Gateway, listeners []gatewayv1.Listener, options ...client.UpdateOption) error {
	p.Helper()
	p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(gateway), gateway))
	gateway.Spec.Listeners = listeners
	return p.admin.Update(p.Context(), gateway, options...)
}

func TestARouteWithoutHostnamesTakesThoseOfItsGatewaysListeners(t *testing.T) {
	t.Parallel()
	infra, p := newPlace(t, ""), newPlace(t, v1alpha1.GateHold)
	gateway := infra.gateway("edge", listener("shop", "www."+p.domain), listener("wild", "*."+p.domain), listener("other", "www."+infra.domain))
	whole, section, other := p.via("whole", gateway, ""), p.via("section", gateway, "shop"), p.via("other", gateway, "other")
	p.untilParked(true, whole, section, other)

	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilParked(false, section)
	p.untilParked(true, whole, other)

	p.must(p.listen(gateway, []gatewayv1.Listener{listener("shop", "www."+p.domain), listener("wild", "*."+p.domain)}))
	p.untilParked(false, whole)
	p.untilParked(true, other)

	p.allow(filing, false)
	p.untilParked(true, whole, section)
}

func TestAGatewayThatIsReliedOnListensForNothingThatIsNotFiled(t *testing.T) {
	t.Parallel()
	infra, p := newPlace(t, ""), newPlace(t, v1alpha1.GateDeny)
	shop, free := listener("shop", "www."+p.domain), listener("free", "www."+infra.domain)
	gateway := infra.gateway("edge", shop, free)
	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	route := p.httpRoute("web")
	route.Spec.ParentRefs = []gatewayv1.ParentReference{{
		Name: "edge", Namespace: new(gatewayv1.Namespace(infra.name)), SectionName: new(gatewayv1.SectionName("shop")),
	}}
	// No route is there that would have the operator look at the Gateway.
	p.Expect(apierrors.IsForbidden(p.admin.Create(p.Context(), route.DeepCopy(), client.DryRunAll))).To(BeTrue())

	p.label(p.name, v1alpha1.GateLabel, v1alpha1.GateHold)
	p.Eventually(func() error { return p.admin.Create(p.Context(), route.DeepCopy()) }).WithTimeout(within).Should(Succeed(), "once hold is known")
	p.untilParked(false, route)

	for says, listeners := range map[string][]gatewayv1.Listener{
		"another host":        {listener("shop", "www.evil.cn"), free},
		"every host":          {listener("shop", ""), free},
		"a wildcard above it": {listener("shop", "*.com"), free},
	} {
		p.Eventually(func() bool { // a policy that was just made is in force a second later
			return apierrors.IsForbidden(p.listen(gateway, listeners, client.DryRunAll))
		}).WithTimeout(within).Should(BeTrue(), says)
	}
	p.must(p.listen(gateway, []gatewayv1.Listener{shop, listener("free", "www.evil.cn")})) // nobody relies on that one

	p.must(p.admin.Delete(p.Context(), gateway))
	again := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: infra.name, Name: "edge"}}
	again.Spec = gatewayv1.GatewaySpec{GatewayClassName: "edge", Listeners: []gatewayv1.Listener{listener("shop", "www.evil.cn")}}
	p.untilParked(true, route) // the Gateway is gone, and could come back as anything
	p.Eventually(func() error { return p.admin.Create(p.Context(), again) }).WithTimeout(within).Should(Succeed())
	p.untilParked(true, route)
}

// The first such route of a namespace in deny is refused: nobody has looked at its Gateway yet. The refusal says how it can
// wait; the manifest that has it wait may stay as it is.
func TestInDenyARouteWithoutHostnamesMayAskToWaitForItsGateway(t *testing.T) {
	t.Parallel()
	infra, p := newPlace(t, ""), newPlace(t, v1alpha1.GateDeny)
	infra.gateway("edge", listener("shop", "www."+p.domain))
	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	route := p.httpRoute("web")
	route.Spec.ParentRefs = []gatewayv1.ParentReference{{Name: "edge", Namespace: new(gatewayv1.Namespace(infra.name))}}
	p.Eventually(func() string { return p.refusal(route.DeepCopy()) }).WithTimeout(within).Should(
		ContainSubstring(`or add the label icp.beian.dev/parked: "true" to have it wait, parked`))

	waits := route.DeepCopy()
	waits.Labels = map[string]string{"icp.beian.dev/parked": "true"}
	p.must(p.admin.Create(p.Context(), waits.DeepCopy()))
	p.untilParked(false, waits)
	p.Eventually(func() error { // the operator may still be writing to it
		p.read(waits)
		waits.Labels = map[string]string{"icp.beian.dev/parked": "true"} // as the manifest has it, when it is applied again
		return p.admin.Update(p.Context(), waits)
	}).WithTimeout(within).Should(Succeed())
	p.Expect(waits.Labels).NotTo(HaveKey("icp.beian.dev/parked"))
	p.Expect(p.read(waits).Parked).To(BeFalse())

	second := route.DeepCopy()
	second.Name = "second"
	p.must(p.admin.Create(p.Context(), second)) // the Gateway is known
	p.allow(filing, false)
	p.untilParked(true, waits, second)
}

func TestWhatNobodyReliesOnIsNotKept(t *testing.T) {
	t.Parallel()
	infra, p := newPlace(t, ""), newPlace(t, v1alpha1.GateHold)
	gateway := infra.gateway("edge", listener("shop", "www."+p.domain))
	p.allow(p.filing("shop", own), true)
	route := p.via("web", gateway, "")
	p.untilParked(false, route)
	relied := func() map[string][]string {
		var namespace corev1.Namespace
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: infra.name}, &namespace))
		return admission.Relied(namespace.Annotations)
	}
	p.Expect(relied()).To(Equal(map[string][]string{"Gateway/edge": {"www." + p.domain}}))

	p.must(p.admin.Delete(p.Context(), route))
	p.Eventually(relied).WithTimeout(within).Should(BeEmpty())
	p.Eventually(func() error { return p.listen(gateway, []gatewayv1.Listener{listener("shop", "")}) }).WithTimeout(within).Should(Succeed())
}
