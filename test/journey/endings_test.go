package journey_test

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestEachEndOfAFilingClosesTheGateSaysWhyAndCanBeFiledAnew(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		decision v1alpha1.Decision
		reason   string
	}{
		"website-cancelled": {v1alpha1.DecisionCancelled, "WebsiteCancelled"},
		"subject-cancelled": {v1alpha1.DecisionCancelled, "SubjectCancelled"},
		"access-cancelled":  {v1alpha1.DecisionCancelled, "AccessCancelled"},
		"shell-filing":      {v1alpha1.DecisionRevoked, "ShellFiling"},
		"illegal-content":   {v1alpha1.DecisionRevoked, "IllegalContent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := deskFor(t, name, byReviews)
			domain, code := name+".cn", creditCode(t)
			ingress(t, name, "www."+domain)
			filed(t, at, name, "f", domain, with(name, certificate, code, "spec.deletionPolicy", "CloseExposure"))
			ingressIs(t, name, true)
			decide(t, at, domain, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: tc.decision, Reasons: []string{tc.reason}})
			stage := v1alpha1.StageName(tc.decision)
			f := eventually(t, name, "f", is(atStage(stage), hasReason(v1alpha1.ConditionReady, string(stage)), says(v1alpha1.ConditionReady, tc.reason),
				hasReason(v1alpha1.ConditionExposureAllowed, string(stage)), says(v1alpha1.ConditionExposureAllowed, tc.reason)))
			ingressIs(t, name, false)

			annotate(t, name, "f", v1alpha1.ResubmitAnnotation, "2")
			eventually(t, name, "f", is(atAttempt(2), next(v1alpha1.ActorBureau, "BureauReview"), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonNotApproved)))
			pass(t, at, domain, v1alpha1.StageBureauReview)
			again := eventually(t, name, "f", is(inForce, atAttempt(2)))
			ingressIs(t, name, true)
			ordersAre(t, at, domain, 2, 1)
			if again.Status.OrderID == f.Status.OrderID {
				t.Error("the order that has ended is still the filing's")
			}

			decide(t, at, domain, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: tc.decision, Reasons: []string{tc.reason}})
			eventually(t, name, "f", atStage(stage))
			if err := admin.Delete(t.Context(), again); err != nil {
				t.Fatal(err)
			}
			isGone(t, name, "f")
			filed(t, at, name, "f", domain, with(name, certificate, code))
			ingressIs(t, name, true)
			ordersAre(t, at, domain, 3, 1)
		})
	}
}

func TestWhatPeopleCancelledIsFiledAnewByThemOnTheSameObject(t *testing.T) {
	t.Parallel()
	const name = "anew-by-hand"
	manualProvider(t, name, nil)
	namespace(t, name, everySecret...)
	filing(t, name, "f", name+".cn", with(name))
	begin := now.Now().Add(-time.Hour)
	approve(t, name, "f", name, 1, begin)
	eventually(t, name, "f", inForce)
	record(t, name, "f", v1alpha1.StageApproved, v1alpha1.DecisionCancelled, begin.Add(time.Minute), func(s *v1alpha1.IcpReviewSpec) {
		s.ProviderRef.Name, s.Reasons = name, []string{"WebsiteCancelled"}
	})
	eventually(t, name, "f", is(atStage(v1alpha1.StageCancelled), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonCancelled), says(v1alpha1.ConditionReady, "WebsiteCancelled")))
	annotate(t, name, "f", v1alpha1.ResubmitAnnotation, "2")
	eventually(t, name, "f", is(atAttempt(2), next(v1alpha1.ActorApplicant, "VerifyProduct")))
	approve(t, name, "f", name, 2, begin.Add(2*time.Minute))
	f := eventually(t, name, "f", is(inForce, atAttempt(2)))
	if f.Status.ApprovedAt.Time.Before(begin.Add(time.Minute)) {
		t.Errorf("approved at %s, want the time of the filing that is in force now", f.Status.ApprovedAt)
	}
	allApplied(t, name)
}

func TestAFilingThatIsDeletedUnderCancelFilingGoesOnceTheProviderHasCancelledIt(t *testing.T) {
	t.Parallel()
	const name = "cancels"
	at := deskFor(t, name, byReviews)
	ingress(t, name, "www.cancels.cn")
	f := filed(t, at, name, "f", "cancels.cn", with(name, "spec.deletionPolicy", "CancelFiling"))
	ingressIs(t, name, true)
	if err := at.AddFault(simulator.Fault{Kind: simulator.FaultStatus, Operation: "cancelOrder", Times: 1000}); err != nil {
		t.Fatal(err)
	}
	if err := admin.Delete(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonDeleting), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonDeleting)))
	ingressIs(t, name, false)
	// Nothing asks before the provider's failure is over, since the object is still there.
	if _, err := filingOf(t.Context(), name, "f"); err != nil {
		t.Errorf("the filing went before it was cancelled: %v", err)
	}
	at.ClearFaults()
	isGone(t, name, "f")
	if o, _ := at.NewestOrder("cancels.cn"); o.Stage != "Cancelled" {
		t.Errorf("at the provider the order is at %s, want Cancelled", o.Stage)
	}
	cancelled := 0
	o, _ := at.NewestOrder("cancels.cn")
	for _, e := range o.Order.History {
		if e.Decision == "Cancelled" {
			cancelled++
		}
	}
	if cancelled != 1 {
		t.Errorf("cancelled %d times, want once", cancelled)
	}
	// What comes after is another filing.
	filed(t, at, name, "f", "cancels.cn", with(name, "spec.deletionPolicy", "CloseExposure"))
	ordersAre(t, at, "cancels.cn", 2, 1)
}

