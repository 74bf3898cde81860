package journey_test

import (
	"testing"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

var hereBefore = []v1alpha1.AccessProvider{v1alpha1.ThisProvider}

// claiming says that a filing's domain is filed already, with the provider that it names.
func claiming(provider, subject, website string, more ...string) map[string]string {
	return with(provider, append([]string{
		"spec.existing.subject.number", subject, "spec.existing.subject.accessProvider", "ThisProvider",
		"spec.existing.website.number", website, "spec.existing.website.accessProvider", "ThisProvider",
	}, more...)...)
}

var imported = is(atStage(v1alpha1.StageApproved), isReady, gateOpen, hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonImported),
	hasReason(v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonOpeningUnknown))

var unconfirmed = is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonImportUnconfirmed), hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonNotApproved),
	func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.WebsiteNumber).To(gomega.BeEmpty(), "a number that nobody has confirmed is shown as given")
	})

func TestAFilingThatTheProviderConfirmsIsInForceAtOnceAndCanBeChanged(t *testing.T) {
	t.Parallel()
	at := desk(t, "imports", byReviews)
	code := creditCode(t)
	if err := at.Learn(simulator.Known{Subjects: []simulator.KnownSubject{{
		Number: "浙ICP备24000001号", Access: hereBefore, Certificate: &simulator.KnownCertificate{Type: "UnifiedSocialCreditCode", Number: code},
		Websites: []simulator.KnownWebsite{{Domain: "imports.cn", Number: "浙ICP备24000001号-3", Access: hereBefore}},
	}}}); err != nil {
		t.Fatal(err)
	}
	namespace(t, "imports", everySecret...)
	tell(t, at, "imports", "f")
	ingress(t, "imports", "www.imports.cn")
	filing(t, "imports", "f", "imports.cn", claiming("imports", "浙ICP备24000001号", "浙ICP备24000001号-3", certificate, code))
	f := eventually(t, "imports", "f", imported)
	ingressIs(t, "imports", true)
	if f.Status.WebsiteNumber != "浙ICP备24000001号-3" || f.Status.SubjectNumber != "浙ICP备24000001号" {
		t.Errorf("numbers %s and %s", f.Status.SubjectNumber, f.Status.WebsiteNumber)
	}
	current(t, f)
	if n := asked(at, "importFiling"); n != 1 || asked(at, "createOrder") != 0 {
		t.Errorf("the import was asked for %d times, an order %d times; want once, and none", n, asked(at, "createOrder"))
	}
	served := staysServed(t, "imports")
	amend(t, "imports", "f", `{"website":{"name":"示例商城二"}}`)
	eventually(t, "imports", "f", underChange)
	pass(t, at, "imports.cn", v1alpha1.StageBureauReview)
	eventually(t, "imports", "f", is(imported, factsFiled))
	served()
	ordersAre(t, at, "imports.cn", 1, 2)
}

func TestAFilingThatTheProviderDoesNotConfirmStaysShutUntilTheNumberIsRight(t *testing.T) {
	t.Parallel()
	at := desk(t, "unconfirmed", byReviews)
	code := creditCode(t)
	if err := at.Learn(simulator.Known{Subjects: []simulator.KnownSubject{{
		Number: "浙ICP备24000002号", Access: hereBefore, Certificate: &simulator.KnownCertificate{Type: "UnifiedSocialCreditCode", Number: code},
		Websites: []simulator.KnownWebsite{{Domain: "unconfirmed.cn", Number: "浙ICP备24000002号-1", Access: hereBefore}},
	}}}); err != nil {
		t.Fatal(err)
	}
	namespace(t, "unconfirmed", everySecret...)
	tell(t, at, "unconfirmed", "f")
	ingress(t, "unconfirmed", "www.unconfirmed.cn")
	filing(t, "unconfirmed", "f", "unconfirmed.cn", claiming("unconfirmed", "浙ICP备24000002号", "浙ICP备24000002号-9", certificate, code))
	eventually(t, "unconfirmed", "f", is(unconfirmed, next(v1alpha1.ActorApplicant, "ConfirmImport")))
	ingressIs(t, "unconfirmed", false)
	amend(t, "unconfirmed", "f", `{"existing":{"website":{"number":"浙ICP备24000002号-1"}}}`)
	eventually(t, "unconfirmed", "f", imported)
	ingressIs(t, "unconfirmed", true)
	ordersAre(t, at, "unconfirmed.cn", 1, 1)
}

func TestAFilingThatAPersonConfirmsIsInForceAndNotBefore(t *testing.T) {
	t.Parallel()
	manualProvider(t, "confirmed-by-hand", nil)
	namespace(t, "confirmed-by-hand", everySecret...)
	filing(t, "confirmed-by-hand", "f", "confirmed-by-hand.cn", claiming("confirmed-by-hand", "浙ICP备26000009号", "浙ICP备26000009号-1"))
	eventually(t, "confirmed-by-hand", "f", unconfirmed)
	word := record(t, "confirmed-by-hand", "f", v1alpha1.StageApproved, v1alpha1.DecisionPassed, now.Now(), numbers, func(s *v1alpha1.IcpReviewSpec) {
		s.ProviderRef.Name, s.FilingRef.Domain = "confirmed-by-hand", "confirmed-by-hand.cn"
	})
	appliedIs(t, word, metav1.ConditionTrue, v1alpha1.ReasonApplied)
	f := eventually(t, "confirmed-by-hand", "f", imported)
	if f.Status.WebsiteNumber != "浙ICP备26000009号-1" || !meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionInformationCurrent) {
		t.Errorf("number %s, conditions %+v", f.Status.WebsiteNumber, f.Status.Conditions)
	}
	loseStatus(t, f)
	eventually(t, "confirmed-by-hand", "f", imported)
}
