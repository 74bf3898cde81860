package notify

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// unsubmitted are the reasons of PublicSecurityRegistered with which the application is still to be submitted.
var unsubmitted = map[string]bool{
	v1alpha1.ReasonDue: true, v1alpha1.ReasonDueSoon: true, v1alpha1.ReasonOverdue: true, v1alpha1.ReasonSubmissionReturned: true,
}

// reminders are the last ones that fell due of each deadline that still runs: of the public-security registration
// (公安联网备案), and of what ends by itself.
func reminders(f *v1alpha1.IcpFiling, now time.Time) []Event {
	var list []Event
	if ps := f.Status.PublicSecurity; ps != nil && ps.OpenedAt != nil && ps.DueAt != nil && unsubmitted[publicSecurityReason(f)] {
		term := calendar.Term{OpenedAt: ps.OpenedAt.Time, DueAt: ps.DueAt.Time}
		task := v1alpha1.TaskStatus{Name: procedure.TaskSubmitPublicSecurity, Actor: v1alpha1.ActorApplicant, Where: procedure.AtPublicSecurityPlatform}
		if ps.LastReminder != "" {
			list = append(list, reminder(f, now, term, task, ps.LastReminder))
		}
		if closes := ps.ClosesAt; closes != nil && now.Before(closes.Time) {
			e := event(v1alpha1.EventDeadlineReminder, f, nil, words.TaskFinalWarning, ps.DueDate, seconds(closes))
			task.Name = words.TaskFinalWarning
			e.Facts = e.Facts.asking("", task, closes)
			e.Facts.ToTheMinute = true
			list = append(list, e)
		}
	}
	for _, d := range f.Status.Deadlines {
		day, err := calendar.ParseDate(d.Date)
		if err != nil || d.LastReminder == "" {
			continue
		}
		task := v1alpha1.TaskStatus{Name: procedure.TaskRenew + d.Name, Actor: v1alpha1.ActorApplicant, Where: procedure.OutsideCluster}
		list = append(list, reminder(f, now, calendar.Term{DueAt: calendar.EndOfDay(day)}, task, d.LastReminder))
	}
	return list
}

// reminder is one of a term, by the name that the calendar gave it.
func reminder(f *v1alpha1.IcpFiling, now time.Time, term calendar.Term, task v1alpha1.TaskStatus, name string) Event {
	var since *metav1.Time
	if at, ok := term.At(name); ok {
		since = &metav1.Time{Time: at}
	}
	due := metav1.NewTime(term.DueAt)
	e := event(v1alpha1.EventDeadlineReminder, f, since, task.Name, calendar.Date(term.DueAt), name)
	e.Facts = e.Facts.asking("", task, &due)
	e.Facts.Overdue = now.After(term.DueAt)
	return e
}

// submissionReturned is the public-security organ's return of a submission (退回).
func submissionReturned(f *v1alpha1.IcpFiling, _ time.Time) (Event, bool) {
	at := f.Spec.PublicSecurity.ReturnedAt
	if at == nil || publicSecurityReason(f) != v1alpha1.ReasonSubmissionReturned {
		return Event{}, false
	}
	e := event(v1alpha1.EventReturned, f, at, procedure.DeadlinePublicSecurity, seconds(at))
	e.Facts.Reasons = []string{v1alpha1.ReasonSubmissionReturned}
	e.Facts.Task, e.Facts.Actor, e.Facts.Where = procedure.TaskMendPublicSecurity, v1alpha1.ActorApplicant, procedure.AtPublicSecurityPlatform
	return e, true
}

func publicSecurityReason(f *v1alpha1.IcpFiling) string {
	if c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPublicSecurityRegistered); c != nil {
		return c.Reason
	}
	return ""
}
