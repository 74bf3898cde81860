package simulator

import (
	"fmt"
	"slices"
	"time"

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
	// Task of ActionRequested.
	Task v1alpha1.RequestedTask `json:"task,omitempty"`
	// Due is how long from now the task is due.
	Due metav1.Duration `json:"due,omitzero"`
	// Message for people.
	Message string `json:"message,omitempty"`
}

// Decide takes a decision by hand, whether or not its stage waits for one.
func (s *Simulator) Decide(orderID string, r Ruling) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	o, ok := s.byID[orderID]
	if !ok {
		return fmt.Errorf("decide on order %s: there is none such", orderID)
	}
	stand := s.stand(o)
	if r.Stage == "" {
		r.Stage = v1alpha1.StageName(stand.stage)
	}
	err := checkDecision(r.Stage, r.Decision, r.Reasons, r.Task)
	if err == nil {
		err = stand.takes(protocol.Stage(r.Stage), protocol.Decision(r.Decision))
	}
	if err != nil {
		return fmt.Errorf("decide on order %s, at %s: %w", orderID, stand.where(), err)
	}
	ruled := Step{Stage: r.Stage, Decision: r.Decision, Reasons: r.Reasons, Task: r.Task, Due: r.Due, Message: r.Message}
	now := s.now()
	s.append(o, ruled.entry(s.passing(o, protocol.Stage(r.Stage)))(now), now)
	s.catchUp()
	return nil
}

// takes says whether a decision can be taken where an order stands.
func (s standing) takes(stage protocol.Stage, decision protocol.Decision) error {
	mailing := stage == protocol.StageMaterialMailing && s.asked == protocol.TaskMailMaterials
	switch {
	case s.ended != "":
		return fmt.Errorf("the attempt has ended")
	case stage != s.stage && !mailing:
		return fmt.Errorf("stage %s is not under way", stage)
	case decision == protocol.DecisionReported && !mailing && s.asked == "":
		return fmt.Errorf("nothing was asked for that could be reported")
	case stage == protocol.StageConfirmation && decision != protocol.DecisionCancelled:
		return fmt.Errorf("the confirmation is the client's")
	case s.stage == protocol.StageMaterialsAndAuthenticity && !s.sent && decision == protocol.DecisionPassed:
		return fmt.Errorf("files are missing")
	}
	return nil
}

// ExpireSms ends the window of an SMS that waits to be answered, which returns the order.
func (s *Simulator) ExpireSms(orderID string) error {
	return s.Decide(orderID, Ruling{
		Stage: v1alpha1.StageSmsVerification, Decision: v1alpha1.DecisionReturned, Reasons: []string{reasonSmsExpired},
		Message: "the SMS was not answered within its window",
	})
}

// Overview is an order as its keeper sees it.
type Overview struct {
	// Order in the protocol's words.
	Order protocol.Order `json:"order"`
	// Stage under way, or how the order ended.
	Stage string `json:"stage"`
	// WaitsFor is the task that somebody was asked for.
	WaitsFor protocol.Task `json:"waitsFor,omitempty"`
	// Manual says that the stage waits for a decision by hand.
	Manual bool `json:"manual,omitempty"`
	// Next is when the simulator takes the next step; zero where it waits for somebody.
	Next time.Time `json:"next,omitzero"`
	// Missing are the files that were not uploaded.
	Missing []string `json:"missing,omitempty"`
}

// Orders lists all orders, oldest first.
func (s *Simulator) Orders() []Overview {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	all := make([]Overview, 0, len(s.orders))
	for _, o := range s.orders {
		all = append(all, s.overview(o))
	}
	return all
}

// Order is one order.
func (s *Simulator) Order(id string) (Overview, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	o, ok := s.byID[id]
	if !ok {
		return Overview{}, false
	}
	return s.overview(o), true
}

// NewestOrder is the newest order of a domain, in whatever account.
func (s *Simulator) NewestOrder(domain string) (Overview, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	for _, o := range slices.Backward(s.byDomain[domain]) {
		return s.overview(o), true
	}
	return Overview{}, false
}

func (s *Simulator) overview(o *order) Overview {
	stand := s.stand(o)
	v := Overview{Order: o.view(), Stage: stand.where(), WaitsFor: stand.asked, Manual: s.manual[stand.stage]}
	v.Next, _, _ = s.next(o)
	for _, m := range s.missing(o) {
		v.Missing = append(v.Missing, fmt.Sprintf("%s/%d", m.kind, m.part))
	}
	return v
}
