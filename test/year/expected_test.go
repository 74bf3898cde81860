package year_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// What the year must bring is worked out here from the law's and the documentation's words alone, by counting days: nothing
// of the operator's is asked.

// life is one filing's year: in days since its beginning, when each thing ends or happens.
type life struct {
	name string
	// opened and submitted: the site opens, and its public-security registration is submitted.
	opened, submitted int
	// ends are the days on which things end, by name; renewed those on which they are renewed, for a year.
	ends, renewed map[string]int
}

// reminder of a deadline: the day on which it is given, and what it is called.
type reminder struct {
	day                  int
	deadline, date, name string
}

// date is a day of the year's as it is written.
func date(day int) string { return calendar.Date(calendar.AddDays(begin, day)) }

// event is the name of the Event that gives a reminder.
func (l life) event(r reminder) string {
	return strings.ToLower(fmt.Sprintf("%s.%s-%s-%s", l.name, r.deadline, r.date, r.name))
}

// reminders are those of a life up to and including a day.
func (l life) reminders(until int) []reminder {
	var all []reminder
	give := func(day, due int, deadline, name string) {
		if day > 0 && day <= until {
			all = append(all, reminder{day, deadline, date(due), name})
		}
	}
	due := l.opened + 30
	give(l.opened, due, "PublicSecurity", "opened")
	for _, left := range []int{15, 7, 3, 1, 0} {
		if due-left < l.submitted {
			give(due-left, due, "PublicSecurity", fmt.Sprintf("%dd", left))
		}
	}
	for day := due + 1; day < l.submitted; day++ {
		give(day, due, "PublicSecurity", "overdue-"+date(day))
	}
	for name, first := range l.ends {
		renewed, isRenewed := l.renewed[name]
		if !isRenewed {
			renewed = until + 1
		}
		for n, end := range []int{first, first + 365} {
			if n > 0 && !isRenewed {
				break
			}
			stands := func(day int) bool { return (day < renewed) == (n == 0) }
			for _, left := range []int{60, 30, 15, 7, 3, 1, 0} {
				if stands(end - left) {
					give(end-left, end, name, fmt.Sprintf("%dd", left))
				}
			}
			for day := end + 7; stands(day) && day <= until; day += 7 {
				give(day, end, name, "overdue-"+date(day))
			}
		}
	}
	return all
}

// clockAt is a moment of a day, in Beijing: an hour and a minute.
func clockAt(day, hour, minute int) time.Time {
	return calendar.StartOfDay(calendar.AddDays(begin, day)).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}
