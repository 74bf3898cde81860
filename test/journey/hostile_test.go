package journey_test

import (
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// watched is how long a test watches for what must not happen.
const watched = 5 * time.Second

// answering makes a provider of an own server that answers as a test likes.
func answering(t *testing.T, name string, answer nethttp.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	providerAt(t, name, server.URL+"/v1")
}

// manualProvider makes a provider of people, for chosen namespaces only where a selector is given.
func manualProvider(t *testing.T, name string, selector *metav1.LabelSelector) *v1alpha1.FilingProvider {
	t.Helper()
	fp := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}}
	if selector != nil {
		fp.Spec.Namespaces = v1alpha1.ProviderNamespaces{From: v1alpha1.NamespacesSelector, Selector: selector}
	}
	if err := admin.Create(t.Context(), fp); err != nil {
		t.Fatal(err)
	}
	return fp
}

func TestAProviderThatAsksToWaitCausesNoStormOfWrites(t *testing.T) {
	t.Parallel()
	answering(t, "busy", func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(nethttp.StatusTooManyRequests)
	})
	namespace(t, "busy", everySecret...)
	filing(t, "busy", "f", "busy.cn", map[string]string{"spec.providerRef.name": "busy"})
	providerIs(t, "busy", func(g gomega.Gomega, fp *v1alpha1.FilingProvider) {
		g.Expect(meta.IsStatusConditionFalse(fp.Status.Conditions, v1alpha1.ConditionReady)).To(gomega.BeTrue())
	})
	f := eventually(t, "busy", "f", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonProviderUnavailable))
	gomega.NewWithT(t).Consistently(func() (string, error) {
		again, err := filingOf(t.Context(), "busy", "f")
		return again.ResourceVersion, err
	}).WithTimeout(watched).WithPolling(100 * time.Millisecond).Should(gomega.Equal(f.ResourceVersion))
}

func TestAFeedWhoseCursorIsForgottenIsReadAnew(t *testing.T) {
	t.Parallel()
	var forgotten, begun atomic.Bool
	answering(t, "forgetful", func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Query().Get("after") == "" {
			begun.Store(forgotten.Load())
			w.Header().Set("Content-Type", "application/vnd.beian.filing.v1+json")
			_, _ = w.Write([]byte(`{"events":[],"next":"c1","more":false}`))
			return
		}
		forgotten.Store(true)
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(nethttp.StatusGone)
		_, _ = w.Write([]byte(`{"type":"https://beian.dev/problems/UnknownCursor","title":"UnknownCursor","status":410}`))
	})
	gomega.NewWithT(t).Eventually(begun.Load).WithTimeout(within).Should(gomega.BeTrue())
}

func TestAFilingThatIsRefusedAgainIsSeenByItsWatchers(t *testing.T) {
	t.Parallel()
	answering(t, "refuses", func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Type", "application/vnd.beian.filing.v1+json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/events"):
			_, _ = w.Write([]byte(`{"events":[],"next":"","more":false}`))
		case r.Method == nethttp.MethodGet:
			_, _ = w.Write([]byte(`{"orders":[]}`))
		case strings.HasSuffix(r.URL.Path, "/type-determinations"):
			_, _ = w.Write([]byte(`{"filingType":"FirstFiling","reason":"NothingFiled"}`))
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(nethttp.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(`{"type":"https://beian.dev/problems/InvalidFacts","title":"InvalidFacts","status":422}`))
		}
	})
	namespace(t, "refuses", everySecret...)
	filing(t, "refuses", "f", "refuses.cn", map[string]string{"spec.providerRef.name": "refuses"})
	f := eventually(t, "refuses", "f", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonProviderRefused))
	patch(t, f, `{"spec":{"website":{"remark":"mended"}}}`)
	eventually(t, "refuses", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.ObservedGeneration).To(gomega.Equal(f.Generation))
		g.Expect(meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionStalled)).To(gomega.BeTrue())
	})
}

