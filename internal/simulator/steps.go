package simulator

import (
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// step makes the entry of a step that falls due at a time.
type step func(at time.Time) protocol.HistoryEntry

// next is the step that the order takes by itself, and when; none while it waits for somebody.
func (s *Simulator) next(o *order) (time.Time, step, bool) {
	stand := s.stand(o)
	if stand.ended != "" {
		return time.Time{}, nil, false
	}
	switch stand.stage {
	case protocol.StageTypeDetermination:
		return stand.since, entry(stand.stage, protocol.DecisionPassed), true
	case protocol.StageSubjectAndWebsiteInformation:
		return stand.since, entry(stand.stage, protocol.DecisionReported), true
	case protocol.StageMaterialsAndAuthenticity:
		return s.nextMaterials(o, stand)
	case protocol.StageConfirmation:
		return time.Time{}, nil, false
	case protocol.StagePreliminaryReview:
		if _, ok := stand.asks(protocol.TaskMailMaterials); ok {
			return s.unlessManual(protocol.StageMaterialMailing, stand.since, entry(protocol.StageMaterialMailing, protocol.DecisionReported))
		}
	case protocol.StageSmsVerification:
		return s.nextSms(o, stand)
	}
	return s.nextReview(o, stand)
}

func entry(stage protocol.Stage, decision protocol.Decision) step {
	return func(time.Time) protocol.HistoryEntry {
		return protocol.HistoryEntry{Stage: stage, Decision: decision}
	}
}

// unlessManual is a step after the stage's delay, or none where people decide it.
func (s *Simulator) unlessManual(stage protocol.Stage, since time.Time, then step) (time.Time, step, bool) {
	if s.manual[stage] {
		return time.Time{}, nil, false
	}
	return since.Add(s.delayOf(stage)), then, true
}

// nextMaterials reports that the files are there, then passes the check on the phone.
func (s *Simulator) nextMaterials(o *order, stand standing) (time.Time, step, bool) {
	if len(o.missing()) > 0 {
		return time.Time{}, nil, false
	}
	if !stand.sent {
		at := stand.since
		if last := o.lastUpload(); last.After(at) {
			at = last
		}
		return at, entry(stand.stage, protocol.DecisionReported), true
	}
	return s.nextReview(o, stand)
}

// nextSms sends the message, then has it answered; unanswered, its window returns the order, and so do too many wrong
// answers.
func (s *Simulator) nextSms(o *order, stand standing) (time.Time, step, bool) {
	sent, ok := stand.asks(protocol.TaskVerifyBySms)
	if !ok {
		return stand.since, func(at time.Time) protocol.HistoryEntry {
			return protocol.HistoryEntry{
				Stage: stand.stage, Decision: protocol.DecisionActionRequested,
				Task: protocol.TaskVerifyBySms, DueAt: at.Add(s.window),
			}
		}, true
	}
	if tolerated, known := s.rules.Limit(rules.LimitSmsWrongEntries); known && stand.wrong > tolerated.Value {
		return stand.since, returning(stand.stage, protocol.ReasonSmsTooManyWrongEntries, "the SMS was answered wrongly too often"), true
	}
	at, then, ok := s.nextReview(o, stand)
	if ok && !at.After(sent.due) {
		return at, then, true
	}
	return sent.due, returning(stand.stage, protocol.ReasonSmsExpired, "the SMS was not answered within its window"), true
}

func returning(stage protocol.Stage, reason, message string) step {
	return func(time.Time) protocol.HistoryEntry {
		return protocol.HistoryEntry{Stage: stage, Decision: protocol.DecisionReturned, Reasons: []string{reason}, Message: message}
	}
}

// nextReview decides a stage as planned; else what was asked for is done, and the stage passes.
func (s *Simulator) nextReview(o *order, stand standing) (time.Time, step, bool) {
	if p, ok := s.planned(o, stand.stage); ok {
		at := stand.since.Add(s.delayOf(stand.stage))
		if p.After != nil {
			at = stand.since.Add(p.After.Duration)
		}
		return at, s.taking(o, stand.stage, p), true
	}
	for _, r := range stand.requestsOn(stand.stage) {
		switch r.task {
		case protocol.TaskVerifyBySms:
			// Its answer is the stage's own end.
		case protocol.TaskSupplement:
			// The file is the applicant's to upload.
			return time.Time{}, nil, false
		default:
			return s.unlessManual(stand.stage, stand.since, reporting(r))
		}
	}
	if stand.stage == protocol.StageApproved {
		return time.Time{}, nil, false
	}
	return s.unlessManual(stand.stage, stand.since, s.passing(o, stand.stage))
}

// reporting says that what was asked for is done.
func reporting(r request) step {
	return func(time.Time) protocol.HistoryEntry {
		return protocol.HistoryEntry{Stage: r.stage, Decision: protocol.DecisionReported, Task: r.task}
	}
}

// passing passes a stage; the bureau's pass brings the numbers.
func (s *Simulator) passing(o *order, stage protocol.Stage) step {
	return func(at time.Time) protocol.HistoryEntry {
		e := protocol.HistoryEntry{Stage: stage, Decision: protocol.DecisionPassed}
		if stage == protocol.StageBureauReview {
			e.SubjectNumber, e.WebsiteNumber = s.numbers(o, at)
		}
		return e
	}
}
