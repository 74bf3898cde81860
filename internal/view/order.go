package view

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Standing is how much a filing concerns people now.
type Standing string

// Standings, the most urgent first.
const (
	// Overdue: a deadline that a person must keep has passed.
	Overdue Standing = "Overdue"
	// ToAct: a person must act.
	ToAct Standing = "ToAct"
	// Waiting: the operator, the provider or the bureau is at work.
	Waiting Standing = "Waiting"
	// Ended: revoked or cancelled, or being deleted.
	Ended Standing = "Ended"
	// Done: in force, and nobody must do anything.
	Done Standing = "Done"
)

// Standings lists them, the most urgent first.
func Standings() []Standing { return []Standing{Overdue, ToAct, Waiting, Ended, Done} }

var standings = map[Standing]words.Words{
	Overdue: {English: "overdue", Chinese: "已逾期"}, ToAct: {English: "to act", Chinese: "待办理"}, Waiting: {English: "waiting", Chinese: "等待中"},
	Ended: {English: "ended", Chinese: "已终止"}, Done: {English: "done", Chinese: "已办结"},
}

// Words of a standing.
func (s Standing) Words() words.Words { return standings[s] }

func standing(v *Filing) Standing {
	switch {
	case v.Stage.Ended():
		return Ended
	case v.Deadline != nil && v.Deadline.Overdue, v.Next != nil && v.Next.Overdue:
		return Overdue
	case v.Next != nil && v.Next.Person, v.Deadline != nil:
		return ToAct
	case v.Deleting:
		return Ended
	case v.Ready.Status == metav1.ConditionTrue && v.Stage == v1alpha1.StageApproved:
		return Done
	}
	return Waiting
}

// Compare puts first who must act first: what is overdue, then the nearest deadline of a person, then what a person must do
// without one, then what others are at, those that should be over first, then what has ended, then what is done.
func Compare(a, b Filing) int {
	return cmp.Or(
		cmp.Compare(rank(a.Standing), rank(b.Standing)),
		compareTimes(a.pressing(), b.pressing()),
		cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name),
	)
}

// Sort puts first who must act first.
func Sort(filings []Filing) { slices.SortFunc(filings, Compare) }

func rank(s Standing) int { return slices.Index(Standings(), s) }

// pressing is the date by which filings of one standing are ordered; zero for none.
func (v Filing) pressing() time.Time {
	switch {
	case v.Standing == Ended, v.Standing == Done:
		return time.Time{}
	case v.Deadline != nil:
		return v.Deadline.At
	case v.Next != nil:
		return v.Next.Due
	}
	return time.Time{}
}

// compareTimes puts the earlier first, and none last.
func compareTimes(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return cmp.Compare(boolInt(a.IsZero()), boolInt(b.IsZero()))
	}
	return a.Compare(b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
