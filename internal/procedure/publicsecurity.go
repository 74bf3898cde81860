package procedure

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// Tasks of the public-security registration (公安联网备案).
const (
	// TaskSubmitPublicSecurity: submit the application on the platform, within 30 days of opening.
	TaskSubmitPublicSecurity = "SubmitPublicSecurityRegistration"
	// TaskRecordPublicSecurityNumber: write the number into the spec once it is given.
	TaskRecordPublicSecurityNumber = "RecordPublicSecurityNumber"
	// TaskSayOpening: say when the site opened, since it opened before it came here.
	TaskSayOpening = "SayWhenTheSiteOpened"
)

// soonDays before the deadline Due becomes DueSoon.
const soonDays = 7

// Reminder is a public-security reminder to be given now.
type Reminder struct {
	// Name is stable: a reminder of that name is given once.
	Name string
	// Overdue says that the deadline has passed.
	Overdue bool
	// Message for people. No personal data.
	Message string
}

// publicSecurity is what a pass finds of the public-security registration.
type publicSecurity struct {
	status    *v1alpha1.PublicSecurityStatus
	reason    string
	message   string
	holds     metav1.ConditionStatus
	action    *v1alpha1.NextAction
	reminder  *Reminder
	record    time.Time
	lookAgain time.Time
}

// openedAt is when the site opened: what the spec says, else what the gate saw first. The second value is when the gate
// sees it for the first time now.
func (p *pass) openedAt() (opened, record time.Time) {
	if t := p.Filing.Spec.Website.OpenedAt; t != nil {
		return t.Time, time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, p.Filing.Annotations[v1alpha1.OpenedAtAnnotation]); err == nil && !p.ofEarlierLife(t) {
		return t, time.Time{}
	}
	if p.s.InForce() && p.Hosts.ServedHosts > 0 && !p.openBefore() {
		return p.now, p.now
	}
	return time.Time{}, time.Time{}
}

// ofEarlierLife says that an opening was before this approval: the filing was filed anew since, and the site closed in
// between. A day is left for clocks that differ.
func (p *pass) ofEarlierLife(opened time.Time) bool {
	return p.s.Attempt > 1 && !p.s.Imported && opened.AddDate(0, 0, 1).Before(p.s.ApprovedAt)
}

// lastReminder is the last reminder of the present opening.
func (p *pass) lastReminder(record time.Time) string {
	if !record.IsZero() {
		return ""
	}
	return p.Filing.Annotations[v1alpha1.RemindersAnnotation]
}

// openBefore says that the site may have opened before this filing was here to see it.
func (p *pass) openBefore() bool {
	return p.s.Imported || p.determined.Type == v1alpha1.AccessFiling || p.s.ApprovedAt.Before(p.Filing.CreationTimestamp.Time)
}

func (p *pass) publicSecurity() publicSecurity {
	opened, record := p.openedAt()
	ps := publicSecurity{record: record, holds: metav1.ConditionFalse}
	spec := p.Filing.Spec.PublicSecurity
	if !opened.IsZero() {
		due := calendar.PublicSecurityDeadline(opened)
		ps.status = &v1alpha1.PublicSecurityStatus{OpenedAt: stamp(opened), DueAt: stamp(due), DueDate: calendar.Date(due),
			LastReminder: p.lastReminder(record)}
	}
	switch {
	case spec.Number != "":
		ps.holds, ps.reason = metav1.ConditionTrue, v1alpha1.ReasonRegistered
		ps.message = "registered as " + spec.Number
	case spec.SubmittedAt != nil:
		p.submittedToPublicSecurity(&ps, spec.SubmittedAt.Time)
	case p.s.Ended != "":
		ps.reason, ps.message = v1alpha1.ReasonNotDue, p.endWords()
	case !p.s.InForce():
		ps.reason, ps.message = v1alpha1.ReasonNotDue, "the 30 days begin when the site opens, after the bureau's approval"
	case opened.IsZero() && p.openBefore():
		ps.reason = v1alpha1.ReasonOpeningUnknown
		ps.message = "the site was open before it came here: set spec.website.openedAt to the day it opened"
		ps.action = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskSayOpening, Where: InCluster, Description: ps.message}
	case opened.IsZero():
		ps.reason, ps.message = v1alpha1.ReasonNotDue, "the 30 days begin when a host of the domain is first served; none is yet"
	case opened.After(p.now):
		ps.reason, ps.message = v1alpha1.ReasonNotDue, fmt.Sprintf("the site opens on %s (spec.website.openedAt)", calendar.Date(opened))
		ps.lookAgain = opened
	default:
		p.remind(&ps, opened)
	}
	return ps
}

