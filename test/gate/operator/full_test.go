package operator

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// crowd takes all room for clearances on the place's Namespace but so many bytes, by an annotation of somebody else.
func (p place) crowd(left int) {
	p.Helper()
	const room, name = 224 * 1024, "example.com/large"
	p.annotate(name, fmt.Sprintf("%q", strings.Repeat("x", room-left-len(name))))
}

func (p place) annotate(name, value string) {
	p.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}}
	p.must(p.admin.Patch(p.Context(), namespace, client.RawPatch("application/merge-patch+json",
		fmt.Appendf(nil, `{"metadata":{"annotations":{%q:%s}}}`, name, value))))
}

// complete reads the condition that says whether every namespace has room.
func (p place) complete() metav1.Condition {
	p.Helper()
	var policy v1alpha1.ExposurePolicy
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, &policy))
	condition := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionClearancesComplete)
	if condition == nil {
		return metav1.Condition{}
	}
	return *condition
}

// A namespace that has no room for a domain keeps what is cleared open, says so as long as it is so, and goes on.
func TestAFullNamespaceSaysSoAndGoesOn(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	first := p.filing("first", own)
	route := p.ingress("first", "www."+p.domain)
	p.must(p.admin.Create(t.Context(), route))
	p.allow(first, true)
	p.untilParked(false, route)
	p.crowd(100) // the header and the first block take some 70

	second := p
	second.domain = strings.Repeat("x", 40) + "-" + p.domain
	many := second.filing("second", own)
	crowded := second.ingress("second", "www."+second.domain)
	p.must(p.admin.Create(t.Context(), crowded))
	p.allow(many, true)
	p.Eventually(p.complete).WithTimeout(within).Should(And(
		HaveField("Status", metav1.ConditionFalse), HaveField("Reason", v1alpha1.ReasonNamespaceFull),
		HaveField("Message", ContainSubstring("of namespaces "+p.name+" (1)"))))
	second.untilTold("www."+second.domain+": filing "+p.name+"/second is at Preparation (NamespaceFull)", crowded)
	p.untilCleared(p.name, p.domain)
	p.Expect(p.read(route).Parked).To(BeFalse(), "what is cleared stays open")

	p.allow(first, false)
	p.untilParked(true, route)
	p.allow(first, true)
	p.untilParked(false, route) // the gate is not wedged

	p.annotate("example.com/large", "null")
	p.untilParked(false, crowded)
	p.Eventually(p.complete).WithTimeout(within).Should(HaveField("Status", metav1.ConditionTrue))
}
