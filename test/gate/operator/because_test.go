package operator

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// at puts a filing at a stage with its gate closed, as the filing controller does.
func (p place) at(filing *v1alpha1.IcpFiling, stage v1alpha1.StageName, reason string) {
	p.Helper()
	before := filing.DeepCopy()
	filing.Status.Stage = stage
	meta.SetStatusCondition(&filing.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionFalse, Reason: reason, LastTransitionTime: metav1.Now(),
	})
	p.must(p.operator.Status().Patch(p.Context(), filing, client.MergeFrom(before)))
}

// untilTold waits until parked routes say this.
func (p place) untilTold(want string, routes ...client.Object) {
	p.Helper()
	for _, route := range routes {
		p.Eventually(func() string { return p.read(route).Because }).WithTimeout(within).WithPolling(50*time.Millisecond).
			Should(Equal(want), "%T", route)
	}
}

// refusal creates a route as a dry run, and returns why it is refused.
func (p place) refusal(route client.Object) string {
	err := p.admin.Create(p.Context(), route, client.DryRunAll)
	if !apierrors.IsForbidden(err) {
		return fmt.Sprint("not refused: ", err)
	}
	return err.Error()
}

// untilPending waits until a namespace is told of a filing of the domain.
func (p place) untilPending() {
	p.Helper()
	p.Eventually(func() []exposure.Pending {
		var namespace corev1.Namespace
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
		return admission.DecodePending(namespace.Annotations).Listed
	}).WithTimeout(within).Should(ContainElement(HaveField("Domain", p.domain)))
}

func TestAParkedRouteSaysWhereItsFilingStands(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	host := "www." + p.domain
	routes := p.both(host)
	p.untilTold(host+": no filing covers it here: start one with an IcpFiling in namespace "+p.name, routes...)

	filing := p.filing("shop", own)
	p.untilTold(host+": filing "+p.name+"/shop is at Preparation", routes...)
	p.at(filing, v1alpha1.StageBureauReview, v1alpha1.ReasonNotApproved)
	p.untilTold(host+": filing "+p.name+"/shop is at BureauReview", routes...)

	p.allow(filing, true)
	p.untilParked(false, routes...)
	p.untilTold("", routes...)

	p.at(filing, v1alpha1.StageRevoked, v1alpha1.ReasonRevoked)
	p.untilParked(true, routes...)
	p.untilTold(host+": filing "+p.name+"/shop is at Revoked", routes...)
	p.at(filing, v1alpha1.StageApproved, v1alpha1.ReasonRegistryMismatch)
	p.untilTold(host+": filing "+p.name+"/shop is at Approved (RegistryMismatch)", routes...)

	p.must(p.admin.Delete(p.Context(), filing))
	p.untilTold(host+": no filing covers it here: start one with an IcpFiling in namespace "+p.name, routes...)
}

func TestTheRefusalSaysWhereTheFilingStands(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateDeny)
	host := "www." + p.domain
	p.Expect(p.refusal(p.ingress("web", host))).To(ContainSubstring(host + ": no filing covers it here: start one with an IcpFiling in namespace " + p.name))
	filing := p.filing("shop", own)
	p.at(filing, v1alpha1.StageSmsVerification, v1alpha1.ReasonNotApproved)
	p.Eventually(func() string { return p.refusal(p.ingress("web", host)) }).WithTimeout(within).
		Should(ContainSubstring(host + ": filing " + p.name + "/shop is at SmsVerification"))
}

func TestAFilingIsNamedInItsOwnNamespaceOnly(t *testing.T) {
	t.Parallel()
	p, other, stranger := newPlace(t, v1alpha1.GateHold), newPlace(t, v1alpha1.GateHold), newPlace(t, v1alpha1.GateHold)
	p.label(other.name, "friend", p.name)
	filing := p.filing("shop", v1alpha1.ExposureNamespaces{
		From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"friend": p.name}},
	})
	p.at(filing, v1alpha1.StageBureauReview, v1alpha1.ReasonNotApproved)
	p.label(other.name, "look", "again") // or it is told half a minute later
	host := "www." + p.domain
	letIn, not := other.ingress("web", host), stranger.ingress("web", host)
	for _, route := range []client.Object{letIn, not} {
		p.must(p.admin.Create(t.Context(), route))
	}
	other.untilTold(host+": a filing in another namespace is at BureauReview", letIn)
	stranger.untilTold(host+": no filing covers it here: start one with an IcpFiling in namespace "+stranger.name, not)
	for _, place := range []place{other, stranger} {
		place.Eventually(func() []string { return place.notes("Parked") }).WithTimeout(within).Should(HaveLen(1))
		place.Expect(place.notes("Parked")[0]).NotTo(ContainSubstring(p.name + "/"))
	}
}

// Very many filings that move together cost a Namespace few writes.
func TestFilingsThatWalkTogetherAreToldOfTogether(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateDeny)
	begun := time.Now()
	var last string
	for i := range 50 {
		filing := newFiling(p.name, fmt.Sprintf("shop-%d", i), fmt.Sprintf("shop-%d-of-%s", i, p.domain), own)
		p.must(p.admin.Create(t.Context(), filing))
		p.at(filing, v1alpha1.StagePreliminaryReview, v1alpha1.ReasonNotApproved)
		last = "www." + filing.Spec.Domain.Name
	}
	p.Eventually(func() string { return p.refusal(p.ingress("web", last)) }).WithTimeout(within).
		Should(ContainSubstring("is at PreliminaryReview"))
	var writes []cluster.Write
	p.Eventually(func() (_ []cluster.Write, err error) { // a write is recorded a moment after it was seen
		writes, err = p.plane.Writes(func(w cluster.Write) bool {
			return w.User == operatorUser && w.Resource == "namespaces" && w.Name == p.name && w.Code == http.StatusOK
		})
		return writes, err
	}).WithTimeout(within).ShouldNot(BeEmpty())
	took := time.Since(begun)
	if most := 1 + int(took/(4*time.Second)) + 1; len(writes) > most {
		t.Errorf("%d writes of the Namespace in %s, want %d at most: %v", len(writes), took, most, writes)
	}
}

func TestNothingIsToldWhereNothingIsGated(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateOff)
	p.filing("shop", own)
	p.untilGateSeen(func() {})
	var namespace corev1.Namespace
	p.must(p.admin.Get(t.Context(), client.ObjectKey{Name: p.name}, &namespace))
	p.Expect(namespace.Annotations).To(BeEmpty())
	p.label(p.name, v1alpha1.GateLabel, v1alpha1.GateHold)
	route := p.ingress("web", "www."+p.domain)
	p.must(p.admin.Create(t.Context(), route))
	p.untilTold("www."+p.domain+": filing "+p.name+"/shop is at Preparation", route)
}
