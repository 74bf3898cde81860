package board

import (
	"time"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// Due is a date as it is shown.
type Due struct {
	// Stamp is for machines, Text for people, and Away says how far it is.
	Stamp, Text, Away string
	// Late says that it has passed.
	Late bool
}

// dueOf shows a date: a day, or an hour; a deadline, or an expected end.
func dueOf(f Frame, at time.Time, day, deadline bool) *Due {
	if at.IsZero() {
		return nil
	}
	d := &Due{Stamp: f.Stamp(at), Text: calendar.Date(at), Late: at.Before(f.Now)}
	if !day {
		d.Text = f.Beijing(at)
	}
	d.Away = away(f, at, deadline)
	return d
}

// away says how far a date is, in Beijing days, or in hours where it is today.
func away(f Frame, at time.Time, deadline bool) string {
	days := calendar.DaysBetween(f.Now, at)
	late := at.Before(f.Now)
	switch {
	case late && days == 0:
		return f.pick(deadline, "overdue since today", "today")
	case late && deadline:
		return f.Sayf("%s overdue", f.days(-days))
	case late:
		return f.Sayf("%s ago", f.days(-days))
	case days == 0:
		return f.Say("today")
	case days == 1:
		return f.Say("tomorrow")
	}
	return f.Sayf("in %s", f.days(days))
}

func (f Frame) pick(first bool, one, other string) string {
	if first {
		return f.Say(one)
	}
	return f.Say(other)
}

func (f Frame) days(n int) string { return f.Count(n, "day", "days") }
