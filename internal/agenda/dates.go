package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Dates are all dates of a filing that are still to come, or that have passed with what they are of undone; the earliest
// first. A filing that has ended, or is being deleted, has none.
func Dates(f *v1alpha1.IcpFiling) []Date {
	a := &agenda{filing: f}
	a.revised, a.revision = revised(f)
	return a.all()
}

// Bare are the same dates without UID, words and revision, which take far longer to tell than the dates themselves: for whoever
// looks at very many, to show a few.
func Bare(f *v1alpha1.IcpFiling) []Date {
	return (&agenda{filing: f, bare: true}).all()
}

func (a *agenda) all() []Date {
	f := a.filing
	if ended(f) {
		return nil
	}
	a.dates = make([]Date, 0, len(f.Status.Stages)+len(f.Status.Deadlines)+2)
	for i := range f.Status.Stages {
		a.stage(&f.Status.Stages[i])
	}
	a.publicSecurity()
	for _, d := range f.Status.Deadlines {
		if day, err := calendar.ParseDate(d.Date); err == nil {
			a.add(Date{Kind: KindEnd, Name: d.Name, At: calendar.EndOfDay(day), Deadline: true, Actor: v1alpha1.ActorApplicant, Where: procedure.OutsideCluster},
				"", procedure.TaskRenew+d.Name)
		}
	}
	a.next()
	slices.SortStableFunc(a.dates, earliest)
	return a.dates
}

func earliest(a, b Date) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.UID, b.UID)) }

func ended(f *v1alpha1.IcpFiling) bool {
	return f.Status.Stage.Ended() || !f.DeletionTimestamp.IsZero()
}

// agenda collects the dates of a filing.
type agenda struct {
	filing   *v1alpha1.IcpFiling
	bare     bool
	revised  time.Time
	revision int
	dates    []Date
}

// add completes a date and keeps it. What is to be done is that of the task, at the stage; without a task, that of the stage.
func (a *agenda) add(d Date, stage v1alpha1.StageName, task string) {
	f := a.filing
	d.Namespace, d.Filing, d.Domain = f.Namespace, f.Name, f.Spec.Domain.Name
	d.Day = !d.Deadline || d.At.Equal(calendar.EndOfDay(d.At))
	if a.bare {
		a.dates = append(a.dates, d)
		return
	}
	d.Revised, d.Revision = a.revised, a.revision
	d.UID = a.uid(d)
	d.Title, d.ToDo = told(f, d, stage, task)
	a.dates = append(a.dates, d)
}

// uid names a date by what it is of, never by when it is. What belongs to an attempt is another thing in the next; the
// filing's name is in it since two filings of a namespace may be of one domain.
func (a *agenda) uid(d Date) string {
	f := a.filing
	parts := []string{string(d.Kind), d.Name, f.Name, f.Namespace, f.Spec.Domain.Name}
	switch d.Kind {
	case KindTask, KindStage, KindNextAction:
		parts = append(parts, fmt.Sprint("attempt-", f.Status.Attempt))
	}
	return strings.ReplaceAll(strings.Join(parts, "."), "/", ".") + "@icp.beian.dev"
}

