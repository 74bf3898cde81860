package simulator

import (
	"fmt"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

func (s Step) check() error {
	if s.Domain == "" {
		return fmt.Errorf("give the domain whose orders it is for")
	}
	if !delayed[s.Stage] {
		return fmt.Errorf("nothing can be planned for stage %q", s.Stage)
	}
	return s.checkDecision()
}

// checkDecision says whether a decision is whole, and of a kind that its stage knows.
func (s Step) checkDecision() error {
	after := s.Stage == v1alpha1.StageApproved
	numbered := s.SubjectNumber != "" || s.WebsiteNumber != ""
	switch {
	case numbered && (s.Stage != v1alpha1.StageBureauReview || s.Decision != v1alpha1.DecisionPassed):
		return fmt.Errorf("only the bureau's pass brings numbers")
	case after && (s.Decision == v1alpha1.DecisionPassed || s.Decision == v1alpha1.DecisionReturned):
		return fmt.Errorf("after approval there is only ActionRequested, Reported, Revoked and Cancelled")
	}
	switch s.Decision {
	case v1alpha1.DecisionReturned:
		if len(s.Reasons) == 0 {
			return fmt.Errorf("a return needs its reasons, for example [WebsiteNameInvalid]")
		}
	case v1alpha1.DecisionActionRequested:
		if s.Task == "" || s.Task == v1alpha1.TaskVerifyBySms {
			return fmt.Errorf("ActionRequested needs a task other than VerifyBySms, which comes by itself")
		}
	case v1alpha1.DecisionReported:
		return s.checkReport()
	case v1alpha1.DecisionRevoked:
		if !after {
			return fmt.Errorf("only what is approved can be revoked: set stage to Approved")
		}
	case v1alpha1.DecisionPassed, v1alpha1.DecisionCancelled:
	default:
		return fmt.Errorf("decision %q is not known", s.Decision)
	}
	return nil
}

// checkReport says whether a report tells what is done.
func (s Step) checkReport() error {
	switch s.Stage {
	case v1alpha1.StageMaterialMailing:
		return nil
	case v1alpha1.StageSmsVerification:
		if len(s.Reasons) > 0 && !slices.Equal(s.Reasons, []string{protocol.ReasonSmsWrongEntry}) {
			return fmt.Errorf("a report on SmsVerification has no reason but SmsWrongEntry")
		}
		return nil
	}
	switch s.Task {
	case v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson, v1alpha1.TaskRectify:
		return nil
	}
	return fmt.Errorf("a report names the task that is done: Supplement, VerifyByPhone, VerifyInPerson or Rectify (that papers were mailed is reported on MaterialMailing)")
}
