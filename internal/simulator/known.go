package simulator

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Known is what a simulator is told in a file: who is filed already, and how chosen orders fare.
type Known struct {
	// Subjects that are filed (主体).
	Subjects []KnownSubject `json:"subjects,omitempty"`
	// Plan of chosen orders; where it says nothing, everything passes.
	Plan []Step `json:"plan,omitempty"`
}

// KnownSubject is a filed subject (主体).
type KnownSubject struct {
	// Number is 主体备案号.
	Number string `json:"number"`
	// Certificate that the subject is known by: an organization's, or an individual's identity paper. Without one, the
	// subject is known only to who claims its number.
	Certificate *KnownCertificate `json:"certificate,omitempty"`
	// ResponsiblePerson is the identity paper of its responsible person (主体负责人), made up. Without one, an import is
	// confirmed to whoever knows the rest.
	ResponsiblePerson *KnownCertificate `json:"responsiblePerson,omitempty"`
	// Access lists through whom the subject is filed.
	Access []v1alpha1.AccessProvider `json:"access,omitempty"`
	// Websites that are filed under it.
	Websites []KnownWebsite `json:"websites,omitempty"`
}

// KnownCertificate identifies a subject.
type KnownCertificate struct {
	// Type, for example UnifiedSocialCreditCode or ResidentID.
	Type string `json:"type"`
	// Number on the paper.
	Number string `json:"number"`
}

// KnownWebsite is a filed website.
type KnownWebsite struct {
	// Domain that is filed.
	Domain string `json:"domain"`
	// Number is 网站备案号.
	Number string `json:"number"`
	// Access lists through whom the domain has access; none is a shell (空壳).
	Access []v1alpha1.AccessProvider `json:"access,omitempty"`
	// ApprovedAt is when the bureau approved it; the approval of an import is of that time.
	ApprovedAt metav1.Time `json:"approvedAt,omitzero"`
}

// Step is one decision that is planned for a domain's orders. The steps of one stage of one attempt are taken in turn;
// after the last, the stage passes.
type Step struct {
	// Domain of the orders.
	Domain string `json:"domain"`
	// Attempt that it is for; default 1.
	Attempt int32 `json:"attempt,omitempty"`
	// Stage that it is on. Approved is for what comes after: Revoked, Cancelled, ActionRequested with Rectify.
	Stage v1alpha1.StageName `json:"stage"`
	// Decision to take.
	Decision v1alpha1.Decision `json:"decision"`
	// Reasons of a return, revocation or cancellation; SmsWrongEntry of Reported on SmsVerification.
	Reasons []string `json:"reasons,omitempty"`
	// Task of ActionRequested, or that Reported says is done.
	Task v1alpha1.RequestedTask `json:"task,omitempty"`
	// Due is how long after the decision the task is due.
	Due metav1.Duration `json:"due,omitzero"`
	// Message for people.
	Message string `json:"message,omitempty"`
	// SubjectNumber that the bureau's pass brings, in place of the one that is due.
	SubjectNumber string `json:"subjectNumber,omitempty"`
	// WebsiteNumber that the bureau's pass brings, in place of the one that is due.
	WebsiteNumber string `json:"websiteNumber,omitempty"`
	// After is how long the decision takes, in place of the stage's delay.
	After *metav1.Duration `json:"after,omitempty"`
}

// ParseKnown reads the YAML of such a file. Unknown fields are errors.
func ParseKnown(data []byte) (Known, error) {
	var known Known
	if err := yaml.UnmarshalStrict(data, &known); err != nil {
		return Known{}, fmt.Errorf("read what is filed already: %w", err)
	}
	return known, known.check()
}

func (k Known) check() error {
	for i, s := range k.Subjects {
		if s.Number == "" {
			return fmt.Errorf("subjects[%d]: give its number (主体备案号)", i)
		}
		for j, w := range s.Websites {
			if w.Domain == "" || w.Number == "" {
				return fmt.Errorf("subjects[%d].websites[%d]: give its domain and number (网站备案号)", i, j)
			}
		}
	}
	for i, step := range k.Plan {
		if err := step.check(); err != nil {
			return fmt.Errorf("plan[%d]: %w", i, err)
		}
	}
	return nil
}
