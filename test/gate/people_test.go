package gate

import (
	"context"
	"sync"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// whoIs asks the API server for the name of a client's user.
func whoIs(p place, person client.Client) string {
	p.Helper()
	review := &authenticationv1.SelfSubjectReview{}
	p.must(person.Create(p.Context(), review))
	return review.Status.UserInfo.Username
}

// filingOf makes a filing of a domain that the CRD accepts.
func filingOf(domain string) *v1alpha1.IcpFiling {
	filing := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	filing.Spec.Domain.Name = domain
	filing.Spec.Server.ServiceNumber = "sn-1"
	filing.Spec.Subject = v1alpha1.Subject{
		Nature: "Enterprise", Province: "Zhejiang", City: "Hangzhou", Name: "杭州示例科技有限公司", Address: "杭州",
		Certificate:          &v1alpha1.Certificate{Type: "UnifiedSocialCreditCode", Number: "91330100MA0EXAM076", Address: "杭州"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	filing.Spec.Website = v1alpha1.Website{
		Name: "示例商城", Homepage: "www." + domain, ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	return filing
}

func reviewOf(provider string, decision v1alpha1.Decision, by string) *v1alpha1.IcpReview {
	review := &v1alpha1.IcpReview{ObjectMeta: metav1.ObjectMeta{GenerateName: "review-"}}
	review.Spec = v1alpha1.IcpReviewSpec{
		FilingRef: v1alpha1.FilingReference{Name: "shop"}, ProviderRef: v1alpha1.ProviderReference{Name: provider},
		Attempt: 1, Stage: "PreliminaryReview", Decision: decision, DecidedBy: by, DecidedAt: metav1.Now(),
	}
	switch decision {
	case v1alpha1.DecisionReturned:
		review.Spec.Reasons = []string{"PhoneUnreachableOrReused"}
	case v1alpha1.DecisionReported:
		review.Spec.Stage = "Confirmation"
	}
	return review
}

// warningsOf keeps the warnings of a client.
type warningsOf struct {
	mu    sync.Mutex
	texts []string
}

// HandleWarningHeaderWithContext keeps a warning.
func (w *warningsOf) HandleWarningHeaderWithContext(_ context.Context, _ int, _ string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = append(w.texts, text)
}
