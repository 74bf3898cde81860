package view

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Decision is what was recorded of a filing as an IcpReview.
type Decision struct {
	// Review is the name of the IcpReview.
	Review string `json:"review"`
	// At is when the decision was taken, and By who says so.
	At time.Time `json:"decidedAt"`
	By string    `json:"decidedBy"`
	// Attempt, Stage and Decision of it.
	Attempt  int32              `json:"attempt"`
	Stage    v1alpha1.StageName `json:"stage"`
	Decision v1alpha1.Decision  `json:"decision"`
	// Reasons of it, and the Task that was asked for or done.
	Reasons []Reason `json:"reasons,omitempty"`
	Task    string   `json:"task,omitempty"`
	// Message of it, as somebody wrote it.
	Message string `json:"message,omitempty"`
	// Counts is the condition Applied.
	Counts Condition `json:"counts"`
	// recorded is when it was written down.
	recorded time.Time
}

// History lists what was recorded of a filing, the oldest first. Decisions on another domain are left out: they were made for
// another filing of its name.
func History(f *v1alpha1.IcpFiling, reviews []v1alpha1.IcpReview) []Decision {
	var list []Decision
	for i := range reviews {
		r := &reviews[i]
		domain := cmp.Or(r.Spec.FilingRef.Domain, r.Annotations[v1alpha1.ReviewDomainAnnotation], f.Spec.Domain.Name)
		if r.Namespace != f.Namespace || r.Spec.FilingRef.Name != f.Name || domain != f.Spec.Domain.Name {
			continue
		}
		d := Decision{
			Review: r.Name, At: r.Spec.DecidedAt.UTC(), By: r.Spec.DecidedBy, Attempt: r.Spec.Attempt, Stage: r.Spec.Stage, Decision: r.Spec.Decision,
			recorded: r.CreationTimestamp.Time, Task: string(r.Spec.Task), Message: r.Spec.Message, Counts: Condition{Type: v1alpha1.ConditionApplied, Title: words.Condition(v1alpha1.ConditionApplied)},
		}
		for _, name := range r.Spec.Reasons {
			d.Reasons = append(d.Reasons, Reason{Name: name, Says: words.Reason("", name)})
		}
		if c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionApplied); c != nil {
			d.Counts.Status, d.Counts.Reason, d.Counts.Message, d.Counts.Since = c.Status, c.Reason, c.Message, c.LastTransitionTime.UTC()
			d.Counts.Says = words.Reason(c.Type, c.Reason)
		}
		list = append(list, d)
	}
	slices.SortStableFunc(list, func(a, b Decision) int {
		return cmp.Or(a.At.Compare(b.At), a.recorded.Compare(b.recorded), cmp.Compare(a.Attempt, b.Attempt),
			cmp.Compare(procedure.StageOrder(a.Stage), procedure.StageOrder(b.Stage)), cmp.Compare(a.Review, b.Review))
	})
	return list
}

// Ignored says that the operator has looked at the decision, and it does not count.
func (d Decision) Ignored() bool { return d.Counts.Status == metav1.ConditionFalse }

func itoa(n int) string { return strconv.Itoa(n) }
