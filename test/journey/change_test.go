package journey_test

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// filed brings a filing into force at a desk whose bureau decides by hand.
func filed(t *testing.T, at *simulator.Simulator, ns, name, domain string, changes map[string]string) *v1alpha1.IcpFiling {
	t.Helper()
	filing(t, ns, name, domain, changes)
	pass(t, at, domain, v1alpha1.StageBureauReview)
	return eventually(t, ns, name, inForce)
}

func TestAChangedWebsiteIsServedOnAndItsNumbersStandWhileTheChangeIsReviewed(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "changes", byReviews)
	ingress(t, "changes", "www.changes.cn")
	filed(t, at, "changes", "f", "changes.cn", with("changes"))
	ingressIs(t, "changes", true)
	before := eventually(t, "changes", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.PublicSecurity).NotTo(gomega.BeNil())
		g.Expect(f.Status.Exposure).To(gomega.Equal(&v1alpha1.ExposureStatus{ServedHosts: 1}))
	})

	routeKept, gateKept := staysServed(t, "changes"), gateStaysOpen(t, "changes", "f")
	count := versions(t, &v1alpha1.IcpFilingList{}, "changes", "f")
	amend(t, "changes", "f", `{"website":{"name":"示例商城二"}}`)
	eventually(t, "changes", "f", is(underChange, atAttempt(2), isReady))
	pass(t, at, "changes.cn", v1alpha1.StageBureauReview)
	after := eventually(t, "changes", "f", is(inForce, atAttempt(2)))
	routeKept()
	gateKept()
	// The first version that the watch tells of is the one before the change, the second the change itself.
	writes := count() - 2
	t.Logf("%d writes to the filing by the operator for a change", writes)
	if writes > 14 {
		t.Errorf("%d writes to the filing for a change, want at most 14", writes)
	}

	if before.Status.SubjectNumber != after.Status.SubjectNumber || before.Status.WebsiteNumber != after.Status.WebsiteNumber ||
		!before.Status.ApprovedAt.Equal(after.Status.ApprovedAt) || before.Status.OrderID != after.Status.OrderID {
		t.Errorf("before %s %s of %s, order %s; after %s %s of %s, order %s",
			before.Status.SubjectNumber, before.Status.WebsiteNumber, before.Status.ApprovedAt, before.Status.OrderID,
			after.Status.SubjectNumber, after.Status.WebsiteNumber, after.Status.ApprovedAt, after.Status.OrderID)
	}
	ordersAre(t, at, "changes.cn", 1, 2)
	if n := asked(at, "changeFiling"); n != 1 {
		t.Errorf("the change was asked for %d times, want once", n)
	}
	current(t, after)
}

func TestAChangeThatIsPutBackBeforeItIsSubmittedIsGivenUpAndAnotherOneCanFollow(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "given-up", simulator.Options{})
	filing(t, "given-up", "f", "given-up.cn", with("given-up"))
	eventually(t, "given-up", "f", inForce)
	if err := at.SetManual(v1alpha1.StageMaterialsAndAuthenticity, true); err != nil {
		t.Fatal(err)
	}
	kept := gateStaysOpen(t, "given-up", "f")
	amend(t, "given-up", "f", `{"website":{"name":"示例商城二"}}`)
	eventually(t, "given-up", "f", underChange)
	amend(t, "given-up", "f", `{"website":{"name":"示例商城"}}`)
	eventually(t, "given-up", "f", inForce)
	amend(t, "given-up", "f", `{"website":{"name":"示例商城三"}}`)
	eventually(t, "given-up", "f", underChange)
	if err := at.SetManual(v1alpha1.StageMaterialsAndAuthenticity, false); err != nil {
		t.Fatal(err)
	}
	f := eventually(t, "given-up", "f", inForce)
	kept()
	ordersAre(t, at, "given-up.cn", 1, f.Status.Attempt)
}

func TestAChangeThatIsPutBackDuringItsReviewGoesOnUntilItIsWithdrawn(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "withdrawn-change", byReviews)
	filed(t, at, "withdrawn-change", "f", "withdrawn-change.cn", with("withdrawn-change"))
	kept := gateStaysOpen(t, "withdrawn-change", "f")
	amend(t, "withdrawn-change", "f", `{"website":{"name":"示例商城二"}}`)
	eventually(t, "withdrawn-change", "f", is(underChange, next(v1alpha1.ActorBureau, "BureauReview")))
	amend(t, "withdrawn-change", "f", `{"website":{"name":"示例商城"}}`)
	f := eventually(t, "withdrawn-change", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.ObservedGeneration).To(gomega.Equal(f.Generation))
		underChange(g, f)
	})
	annotate(t, "withdrawn-change", "f", v1alpha1.WithdrawAnnotation, "2")
	eventually(t, "withdrawn-change", "f", inForce)
	if o, _ := at.NewestOrder("withdrawn-change.cn"); o.Stage != "Returned" || !o.InForce {
		t.Errorf("at the provider the order is at %s, in force %v; want the change taken back and the filing in force", o.Stage, o.InForce)
	}
	// What is wanted next is a change like any other.
	amend(t, "withdrawn-change", "f", `{"website":{"name":"示例商城三"}}`)
	eventually(t, "withdrawn-change", "f", is(underChange, atAttempt(f.Status.Attempt+1)))
	pass(t, at, "withdrawn-change.cn", v1alpha1.StageBureauReview)
	eventually(t, "withdrawn-change", "f", inForce)
	kept()
	ordersAre(t, at, "withdrawn-change.cn", 1, 3)
}

func TestAChangeIsReturnedMendedAndPassesWhileTheOldFactsAreInForce(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "returned-change", byReviews)
	filed(t, at, "returned-change", "f", "returned-change.cn", with("returned-change"))
	kept := gateStaysOpen(t, "returned-change", "f")
	amend(t, "returned-change", "f", `{"website":{"name":"示例商城二"}}`)
	eventually(t, "returned-change", "f", underChange)
	decide(t, at, "returned-change.cn", simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
	eventually(t, "returned-change", "f", is(underChange, next(v1alpha1.ActorApplicant, "MendAndResubmit")))
	amend(t, "returned-change", "f", `{"website":{"name":"示例商城三"}}`)
	eventually(t, "returned-change", "f", is(underChange, atAttempt(3)))
	pass(t, at, "returned-change.cn", v1alpha1.StageBureauReview)
	eventually(t, "returned-change", "f", is(inForce, atAttempt(3)))
	kept()
	ordersAre(t, at, "returned-change.cn", 1, 3)
}

func TestThePlaceAndTheProviderOfAnApprovedFilingAreFrozenWithWhatToDoInstead(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "frozen", byReviews)
	filed(t, at, "frozen", "f", "frozen.cn", with("frozen"))
	for name, tc := range map[string]struct{ spec, remedy string }{
		"the province": {`{"subject":{"province":"Jiangsu"}}`, "file anew in the other province"},
		"the provider": {`{"providerRef":{"name":"simulator"}}`, "create another IcpFiling of the domain with the new providerRef"},
	} {
		f, err := filingOf(t.Context(), "frozen", "f")
		if err != nil {
			t.Fatal(err)
		}
		err = admin.Patch(t.Context(), f, mergePatch(`{"spec":`+tc.spec+`}`))
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), tc.remedy) {
			t.Errorf("changing %s: %v, want Invalid with what to do", name, err)
		}
	}
}
