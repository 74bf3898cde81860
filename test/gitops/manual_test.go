package gitops

import (
	"slices"
	"time"

	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// providerByHand makes the default provider one by hand.
func (p place) providerByHand() {
	p.Helper()
	fp := &v1alpha1.FilingProvider{Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}}
	fp.Name, fp.Annotations = "by-hand", map[string]string{v1alpha1.DefaultProviderAnnotation: "true"}
	p.must(p.admin.Create(p.Context(), fp))
}

// filingAt waits until a filing of the place is as it should be.
func (p place) filingAt(name string, is func(*v1alpha1.IcpFiling) bool) *v1alpha1.IcpFiling {
	p.Helper()
	filing := &v1alpha1.IcpFiling{}
	p.Eventually(func() bool {
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Namespace: p.name, Name: name}, filing))
		return is(filing)
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(BeTrue())
	return filing
}

// reported are the stages that the applicant reports; the others are passed by who reviews.
var reported = []v1alpha1.StageName{
	v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
}

// me is who the cluster admin is to the API server.
func (p place) me() string {
	p.Helper()
	who := &authenticationv1.SelfSubjectReview{}
	p.must(p.admin.Create(p.Context(), who))
	return who.Status.UserInfo.Username
}

// review records a decision on the stage that a filing is at.
func (p place) review(filing *v1alpha1.IcpFiling, decision v1alpha1.Decision, more func(*v1alpha1.IcpReviewSpec)) *v1alpha1.IcpReview {
	p.Helper()
	review := &v1alpha1.IcpReview{}
	review.Namespace, review.GenerateName = filing.Namespace, filing.Name+"-"
	review.Spec = v1alpha1.IcpReviewSpec{
		FilingRef:   v1alpha1.FilingReference{Name: filing.Name, Domain: filing.Spec.Domain.Name},
		ProviderRef: v1alpha1.ProviderReference{Name: "by-hand"}, Attempt: 1, Stage: filing.Status.Stage, Decision: decision,
		DecidedAt: metav1.Now(), DecidedBy: p.me(),
	}
	if more != nil {
		more(&review.Spec)
	}
	p.must(p.admin.Create(p.Context(), review))
	return review
}

// approve records what people do, decide and are told, from where a filing is to its approval.
func (p place) approve(name string) {
	p.Helper()
	filing := p.filingAt(name, func(f *v1alpha1.IcpFiling) bool {
		return f.Status.Stage == v1alpha1.StageProductVerification && f.Status.NextAction != nil
	})
	for filing.Status.Stage != v1alpha1.StageApproved {
		stage, decision := filing.Status.Stage, v1alpha1.DecisionPassed
		if slices.Contains(reported, stage) {
			decision = v1alpha1.DecisionReported
		}
		p.review(filing, decision, func(s *v1alpha1.IcpReviewSpec) {
			switch stage {
			case v1alpha1.StageConfirmation:
				s.OrderID = "order-1"
			case v1alpha1.StageBureauReview:
				s.SubjectNumber, s.WebsiteNumber = "浙ICP备26000009号", "浙ICP备26000009号-1"
			}
		})
		filing = p.filingAt(name, func(f *v1alpha1.IcpFiling) bool { return f.Status.Stage != stage })
	}
}
