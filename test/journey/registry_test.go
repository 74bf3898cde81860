package journey_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// These tests move the operator's clock, and so run before the parallel ones.

const lookupInterval = time.Second

// later moves the operator's clock.
func later(by time.Duration) { now.SetTime(now.Now().Add(by)) }

// withRegistry makes a provider whose filings people take to the bureau, and whose registry is a simulator that asks for
// a token.
func withRegistry(t *testing.T, name string, onMismatch v1alpha1.OnMismatch, known ...simulator.KnownSubject) *simulator.Simulator {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Token: token, Known: simulator.Known{Subjects: known}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Protocol())
	t.Cleanup(server.Close)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: v1alpha1.OperatorNamespace, Name: name}, StringData: map[string]string{"token": token}}
	if err := admin.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	fp := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
		Manual: &v1alpha1.ManualProvider{},
		Registry: &v1alpha1.Registry{
			Interval: &metav1.Duration{Duration: lookupInterval}, OnMismatch: onMismatch, CallsPerMinute: new(int32(6000)),
			HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", CredentialsSecretRef: &v1alpha1.SecretReference{Name: name}},
		},
	}}
	if err := admin.Create(t.Context(), fp); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, o := range []client.Object{fp, secret} {
			if err := admin.Delete(context.Background(), o); client.IgnoreNotFound(err) != nil {
				t.Errorf("deleting %s: %v", o.GetName(), err)
			}
		}
	})
	return sim
}

// subjectOf is a filed subject with one website.
func subjectOf(number, domain string) simulator.KnownSubject {
	return simulator.KnownSubject{Number: number, Access: hereBefore, Websites: []simulator.KnownWebsite{{Domain: domain, Number: number + "-1", Access: hereBefore}}}
}

func learn(t *testing.T, sim *simulator.Simulator, known simulator.KnownSubject) {
	t.Helper()
	if err := sim.Learn(simulator.Known{Subjects: []simulator.KnownSubject{known}}); err != nil {
		t.Fatal(err)
	}
}

// lookedUp moves the clock on until the registry was asked again. A failure before it may be taken in only after the clock
// moved, and holds the next call back from then on: where nobody asks for a while, the clock moves once more.
func lookedUp(t *testing.T, sim *simulator.Simulator) {
	t.Helper()
	const patience = 10 * time.Second
	before := asked(sim, "lookUpFilings")
	var moved time.Time
	gomega.NewWithT(t).Eventually(func() int {
		if time.Since(moved) > patience {
			later(2 * lookupInterval)
			moved = time.Now()
		}
		return asked(sim, "lookUpFilings")
	}).WithTimeout(within).WithPolling(20 * time.Millisecond).Should(gomega.BeNumerically(">", before))
}

var (
	verified           = hasReason(v1alpha1.ConditionRegistryVerified, v1alpha1.ReasonVerified)
	otherSubject       = hasReason(v1alpha1.ConditionRegistryVerified, v1alpha1.ReasonOtherSubject)
	gateShut     check = hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonRegistryMismatch)
)

func TestAnImportThatTheRegistryConfirmsNeedsNobodysReview(t *testing.T) {
	sim := withRegistry(t, "registry-import", v1alpha1.OnMismatchWarn, subjectOf("浙ICP备24000101号", "registry-import.cn"))
	namespace(t, "registry-import", everySecret...)
	tell(t, sim, "registry-import", "f")
	ingress(t, "registry-import", "www.registry-import.cn")
	filing(t, "registry-import", "f", "registry-import.cn", claiming("registry-import", "浙ICP备24000101号", "浙ICP备24000101号-9"))
	eventually(t, "registry-import", "f", is(unconfirmed, hasReason(v1alpha1.ConditionRegistryVerified, v1alpha1.ReasonOtherNumber)))
	ingressIs(t, "registry-import", false)

	later(2 * lookupInterval)
	amend(t, "registry-import", "f", `{"existing":{"website":{"number":"浙ICP备24000101号-1"}}}`)
	f := eventually(t, "registry-import", "f", is(imported, verified))
	ingressIs(t, "registry-import", true)
	if f.Status.WebsiteNumber != "浙ICP备24000101号-1" || f.Status.SubjectNumber != "浙ICP备24000101号" {
		t.Errorf("numbers %s and %s", f.Status.SubjectNumber, f.Status.WebsiteNumber)
	}
	approved := f.Status.ApprovedAt
	loseStatus(t, f)
	later(2 * lookupInterval)
	f = eventually(t, "registry-import", "f", is(imported, verified))
	if !f.Status.ApprovedAt.Equal(approved) {
		t.Errorf("approved at %s, and at %s once the status was lost", approved, f.Status.ApprovedAt)
	}
}

