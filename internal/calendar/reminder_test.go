package calendar_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// A site that opened on 24 November 2026, 10:00 Beijing time; due at the end of 24 December.
func thirtyDays(t *testing.T) calendar.Term {
	t.Helper()
	opened := at(t, "2026-11-24T10:00:00+08:00")
	return calendar.Term{OpenedAt: opened, DueAt: calendar.PublicSecurityDeadline(opened)}
}

func TestReminderDue(t *testing.T) {
	t.Parallel()
	type reminder = calendar.Reminder
	for name, tc := range map[string]struct {
		last, now string
		want      *reminder // nil: none
	}{
		"before the site opens there is none": {
			"", "2026-11-24T09:59:59+08:00", nil,
		},
		"on opening, at once": {
			"", "2026-11-24T10:00:00+08:00", &reminder{Name: "opened", DaysLeft: 30},
		},
		"once given it is not given again": {
			"opened", "2026-12-09T08:59:59+08:00", nil,
		},
		"with 15 days left, at nine in the morning": {
			"opened", "2026-12-09T09:00:00+08:00", &reminder{Name: "15d", DaysLeft: 15},
		},
		"with 7 days left": {
			"15d", "2026-12-17T09:00:00+08:00", &reminder{Name: "7d", DaysLeft: 7},
		},
		"with 3 days left": {
			"7d", "2026-12-21T09:00:00+08:00", &reminder{Name: "3d", DaysLeft: 3},
		},
		"with 1 day left": {
			"3d", "2026-12-23T09:00:00+08:00", &reminder{Name: "1d", DaysLeft: 1},
		},
		"on the last day": {
			"1d", "2026-12-24T09:00:00+08:00", &reminder{Name: "0d"},
		},
		"the last day's counts until the next morning": {
			"0d", "2026-12-25T08:59:59+08:00", nil,
		},
		"on the first day after": {
			"0d", "2026-12-25T09:00:00+08:00", &reminder{Name: "overdue-2026-12-25", DaysLeft: -1},
		},
		"and on every day after that": {
			"overdue-2026-12-25", "2026-12-26T09:00:00+08:00", &reminder{Name: "overdue-2026-12-26", DaysLeft: -2},
		},
		"once a day": {
			"overdue-2026-12-26", "2026-12-26T23:00:00+08:00", nil,
		},
		"after an outage there is one, which says what was missed": {
			"opened", "2026-12-22T00:00:00+08:00", &reminder{Name: "3d", DaysLeft: 2, Missed: []string{"15d", "7d"}},
		},
		"after an outage over the deadline too, days overdue counted": {
			"7d", "2026-12-28T12:00:00+08:00",
			&reminder{Name: "overdue-2026-12-28", DaysLeft: -4, Missed: []string{"3d", "1d", "0d"}, MissedOverdue: 3},
		},
		"nothing given yet and late: the first is missed like the others": {
			"", "2026-12-18T12:00:00+08:00", &reminder{Name: "7d", DaysLeft: 6, Missed: []string{"opened", "15d"}},
		},
		"a last reminder that the schedule no longer has still counts": {
			"10d", "2026-12-15T12:00:00+08:00", nil,
		},
		"and what falls due after it is given": {
			"10d", "2026-12-17T12:00:00+08:00", &reminder{Name: "7d", DaysLeft: 7},
		},
		"a last reminder of an earlier deadline does not count": {
			"3d", "2026-12-09T12:00:00+08:00", &reminder{Name: "15d", DaysLeft: 15, Missed: []string{"opened"}},
		},
		"nor does an overdue one from before the deadline was moved": {
			"overdue-2026-12-02", "2026-12-09T12:00:00+08:00", &reminder{Name: "15d", DaysLeft: 15, Missed: []string{"opened"}},
		},
		"nor does a word that names no reminder": {
			"soon", "2026-11-25T12:00:00+08:00", &reminder{Name: "opened", DaysLeft: 29},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := calendar.PublicSecuritySchedule().Due(thirtyDays(t), tc.last, at(t, tc.now))
			if ok != (tc.want != nil) {
				t.Fatalf("a reminder is due: %t (%+v)", ok, got)
			}
			if tc.want == nil {
				return
			}
			if diff := cmp.Diff(*tc.want, got, cmpopts.IgnoreFields(reminder{}, "At")); diff != "" {
				t.Errorf("reminder (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAReminderThatIsKnownToBeOfTheTermCountsThoughTheClockWasSetBack(t *testing.T) {
	t.Parallel()
	term := thirtyDays(t)
	for own, want := range map[bool]bool{true: false, false: true} {
		term.LastIsOwn = own
		if got, ok := calendar.PublicSecuritySchedule().Due(term, "7d", at(t, "2026-12-09T12:00:00+08:00")); ok != want {
			t.Errorf("known to be of the term: %v; due is %+v, %v", own, got, ok)
		}
	}
	term.LastIsOwn = true
	if got, ok := calendar.PublicSecuritySchedule().Due(term, "7d", at(t, "2026-12-21T09:00:00+08:00")); !ok || got.Name != "3d" {
		t.Errorf("after it there is %+v, %v; want 3d", got, ok)
	}
}

func TestNextReminder(t *testing.T) {
	t.Parallel()
	whole := calendar.PublicSecuritySchedule()
	for name, tc := range map[string]struct {
		schedule  calendar.Schedule
		noOpening bool
		now, want string // want "" for none
	}{
		"before opening it is the opening":                {whole, false, "2026-11-20T00:00:00+08:00", "2026-11-24T10:00:00+08:00"},
		"at the opening it is the 15th day before":        {whole, false, "2026-11-24T10:00:00+08:00", "2026-12-09T09:00:00+08:00"},
		"a second before nine it is nine":                 {whole, false, "2026-12-17T08:59:59+08:00", "2026-12-17T09:00:00+08:00"},
		"at nine it is the next":                          {whole, false, "2026-12-17T09:00:00+08:00", "2026-12-21T09:00:00+08:00"},
		"after the last day's it is the day after":        {whole, false, "2026-12-24T10:00:00+08:00", "2026-12-25T09:00:00+08:00"},
		"overdue, before nine, it is today":               {whole, false, "2026-12-30T03:00:00+08:00", "2026-12-30T09:00:00+08:00"},
		"overdue, after nine, it is tomorrow":             {whole, false, "2026-12-30T09:00:00+08:00", "2026-12-31T09:00:00+08:00"},
		"a term without a beginning has no opening":       {whole, true, "2026-01-01T00:00:00+08:00", "2026-12-09T09:00:00+08:00"},
		"not daily, there is none after the last":         {calendar.Schedule{DaysLeft: []int{7}}, false, "2026-12-17T09:00:00+08:00", ""},
		"one before the term begins is left out":          {calendar.Schedule{DaysLeft: []int{45, 30, 2}}, false, "2026-11-01T00:00:00+08:00", "2026-12-22T09:00:00+08:00"},
		"the order and repeats of the days are no matter": {calendar.Schedule{DaysLeft: []int{1, 5, 1, 3}}, false, "2026-12-19T10:00:00+08:00", "2026-12-21T09:00:00+08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := thirtyDays(t)
			if tc.noOpening {
				term.OpenedAt = time.Time{}
			}
			got, ok := tc.schedule.Next(term, at(t, tc.now))
			if ok != (tc.want != "") {
				t.Fatalf("there is a next one: %t (%s)", ok, got)
			}
			if ok && !got.Equal(at(t, tc.want)) {
				t.Errorf("Next = %s, want %s", got.Format(time.RFC3339), tc.want)
			}
		})
	}
}

// What ends by itself: the domain's last day is 24 December 2026.
func TestReminderOfWhatEnds(t *testing.T) {
	t.Parallel()
	type reminder = calendar.Reminder
	for name, tc := range map[string]struct {
		last, now string
		want      *reminder // nil: none
	}{
		"61 days before there is none":             {"", "2026-10-24T12:00:00+08:00", nil},
		"the first with 60 days left":              {"", "2026-10-25T09:00:00+08:00", &reminder{Name: "60d", DaysLeft: 60}},
		"none on the first day after":              {"0d", "2026-12-25T12:00:00+08:00", nil},
		"a week after the first of those overdue":  {"0d", "2026-12-31T09:00:00+08:00", &reminder{Name: "overdue-2026-12-31", DaysLeft: -7}},
		"not before nine":                          {"0d", "2026-12-31T08:59:59+08:00", nil},
		"then weekly":                              {"overdue-2026-12-31", "2027-01-07T09:00:00+08:00", &reminder{Name: "overdue-2027-01-07", DaysLeft: -14}},
		"after an outage the latest, others named": {"overdue-2026-12-31", "2027-02-01T09:00:00+08:00", &reminder{Name: "overdue-2027-01-28", DaysLeft: -39, MissedOverdue: 3}},
		"one of a daily schedule counts still":     {"overdue-2027-01-08", "2027-01-13T09:00:00+08:00", nil},
		"and the next is the next week's":          {"overdue-2027-01-08", "2027-01-14T09:00:00+08:00", &reminder{Name: "overdue-2027-01-14", DaysLeft: -21}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := calendar.ExpirySchedule().Due(calendar.Term{DueAt: at(t, "2026-12-24T23:59:59+08:00")}, tc.last, at(t, tc.now))
			if ok != (tc.want != nil) {
				t.Fatalf("a reminder is due: %t (%+v)", ok, got)
			}
			if tc.want == nil {
				return
			}
			if diff := cmp.Diff(*tc.want, got, cmpopts.IgnoreFields(reminder{}, "At")); diff != "" {
				t.Errorf("reminder (-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever looks only at the times that Next names gives each reminder once; whoever looks at any other times gives
// none twice, and says of each that was passed over that it was missed.
func TestEveryReminderIsGivenOnceOrSaidToBeMissed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		schedule := rapid.SampledFrom([]calendar.Schedule{calendar.PublicSecuritySchedule(), calendar.ExpirySchedule(), {DaysLeft: []int{2}}}).Draw(t, "schedule")
		opened := anyMoment(t)
		term := calendar.Term{OpenedAt: opened, DueAt: calendar.PublicSecurityDeadline(opened)}
		now, last := opened, ""
		given, overdue := map[string]int{}, 0
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			if next, ok := schedule.Next(term, now); ok && rapid.Bool().Draw(t, "in time") {
				now = next
			} else {
				now = now.Add(time.Duration(rapid.IntRange(0, 7*24*3600).Draw(t, "seconds")) * time.Second)
			}
			due, ok := schedule.Due(term, last, now)
			if !ok {
				continue
			}
			if due.At.After(now) {
				t.Fatalf("%s falls due at %s, after %s", due.Name, due.At, now)
			}
			last = due.Name
			for _, name := range append(due.Missed, due.Name) {
				given[name]++
			}
			overdue += due.MissedOverdue
		}
		for name, times := range given {
			if times != 1 {
				t.Errorf("%s was named %d times", name, times)
			}
		}
		if _, again := schedule.Due(term, last, now); again {
			t.Error("a reminder is due again at once")
		}
		named := overdue + len(given)
		if want := shouldHaveFallen(schedule, term, now); named != want {
			t.Errorf("%d reminders given or said to be missed, %d fell due", named, want)
		}
	})
}

// shouldHaveFallen counts by Next alone the reminders that fell due by now.
func shouldHaveFallen(schedule calendar.Schedule, term calendar.Term, now time.Time) int {
	n := 0
	for moment := term.OpenedAt.Add(-time.Second); ; n++ {
		next, ok := schedule.Next(term, moment)
		if !ok || next.After(now) {
			return n
		}
		moment = next
	}
}
