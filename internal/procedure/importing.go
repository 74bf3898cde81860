package procedure

import (
	"fmt"
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// taskConfirmImport is the task of whoever may say that a website is filed already.
const taskConfirmImport = "ConfirmImport"

// claimsImport says that the applicant claims the domain to be filed with this provider already: nothing is to be filed,
// and the filing is in force once somebody who knows confirms it.
func claimsImport(existing v1alpha1.Existing) bool {
	return existing.Website.Number != "" && existing.Website.AccessProvider == v1alpha1.ThisProvider
}

// confirmsImport says that a history tells of a filing in force that its bureau's review does not tell of.
func confirmsImport(history []Decision) bool {
	for _, d := range sortedHistory(history) {
		if d.Decision == v1alpha1.DecisionCancelled {
			return false // given up before; what is said of that attempt later on changes nothing
		}
		if d.Attempt > 1 || d.Decision != v1alpha1.DecisionPassed {
			continue
		}
		if d.Stage == v1alpha1.StageBureauReview {
			return false
		}
		if d.Stage == v1alpha1.StageApproved && d.WebsiteNumber != "" {
			return true
		}
	}
	return false
}

// imports says that the filing was in force before it came here: the history says so, or, as long as there is none, the
// applicant claims it.
func (p *pass) imports() bool {
	o := p.Order
	switch {
	case o != nil && (o.Imported || confirmsImport(o.History) && (p.record == nil || p.record.Imported)):
		return true
	case o != nil && (o.ID != "" || approves(o.History)), p.record != nil && !p.record.Imported, p.base > 0:
		// It was filed in the ordinary way, or ended and is filed anew: claiming that it was filed before takes nothing of
		// that back.
		return false
	}
	return claimsImport(p.Filing.Spec.Existing) && p.status.ApprovedAt == nil && p.status.OrderID == ""
}

// approves says that a history tells of the bureau's approval.
func approves(history []Decision) bool {
	return slices.ContainsFunc(history, func(d Decision) bool {
		return d.Stage == v1alpha1.StageBureauReview && d.Decision == v1alpha1.DecisionPassed
	})
}

// newImport is the state of a filing that was in force before it came here, until that is confirmed: it stands where
// the type is determined, and goes through none of the steps in between.
func newImport(c Case, created time.Time) *State {
	s := newState(c, created)
	s.Imported = true
	s.finish(v1alpha1.StagePreparation, created)
	for i := range s.Stages {
		switch st := &s.Stages[i]; st.Name {
		case v1alpha1.StageTypeDetermination:
			st.Tasks = []v1alpha1.TaskStatus{{Name: taskConfirmImport, Actor: v1alpha1.ActorProvider, Where: AtProvider}}
			st.Reason = v1alpha1.ReasonImported
		case v1alpha1.StagePreparation, v1alpha1.StageApproved:
		default:
			st.State, st.Reason, st.Message, st.Tasks, st.DueAt = v1alpha1.StageSkipped, v1alpha1.ReasonImported, "filed before it came here", nil, nil
		}
	}
	return s
}

// finishImport puts the filing in force.
func (s *State) finishImport(at time.Time) {
	if s.Step() == v1alpha1.StageTypeDetermination {
		s.finish(v1alpha1.StageTypeDetermination, at)
	}
	s.stage(v1alpha1.StageTypeDetermination).Reason = v1alpha1.ReasonImported
	s.stage(v1alpha1.StageApproved).Reason = v1alpha1.ReasonImported
}

func (p *pass) importWords() string {
	number := p.Filing.Spec.Existing.Website.Number
	if p.c.Hand == ByOperator {
		return fmt.Sprintf("spec.existing.website says that %s is filed with provider %s as %s; the gate opens when the provider confirms it", p.Filing.Spec.Domain.Name, p.Provider.Name, number)
	}
	return fmt.Sprintf("spec.existing.website says that %s is filed with provider %s as %s; the gate opens when somebody who may decide for the provider has checked it, and records an IcpReview on stage Approved with decision Passed, both numbers and the domain (spec.filingRef.domain)",
		p.Filing.Spec.Domain.Name, p.Provider.Name, number)
}
