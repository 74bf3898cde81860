package procedure

import (
	"fmt"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// closesAfter is how many days after a final warning the gate closes, at the hour of reminders: enough to submit over a
// weekend, since the platform takes applications every day.
const closesAfter = 3

// finalPrefix begins the name of a final warning.
const finalPrefix = "final-"

// term finds where the 30 days stand, which reminder is due, whether the gate is closed, and when to look again.
func (p *pass) term(ps *publicSecurity, spec v1alpha1.PublicSecurity) {
	term := calendar.Term{OpenedAt: ps.status.OpenedAt.Time, DueAt: ps.status.DueAt.Time}
	p.say(ps, term)
	if returned(spec) {
		p.sentBack(ps, spec)
	}
	p.remind(ps, term)
	switch warned := p.Filing.Annotations[v1alpha1.FinalWarningAnnotation]; {
	case ps.reason == v1alpha1.ReasonOverdue && p.Reminding.CloseOverdue:
		p.warn(ps, term)
	case warned != "" && !p.Reminding.CloseOverdue:
		ps.warning = new("") // should the gate close for it again, people are warned again
	}
	ps.lookAgain = soonest(ps.lookAgain, p.nextLook(p.Reminding.PublicSecurity, term))
	if submitted := spec.SubmittedAt; submitted != nil && submitted.After(p.now) {
		ps.message += "; spec.publicSecurity.submittedAt is in the future, and counts from then on"
		ps.lookAgain = soonest(ps.lookAgain, submitted.Time)
	}
}

// say puts in words how far the 30 days are.
func (p *pass) say(ps *publicSecurity, term calendar.Term) {
	// The days left stand in the message as of the last day of the schedule, so that it does not change daily.
	seen, left := term.OpenedAt, calendar.DaysBetween(term.OpenedAt, term.DueAt)
	if fallen, ok := p.Reminding.PublicSecurity.Due(term, "", p.now); ok {
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
		Description: clipped(p.publicSecurityWords())}, ps.status.DueAt)
}

// remind gives the reminder that is due.
func (p *pass) remind(ps *publicSecurity, term calendar.Term) {
	before, last := p.status.PublicSecurity, p.lastReminder(ps.record)
	term.LastIsOwn = last != "" && before != nil && before.DueDate == ps.status.DueDate && before.LastReminder == last
	r, ok := p.Reminding.PublicSecurity.Due(term, last, p.now)
	if !ok {
		return
	}
	known := before != nil && before.DueDate == ps.status.DueDate || last != ""
	ps.reminder = &Reminder{Deadline: DeadlinePublicSecurity, Date: ps.status.DueDate, Name: r.Name, Overdue: r.DaysLeft < 0,
		Message: p.reminderWords(ps, r) + missedWords(r, known)}
	ps.last, ps.status.LastReminder = r.Name, r.Name
}

// warn closes the gate, once a final warning was given some days ago; it gives that on the first morning on which the
// registration is overdue and the ExposurePolicy closes the gate for it. It takes the place of that day's reminder.
func (p *pass) warn(ps *publicSecurity, term calendar.Term) {
	from := calendar.ReminderTime(calendar.AddDays(term.DueAt, 1))
	warned, ok := finalWarning(p.Filing.Annotations[v1alpha1.FinalWarningAnnotation], ps.status.DueDate)
	switch {
	case !ok && p.now.Before(from):
		ps.lookAgain = soonest(ps.lookAgain, from)
		return
	case !ok:
		warned = p.now
		ps.warning = new(ps.status.DueDate + " " + calendar.Date(warned))
	}
	closes := calendar.ReminderTime(calendar.AddDays(warned, closesAfter))
	ps.status.ClosesAt, ps.closed = stamp(closes), !p.now.Before(closes)
	at := closes.In(calendar.Beijing).Format("15:04 on 2006-01-02")
	switch {
	case ps.closed:
		ps.message += "; the gate is closed since " + at
	default:
		ps.message += "; the gate closes at " + at
		ps.lookAgain = soonest(ps.lookAgain, closes)
	}
	if ps.warning != nil {
		ps.last = calendar.Overdue(warned)
		ps.status.LastReminder = ps.last
		ps.reminder = &Reminder{Deadline: DeadlinePublicSecurity, Date: ps.status.DueDate, Name: finalPrefix + calendar.Date(warned), Overdue: true, Final: true,
			Message: fmt.Sprintf("FINAL WARNING: public-security registration of %s is overdue since %s: hosts of the domain are taken off at %s, Beijing time, unless it is submitted and spec.publicSecurity.submittedAt is set",
				p.Filing.Spec.Domain.Name, ps.status.DueDate, at)}
	}
}

// finalWarning reads on which day a final warning of a deadline was given; false where none was.
func finalWarning(annotation, dueDate string) (time.Time, bool) {
	date, day, _ := strings.Cut(annotation, " ")
	warned, err := calendar.ParseDate(day)
	return warned, err == nil && date == dueDate
}

// nextLook is the earliest time after now at which a reminder falls due or the reason changes.
func (p *pass) nextLook(schedule calendar.Schedule, term calendar.Term) time.Time {
	next, _ := schedule.Next(term, p.now)
	return p.lookAt(calendar.StartOfDay(calendar.AddDays(term.DueAt, -soonDays)), term.DueAt.Add(time.Second), next)
}

func (p *pass) reminderWords(ps *publicSecurity, r calendar.Reminder) string {
	domain, due := p.Filing.Spec.Domain.Name, ps.status.DueDate
	submit := "be submitted"
	if ps.reason == v1alpha1.ReasonSubmissionReturned {
		submit = "be put right and submitted again"
	}
	switch {
	case r.DaysLeft < 0 && ps.reason == v1alpha1.ReasonSubmissionReturned:
		return fmt.Sprintf("public-security registration of %s was returned, and its deadline was %s (%s ago): put it right and submit it again at once", domain, due, days(-r.DaysLeft))
	case r.DaysLeft < 0:
		return fmt.Sprintf("public-security registration of %s is overdue since %s (%s): submit it at once", domain, due, days(-r.DaysLeft))
	}
	words := fmt.Sprintf("public-security registration of %s must %s by the end of %s, Beijing time: %s left", domain, submit, due, days(r.DaysLeft))
	if p.Reminding.CloseOverdue {
		words += "; where it is overdue, hosts of the domain are taken off after a final warning"
	}
	return words
}
