package simulator

import (
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// request is a task that somebody was asked to do.
type request struct {
	stage protocol.Stage
	task  protocol.Task
	// due is when it must be done; zero for no deadline.
	due time.Time
}

// standing is where an order stands, derived from its history.
type standing struct {
	// stage of the latest attempt that is under way; Approved once the bureau has passed it.
	stage protocol.Stage
	// since when it is under way: its last entry, or the end of the stage before.
	since time.Time
	// ended is how the latest attempt ended: Returned, Revoked or Cancelled, or empty.
	ended protocol.Decision
	// inForce says that the filing is: the bureau has passed an attempt, and nothing has ended it.
	inForce bool
	// requests that are not done with. Those on Approved outlive their attempt.
	requests []request
	// supplemented says that a supplement was asked for in the attempt.
	supplemented bool
	// sent says that the report of uploaded materials is in the history.
	sent bool
	// wrong counts the wrong answers to the SMS.
	wrong int
}

// sequence is the order in which an attempt goes through its stages.
var sequence = []protocol.Stage{
	protocol.StageTypeDetermination,
	protocol.StageProductVerification,
	protocol.StageSubjectAndWebsiteInformation,
	protocol.StageMaterialsAndAuthenticity,
	protocol.StageConfirmation,
	protocol.StagePreliminaryReview,
	protocol.StageSmsVerification,
	protocol.StageBureauReview,
	protocol.StageApproved,
}

// stand derives where the order stands.
func (o *order) stand(sms bool) standing {
	s := standing{stage: o.first, since: o.begunAt}
	for _, e := range o.history {
		switch {
		case e.Stage == protocol.StageApproved:
			s = s.takeAfterApproval(e)
		case e.Attempt == o.attempt:
			s = s.take(e, sms)
		}
		s.inForce = s.inForce && !ends(e) || approves(e)
	}
	return s
}

// approves says that an entry is the bureau's approval.
func approves(e protocol.HistoryEntry) bool {
	return e.Stage == protocol.StageBureauReview && e.Decision == protocol.DecisionPassed
}

// ends says that an entry is the order's last.
func ends(e protocol.HistoryEntry) bool {
	return e.Decision == protocol.DecisionRevoked || e.Decision == protocol.DecisionCancelled
}

// isWrongAnswer says that an entry tells of a wrong answer to the SMS.
func isWrongAnswer(e protocol.HistoryEntry) bool {
	return e.Decision == protocol.DecisionReported && slices.Contains(e.Reasons, protocol.ReasonSmsWrongEntry)
}

// take goes on by one entry of the latest attempt.
func (s standing) take(e protocol.HistoryEntry, sms bool) standing {
	s.since = e.At
	switch {
	case e.Decision == protocol.DecisionReturned, ends(e):
		s.ended, s.requests = e.Decision, s.requestsOn(protocol.StageApproved)
	case e.Decision == protocol.DecisionActionRequested:
		s.requests = append(slices.Clone(s.requests), request{e.Stage, e.Task, e.DueAt})
		s.supplemented = s.supplemented || e.Task == protocol.TaskSupplement
	case e.Decision == protocol.DecisionReported && e.Task != "":
		s.requests = s.without(e.Stage, e.Task)
	case e.Stage == protocol.StageMaterialMailing:
		// The papers are on their way, and the review goes on.
		s.requests = s.without(protocol.StagePreliminaryReview, protocol.TaskMailMaterials)
	case e.Stage == protocol.StageMaterialsAndAuthenticity && e.Decision == protocol.DecisionReported:
		s.sent = true
	case isWrongAnswer(e):
		s.wrong++
	case e.Stage == s.stage:
		s.stage, s.requests = after(s.stage, sms), s.requestsOn(protocol.StageApproved)
	}
	return s
}

// takeAfterApproval goes on by an entry on the filing in force. It leaves a change that is under way where it is, but for
// the filing's end.
func (s standing) takeAfterApproval(e protocol.HistoryEntry) standing {
	if s.stage == protocol.StageApproved {
		s.since = e.At
	}
	switch {
	case ends(e):
		s.ended, s.requests = e.Decision, nil
	case e.Decision == protocol.DecisionActionRequested:
		s.requests = append(slices.Clone(s.requests), request{e.Stage, e.Task, e.DueAt})
	case e.Decision == protocol.DecisionReported:
		s.requests = s.without(e.Stage, e.Task)
	}
	return s
}

// without are the requests but for one that is done with.
func (s standing) without(stage protocol.Stage, task protocol.Task) []request {
	return slices.DeleteFunc(slices.Clone(s.requests), func(r request) bool { return r.stage == stage && r.task == task })
}

// requestsOn are the requests on a stage.
func (s standing) requestsOn(stage protocol.Stage) []request {
	return slices.DeleteFunc(slices.Clone(s.requests), func(r request) bool { return r.stage != stage })
}

// asks finds the request of a task that is not done with.
func (s standing) asks(task protocol.Task) (request, bool) {
	i := slices.IndexFunc(s.requests, func(r request) bool { return r.task == task })
	if i < 0 {
		return request{}, false
	}
	return s.requests[i], true
}

func sequenceIndex(stage protocol.Stage) int { return slices.Index(sequence, stage) }

// after is the stage that follows.
func after(stage protocol.Stage, sms bool) protocol.Stage {
	next := sequence[min(sequenceIndex(stage)+1, len(sequence)-1)]
	if next == protocol.StageSmsVerification && !sms {
		return protocol.StageBureauReview
	}
	return next
}

// where is the stage under way, or how the attempt ended.
func (s standing) where() string {
	if s.ended != "" {
		return string(s.ended)
	}
	return string(s.stage)
}

// open says that the attempt is under way: neither sent back, nor approved, nor ended.
func (s standing) open() bool { return s.ended == "" && s.stage != protocol.StageApproved }

// over says that the order is of the past, and the domain free for another.
func (s standing) over() bool {
	return s.ended == protocol.DecisionRevoked || s.ended == protocol.DecisionCancelled
}