func (p *pass) submittedToPublicSecurity(ps *publicSecurity, submitted time.Time) {
	ps.reason = v1alpha1.ReasonSubmitted
	ps.message = fmt.Sprintf("submitted on %s; set spec.publicSecurity.number once it is given", calendar.Date(submitted))
	if ps.status != nil && submitted.After(ps.status.DueAt.Time) {
		ps.message = fmt.Sprintf("submitted on %s, after the deadline of %s; set spec.publicSecurity.number once it is given",
			calendar.Date(submitted), ps.status.DueDate)
	}
	ps.action = &v1alpha1.NextAction{Actor: v1alpha1.ActorPublicSecurity, Task: TaskRecordPublicSecurityNumber,
		Where: AtPublicSecurityPlatform, Description: "The public-security organ checks the application and gives a number; then set spec.publicSecurity.number."}
}

// remind finds where the 30 days stand, which reminder is due, and when to look again.
func (p *pass) remind(ps *publicSecurity, opened time.Time) {
	term := calendar.Term{OpenedAt: opened, DueAt: ps.status.DueAt.Time}
	schedule := calendar.DefaultSchedule()
	// The days left stand in the message as of the last day of the schedule, so that it does not change daily.
	seen, left := opened, calendar.DaysBetween(opened, term.DueAt)
	if fallen, ok := schedule.Due(term, "", p.now); ok {
		seen, left = fallen.At, calendar.DaysBetween(fallen.At, term.DueAt)
	}
	switch {
	case p.now.After(term.DueAt):
		ps.reason = v1alpha1.ReasonOverdue
		ps.message = fmt.Sprintf("was to be submitted by the end of %s, Beijing time: submit it at once and set spec.publicSecurity.submittedAt; being late can cost a warning or suspension", ps.status.DueDate)
	default:
		ps.reason = v1alpha1.ReasonDue
		if calendar.DaysBetween(p.now, term.DueAt) <= soonDays {
			ps.reason = v1alpha1.ReasonDueSoon
		}
		ps.message = fmt.Sprintf("submit it by the end of %s, Beijing time (%s left on %s), then set spec.publicSecurity.submittedAt", ps.status.DueDate, days(left), calendar.Date(seen))
	}
	ps.action = withDate(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskSubmitPublicSecurity, Where: AtPublicSecurityPlatform,
		Description: p.publicSecurityWords()}, ps.status.DueAt)
	if r, ok := schedule.Due(term, p.lastReminder(ps.record), p.now); ok {
		ps.reminder = &Reminder{Name: r.Name, Overdue: r.DaysLeft < 0, Message: p.reminderWords(opened, ps.status.DueDate, r)}
		ps.status.LastReminder = r.Name
	}
	ps.lookAgain = p.nextLook(schedule, term)
}

// nextLook is the earliest time after now at which a reminder falls due or the reason changes.
func (p *pass) nextLook(schedule calendar.Schedule, term calendar.Term) time.Time {
	times := []time.Time{calendar.StartOfDay(calendar.AddDays(term.DueAt, -soonDays)), term.DueAt.Add(time.Second)}
	if next, ok := schedule.Next(term, p.now); ok {
		times = append(times, next)
	}
	var first time.Time
	for _, t := range times {
		if t.After(p.now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

func (p *pass) publicSecurityWords() string {
	w := "On the public-security platform (全国互联网安全管理服务平台), register the organizer first, then the website with its domains, IP and access provider; then set spec.publicSecurity.submittedAt."
	if p.Filing.Spec.Website.Interactive {
		w += " An interactive site may need a review in person."
	}
	return w
}

func (p *pass) reminderWords(opened time.Time, due string, r calendar.Reminder) string {
	var b strings.Builder
	domain := p.Filing.Spec.Domain.Name
	switch {
	case r.DaysLeft < 0:
		fmt.Fprintf(&b, "public-security registration of %s is overdue since %s (%s): submit it at once", domain, due, days(-r.DaysLeft))
	default:
		fmt.Fprintf(&b, "public-security registration of %s must be submitted by the end of %s, Beijing time: %s left", domain, due, days(r.DaysLeft))
	}
	// What fell due before the filing was here, nobody could have been told.
	if n := len(r.Missed) + r.MissedOverdue; n > 0 && !opened.Before(p.Filing.CreationTimestamp.Time) {
		fmt.Fprintf(&b, " (%d earlier reminders were missed while the operator was down)", n)
	}
	return b.String()
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

func withDate(a v1alpha1.NextAction, due *metav1.Time) *v1alpha1.NextAction {
	if due != nil {
		a.DueAt, a.DueDate = due, calendar.Date(due.Time)
	}
	return &a
}