func TestAManualFilingThatIsDeletedUnderCancelFilingWaitsForTheReviewThatSaysSo(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, string){
		"its-review-says-so": func(t *testing.T, name string) {
			t.Helper()
			record(t, name, "f", v1alpha1.StageApproved, v1alpha1.DecisionCancelled, now.Now(), func(s *v1alpha1.IcpReviewSpec) {
				s.ProviderRef.Name, s.Reasons = name, []string{"WebsiteCancelled"}
			})
		},
		"its-policy-is-changed": func(t *testing.T, name string) {
			t.Helper()
			amend(t, name, "f", `{"deletionPolicy":"CloseExposure"}`)
		},
		"its-namespace-goes": func(t *testing.T, name string) {
			t.Helper()
			if err := admin.Delete(t.Context(), namespaceNamed(name)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run("until "+name, func(t *testing.T) {
			t.Parallel()
			manualProvider(t, name, nil)
			namespace(t, name, everySecret...)
			filing(t, name, "f", name+".cn", with(name, "spec.deletionPolicy", "CancelFiling"))
			approve(t, name, "f", name, 1, now.Now().Add(-time.Minute))
			f := eventually(t, name, "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
				inForce(g, f)
				g.Expect(f.Finalizers).To(gomega.ContainElement(v1alpha1.CancelFinalizer))
			})
			if err := admin.Delete(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonDeleting), next(v1alpha1.ActorApplicant, "CancelFiling")))
			end(t, name)
			isGone(t, name, "f")
		})
	}
}

func TestASuspendedFilingAsksItsProviderForNothingAndIsStillRead(t *testing.T) {
	t.Parallel()
	const name = "suspended"
	at := deskFor(t, name, byReviews)
	filed(t, at, name, "f", "suspended.cn", with(name, "spec.deletionPolicy", "CancelFiling"))
	amend(t, name, "f", `{"suspend":true}`)
	eventually(t, name, "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.ObservedGeneration).To(gomega.Equal(f.Generation))
	})
	at.ForgetRequests()
	amend(t, name, "f", `{"website":{"name":"示例商城二"}}`)
	f := eventually(t, name, "f", is(isReady, gateOpen, hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonChangeFilingNeeded), says(v1alpha1.ConditionInformationCurrent, "suspend")))
	if err := admin.Delete(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonDeleting), says(v1alpha1.ConditionReady, "spec.suspend")))
	if h := at.Requests(); h.Total != h.Operations["listEvents"]+h.Operations["getOrder"] {
		t.Errorf("a suspended filing asked its provider for something: %v", h.Operations)
	}
	amend(t, name, "f", `{"suspend":false}`)
	isGone(t, name, "f")
}

// Whoever suspends a filing keeps the operator from asking for anything, and nobody from hearing that it was revoked.
func TestASuspendedFilingIsClosedWhenItIsRevoked(t *testing.T) {
	t.Parallel()
	const name, domain = "suspended-in-force", "suspended-in-force.cn"
	at := deskFor(t, name, byReviews)
	ingress(t, name, "www."+domain)
	filed(t, at, name, "f", domain, with(name))
	ingressIs(t, name, true)
	amend(t, name, "f", `{"suspend":true,"website":{"name":"一个别的名称"}}`)
	eventually(t, name, "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.ObservedGeneration).To(gomega.Equal(f.Generation))
		hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved)(g, f)
	})
	decide(t, at, domain, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"IllegalContent"}})
	eventually(t, name, "f", is(atStage(v1alpha1.StageRevoked), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonRevoked), says(v1alpha1.ConditionReady, "IllegalContent")))
	ingressIs(t, name, false)
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var told eventsv1.EventList
		g.Expect(admin.List(t.Context(), &told, client.InNamespace(name))).To(gomega.Succeed())
		g.Expect(told.Items).To(gomega.ContainElement(gomega.And(
			gomega.HaveField("Reason", "Parked"), gomega.HaveField("Note", gomega.HaveSuffix("f is at Revoked")))), "though its status says so a moment later")
	}).WithTimeout(within).Should(gomega.Succeed())
	if n := at.Requests().Operations["changeFiling"]; n != 0 {
		t.Errorf("a suspended filing asked %d times for a change", n)
	}
}