// stage adds the deadlines of a stage's open tasks, and its end, unless one of them is that.
func (a *agenda) stage(st *v1alpha1.StageStatus) {
	if st.State != v1alpha1.StagePending && st.State != v1alpha1.StageActive && st.Name != v1alpha1.StageApproved {
		return
	}
	told, seen := false, map[string]int(nil)
	for _, t := range st.Tasks {
		if t.DueAt == nil || t.DoneAt != nil {
			continue
		}
		name := string(st.Name) + "/" + t.Name
		if seen == nil {
			seen = map[string]int{}
		}
		if seen[name]++; seen[name] > 1 {
			name += fmt.Sprint("/", seen[name])
		}
		told = told || t.DueAt.Equal(st.DueAt)
		a.add(Date{Kind: KindTask, Name: name, At: t.DueAt.Time, Deadline: true, Actor: t.Actor, Where: t.Where}, st.Name, t.Name)
	}
	if st.DueAt == nil || told || st.State != v1alpha1.StagePending && st.State != v1alpha1.StageActive {
		return
	}
	d := Date{Kind: KindStage, Name: string(st.Name), At: st.DueAt.Time}
	if open := slices.IndexFunc(st.Tasks, func(t v1alpha1.TaskStatus) bool { return t.DoneAt == nil }); open >= 0 {
		d.Actor, d.Where = st.Tasks[open].Actor, st.Tasks[open].Where
	}
	// What is not answered while the SMS counts returns the order.
	d.Deadline = st.Name == v1alpha1.StageSmsVerification && st.State == v1alpha1.StageActive
	a.add(d, st.Name, "")
}

// unsubmitted are the reasons of PublicSecurityRegistered with which the application is still to be submitted.
var unsubmitted = []string{v1alpha1.ReasonDue, v1alpha1.ReasonDueSoon, v1alpha1.ReasonOverdue, v1alpha1.ReasonSubmissionReturned}

func (a *agenda) publicSecurity() {
	ps := a.filing.Status.PublicSecurity
	c := meta.FindStatusCondition(a.filing.Status.Conditions, v1alpha1.ConditionPublicSecurityRegistered)
	if ps == nil || c == nil || !slices.Contains(unsubmitted, c.Reason) {
		return
	}
	task := procedure.TaskSubmitPublicSecurity
	if c.Reason == v1alpha1.ReasonSubmissionReturned {
		task = procedure.TaskMendPublicSecurity
	}
	d := Date{Deadline: true, Actor: v1alpha1.ActorApplicant, Where: procedure.AtPublicSecurityPlatform}
	if ps.DueAt != nil {
		d.Kind, d.Name, d.At = KindPublicSecurity, procedure.DeadlinePublicSecurity, ps.DueAt.Time
		a.add(d, "", task)
	}
	if ps.ClosesAt != nil {
		d.Kind, d.Name, d.At = KindGateCloses, procedure.DeadlinePublicSecurity, ps.ClosesAt.Time
		a.add(d, "", task)
	}
}

// next adds the date of the next action. It is taken from one of the others, and then not told twice.
func (a *agenda) next() {
	next := a.filing.Status.NextAction
	if next == nil || next.DueAt == nil || slices.ContainsFunc(a.dates, func(d Date) bool { return d.At.Equal(next.DueAt.Time) }) {
		return
	}
	deadline := next.Actor != v1alpha1.ActorProvider && next.Actor != v1alpha1.ActorBureau && next.Actor != v1alpha1.ActorPublicSecurity
	a.add(Date{Kind: KindNextAction, Name: next.Task, At: next.DueAt.Time, Deadline: deadline, Actor: next.Actor, Where: next.Where}, "", next.Task)
}

// revised is when a filing last changed, as its status and metadata tell, and a number that grows with every change: one
// that a status makes, by its time; one that the spec makes, by its generation. After a restore the generation begins
// anew, but the times are later by more.
func revised(f *v1alpha1.IcpFiling) (time.Time, int) {
	last := f.CreationTimestamp.Time
	see := func(times ...*metav1.Time) {
		for _, t := range times {
			if t != nil && t.After(last) {
				last = t.Time
			}
		}
	}
	for i := range f.Status.Conditions {
		see(&f.Status.Conditions[i].LastTransitionTime)
	}
	for _, st := range f.Status.Stages {
		see(st.StartedAt, st.FinishedAt)
		for _, t := range st.Tasks {
			see(t.AskedAt, t.DoneAt)
		}
	}
	return last.UTC().Truncate(time.Second), int(max(0, last.Unix()-epoch.Unix())) + int(f.Generation)
}

// epoch is before every filing of the operator, so that a revision is small enough for every calendar program until 2093.
var epoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
