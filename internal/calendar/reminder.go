package calendar

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReminderHour is the hour of a Beijing day at which a reminder falls due: people are at work then.
const ReminderHour = 9

// ReminderOpened names the reminder that is given when the term begins.
const ReminderOpened = "opened"

// ReminderTime is when a reminder falls due on the Beijing day of t.
func ReminderTime(t time.Time) time.Time { return atHour(t, ReminderHour) }

const (
	daysSuffix    = "d"
	overduePrefix = "overdue-"
)

// Schedule says when people are reminded of a deadline.
type Schedule struct {
	// OnOpening asks for one when the term begins.
	OnOpening bool
	// DaysLeft are the numbers of days before the deadline's day on which one falls due, 0 for the day itself.
	DaysLeft []int
	// OverdueEvery asks for one every so many days after the deadline's day: 1 for daily, 0 for none.
	OverdueEvery int
}

// PublicSecuritySchedule is the schedule of the public-security registration (公安联网备案) where an admin sets none: on
// opening, with 15, 7, 3, 1 and 0 days left, then daily, since each day without it is one on which the organ may fine.
func PublicSecuritySchedule() Schedule {
	return Schedule{OnOpening: true, DaysLeft: []int{15, 7, 3, 1, 0}, OverdueEvery: 1}
}

// ExpirySchedule is the schedule of what ends by itself (a domain, a server's lease, a paper) where an admin sets none: with
// 60, 30, 15, 7, 3, 1 and 0 days left, then weekly. Renewing a paper takes weeks; and a date that has passed was mostly
// renewed elsewhere and not written down here, which a daily word would only teach people to overlook.
func ExpirySchedule() Schedule {
	return Schedule{DaysLeft: []int{60, 30, 15, 7, 3, 1, 0}, OverdueEvery: 7}
}

// Term is what a schedule is laid over.
type Term struct {
	// OpenedAt begins the term. Zero: it has no beginning, so that no opening is reminded of.
	OpenedAt time.Time
	// DueAt is the deadline. Its Beijing day counts.
	DueAt time.Time
	// LastIsOwn says that the last reminder is known to have been of this term: then it counts, though by a clock that was set back
	// it falls due only later.
	LastIsOwn bool
}

// DaysLeft is how many days are left at now: 0 on the deadline's day, negative after it.
func (t Term) DaysLeft(now time.Time) int { return DaysBetween(now, t.DueAt) }

// Reminder is one reminder of a deadline.
type Reminder struct {
	// Name is stable, so that it is given once: "opened", "15d", "0d", "overdue-2026-12-24".
	Name string
	// At is when it fell due.
	At time.Time
	// DaysLeft until the deadline's day, at the time it is given; negative when overdue.
	DaysLeft int
	// Missed names the earlier ones, in order, that fell due since the last one and were not given. Those of days overdue
	// are counted in MissedOverdue instead.
	Missed []string
	// MissedOverdue counts the overdue reminders that were not given.
	MissedOverdue int
}

// Due is the reminder to be given at now, when the last one given was the one named last ("" for none). There is at
// most one, the latest that has fallen due; it says which were missed, so that a long outage ends with one reminder
// and not with a burst.
//
// A last reminder that has not fallen due by this term belongs to another (the deadline was moved) and does not
// count, unless it is known to be of this one. One that the schedule no longer has still does.
func (s Schedule) Due(term Term, last string, now time.Time) (Reminder, bool) {
	fallen := s.fallen(term, now)
	overdue := s.overdueBy(term, now)
	if overdue > 0 {
		day := AddDays(term.DueAt, overdue*s.OverdueEvery)
		fallen = append(fallen, plan{Overdue(day), ReminderTime(day)})
	}
	if len(fallen) == 0 {
		return Reminder{}, false
	}
	latest := fallen[len(fallen)-1]
	lastAt, given := term.at(last)
	given = given && (term.LastIsOwn || !lastAt.After(now))
	if given && !lastAt.Before(latest.at) {
		return Reminder{}, false
	}
	due := Reminder{Name: latest.name, At: latest.at, DaysLeft: term.DaysLeft(now), MissedOverdue: max(overdue-1, 0)}
	if given && overdue > 0 {
		due.MissedOverdue -= s.overdueBy(term, lastAt)
	}
	for _, earlier := range fallen[:len(fallen)-1] {
		if !given || earlier.at.After(lastAt) {
			due.Missed = append(due.Missed, earlier.name)
		}
	}
	return due, true
}

// Next is when the next reminder after now falls due, to the second, and false when none does.
func (s Schedule) Next(term Term, now time.Time) (time.Time, bool) {
	for _, p := range s.planned(term) {
		if p.at.After(now) {
			return p.at, true
		}
	}
	if s.OverdueEvery <= 0 {
		return time.Time{}, false
	}
	return ReminderTime(AddDays(term.DueAt, (s.overdueBy(term, now)+1)*s.OverdueEvery)), true
}

// overdueBy counts the reminders of days overdue that have fallen due by now.
func (s Schedule) overdueBy(term Term, now time.Time) int {
	if s.OverdueEvery <= 0 {
		return 0
	}
	days := DaysBetween(term.DueAt, now)
	if now.Before(ReminderTime(now)) {
		days--
	}
	return max(days, 0) / s.OverdueEvery
}

// Overdue names the reminder of an overdue day.
func Overdue(day time.Time) string { return overduePrefix + Date(day) }

// plan is a reminder's name and when it falls due.
type plan struct {
	name string
	at   time.Time
}

// planned are the reminders up to the deadline's day, in order. Those that would fall due before the term begins are
// left out.
func (s Schedule) planned(term Term) []plan {
	var plans []plan
	if s.OnOpening && !term.OpenedAt.IsZero() {
		plans = append(plans, plan{ReminderOpened, term.OpenedAt})
	}
	days := slices.Clone(s.DaysLeft)
	slices.Sort(days)
	slices.Reverse(days)
	for _, n := range slices.Compact(days) {
		name := strconv.Itoa(n) + daysSuffix
		at, ok := term.at(name)
		if ok && (term.OpenedAt.IsZero() || at.After(term.OpenedAt)) {
			plans = append(plans, plan{name, at})
		}
	}
	return plans
}

// fallen are those up to the deadline's day that have fallen due by now, in order.
func (s Schedule) fallen(term Term, now time.Time) []plan {
	return slices.DeleteFunc(s.planned(term), func(p plan) bool { return p.at.After(now) })
}

// at is when the reminder of that name falls due in this term, and false when the name is none of it.
func (t Term) at(name string) (time.Time, bool) {
	if name == ReminderOpened {
		return t.OpenedAt, !t.OpenedAt.IsZero()
	}
	if date, ok := strings.CutPrefix(name, overduePrefix); ok {
		day, err := ParseDate(date)
		return ReminderTime(day), err == nil && DaysBetween(t.DueAt, day) > 0
	}
	days, ok := strings.CutSuffix(name, daysSuffix)
	n, err := strconv.Atoi(days)
	if !ok || err != nil || n < 0 {
		return time.Time{}, false
	}
	return ReminderTime(AddDays(t.DueAt, -n)), true
}
