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
}

// Step is one decision that is planned for a domain's orders. The steps of one stage of one attempt are taken in turn;
// after the last, the stage passes.
type Step struct {
	// Domain of the orders.
	Domain string `json:"domain"`
	// Attempt that it is for; default 1.
	Attempt int32 `json:"attempt,omitempty"`
	// Stage that it is on. Approved is for what comes after: Revoked, ActionRequested with Rectify.
	Stage v1alpha1.StageName `json:"stage"`
	// Decision to take.
	Decision v1alpha1.Decision `json:"decision"`
	// Reasons of a return or revocation.
	Reasons []string `json:"reasons,omitempty"`
	// Task of ActionRequested.
	Task v1alpha1.RequestedTask `json:"task,omitempty"`
	// Due is how long after the decision the task is due.
	Due metav1.Duration `json:"due,omitzero"`
	// Message for people.
	Message string `json:"message,omitempty"`
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

func (s Step) check() error {
	if s.Domain == "" {
		return fmt.Errorf("give the domain whose orders it is for")
	}
	if !delayed[s.Stage] && s.Stage != v1alpha1.StageApproved {
		return fmt.Errorf("nothing can be planned for stage %q", s.Stage)
	}
	return checkDecision(s.Stage, s.Decision, s.Reasons, s.Task)
}

// checkDecision says whether a decision is whole, and of a kind that its stage knows.
func checkDecision(stage v1alpha1.StageName, decision v1alpha1.Decision, reasons []string, task v1alpha1.RequestedTask) error {
	after := stage == v1alpha1.StageApproved
	switch decision {
	case v1alpha1.DecisionReturned:
		if len(reasons) == 0 {
			return fmt.Errorf("a return needs its reasons, for example [WebsiteNameInvalid]")
		}
	case v1alpha1.DecisionActionRequested:
		if task == "" || task == v1alpha1.TaskVerifyBySms {
			return fmt.Errorf("ActionRequested needs a task other than VerifyBySms, which comes by itself")
		}
		return nil
	case v1alpha1.DecisionRevoked, v1alpha1.DecisionCancelled:
		if !after && decision == v1alpha1.DecisionRevoked {
			return fmt.Errorf("only what is approved can be revoked: set stage to Approved")
		}
		return nil
	case v1alpha1.DecisionReported:
		return nil
	case v1alpha1.DecisionPassed:
	default:
		return fmt.Errorf("decision %q is not known", decision)
	}
	if after {
		return fmt.Errorf("after approval there is only ActionRequested, Reported, Revoked and Cancelled")
	}
	return nil
}
