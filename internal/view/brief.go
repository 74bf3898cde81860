package view

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Brief is as much of a filing as Compare, and whoever counts filings, looks at: its names, stage and attempt, its standing, the
// next action and the nearest deadline. It has no texts, no timeline and no dates, which take a hundred times as long: of ten
// thousand filings, a few are shown.
func Brief(f *v1alpha1.IcpFiling, now time.Time) Filing {
	v := Filing{
		Namespace: f.Namespace, Name: f.Name, Domain: f.Spec.Domain.Name, Type: f.Status.FilingType, Stage: procedure.StageOf(f),
		Attempt: f.Status.Attempt, Deleting: !f.DeletionTimestamp.IsZero(), Ready: Condition{Type: v1alpha1.ConditionReady},
	}
	if c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		v.Ready.Status, v.Ready.Reason = c.Status, c.Reason
	}
	v.Next = action(f, now)
	v.Deadline = deadline(dates(agenda.Bare(f), now), v.Next)
	v.Standing = standing(&v)
	return v
}
