package procedure

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Tasks of the public-security registration (公安联网备案).
const (
	// TaskSubmitPublicSecurity: submit the application on the platform, within 30 days of opening.
	TaskSubmitPublicSecurity = "SubmitPublicSecurityRegistration"
	// TaskMendPublicSecurity: put right what the organ sent back, and submit again.
	TaskMendPublicSecurity = "MendPublicSecuritySubmission"
	// TaskRecordPublicSecurityNumber: write the number into the spec once it is given.
	TaskRecordPublicSecurityNumber = "RecordPublicSecurityNumber"
	// TaskSayOpening: say when the site opened, since it opened before it came here.
	TaskSayOpening = "SayWhenTheSiteOpened"
)

// soonDays before the deadline Due becomes DueSoon.
const soonDays = 7

// publicSecurity is what a pass finds of the public-security registration.
type publicSecurity struct {
	status  *v1alpha1.PublicSecurityStatus
	reason  string
	message string
	holds   metav1.ConditionStatus
	action  *v1alpha1.NextAction
	// reminder is to be given now, and last is the one to be kept as the last.
	reminder *Reminder
	last     string
	// warning is to be kept as the final warning; nil where there is nothing new, "" where it stands no more.
	warning *string
	// closed says that the gate is closed for it.
	closed    bool
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

// ofEarlierLife says that an opening was before this approval: the filing was filed anew since, and the site closed in between; or the
// clock was behind that saw it. A day is left for clocks that differ. While the clock is behind the approval, nobody can tell.
func (p *pass) ofEarlierLife(opened time.Time) bool {
	return !p.s.Imported && opened.AddDate(0, 0, 1).Before(p.s.ApprovedAt) && !p.s.ApprovedAt.After(p.now)
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
	return p.s.Imported || p.determined.Type == v1alpha1.AccessFiling || p.s.ApprovedAt.Before(p.cameAt())
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
		ps.message = "registered as " + spec.Number + numberWords(spec.Number)
	case spec.SubmittedAt != nil && !spec.SubmittedAt.After(p.now) && !returned(spec):
		p.submittedToPublicSecurity(&ps, spec)
	case p.s.Ended != "":
		ps.reason, ps.message = v1alpha1.ReasonNotDue, p.endWords()
	case !p.s.InForce():
		ps.reason, ps.message = v1alpha1.ReasonNotDue, "the 30 days begin when the site opens, after the bureau's approval"
	case opened.IsZero() && returned(spec):
		p.sentBack(&ps, spec)
	case opened.IsZero() && p.openBefore():
		ps.reason = v1alpha1.ReasonOpeningUnknown
		ps.message = "the site was open before it came here: set spec.website.openedAt to the day it opened"
		ps.action = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskSayOpening, Where: InCluster, Description: ps.message}
	case opened.IsZero():
		ps.reason, ps.message = v1alpha1.ReasonNotDue, "the 30 days begin when a host of the domain is first served; none is yet"
	case opened.After(p.now):
		ps.reason, ps.message = v1alpha1.ReasonNotDue, fmt.Sprintf("the site opens on %s (spec.website.openedAt)", calendar.Date(opened))
		ps.lookAgain = opened
		if p.Filing.Spec.Website.OpenedAt != nil {
			ps.status.LastReminder = "" // what was given was given of another opening
		}
	default:
		p.term(&ps, spec)
	}
	return ps
}

// numberWords warn of a number (公安备案号) that looks odd; odd ones are in force, too.
func numberWords(number string) string {
	parsed, err := rules.ParsePublicSecurityNumber(number)
	switch {
	case err != nil:
		return "; warning: the number has no known form, usual is 京公网安备 11010502012345号: check it against the platform's page"
	case parsed.Odd != "":
		return "; warning: the number is unusual, " + parsed.Odd + ": check it against the platform's page"
	}
	return ""
}

// returned says that the latest submission was sent back.
func returned(spec v1alpha1.PublicSecurity) bool {
	return spec.SubmittedAt != nil && spec.ReturnedAt != nil && !spec.ReturnedAt.Before(spec.SubmittedAt)
}

func (p *pass) submittedToPublicSecurity(ps *publicSecurity, spec v1alpha1.PublicSecurity) {
	ps.reason = v1alpha1.ReasonSubmitted
	on, late := calendar.Date(spec.SubmittedAt.Time), ""
	switch {
	case spec.ReturnedAt != nil:
		late = fmt.Sprintf(", again after it was returned on %s", calendar.Date(spec.ReturnedAt.Time))
	case ps.status != nil && spec.SubmittedAt.After(ps.status.DueAt.Time):
		late = fmt.Sprintf(", after the deadline of %s", ps.status.DueDate)
	}
	ps.message = fmt.Sprintf("submitted on %s%s; set spec.publicSecurity.number once it is given, or returnedAt if it is sent back", on, late)
	ps.action = &v1alpha1.NextAction{Actor: v1alpha1.ActorPublicSecurity, Task: TaskRecordPublicSecurityNumber,
		Where: AtPublicSecurityPlatform, Description: "The public-security organ checks the application and gives a number; then set spec.publicSecurity.number."}
}

// sentBack says of a submission that was returned what is to be done.
func (p *pass) sentBack(ps *publicSecurity, spec v1alpha1.PublicSecurity) {
	ps.reason = v1alpha1.ReasonSubmissionReturned
	ps.message = fmt.Sprintf("the submission of %s was returned on %s", calendar.Date(spec.SubmittedAt.Time), calendar.Date(spec.ReturnedAt.Time))
	if spec.ReturnReason != "" {
		ps.message += ": " + spec.ReturnReason
	}
	ps.message += "; put it right on the platform, submit it again, and set spec.publicSecurity.submittedAt to that time"
	var due *metav1.Time
	if ps.status != nil {
		due = ps.status.DueAt
	}
	ps.action = withDate(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskMendPublicSecurity, Where: AtPublicSecurityPlatform, Description: clipped(ps.message)}, due)
}

func (p *pass) publicSecurityWords() string {
	w := "On the public-security platform (全国互联网安全管理服务平台, https://beian.mps.gov.cn), register the organizer (开办主体) first, " +
		"then the website with its domain " + p.Filing.Spec.Domain.Name + ", its IP" + p.addressWords() + " and its access provider; then set spec.publicSecurity.submittedAt."
	if p.Filing.Spec.Website.Interactive {
		w += " An interactive site may need a review in person."
	}
	return w
}

// addressWords are the addresses to be registered, as far as the spec has them.
func (p *pass) addressWords() string {
	instance := p.Filing.Spec.Server.Instance
	if instance == nil || len(instance.PublicIPs) == 0 {
		return ""
	}
	return " " + strings.Join(instance.PublicIPs, ", ")
}

func withDate(a v1alpha1.NextAction, due *metav1.Time) *v1alpha1.NextAction {
	if due != nil {
		a.DueAt, a.DueDate = due, calendar.Date(due.Time)
	}
	return &a
}
