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

// planned names a stage of an attempt.
type planned struct {
	attempt int32
	stage   protocol.Stage
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
	claimed string
	// imported says that the filing was in force before the order was made.
	imported bool
	// person is the identity paper of the subject's responsible person, as the latest attempt has it; nil where none was told.
	person    *subjectKey
	createdAt time.Time
	attempt   int32
	// begunAt is when the attempt was begun, first the stage that it began at.
	begunAt time.Time
	first   protocol.Stage
	// changes are the parts that the latest attempt is to change; none where it is the filing itself.
	changes []protocol.FiledPart
	// changedTo is the subject's paper once the change has passed.
	changedTo subjectKey
	// declared are the files that the attempt's application names, uploaded those that are there.
	declared []slot
	uploaded map[slot]upload
	history  []protocol.HistoryEntry
	// taken counts the steps of the plan that were taken on a stage of an attempt.
	taken map[planned]int
	// version counts the changes to it, so that a step that was scheduled before one is known to be stale.
	version int
}

// declare notes the files that the attempt's application names.
func (o *order) declare(materials []protocol.MaterialReference) {
	o.declared = nil
	for _, m := range materials {
		o.declared = append(o.declared, slot{m.Kind, max(m.Part, 1)})
	}
}

// missing are the declared files that were not uploaded in this attempt. One that begins after the upload needs none.
func (o *order) missing() []slot {
	var missing []slot
	if sequenceIndex(o.first) > sequenceIndex(protocol.StageMaterialsAndAuthenticity) {
		return nil
	}
	for _, d := range o.declared {
		if o.uploaded[d].attempt != o.attempt {
			missing = append(missing, d)
		}
	}
	return missing
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
		Imported: o.imported, Attempt: o.attempt, CreatedAt: o.createdAt, History: slices.Clone(o.history),
	}
}
