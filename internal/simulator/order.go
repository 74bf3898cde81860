package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// slot is the place of one uploaded file.
type slot struct {
	kind protocol.MaterialKind
	part int32
}

// upload is when a file came, and for which attempt.
type upload struct {
	attempt int32
	at      time.Time
}

// order is what is stored of one order: who it is for, what was uploaded, and its history.
type order struct {
	id         string
	account    string
	domain     string
	filingType protocol.FilingType
	province   protocol.Province
	subject    subjectKey
	// claimed is the subject's number as the applicant gives it.
	claimed   string
	createdAt time.Time
	attempt   int32
	// begunAt is when the attempt was begun.
	begunAt time.Time
	// declared are the files that the attempt's application names, uploaded those that are there.
	declared []slot
	uploaded map[slot]upload
	history  []protocol.HistoryEntry
	// planned counts the changes to it, so that a step that was scheduled before one is known to be stale.
	planned int
}

// standing is where an order stands, derived from its history.
type standing struct {
	// stage that is under way; Approved once the bureau has passed it.
	stage protocol.Stage
	// since when it is under way: its last entry, or the end of the stage before.
	since time.Time
	// entries of the attempt on this stage so far.
	entries int
	// ended is Returned, Revoked or Cancelled, or empty.
	ended protocol.Decision
	// asked is the task that waits for somebody, or empty.
	asked protocol.Task
	// due is when that task must be done; zero for none.
	due time.Time
	// sent says that the report of uploaded materials is in the history.
	sent bool
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

// stand derives where the order stands. Its attempt begins at the given stage.
func (o *order) stand(first protocol.Stage, sms bool) standing {
	s := standing{stage: first, since: o.begunAt}
	for _, e := range o.history {
		if e.Attempt != o.attempt {
			continue
		}
		s = s.take(e, sms)
	}
	return s
}

// take goes on by one entry.
func (s standing) take(e protocol.HistoryEntry, sms bool) standing {
	s.since = e.At
	switch e.Decision {
	case protocol.DecisionReturned, protocol.DecisionRevoked, protocol.DecisionCancelled:
		s.ended, s.asked = e.Decision, ""
		return s
	case protocol.DecisionActionRequested:
		s.asked, s.due, s.entries = e.Task, e.DueAt, s.entries+1
		return s
	}
	switch {
	case e.Stage == protocol.StageMaterialMailing, e.Stage == protocol.StageApproved:
		// What was asked for is done; the stage goes on.
		s.asked, s.due = "", time.Time{}
	case e.Stage == protocol.StageMaterialsAndAuthenticity && e.Decision == protocol.DecisionReported:
		s.sent = true
	case e.Stage == s.stage:
		s.stage = after(s.stage, sms)
		s.entries, s.asked, s.due = 0, "", time.Time{}
	}
	return s
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

// where is the stage under way, or how the order ended.
func (s standing) where() string {
	if s.ended != "" {
		return string(s.ended)
	}
	return string(s.stage)
}

// open says that the order is under way: neither sent back, nor approved, nor ended.
func (s standing) open() bool { return s.ended == "" && s.stage != protocol.StageApproved }

// over says that the order is of the past, and the domain free for another.
func (s standing) over() bool {
	return s.ended == protocol.DecisionRevoked || s.ended == protocol.DecisionCancelled
}

// missing are the declared files that were not uploaded in this attempt. One that begins after the upload needs none.
func (o *order) missing(first protocol.Stage) []slot {
	var missing []slot
	if sequenceIndex(first) > sequenceIndex(protocol.StageMaterialsAndAuthenticity) {
		return nil
	}
	for _, d := range o.declared {
		if o.uploaded[d].attempt != o.attempt {
			missing = append(missing, d)
		}
	}
	return missing
}

// returned is how the attempt before the latest ended.
func (o *order) returned() (protocol.HistoryEntry, bool) {
	for _, e := range slices.Backward(o.history) {
		if e.Attempt < o.attempt && e.Decision == protocol.DecisionReturned {
			return e, true
		}
	}
	return protocol.HistoryEntry{}, false
}

// lastUpload is when the last of the declared files came; zero where none was.
func (o *order) lastUpload() time.Time {
	var last time.Time
	for _, d := range o.declared {
		if at := o.uploaded[d].at; at.After(last) {
			last = at
		}
	}
	return last
}

// entryID numbers the entries so that they sort as text.
func (o *order) entryID() string { return fmt.Sprintf("e%04d", len(o.history)+1) }

// view is the order in the protocol's words. The history is copied, since it grows.
func (o *order) view() protocol.Order {
	return protocol.Order{
		ID: o.id, Account: o.account, Domain: o.domain, FilingType: o.filingType,
		Attempt: o.attempt, CreatedAt: o.createdAt, History: slices.Clone(o.history),
	}
}
