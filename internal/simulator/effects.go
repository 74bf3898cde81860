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
	before := stand.ended == "" && sequenceIndex(stand.stage) < sequenceIndex(protocol.StageConfirmation)
	if !before && stand.asked != protocol.TaskSupplement {
		return nil, notSubmittable("files are taken until the attempt is confirmed, and while a supplement is asked for")
	}
	o.uploaded[file] = upload{attempt: o.attempt, at: s.now()}
	s.schedule(o)
	return o, nil
}

// confirm submits an attempt (信息核验).
func (s *Simulator) confirm(o *order, attempt int32) (*order, error) {
	stand := s.stand(o)
	switch {
	case attempt != o.attempt:
		return nil, attemptMismatch(o)
	case stand.ended == "" && len(s.missing(o)) > 0:
		m := s.missing(o)[0]
		return nil, newProblem(http.StatusConflict, protocol.ReasonMaterialsMissing,
			fmt.Sprintf("%d of %d files are missing, %s part %d first: upload them", len(s.missing(o)), len(o.declared), m.kind, m.part))
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

// withdraw takes a submitted attempt back.
func (s *Simulator) withdraw(o *order, attempt int32) (*order, error) {
	stand := s.stand(o)
	switch {
	case attempt != o.attempt:
		return nil, attemptMismatch(o)
	case !stand.open() || sequenceIndex(stand.stage) <= sequenceIndex(protocol.StageConfirmation):
		return nil, notSubmittable("only an order under review can be withdrawn")
	}
	s.append(o, protocol.HistoryEntry{
		Stage: protocol.StageConfirmation, Decision: protocol.DecisionReturned,
		Reasons: []string{protocol.ReasonWithdrawn}, Message: "withdrawn by the applicant",
	}, s.now())
	return o, nil
}

// cancel gives an order up, or cancels its filing (注销).
func (s *Simulator) cancel(o *order) (*order, error) {
	stand := s.stand(o)
	if stand.over() {
		return nil, notSubmittable("the order has ended already")
	}
	s.append(o, protocol.HistoryEntry{
		Stage: stand.stage, Decision: protocol.DecisionCancelled, Message: "cancelled by the applicant",
	}, s.now())
	return o, nil
}

func attemptMismatch(o *order) *problem {
	return newProblem(http.StatusConflict, protocol.ReasonAttemptMismatch, fmt.Sprintf("attempt %d is the order's latest", o.attempt))
}
