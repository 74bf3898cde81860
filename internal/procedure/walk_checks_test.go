package procedure

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// on lets something happen, and checks what became of every filing.
func (w *walk) on(d time.Duration, what string, change func(*journey)) {
	before := map[*journey]*v1alpha1.IcpFilingStatus{}
	for _, o := range w.j.journeys {
		before[o] = &o.filing.Status // what is written later is written to a copy
	}
	w.j.after(d, what, change)
	for _, o := range w.j.journeys {
		if at := o.whereabouts(); at != w.at[o] || o == w.j {
			w.Logf("%s %s: %s; %s", o.now.Format(time.DateTime), w.j.filing.Name, what, at)
			w.at[o] = at
		}
	}
	for _, o := range w.j.journeys {
		if o.gone {
			continue
		}
		w.onlyGrows(before[o], o)
		w.legal(before[o], o)
		w.possible(o)
		w.onceEach(o)
	}
}

// whereabouts tells in a line where a filing is.
func (j *journey) whereabouts() string {
	s, next := &j.filing.Status, "nobody"
	if n := s.NextAction; n != nil {
		next = string(n.Actor) + " " + n.Task
	}
	current := &metav1.Condition{}
	if c := j.cond(v1alpha1.ConditionInformationCurrent); c != nil {
		current = c
	}
	return fmt.Sprintf("%s (%s) at %s, attempt %d, order %q, ready %s, next %s, asked %v, information %s %s", j.filing.Name, j.facts.Provider.Hand,
		s.Stage, s.Attempt, s.OrderID, readyReason(s), next, j.asked, current.Reason, current.Message)
}

// onlyGrows: attempts and times only grow. An approval's time changes only where the filing is filed anew, which is
// another attempt.
func (w *walk) onlyGrows(before *v1alpha1.IcpFilingStatus, j *journey) {
	s := &j.filing.Status
	dropped := isEnd(s.Stage) && s.Attempt == before.Attempt-1 // begun, and nothing taken to the provider before the order ended
	if s.Attempt < before.Attempt && !dropped {
		w.Fatalf("%s: the attempt went back from %d to %d", j.filing.Name, before.Attempt, s.Attempt)
	}
	anew := s.Attempt > before.Attempt && (isEnd(before.Stage) || j.toldOf(v1alpha1.DecisionRevoked) || j.toldOf(v1alpha1.DecisionCancelled))
	if before.ApprovedAt != nil && !anew && !before.ApprovedAt.Equal(s.ApprovedAt) {
		w.Fatalf("%s: approved at %v, now at %v", j.filing.Name, before.ApprovedAt, s.ApprovedAt)
	}
	for _, c := range s.Conditions {
		for _, b := range before.Conditions {
			if b.Type == c.Type && c.LastTransitionTime.Before(&b.LastTransitionTime) {
				w.Fatalf("%s: %s turned before it had", j.filing.Name, c.Type)
			}
		}
	}
}

func isEnd(stage v1alpha1.StageName) bool {
	return stage == v1alpha1.StageRevoked || stage == v1alpha1.StageCancelled
}

// legal: from each stage only those can be come to that the procedure has, and only with what they take.
func (w *walk) legal(before *v1alpha1.IcpFilingStatus, j *journey) {
	from, s := before.Stage, &j.filing.Status
	anew := s.Attempt > before.Attempt
	after := func(stage v1alpha1.StageName) bool { return StageOrder(stage) >= StageOrder(v1alpha1.StageApproved) }
	switch {
	case from == s.Stage || from == "":
	case isEnd(from) && !anew:
		w.Fatalf("%s: from %s to %s, and not filed anew", j.filing.Name, from, s.Stage)
	case isEnd(from), isEnd(s.Stage), anew:
	case (from == v1alpha1.StageApproved || from == v1alpha1.StageChanging) && s.Stage != v1alpha1.StageApproved && s.Stage != v1alpha1.StageChanging:
		w.Fatalf("%s: from %s to %s without an end", j.filing.Name, from, s.Stage)
	case s.Stage == v1alpha1.StageSmsVerification: // asked for where the rules know of none
	case StageOrder(s.Stage) >= 0 && StageOrder(s.Stage) < StageOrder(from) && !after(from) && StageOrder(from) > StageOrder(v1alpha1.StageProductVerification) && !anew && !j.toldOf(v1alpha1.DecisionReturned):
		w.Fatalf("%s: back from %s to %s, and not returned", j.filing.Name, from, s.Stage)
	}
	for stage, takes := range map[v1alpha1.StageName]v1alpha1.Decision{
		v1alpha1.StageApproved: v1alpha1.DecisionPassed, v1alpha1.StageChanging: v1alpha1.DecisionPassed,
		v1alpha1.StageRevoked: v1alpha1.DecisionRevoked, v1alpha1.StageCancelled: v1alpha1.DecisionCancelled,
	} {
		if s.Stage == stage && !j.toldOf(takes) {
			w.Fatalf("%s is %s, and nobody decided %s", j.filing.Name, stage, takes)
		}
	}
}

