// Package agenda tells all coming dates of a filing, by its status: deadlines, expected ends, and what ends by itself; and
// writes them as an iCalendar feed. It is pure, and takes no time either: a date stays until what it is of is done, so that
// what was missed is seen, and the same status always has the same dates.
package agenda

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Kind is a kind of date.
type Kind string

// Kinds.
const (
	// KindTask is the deadline of a task that somebody asks for (the SMS, papers to be mailed).
	KindTask Kind = "Task"
	// KindStage is when a stage is expected to end.
	KindStage Kind = "Stage"
	// KindPublicSecurity is the last day of the thirty on which the public-security registration (公安联网备案) is in time.
	KindPublicSecurity Kind = "PublicSecurity"
	// KindGateCloses is when the gate closes for want of that registration.
	KindGateCloses Kind = "GateCloses"
	// KindEnd is the last day of something that the filing stands on (域名, 证件 …).
	KindEnd Kind = "End"
	// KindNextAction is a date of the next action that is none of the others.
	KindNextAction Kind = "NextAction"
)

// Date is one date of a filing. Whatever stands in it the operator itself chose, or is a name of the filing's metadata: no
// text that people wrote, and nothing of any Secret.
type Date struct {
	// Kind of date.
	Kind Kind
	// Name tells it from the others of its kind: the stage, the task, what ends.
	Name string
	// UID is the same over restarts, restores and changes of the date.
	UID string
	// Namespace and Filing are those of the IcpFiling.
	Namespace, Filing string
	// Domain that it files.
	Domain string
	// At is the time; of a day, its last second in Beijing.
	At time.Time
	// Day says that a day is meant, not an hour.
	Day bool
	// Deadline says that somebody must act by then; else it is when something is expected to be over.
	Deadline bool
	// Actor who acts.
	Actor v1alpha1.Actor
	// Where it is done: one of the places of package procedure.
	Where string
	// Title is one line, and ToDo what to do, in each language.
	Title, ToDo words.Words
	// Revised is when the filing's status was last seen to change.
	Revised time.Time
	// Revision grows with every change of the filing.
	Revision int
}
