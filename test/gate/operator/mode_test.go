package operator

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

func TestChangingTheModeTakesEffectOnRoutesThatExist(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateOff)
	routes := p.both("www." + p.domain)
	for _, step := range []struct {
		mode   string
		parked bool
	}{
		{v1alpha1.GateHold, true}, {v1alpha1.GateOff, false}, {v1alpha1.GateDeny, true}, {v1alpha1.GateWarn, false},
		{v1alpha1.GateHold, true}, {v1alpha1.GateDeny, true}, {v1alpha1.GateAudit, false},
	} {
		p.label(p.name, v1alpha1.GateLabel, step.mode)
		p.untilParked(step.parked, routes...)
	}
}

// The default mode concerns every unlabelled namespace, so these tests do not run beside others.
func TestTheDefaultModeIsForNamespacesWithoutALabel(t *testing.T) {
	p, labelled := newPlaceOfOtherPolicy(t, ""), newPlaceOfOtherPolicy(t, v1alpha1.GateOff)
	routes, others := p.both("www."+p.domain), labelled.both("www."+labelled.domain)
	exempt := newPlaceOfOtherPolicy(t, "")
	exempted := exempt.both("www." + exempt.domain)
	defer p.policy(v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeOff})

	for _, step := range []struct {
		mode   v1alpha1.GateMode
		parked bool
	}{{v1alpha1.ModeHold, true}, {v1alpha1.ModeWarn, false}, {v1alpha1.ModeDeny, true}, {v1alpha1.ModeOff, false}} {
		p.policy(v1alpha1.ExposurePolicySpec{DefaultMode: step.mode, ExemptNamespaces: []string{exempt.name}})
		p.untilParked(step.parked, routes...)
		p.untilParked(false, others...)
		p.untilParked(false, exempted...)
	}
}

func TestExemptDomainsAndHostlessRoutes(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	internal, hostless := p.ingress("internal", "web.corp.internal"), p.ingress("hostless", "")
	p.must(p.admin.Create(p.Context(), internal))
	p.must(p.admin.Create(p.Context(), hostless))
	p.untilParked(true, internal, hostless)
	defer p.policy(v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeOff})

	p.policy(v1alpha1.ExposurePolicySpec{ExemptDomains: []string{"corp.internal"}})
	p.untilParked(false, internal)
	p.untilParked(true, hostless)
	p.policy(v1alpha1.ExposurePolicySpec{Hostless: v1alpha1.HostlessAllow})
	p.untilParked(false, hostless)
	p.untilParked(true, internal)
}

// policy sets the spec of the ExposurePolicy, and waits until the operator has seen it and the API server judges by it.
func (p place) policy(spec v1alpha1.ExposurePolicySpec) {
	p.Helper()
	policy := &v1alpha1.ExposurePolicy{}
	p.Eventually(func() error {
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, policy))
		policy.Spec = spec
		return p.admin.Update(p.Context(), policy)
	}).WithTimeout(within).Should(Succeed())
	p.Eventually(func() int64 {
		var seen v1alpha1.ExposurePolicy
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, &seen))
		return seen.Status.ObservedGeneration
	}).WithTimeout(within).Should(Equal(policy.Generation))
	p.must(cluster.PoliciesInForce(p.Context(), p.admin))
}

func TestTheStatusSaysWhatIsServed(t *testing.T) {
	p := newPlace(t, v1alpha1.GateHold)
	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	warned := newPlace(t, v1alpha1.GateWarn)
	p.untilQuiet()
	before := p.status()
	p.must(p.admin.Create(p.Context(), p.ingress("served", "www."+p.domain)))
	p.must(p.admin.Create(p.Context(), p.ingress("parked", "www.other-"+p.domain)))
	p.must(p.admin.Create(p.Context(), p.httpRoute("parked", "www.other-"+p.domain)))
	p.must(p.admin.Create(p.Context(), warned.ingress("uncovered", "www."+p.domain)))
	p.Eventually(func() v1alpha1.RouteCounts { return *p.status().Routes }).WithTimeout(within).Should(Equal(v1alpha1.RouteCounts{
		Served: before.Routes.Served + 1, Parked: before.Routes.Parked + 2, Uncovered: before.Routes.Uncovered + 1,
	}))
	for _, condition := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionHoldSupported} {
		p.Expect(meta.IsStatusConditionTrue(p.status().Conditions, condition)).To(BeTrue(), condition)
	}
}

func (p place) status() v1alpha1.ExposurePolicyStatus {
	p.Helper()
	var policy v1alpha1.ExposurePolicy
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, &policy))
	return policy.Status
}