// toldOf says that the filing's orders tell of a decision.
func (j *journey) toldOf(d v1alpha1.Decision) bool {
	return slices.ContainsFunc(append(slices.Clone(j.past), j.order.clone()), func(o *Order) bool {
		return o != nil && slices.ContainsFunc(o.History, func(e Decision) bool { return e.Decision == d })
	})
}

// possible: what must hold of every state.
func (w *walk) possible(j *journey) {
	s := &j.filing.Status
	if len(s.Stages) != len(table) {
		w.Fatalf("%s: %d stages, want %d", j.filing.Name, len(s.Stages), len(table))
	}
	if s.NextAction == nil && j.last.LookAgain.IsZero() && !isEnd(s.Stage) && s.Stage != v1alpha1.StageApproved {
		w.Fatalf("%s at %s: nobody must act, and nothing is waited for", j.filing.Name, s.Stage)
	}
	for i, st := range s.Stages {
		if st.FinishedAt != nil && st.StartedAt != nil && st.FinishedAt.Before(st.StartedAt) {
			w.Fatalf("%s: stage %s ended before it began", j.filing.Name, st.Name)
		}
		// A stage is done only after those before it; a return alone undoes some.
		if i > 0 && st.State == v1alpha1.StageDone && st.Name != v1alpha1.StageMaterialMailing && !isEnd(s.Stage) && !precededByDone(s.Stages[:i]) {
			w.Fatalf("%s: stage %s is done, while one before it is not: %+v", j.filing.Name, st.Name, s.Stages)
		}
	}
	inForce := s.ApprovedAt != nil && !isEnd(s.Stage)
	allowed := j.cond(v1alpha1.ConditionExposureAllowed).Status == metav1.ConditionTrue
	if want := inForce && j.filing.DeletionTimestamp.IsZero() && j.gather().Rival == "" && !j.closedOverdue(); allowed != want {
		w.Fatalf("%s: exposure allowed is %v at stage %s, approved at %v, deleted at %v: %s", j.filing.Name, allowed, s.Stage, s.ApprovedAt,
			j.filing.DeletionTimestamp, j.cond(v1alpha1.ConditionExposureAllowed).Message)
	}
}

// closedOverdue says that the ExposurePolicy closes the gate for an overdue registration, and that the days after its final
// warning are over.
func (j *journey) closedOverdue() bool {
	r, ps := j.facts.Reminding, j.filing.Status.PublicSecurity
	return r != nil && r.CloseOverdue && ps != nil && ps.ClosesAt != nil && ps.ClosesAt.After(ps.DueAt.AddDate(0, 0, closesAfter)) && !j.now.Before(ps.ClosesAt.Time)
}

func precededByDone(before []v1alpha1.StageStatus) bool {
	for _, st := range before {
		optional := st.Name == v1alpha1.StageMaterialMailing
		if st.State != v1alpha1.StageDone && st.State != v1alpha1.StageSkipped && !optional {
			return false
		}
	}
	return true
}

// onceEach: nothing that the provider took is asked of it twice. Questions may be, and files that a reviewer asks for.
func (w *walk) onceEach(j *journey) {
	for effect, n := range j.effects {
		question := slices.ContainsFunc([]Ask{AskFind, AskType, AskState, AskUpload}, func(a Ask) bool { return strings.HasPrefix(effect, string(a)+" ") })
		if n > 1 && !question {
			w.Fatalf("%s: the provider took %d times: %s", j.filing.Name, n, effect)
		}
	}
}

// replayed: the same reviews and provider answers give the same status again, where it was lost and the annotations were
// not. What is left out of it only the operator saw: the times at which a condition turned, and at which it finished a
// stage of its own or began an attempt, with the expected ends that are counted from those; and what the prerequisites
// were when they were last looked at, which they are not once nothing is to be submitted.
func (w *walk) replayed(j *journey) {
	unrecorded := j.byPeople() && RecordOf(j.filing) == nil
	if !j.knowable() || unrecorded && slices.ContainsFunc(j.journeys, func(o *journey) bool {
		return o.gone || !o.filing.DeletionTimestamp.IsZero() || isEnd(o.filing.Status.Stage) || o.filing.Status.Attempt > 1
	}) {
		// What cannot be asked cannot be known again; nor, before anything is recorded, what the cluster's other filings said
		// of the type before they ended.
		return
	}
	w.sameAgain(j, j.restored(false))
}

