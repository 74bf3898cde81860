package procedure

import (
	"strconv"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// takeUpAgain begins the next attempt of a returned order once the facts were changed, in the spec or in a person's
// Secret or in that of a paper, or somebody asks for it because what had to be mended is in neither.
func (p *pass) takeUpAgain() {
	if !p.s.Returned || !p.s.UnderWay() {
		return
	}
	// Once begun it goes on, whatever stands in its way by now.
	begun := p.begunAs(p.s.Attempt + 1)
	if !begun && (!p.Checked || p.blocked() || p.deleting()) {
		return
	}
	switch wanted := p.mended() || p.asksFor(p.s.Attempt+1); {
	case (begun || wanted && p.waitsFor == "") && p.s.c.Change && p.c.Hand == ByOperator:
		p.s.beginChange(p.now, p.change.parts)
	case begun, wanted && p.waitsFor == "":
		p.s.beginAttempt(p.now)
	case wanted:
		p.held = true
	}
}

// mended says that the facts are others than those that were returned: in the spec, in a person's Secret, or in the files.
func (p *pass) mended() bool {
	wasGivenUp := p.s.changeOpen() && p.status.Stage == v1alpha1.StageApproved
	return wasGivenUp || p.changedSince() || p.record.Differs(p.wanted) || p.record != nil && p.Files.replaced(p.record.Files)
}

// asksFor says that somebody asks for an attempt by its annotation.
func (p *pass) asksFor(attempt int32) bool {
	return p.Filing.Annotations[v1alpha1.ResubmitAnnotation] == strconv.Itoa(int(attempt))
}

// keepTasks keeps what is known to be done of a stage that is still under way in the same attempt.
func (p *pass) keepTasks() {
	p.ownTasksDone()
	if p.status.Attempt != p.s.Attempt {
		return
	}
	for _, before := range p.status.Stages {
		st := p.s.stage(before.Name)
		own := before.Name == v1alpha1.StagePreparation || before.Name == v1alpha1.StageTypeDetermination
		switch {
		case p.s.Attempt > 1 && own && before.State == v1alpha1.StageDone && st.State == v1alpha1.StageDone:
			*st = *before.DeepCopy()
		case before.State == v1alpha1.StageActive && st.State == v1alpha1.StageActive && !p.s.Returned:
			p.keepActive(st, before)
		}
	}
}

// ownTasksDone marks the operator's own tasks of which this pass knows that they are done.
func (p *pass) ownTasksDone() {
	taken := p.Order != nil && p.Order.ID != "" && p.Order.Attempt >= p.s.Attempt
	if taken && p.s.stage(v1alpha1.StageProductVerification).State != v1alpha1.StagePending {
		p.s.taskDone(v1alpha1.StageProductVerification, taskCreateOrder, Decision{At: p.Order.CreatedAt})
		p.s.taskDone(v1alpha1.StageProductVerification, taskSendChange, Decision{At: p.now})
	}
	if p.Uploaded == p.s.Attempt && !p.s.Returned { // what a return asks for is to be done again
		p.s.taskDone(v1alpha1.StageMaterialsAndAuthenticity, taskUpload, Decision{At: p.now})
	}
}

// keepActive keeps since when a stage is under way, and what the operator itself did of it.
func (p *pass) keepActive(st *v1alpha1.StageStatus, before v1alpha1.StageStatus) {
	begunNow := st.StartedAt != nil && st.StartedAt.Time.Equal(p.now)
	st.StartedAt = before.StartedAt
	if len(before.Tasks) == len(st.Tasks) && (p.Order == nil || begunNow) {
		st.DueAt = before.DueAt
	}
	for i := range st.Tasks {
		for _, t := range before.Tasks {
			if t.Name == st.Tasks[i].Name && st.Tasks[i].DoneAt == nil && st.Tasks[i].Actor == v1alpha1.ActorOperator {
				st.Tasks[i].DoneAt = t.DoneAt
			}
		}
	}
}