func TestAMismatchThatIsHeardTwiceClosesTheGateWhereTheProviderSaysSo(t *testing.T) {
	for name, on := range map[string]v1alpha1.OnMismatch{"registry-close": v1alpha1.OnMismatchClose, "registry-warn": v1alpha1.OnMismatchWarn} {
		t.Run(string(on), func(t *testing.T) {
			domain, filed := name+".cn", subjectOf("浙ICP备24000102号", name+".cn")
			sim := withRegistry(t, name, on, filed)
			namespace(t, name, everySecret...)
			tell(t, sim, name, "f")
			ingress(t, name, "www."+domain)
			filing(t, name, "f", domain, claiming(name, "浙ICP备24000102号", "浙ICP备24000102号-1"))
			eventually(t, name, "f", is(imported, verified))
			ingressIs(t, name, true)

			open := gateStaysOpen(t, name, "f")
			learn(t, sim, subjectOf("京ICP备24000103号", domain))
			lookedUp(t, sim)
			eventually(t, name, "f", is(otherSubject, says(v1alpha1.ConditionRegistryVerified, "heard once")))
			open()

			lookedUp(t, sim)
			if on == v1alpha1.OnMismatchWarn {
				open = gateStaysOpen(t, name, "f")
				f := eventually(t, name, "f", is(otherSubject, says(v1alpha1.ConditionRegistryVerified, "heard twice")))
				open()
				loseStatus(t, f)
				lookedUp(t, sim)
				eventually(t, name, "f", is(imported, otherSubject))
				return
			}
			f := eventually(t, name, "f", is(otherSubject, isReady, gateShut))
			ingressIs(t, name, false)
			loseStatus(t, f)
			eventually(t, name, "f", is(otherSubject, isReady, gateShut))

			learn(t, sim, filed)
			lookedUp(t, sim)
			eventually(t, name, "f", is(imported, verified))
			ingressIs(t, name, true)
		})
	}
}

func TestARegistryThatRefusesItsTokenIsSaidToAndIsAskedAgainWithTheNextOneAtOnce(t *testing.T) {
	const name = "registry-token"
	withRegistry(t, name, v1alpha1.OnMismatchClose, subjectOf("浙ICP备24000105号", "registry-token.cn"))
	// By itself a domain whose look-up failed would wait ten minutes.
	patch(t, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}}, `{"spec":{"registry":{"interval":"24h"}}}`)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: v1alpha1.OperatorNamespace, Name: name}}
	patch(t, secret, `{"stringData":{"token":"another"}}`)
	namespace(t, name, everySecret...)
	filing(t, name, "f", "registry-token.cn", claiming(name, "浙ICP备24000105号", "浙ICP备24000105号-1"))
	eventually(t, name, "f", unconfirmed)
	later(time.Second) // the pace lets a call through
	providerIs(t, name, conditionIs(v1alpha1.ConditionRegistryReady, metav1.ConditionFalse, v1alpha1.ReasonMisconfigured))
	patch(t, secret, `{"stringData":{"token":"`+token+`"}}`)
	later(time.Second)
	providerIs(t, name, conditionIs(v1alpha1.ConditionRegistryReady, metav1.ConditionTrue, v1alpha1.ReasonAvailable))
	eventually(t, name, "f", is(imported, verified))
}

func TestALookUpThatFailsNeverClosesTheGateAndTakesNothingBack(t *testing.T) {
	sim := withRegistry(t, "registry-down", v1alpha1.OnMismatchClose, subjectOf("浙ICP备24000104号", "registry-down.cn"))
	namespace(t, "registry-down", everySecret...)
	tell(t, sim, "registry-down", "f")
	filing(t, "registry-down", "f", "registry-down.cn", claiming("registry-down", "浙ICP备24000104号", "浙ICP备24000104号-1"))
	eventually(t, "registry-down", "f", is(imported, verified))
	open := gateStaysOpen(t, "registry-down", "f")
	fail := func(kind simulator.FaultKind) {
		if err := sim.AddFault(simulator.Fault{Kind: kind, Operation: "lookUpFilings", Times: 1000}); err != nil {
			t.Fatal(err)
		}
	}
	fail(simulator.FaultStatus)
	lookedUp(t, sim)
	eventually(t, "registry-down", "f", is(verified, says(v1alpha1.ConditionRegistryVerified, "look-ups fail since")))
	for range 3 {
		lookedUp(t, sim)
	}
	eventually(t, "registry-down", "f", is(hasReason(v1alpha1.ConditionRegistryVerified, v1alpha1.ReasonLookupFailed), gateOpen, func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionRegistryVerified).Status).To(gomega.Equal(metav1.ConditionUnknown))
	}))
	for _, kind := range []simulator.FaultKind{simulator.FaultDrop, simulator.FaultMalformed, simulator.FaultWrongContentType} {
		sim.ClearFaults()
		fail(kind)
		lookedUp(t, sim)
	}
	sim.ClearFaults()
	lookedUp(t, sim)
	eventually(t, "registry-down", "f", verified)

	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: v1alpha1.OperatorNamespace, Name: "registry-down"}}
	patch(t, secret, `{"stringData":{"token":"another"}}`)
	lookedUp(t, sim)
	lookedUp(t, sim)
	eventually(t, "registry-down", "f", is(says(v1alpha1.ConditionRegistryVerified, "Unauthorized"), gateOpen))
	patch(t, secret, `{"stringData":{"token":"`+token+`"}}`)
	lookedUp(t, sim)
	lookedUp(t, sim)
	eventually(t, "registry-down", "f", is(verified, says(v1alpha1.ConditionRegistryVerified, "is filed as")))
	open()
}