func TestASecondTenantDoesNotInheritTheOrderOfADeletedFiling(t *testing.T) {
	t.Parallel()
	for _, ns := range []string{"owner", "heir"} {
		namespace(t, ns, everySecret...)
	}
	filing(t, "owner", "mine", "inherited.cn", nil)
	mine := eventually(t, "owner", "mine", isReady)
	filing(t, "heir", "also", "inherited.cn", nil)
	eventually(t, "heir", "also", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonDomainConflict))
	shut := staysShut(t, "heir", "also")
	if err := admin.Delete(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Consistently(func(g gomega.Gomega) {
		f, err := filingOf(t.Context(), "heir", "also")
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(f.Status.OrderID).To(gomega.BeEmpty())
	}).WithTimeout(watched).WithPolling(200 * time.Millisecond).Should(gomega.Succeed())
	eventually(t, "heir", "also", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonDomainConflict))
	shut()
}

func TestAReturnForFiveReasonsIsWritten(t *testing.T) {
	t.Parallel()
	byHand(t)
	namespace(t, "five", everySecret...)
	filing(t, "five", "f", "five.cn", map[string]string{"spec.providerRef.name": "by-hand"})
	eventually(t, "five", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.Stage).To(gomega.Equal(v1alpha1.StageProductVerification))
	})
	record(t, "five", "f", v1alpha1.StageProductVerification, v1alpha1.DecisionReturned, now.Now(), func(s *v1alpha1.IcpReviewSpec) {
		s.Reasons = []string{"DomainNotRealNameVerified", "CertificateUnclearOrExpiring", "PersonNotLegalRepresentative", "PhoneUnreachableOrReused", "ContentDoesNotFitNature"}
		s.Message = strings.Repeat("请更正。", 200)
	})
	eventually(t, "five", "f", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonReturned))
}

func TestALabelledNamespaceLetsItsFilingGoOn(t *testing.T) {
	t.Parallel()
	manualProvider(t, "chosen", &metav1.LabelSelector{MatchLabels: map[string]string{"filing": "yes"}})
	namespace(t, "unlabelled", everySecret...)
	filing(t, "unlabelled", "f", "unlabelled.cn", map[string]string{"spec.providerRef.name": "chosen"})
	eventually(t, "unlabelled", "f", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonProviderNotAllowed))
	patch(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "unlabelled"}}, `{"metadata":{"labels":{"filing":"yes"}}}`)
	eventually(t, "unlabelled", "f", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonActionRequired))
}

func TestAnApprovedManualFilingOutlivesItsProvider(t *testing.T) {
	t.Parallel()
	fp := manualProvider(t, "provider-deleted", nil)
	namespace(t, "provider-deleted", everySecret...)
	filing(t, "provider-deleted", "f", "provider-deleted.cn", with("provider-deleted"))
	approve(t, "provider-deleted", "f", "provider-deleted", 1, now.Now())
	eventually(t, "provider-deleted", "f", isReady)
	if err := admin.Delete(t.Context(), fp); err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Consistently(func(g gomega.Gomega) {
		f, err := filingOf(t.Context(), "provider-deleted", "f")
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)).To(gomega.BeTrue())
	}).WithTimeout(watched).WithPolling(200 * time.Millisecond).Should(gomega.Succeed())
	allApplied(t, "provider-deleted")
}

// allApplied waits until every review of a namespace is said to count.
func allApplied(t *testing.T, ns string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var list v1alpha1.IcpReviewList
		g.Expect(admin.List(t.Context(), &list, client.InNamespace(ns))).To(gomega.Succeed())
		g.Expect(list.Items).NotTo(gomega.BeEmpty())
		for _, r := range list.Items {
			g.Expect(meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionApplied)).To(gomega.BeTrue(),
				"the review of %s does not count: %+v", r.Spec.Stage, r.Status.Conditions)
		}
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
}
