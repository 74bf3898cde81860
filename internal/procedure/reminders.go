package procedure

import (
	"fmt"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// DeadlinePublicSecurity names the deadline of the public-security registration among those that are reminded of.
const DeadlinePublicSecurity = "PublicSecurity"

// Reminding is how a cluster reminds of deadlines, what an overdue registration does, and whether
// home pages are asked for their numbers: its ExposurePolicy says so.
type Reminding struct {
	// PublicSecurity and Expiry are the days on which it reminds.
	PublicSecurity, Expiry calendar.Schedule
	// CloseOverdue closes the gate when the public-security registration is overdue, after a final warning.
	CloseOverdue bool
	// ProbeFooters has home pages asked whether they show their numbers.
	ProbeFooters bool
}

// RemindingOf reads an ExposurePolicy; nil stands for one that says nothing.
func RemindingOf(policy *v1alpha1.ExposurePolicy) *Reminding {
	r := &Reminding{PublicSecurity: calendar.PublicSecuritySchedule(), Expiry: calendar.ExpirySchedule()}
	if policy == nil {
		return r
	}
	r.CloseOverdue = policy.Spec.PublicSecurityOverdue == v1alpha1.OverdueCloseExposure
	r.ProbeFooters = policy.Spec.Footer.Probe == v1alpha1.FooterProbeDaily
	r.PublicSecurity = scheduled(r.PublicSecurity, policy.Spec.Reminders.PublicSecurity)
	r.Expiry = scheduled(r.Expiry, policy.Spec.Reminders.Expiry)
	return r
}

func scheduled(schedule calendar.Schedule, says *v1alpha1.ReminderSchedule) calendar.Schedule {
	if says == nil {
		return schedule
	}
	schedule.DaysLeft = nil
	for _, n := range says.DaysLeft {
		schedule.DaysLeft = append(schedule.DaysLeft, int(n))
	}
	if says.OverdueEveryDays != nil {
		schedule.OverdueEvery = int(*says.OverdueEveryDays)
	}
	return schedule
}

// Reminder is a reminder of a deadline to be given now.
type Reminder struct {
	// Deadline that it is of: DeadlinePublicSecurity, or the name of one of the status's deadlines.
	Deadline string
	// Date of the deadline (YYYY-MM-DD, Beijing time).
	Date string
	// Name is stable: a reminder of that name, of that deadline on that date, is given once.
	Name string
	// Overdue says that the deadline has passed.
	Overdue bool
	// Final says that the gate closes next.
	Final bool
	// Message for people. No personal data.
	Message string
}

// missedWords say which reminders were not given, as after a long outage. Of a deadline that nobody knew of
// before, none was missed.
func missedWords(r calendar.Reminder, known bool) string {
	missed := r.Missed
	if r.MissedOverdue > 0 {
		missed = append(missed, fmt.Sprintf("%d of days overdue", r.MissedOverdue))
	}
	if len(missed) == 0 || !known {
		return ""
	}
	return fmt.Sprintf(" (missed: %s)", strings.Join(missed, ", "))
}

// lookAt is the earliest of the times after now.
func (p *pass) lookAt(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if t.After(p.now) {
			first = soonest(first, t)
		}
	}
	return first
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
