package calendar_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

func TestPublicSecurityDeadline(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ opened, due string }{
		"opened on 24 November, due at the end of 24 December":       {"2026-11-24T10:00:00+08:00", "2026-12-24T23:59:59+08:00"},
		"the hour of opening does not matter":                        {"2026-11-24T23:59:59+08:00", "2026-12-24T23:59:59+08:00"},
		"the day of opening is Beijing's":                            {"2026-11-23T16:00:00Z", "2026-12-24T23:59:59+08:00"},
		"a deadline in the Spring Festival is not extended":          {"2026-01-17T10:00:00+08:00", "2026-02-16T23:59:59+08:00"},
		"nor is one on a Sunday":                                     {"2026-11-06T10:00:00+08:00", "2026-12-06T23:59:59+08:00"},
		"February is short, so the deadline lies in March":           {"2026-01-31T10:00:00+08:00", "2026-03-02T23:59:59+08:00"},
		"over a leap day it is a day of the month earlier than that": {"2028-01-31T10:00:00+08:00", "2028-03-01T23:59:59+08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := calendar.PublicSecurityDeadline(at(t, tc.opened)); !got.Equal(at(t, tc.due)) {
				t.Errorf("PublicSecurityDeadline(%s) = %s, want %s", tc.opened, got, tc.due)
			}
		})
	}
}

func TestPublicSecurityDeadlineIsThirtyDaysAfterOpeningOnAnyDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		opened := anyMoment(t)
		due := calendar.PublicSecurityDeadline(opened)
		if days := calendar.DaysBetween(opened, due); days != 30 {
			t.Fatalf("opened %s, due %s: %d days", opened, due, days)
		}
		if !due.Equal(calendar.EndOfDay(due)) {
			t.Fatalf("%s is not the end of a Beijing day", due)
		}
	})
}
