package simulator

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// Ruling is a decision by hand.
type Ruling struct {
	// Stage that it is on; default: the one under way.
	Stage v1alpha1.StageName `json:"stage,omitempty"`
	// Decision taken.
	Decision v1alpha1.Decision `json:"decision"`
	// Reasons of a return, revocation or cancellation.
	Reasons []string `json:"reasons,omitempty"`
	// Task of ActionRequested, or that Reported says is done; default: the only one that was asked for.
	Task v1alpha1.RequestedTask `json:"task,omitempty"`
	// Due is how long from now the task is due.
	Due metav1.Duration `json:"due,omitzero"`
	// Message for people.
	Message string `json:"message,omitempty"`
	// SubjectNumber that the bureau's pass brings, in place of the one that is due.
	SubjectNumber string `json:"subjectNumber,omitempty"`
	// WebsiteNumber that the bureau's pass brings, in place of the one that is due.
	WebsiteNumber string `json:"websiteNumber,omitempty"`
}

// Decide takes a decision by hand, whether or not its stage waits for one.
func (s *Simulator) Decide(orderID string, r Ruling) error {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	o, ok := s.byID[orderID]
	if !ok {
		return fmt.Errorf("decide on order %s: there is none such", orderID)
	}
	stand := s.stand(o)
	ruled := r.on(stand)
	err := ruled.checkDecision()
	if err == nil {
		err = stand.takes(ruled)
	}
	if err != nil {
		return fmt.Errorf("decide on order %s, at %s: %w", orderID, stand.where(), err)
	}
	now := s.now()
	s.append(o, ruled.entry(s.passing(o, protocol.Stage(ruled.Stage)))(now), now)
	s.catchUp()
	return nil
}

// on is the ruling where an order stands: on the stage under way where it names none, and on what was asked for there.
func (r Ruling) on(stand standing) Step {
	ruled := Step{
		Stage: r.Stage, Decision: r.Decision, Reasons: r.Reasons, Task: r.Task, Due: r.Due, Message: r.Message,
		SubjectNumber: r.SubjectNumber, WebsiteNumber: r.WebsiteNumber,
	}
	if ruled.Stage == "" {
		ruled.Stage = v1alpha1.StageName(stand.stage)
	}
	asked := stand.requestsOn(protocol.Stage(ruled.Stage))
	if r.Decision == v1alpha1.DecisionReported && r.Task == "" && len(asked) == 1 && asked[0].task != protocol.TaskVerifyBySms {
		ruled.Task = v1alpha1.RequestedTask(asked[0].task)
	}
	return ruled
}

// takes says whether a decision can be taken where an order stands.
func (s standing) takes(d Step) error {
	stage, decision := protocol.Stage(d.Stage), protocol.Decision(d.Decision)
	_, mail := s.asks(protocol.TaskMailMaterials)
	mailing := stage == protocol.StageMaterialMailing && mail
	inForce := stage == protocol.StageApproved && s.inForce
	switch {
	case s.over(), s.ended != "" && !inForce:
		return fmt.Errorf("the attempt has ended")
	case stage != s.stage && !mailing && !inForce:
		return fmt.Errorf("stage %s is not under way", stage)
	case decision == protocol.DecisionReported && !mailing && !s.awaits(stage, protocol.Task(d.Task)):
		return fmt.Errorf("nothing was asked for that could be reported")
	case stage == protocol.StageConfirmation && decision != protocol.DecisionCancelled:
		return fmt.Errorf("the confirmation is the client's")
	case s.stage == protocol.StageMaterialsAndAuthenticity && !s.sent && decision == protocol.DecisionPassed:
		return fmt.Errorf("files are missing")
	}
	return nil
}

// awaits says that a report of a task is due on a stage; without a task, the answer to the SMS.
func (s standing) awaits(stage protocol.Stage, task protocol.Task) bool {
	if task == "" {
		task = protocol.TaskVerifyBySms
	}
	return slices.ContainsFunc(s.requestsOn(stage), func(r request) bool { return r.task == task })
}

// ExpireSms ends the window of an SMS that waits to be answered, which returns the order.
func (s *Simulator) ExpireSms(orderID string) error {
	return s.Decide(orderID, Ruling{
		Stage: v1alpha1.StageSmsVerification, Decision: v1alpha1.DecisionReturned, Reasons: []string{protocol.ReasonSmsExpired},
		Message: "the SMS was not answered within its window",
	})
}

// AnswerSmsWrongly has the SMS answered wrongly once; once too often returns the order.
func (s *Simulator) AnswerSmsWrongly(orderID string) error {
	return s.Decide(orderID, Ruling{
		Stage: v1alpha1.StageSmsVerification, Decision: v1alpha1.DecisionReported, Reasons: []string{protocol.ReasonSmsWrongEntry},
		Message: "the SMS was answered wrongly",
	})
}
