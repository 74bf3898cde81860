package notify

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Event is something that holds of a filing now, and that people are told of once.
type Event struct {
	// Kind of event.
	Kind v1alpha1.FilingEvent
	// Key is stable: it is made of what comes back after a lost status or a restore, so that the same event has the same
	// key, and another one of its kind another.
	Key string
	// Since is when it began; zero where the status does not tell.
	Since time.Time
	// Facts that may be told of it.
	Facts Facts
}

// Facts are all that may ever be told of a filing. They are copied one by one, so that nothing else can get into a message:
// no text that people wrote (a reviewer's message, a description), no name of the subject, nothing of any Secret.
type Facts struct {
	// Namespace and Name of the filing.
	Namespace, Name string
	// Domain that it files.
	Domain string
	// Number is 网站备案号; empty before there is one.
	Number string
	// Attempt under way, from 1.
	Attempt int32
	// Stage that the event is about.
	Stage v1alpha1.StageName
	// Reasons of a return, an end or a mismatch.
	Reasons []string
	// Task that is to be done, Actor who does it, and Where.
	Task  string
	Actor v1alpha1.Actor
	Where string
	// Due is the deadline; zero for none.
	Due time.Time
	// ToTheMinute says that the deadline is an hour, not a day.
	ToTheMinute bool
	// Overdue says that it has passed.
	Overdue bool
	// RuleSet is the date of the filing rules whose words are used.
	RuleSet string
}

// Events lists what holds of a filing by its written status, at a time.
func Events(f *v1alpha1.IcpFiling, now time.Time) []Event {
	if f.Status.Stage == "" {
		return nil // nothing is known of it
	}
	ended := []Event{}
	if e, ok := end(f); ok {
		ended = append(ended, e)
	}
	if len(ended) > 0 || !f.DeletionTimestamp.IsZero() {
		return ended
	}
	var events []Event
	for _, find := range []func(*v1alpha1.IcpFiling, time.Time) (Event, bool){returned, submissionReturned, smsWindow, action, approved, mismatch} {
		if e, ok := find(f, now); ok {
			events = append(events, e)
		}
	}
	return append(events, reminders(f, now)...)
}

// event begins one of a kind; parts tell it from others of the kind.
func event(kind v1alpha1.FilingEvent, f *v1alpha1.IcpFiling, since *metav1.Time, parts ...string) Event {
	e := Event{
		Kind: kind, Key: strings.Join(append([]string{string(kind)}, parts...), "/"),
		Facts: Facts{
			Namespace: f.Namespace, Name: f.Name, Domain: f.Spec.Domain.Name, Number: f.Status.WebsiteNumber,
			Attempt: f.Status.Attempt, Stage: f.Status.Stage, RuleSet: f.Status.RuleSet,
		},
	}
	if since != nil {
		e.Since = since.Time
	}
	return e
}

func attempt(f *v1alpha1.IcpFiling) string { return fmt.Sprint(f.Status.Attempt) }

func end(f *v1alpha1.IcpFiling) (Event, bool) {
	kind, ok := map[v1alpha1.StageName]v1alpha1.FilingEvent{
		v1alpha1.StageRevoked: v1alpha1.EventRevoked, v1alpha1.StageCancelled: v1alpha1.EventCancelled,
	}[f.Status.Stage]
	if !ok {
		return Event{}, false
	}
	var since *metav1.Time
	if ready := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
		since = &ready.LastTransitionTime
	}
	e := event(kind, f, since, attempt(f))
	e.Facts.Reasons = reasons(stage(f, v1alpha1.StageApproved).Reason)
	return e, true
}

func returned(f *v1alpha1.IcpFiling, _ time.Time) (Event, bool) {
	for _, st := range f.Status.Stages {
		if st.State != v1alpha1.StageReturned {
			continue
		}
		e := event(v1alpha1.EventReturned, f, st.FinishedAt, attempt(f), string(st.Name))
		e.Facts.Stage, e.Facts.Reasons = st.Name, reasons(st.Reason)
		e.Facts.Task, e.Facts.Actor = procedure.TaskMendAndResubmit, v1alpha1.ActorApplicant
		return e, true
	}
	return Event{}, false
}

func smsWindow(f *v1alpha1.IcpFiling, now time.Time) (Event, bool) {
	st := stage(f, v1alpha1.StageSmsVerification)
	open := slices.IndexFunc(st.Tasks, func(t v1alpha1.TaskStatus) bool { return t.DoneAt == nil })
	if st.State != v1alpha1.StageActive || open < 0 || st.DueAt == nil || now.After(st.DueAt.Time) {
		return Event{}, false
	}
	e := event(v1alpha1.EventSmsWindowOpen, f, st.StartedAt, attempt(f), seconds(st.DueAt))
	e.Facts = e.Facts.asking(st.Name, st.Tasks[open], st.DueAt)
	e.Facts.ToTheMinute = true
	return e, true
}

