package versions

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// An API server that gets policies that park while the operator runs: first none, then the beta, then v1.
func TestHoldTakesWhichVersionThereIs(t *testing.T) {
	t.Parallel()
	older := &olderServer{}
	older.hide("v1", "v1beta1")
	p := newPlace(t, func(c *rest.Config) {
		c.Wrap(func(next http.RoundTripper) http.RoundTripper { older.next = next; return older })
	}, "--runtime-config=admissionregistration.k8s.io/v1beta1=true")

	p.untilHold(metav1.ConditionFalse, v1alpha1.ReasonNotSupported, "mode hold refuses uncleared routes, as deny does")
	p.untilRefused()

	older.hide("v1")
	p.passes()
	p.untilHold(metav1.ConditionTrue, v1alpha1.ReasonSupportedAsBeta, "v1beta1")
	p.untilParkedAsWritten()
	p.Expect(p.writtenAs()).To(Equal("admissionregistration.k8s.io/v1beta1"))
	filing, route := p.filing(), ingress("web", host)
	p.must(p.admin.Create(t.Context(), route))
	p.untilParked(true, route)
	for range 2 {
		p.allow(filing, true)
		p.untilParked(false, route)
		p.allow(filing, false)
		p.untilParked(true, route)
	}
	p.Expect(ownsClass(route)).To(BeFalse(), "what the policy changes is whose write it was")
	p.must(p.admin.Delete(t.Context(), p.binding()))
	p.Eventually(func() error {
		return p.admin.Get(t.Context(), client.ObjectKeyFromObject(p.binding()), p.binding())
	}).WithTimeout(within).Should(Succeed(), "a binding that somebody deleted is made again")
	p.Expect(older.asked()).To(BeEmpty(), "it asks for no version that is not there")

	older.hide()
	p.passes()
	p.untilHold(metav1.ConditionTrue, v1alpha1.ReasonSupported, "the API server parks")
	p.allow(filing, true)
	p.untilParked(false, route)
	p.must(p.admin.Delete(t.Context(), p.binding()))
	p.Eventually(p.writtenAs).WithTimeout(within).Should(Equal("admissionregistration.k8s.io/v1"))
	p.untilParkedAsWritten()
}

// The beta has a feature gate beside the API, and the admission plugin can be off.
func TestHoldIsNotSupportedWherePoliciesDoNotAct(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil, "--disable-admission-plugins=MutatingAdmissionPolicy")
	p.untilHold(metav1.ConditionUnknown, v1alpha1.ReasonHoldOnTrial, "is being tried")
	p.untilHold(metav1.ConditionFalse, v1alpha1.ReasonNotEnforced, "does not act on it")
	p.untilRefused()
	filing := p.filing()
	p.allow(filing, true)
	route := ingress("web", host)
	p.Eventually(func() error { return p.admin.Create(t.Context(), route) }).WithTimeout(within).Should(Succeed())
	p.allow(filing, false)
	p.untilParked(true, route)
	p.allow(filing, true)
	p.untilParked(false, route)
}

// binding is one of a policy that parks.
func (p place) binding() *admissionregistrationv1.MutatingAdmissionPolicyBinding {
	return &admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: "icp-hold-ingresses-labelled"}}
}

// writtenAs is the version by which the operator wrote it last; empty where it is not there.
func (p place) writtenAs() string {
	p.Helper()
	binding := p.binding()
	if err := p.admin.Get(p.Context(), client.ObjectKeyFromObject(binding), binding); err != nil {
		return ""
	}
	for _, fields := range binding.ManagedFields {
		if fields.Manager == "icp-operator" {
			return fields.APIVersion
		}
	}
	return ""
}

// ownsClass tells whether the operator owns the field that parks an Ingress.
func ownsClass(route *networkingv1.Ingress) bool {
	for _, fields := range route.ManagedFields {
		if fields.Manager == "icp-operator" && fields.FieldsV1 != nil && strings.Contains(fields.FieldsV1.GetRawString(), "f:ingressClassName") {
			return true
		}
	}
	return false
}
