package simulator

import (
	"fmt"
	"net/http"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// upload notes that a file is there.
func (s *Simulator) upload(o *order, file slot) (*order, error) {
	stand := s.stand(o)
	before := sequenceIndex(stand.stage) < sequenceIndex(protocol.StageConfirmation)
	if stand.ended != "" || !before && !stand.supplemented {
		return nil, notSubmittable("files are taken until the attempt is confirmed, and when a supplement was asked for")
	}
	o.uploaded[file] = upload{attempt: o.attempt, at: s.now()}
	if r, asked := stand.asks(protocol.TaskSupplement); asked {
		s.append(o, reporting(r)(s.now()), s.now())
		return o, nil
	}
	s.schedule(o)
	return o, nil
}

// confirm submits an attempt (信息核验).
func (s *Simulator) confirm(o *order, attempt int32) (*order, error) {
	stand := s.stand(o)
	switch {
	case attempt != o.attempt:
		return nil, attemptMismatch(o)
	case stand.ended == "" && len(o.missing()) > 0:
		m := o.missing()[0]
		return nil, newProblem(http.StatusConflict, protocol.ReasonMaterialsMissing,
			fmt.Sprintf("%d of %d files are missing, %s part %d first: upload them", len(o.missing()), len(o.declared), m.kind, m.part))
	case stand.open() && sequenceIndex(stand.stage) < sequenceIndex(protocol.StageConfirmation):
		p := newProblem(http.StatusConflict, protocol.ReasonNotYet, fmt.Sprintf("stage %s is still under way", stand.where()))
		p.retryAfter = time.Second
		return nil, p
	case stand.ended != "" || stand.stage != protocol.StageConfirmation:
		return nil, notSubmittable(fmt.Sprintf("the order waits at stage %s, not for a confirmation", stand.where()))
	}
	s.append(o, protocol.HistoryEntry{Stage: protocol.StageConfirmation, Decision: protocol.DecisionReported}, s.now())
	return o, nil
}

// withdraw takes an attempt back, as long as it is open.
func (s *Simulator) withdraw(o *order, attempt int32) (*order, error) {
	stand := s.stand(o)
	switch {
	case attempt != o.attempt:
		return nil, attemptMismatch(o)
	case !stand.open():
		return nil, notSubmittable("only an attempt that is under way can be withdrawn")
	}
	s.append(o, protocol.HistoryEntry{
		Stage: protocol.StageConfirmation, Decision: protocol.DecisionReturned,
		Reasons: []string{protocol.ReasonWithdrawn}, Message: "withdrawn by the applicant",
	}, s.now())
	return o, nil
}

// cancel gives an order up, or cancels its filing (注销网站). Where another provider gives access, too, only that through
// this one is cancelled (取消接入).
func (s *Simulator) cancel(o *order) (*order, error) {
	stand := s.stand(o)
	if stand.over() {
		return nil, notSubmittable("the order has ended already")
	}
	e := protocol.HistoryEntry{Stage: stand.last(), Decision: protocol.DecisionCancelled, Message: "cancelled by the applicant"}
	switch {
	case stand.inForce && s.registry.accessElsewhere(o.domain):
		e.Reasons = []string{protocol.ReasonAccessCancelled}
	case stand.inForce:
		e.Reasons = []string{protocol.ReasonWebsiteCancelled}
	}
	s.append(o, e, s.now())
	return o, nil
}

func attemptMismatch(o *order) *problem {
	return newProblem(http.StatusConflict, protocol.ReasonAttemptMismatch, fmt.Sprintf("attempt %d is the order's latest", o.attempt))
}