// action is what a person must do, where no other event says so.
func action(f *v1alpha1.IcpFiling, now time.Time) (Event, bool) {
	next := f.Status.NextAction
	if next == nil || !isPerson(next.Actor) {
		return Event{}, false
	}
	if _, told := returned(f, now); told && next.Task == procedure.TaskMendAndResubmit {
		return Event{}, false
	}
	if _, told := submissionReturned(f, now); told && next.Task == procedure.TaskMendPublicSecurity {
		return Event{}, false
	}
	if slices.ContainsFunc(reminders(f, now), func(e Event) bool { return e.Facts.Task == next.Task }) {
		return Event{}, false
	}
	at, task, of := taskOf(f, next.Task)
	if of && at.Name == v1alpha1.StageSmsVerification {
		return Event{}, false
	}
	parts := []string{attempt(f), string(f.Status.Stage), next.Task}
	var since *metav1.Time
	if of {
		since, parts[1] = at.StartedAt, string(at.Name)
		if task.AskedAt != nil {
			since = task.AskedAt
			parts = append(parts, seconds(task.AskedAt))
		}
	}
	if next.DueAt != nil {
		parts = append(parts, seconds(next.DueAt))
	}
	e := event(v1alpha1.EventActionRequired, f, since, parts...)
	e.Facts = e.Facts.asking(at.Name, v1alpha1.TaskStatus{Name: next.Task, Actor: next.Actor, Where: next.Where}, next.DueAt)
	return e, true
}

// approved is the last approval, of the filing or of a change, that stands.
func approved(f *v1alpha1.IcpFiling, _ time.Time) (Event, bool) {
	if f.Status.Stage != v1alpha1.StageApproved || f.Status.ApprovedAt == nil {
		return Event{}, false
	}
	since := f.Status.ApprovedAt
	switch bureau := stage(f, v1alpha1.StageBureauReview); bureau.State {
	case v1alpha1.StageDone:
		if bureau.FinishedAt != nil {
			since = bureau.FinishedAt
		}
	case v1alpha1.StageSkipped: // it was in force before it came here
	default:
		return Event{}, false // a change was given up, and what stands was told of before
	}
	e := event(v1alpha1.EventApproved, f, since, attempt(f), seconds(since))
	if next := f.Status.NextAction; next != nil && isPerson(next.Actor) {
		e.Facts.Task, e.Facts.Actor, e.Facts.Where = next.Task, next.Actor, next.Where
	}
	return e, true
}

// mismatch is a disagreement of the registry that was heard twice. When it began stands in the filing's annotation, which
// outlives the status.
func mismatch(f *v1alpha1.IcpFiling, _ time.Time) (Event, bool) {
	var record procedure.RegistryRecord
	kept := f.Annotations[v1alpha1.RegistryAnnotation]
	if kept == "" || json.Unmarshal([]byte(kept), &record) != nil || record.Mismatch == nil {
		return Event{}, false
	}
	if verified := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionRegistryVerified); verified == nil || verified.Status != metav1.ConditionFalse {
		return Event{}, false
	}
	m := record.Mismatch
	since := metav1.NewTime(m.Since)
	e := event(v1alpha1.EventRegistryMismatch, f, &since, m.Reason, seconds(&since))
	e.Facts.Reasons = reasons(m.Reason)
	return e, true
}

// asking are the facts of somebody's having to do a task.
func (a Facts) asking(at v1alpha1.StageName, t v1alpha1.TaskStatus, due *metav1.Time) Facts {
	if at != "" {
		a.Stage = at
	}
	a.Task, a.Actor, a.Where = t.Name, t.Actor, t.Where
	if due != nil {
		a.Due = due.Time
	}
	return a
}

// taskOf finds an open task of a filing.
func taskOf(f *v1alpha1.IcpFiling, name string) (v1alpha1.StageStatus, v1alpha1.TaskStatus, bool) {
	for _, st := range f.Status.Stages {
		for _, t := range st.Tasks {
			if t.Name == name && t.DoneAt == nil && st.State != v1alpha1.StagePending {
				return st, t, true
			}
		}
	}
	return v1alpha1.StageStatus{}, v1alpha1.TaskStatus{}, false
}

func stage(f *v1alpha1.IcpFiling, name v1alpha1.StageName) v1alpha1.StageStatus {
	for _, st := range f.Status.Stages {
		if st.Name == name {
			return st
		}
	}
	return v1alpha1.StageStatus{}
}

func reasons(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

func seconds(t *metav1.Time) string { return fmt.Sprint(t.Unix()) }

func isPerson(a v1alpha1.Actor) bool {
	return a == v1alpha1.ActorApplicant || a == v1alpha1.ActorSubjectResponsiblePerson || a == v1alpha1.ActorWebsiteResponsiblePerson
}

// ID names an event of a filing for whoever receives it: the same however often it is sent.
func (e Event) ID() string {
	sum := sha256.Sum256([]byte(e.Facts.Namespace + "/" + e.Facts.Name + "/" + e.Facts.Domain + "\n" + e.Key))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}
