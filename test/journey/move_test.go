package journey_test

import (
	"testing"

	"github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestASiteThatMovesToAnotherProviderIsServedThroughout(t *testing.T) {
	t.Parallel()
	old, young := desk(t, "old", byReviews), desk(t, "new", byReviews)
	namespace(t, "moves", everySecret...)
	code := creditCode(t)
	ingress(t, "moves", "www.moves.cn")
	first := filed(t, old, "moves", "old", "moves.cn", with("old", certificate, code, "spec.deletionPolicy", "CancelFiling"))
	ingressIs(t, "moves", true)

	// The ministry's registry is one: the new provider knows of the filing, and that another gives its access.
	other := []v1alpha1.AccessProvider{v1alpha1.OtherProvider}
	if err := young.Learn(simulator.Known{Subjects: []simulator.KnownSubject{{
		Number: first.Status.SubjectNumber, Access: other, Certificate: &simulator.KnownCertificate{Type: "UnifiedSocialCreditCode", Number: code},
		Websites: []simulator.KnownWebsite{{Domain: "moves.cn", Number: first.Status.WebsiteNumber, Access: other}},
	}}}); err != nil {
		t.Fatal(err)
	}
	served := staysServed(t, "moves")
	tell(t, young, "moves", "new")
	second := filed(t, young, "moves", "new", "moves.cn", with("new", certificate, code))
	if second.Status.FilingType != v1alpha1.AccessFiling || second.Status.WebsiteNumber != first.Status.WebsiteNumber {
		t.Errorf("at the new provider: %s as %s, want access added to %s", second.Status.FilingType, second.Status.WebsiteNumber, first.Status.WebsiteNumber)
	}
	if err := admin.Delete(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	isGone(t, "moves", "old")
	if o, _ := old.NewestOrder("moves.cn"); o.Stage != "Cancelled" {
		t.Errorf("at the old provider the order is at %s, want Cancelled", o.Stage)
	}
	eventually(t, "moves", "new", inForce)
	ingressIs(t, "moves", true)
	served()
	ordersAre(t, young, "moves.cn", 1, 1)
}

// isGone waits until a filing is no more.
func isGone(t *testing.T, ns, name string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() error {
		_, err := filingOf(t.Context(), ns, name)
		return err
	}).WithTimeout(within).Should(gomega.MatchError(apierrors.IsNotFound, "IsNotFound"))
}