func TestThePoliciesArePutRight(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateDeny)
	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "icp-gate-ingresses"}}
	var want *admissionregistrationv1.ValidatingAdmissionPolicy
	p.must(retry.RetryOnConflict(retry.DefaultBackoff, func() error { // the controller manager writes its status
		p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(policy), policy))
		want = policy.DeepCopy()
		policy.Spec.MatchConditions = append(policy.Spec.MatchConditions, admissionregistrationv1.MatchCondition{Name: "never", Expression: "false"})
		return p.admin.Update(p.Context(), policy)
	}))
	p.Eventually(func() admissionregistrationv1.ValidatingAdmissionPolicySpec {
		p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(policy), policy))
		return policy.Spec
	}).WithTimeout(within).Should(Equal(want.Spec), "a condition that somebody added is taken away")

	binding := &admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: "icp-hold-ingresses-labelled"}}
	p.must(p.admin.Delete(p.Context(), binding))
	p.Eventually(func() error {
		return p.admin.Get(p.Context(), client.ObjectKeyFromObject(binding), binding)
	}).WithTimeout(within).Should(Succeed(), "a binding that somebody deleted is made again")

	p.must(cluster.PoliciesInForce(p.Context(), p.admin))
	err := p.admin.Create(p.Context(), p.ingress("probe", "example.org"), client.DryRunAll)
	p.Expect(apierrors.IsForbidden(err)).To(BeTrue(), "it is in force again: %v", err)
	holds := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	held := holds.ingress("probe", "example.org")
	p.must(p.admin.Create(p.Context(), held, client.DryRunAll))
	p.Expect(exposure.Read(held).Parked).To(BeTrue(), "so is what parks")
}

func TestAPolicyWhoseLabelsSomebodyTookAwayIsFoundByItsName(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateDeny)
	binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: "icp-gate-ingresses-deny"}}
	settings := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: admission.SettingsPolicy()}}
	of := []client.Object{
		binding, settings, &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "icp-gate-ingresses"}},
		&admissionregistrationv1.MutatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "icp-hold-ingresses"}},
		&admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: "icp-hold-ingresses-labelled"}},
	}
	take := func(what string) {
		t.Helper()
		for _, o := range of {
			p.must(p.admin.Patch(p.Context(), o, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"`+what+`":null}}`))))
		}
	}
	putRight := func(when string) {
		t.Helper()
		for _, o := range of {
			p.Eventually(func() map[string]string {
				p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(o), o))
				return o.GetLabels()
			}).WithTimeout(within).Should(Equal(admission.PolicyLabels()), "%T %s, its labels taken away %s", o, o.GetName(), when)
		}
	}
	p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(settings), settings))
	madeOf := settings.Annotations
	take("labels")
	putRight("while the operator runs")
	take("annotations")
	p.Eventually(func() map[string]string {
		p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(settings), settings))
		return settings.Annotations
	}).WithTimeout(within).Should(Equal(madeOf), "what the policies were made of")

	p.must(p.running.end())
	take("labels")
	p.must(p.admin.Patch(p.Context(), binding, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"validationActions":["Audit"]}}`))))
	p.restart()
	putRight("while no operator ran")
	p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(binding), binding))
	p.Expect(binding.Spec.ValidationActions).To(ContainElement(admissionregistrationv1.Deny), "it refuses again")
	p.must(cluster.PoliciesInForce(p.Context(), p.admin))
}

func TestWithoutAnExposurePolicyTheGateStaysAsItIs(t *testing.T) {
	p := newPlace(t, v1alpha1.GateDeny)
	policy := &v1alpha1.ExposurePolicy{}
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, policy))
	p.must(p.admin.Delete(p.Context(), policy))
	defer func() {
		p.must(p.admin.Create(p.Context(), &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}, Spec: policy.Spec}))
	}()
	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	p.Eventually(func() error { return p.admin.Create(p.Context(), p.ingress("shop", p.domain)) }).WithTimeout(within).Should(Succeed())
	p.Expect(apierrors.IsForbidden(p.admin.Create(p.Context(), p.ingress("other", "example.org")))).To(BeTrue())
	var policies admissionregistrationv1.ValidatingAdmissionPolicyList
	p.must(p.admin.List(p.Context(), &policies, client.MatchingLabels{"app.kubernetes.io/component": "exposure-gate"}))
	p.Expect(policies.Items).NotTo(BeEmpty())
}

// A while in which nothing happens, and after it a restart: the operator writes nothing in either.
func TestTheGateAtRestWritesNothing(t *testing.T) {
	p := newPlace(t, v1alpha1.GateHold)
	filing := p.filing("shop", own)
	routes := p.both("www." + p.domain)
	p.allow(filing, true)
	p.untilParked(false, routes...)
	p.must(p.admin.Create(p.Context(), p.ingress("parked", "www.other-"+p.domain)))
	p.Eventually(func() bool { return p.read(p.ingress("parked")).Parked }).WithTimeout(within).Should(BeTrue())
	p.untilQuiet()
	p.Consistently(p.operatorWrites).WithTimeout(3*time.Second).Should(BeEmpty(), "at rest")

	p.must(p.running.end())
	other := p.ingress("while-down", "www."+p.domain)
	p.must(p.admin.Create(p.Context(), other))
	p.Expect(p.read(other).Parked).To(BeFalse(), "a covered host never waits for the operator")
	held := p.httpRoute("while-down", "example.org")
	p.must(p.admin.Create(p.Context(), held))
	p.Expect(p.read(held).Parked).To(BeTrue(), "an uncovered host is held with the operator down")
	p.restart()
	p.untilGateSeen(func() {})
	p.Eventually(p.operatorWrites).WithTimeout(within).ShouldNot(BeEmpty(), "the log has what the marker needed")
	p.Expect(p.operatorWrites()).To(HaveEach(HaveField("Resource", Or(Equal("namespaces"), Equal("exposurepolicies")))),
		"after a restart: what the marker needed, and the counts")
}