// allReplayed: so do they where every status of the cluster was lost.
func (w *walk) allReplayed() {
	for _, j := range w.j.journeys {
		// Whose turn it was before anything is recorded of an attempt, only the statuses say; and whether a filing leads a change for
		// the others follows from what its prerequisites were when they were last looked at.
		if !j.gone && (!j.knowable() || j.byPeople() && j.unrecorded() || j.outdatedPrerequisites()) {
			return
		}
	}
	again := w.j.restored(true)
	for i, j := range w.j.journeys {
		if !j.gone {
			w.sameAgain(j, again.journeys[i])
		}
	}
}

// unrecorded says that people have recorded nothing of the attempt under way.
func (j *journey) unrecorded() bool {
	n := j.filing.Status.Attempt
	return RecordOf(j.filing) == nil || !slices.ContainsFunc(j.people().History, func(d Decision) bool { return d.Attempt == n })
}

// outdatedPrerequisites says that the prerequisites are no longer what they were when they were last looked at.
func (j *journey) outdatedPrerequisites() bool {
	return meta.IsStatusConditionTrue(j.filing.Status.Conditions, v1alpha1.ConditionPrerequisitesMet) == (len(j.facts.Findings) > 0)
}

// sameAgain lets a filing whose status was lost go on, and compares what becomes of it with the first.
func (w *walk) sameAgain(j, again *journey) {
	again.settle()
	for effect, n := range again.effects {
		if !strings.HasPrefix(effect, string(AskFind)) && !strings.HasPrefix(effect, string(AskState)) && !strings.HasPrefix(effect, string(AskType)) && n > j.effects[effect] {
			w.Fatalf("%s: once its status is lost, the provider is asked again: %s", j.filing.Name, effect)
		}
	}
	if reflect.DeepEqual(seen(&j.filing.Status), seen(&again.filing.Status)) {
		return
	}
	if diff := cmp.Diff(timesOf(j), timesOf(again)); diff != "" {
		w.Fatalf("%s: the same history gives other times (-first +again):\n%s", j.filing.Name, diff)
	}
	lookedAt := func(c metav1.Condition) bool { return c.Type == v1alpha1.ConditionPrerequisitesMet }
	opts := cmp.Options{cmpopts.IgnoreSliceElements(lookedAt), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(metav1.Condition{}, "LastTransitionTime"), cmpopts.IgnoreTypes(&metav1.Time{})}
	if diff := cmp.Diff(j.filing.Status, again.filing.Status, opts); diff != "" {
		w.Fatalf("%s: the same history gives another status (-first +again):\n%s\nannotations: %v\nagain: %v", j.filing.Name, diff, j.filing.Annotations, again.filing.Annotations)
	}
}

// timesOf are the times of a status that others than the operator know, or its annotations keep.
func timesOf(j *journey) []*metav1.Time {
	s := &j.filing.Status
	times := []*metav1.Time{s.ApprovedAt}
	if ps := s.PublicSecurity; ps != nil {
		times = append(times, ps.OpenedAt, ps.DueAt)
	}
	return times
}

// seen is a status without the times that only the operator saw, for a look that costs less than telling what differs.
func seen(s *v1alpha1.IcpFilingStatus) *v1alpha1.IcpFilingStatus {
	c := *s
	c.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c metav1.Condition) bool { return c.Type == v1alpha1.ConditionPrerequisitesMet })
	for i := range c.Conditions {
		c.Conditions[i].LastTransitionTime = metav1.Time{}
	}
	c.Stages = slices.Clone(s.Stages)
	for i := range c.Stages {
		st := &c.Stages[i]
		st.StartedAt, st.FinishedAt, st.DueAt, st.Tasks = nil, nil, nil, slices.Clone(st.Tasks)
		for k := range st.Tasks {
			st.Tasks[k].DueAt, st.Tasks[k].DoneAt = nil, nil
		}
	}
	if s.NextAction != nil {
		next := *s.NextAction
		next.DueAt, c.NextAction = nil, &next
	}
	return &c
}

// restored is the same filing, with its annotations and without its status, on a desk of copies of all the others, which
// have lost theirs, too, or have not.
func (j *journey) restored(all bool) *journey {
	d := &desk{now: j.now, quiet: true, orders: j.orders}
	var again *journey
	for _, o := range j.journeys {
		c := *o
		c.desk, c.order, c.effects, c.asked = d, o.order.clone(), map[string]int{}, map[Ask]int{}
		d.journeys = append(d.journeys, &c)
		if o == j {
			again = &c
		}
		if o == j || all && !o.gone {
			c.known = o.filing.Status.ApprovedAt != nil
			c.filing = o.filing.DeepCopy()
			c.filing.Status = v1alpha1.IcpFilingStatus{}
		}
	}
	return again
}
