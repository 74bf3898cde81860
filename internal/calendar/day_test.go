package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// at reads a moment in RFC 3339.
func at(t *testing.T, moment string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestBeijingDays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ moment, date, start, end string }{
		"a UTC evening is the next day in Beijing": {
			"2026-11-23T16:00:00Z", "2026-11-24", "2026-11-24T00:00:00+08:00", "2026-11-24T23:59:59+08:00",
		},
		"a second before, it is still the day before": {
			"2026-11-23T15:59:59Z", "2026-11-23", "2026-11-23T00:00:00+08:00", "2026-11-23T23:59:59+08:00",
		},
		"a morning in America is the evening in Beijing": {
			"2026-12-31T08:00:00-08:00", "2027-01-01", "2027-01-01T00:00:00+08:00", "2027-01-01T23:59:59+08:00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			moment := at(t, tc.moment)
			if got := calendar.Date(moment); got != tc.date {
				t.Errorf("Date = %s, want %s", got, tc.date)
			}
			if got := calendar.StartOfDay(moment); !got.Equal(at(t, tc.start)) {
				t.Errorf("StartOfDay = %s, want %s", got, tc.start)
			}
			if got := calendar.EndOfDay(moment); !got.Equal(at(t, tc.end)) {
				t.Errorf("EndOfDay = %s, want %s", got, tc.end)
			}
		})
	}
}

func TestDaysBetweenCountsMidnights(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		a, b string
		want int
	}{
		"within a day there is none":                {"2026-11-24T00:00:00+08:00", "2026-11-24T23:59:59+08:00", 0},
		"a second over midnight is one":             {"2026-11-24T23:59:59+08:00", "2026-11-25T00:00:00+08:00", 1},
		"backwards is negative":                     {"2026-11-25T00:00:00+08:00", "2026-11-24T23:59:59+08:00", -1},
		"a leap day counts":                         {"2028-02-28T12:00:00+08:00", "2028-03-01T12:00:00+08:00", 2},
		"zones do not matter, only the Beijing day": {"2026-11-24T15:00:00Z", "2026-11-24T17:00:00Z", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := calendar.DaysBetween(at(t, tc.a), at(t, tc.b)); got != tc.want {
				t.Errorf("DaysBetween = %d, want %d", got, tc.want)
			}
		})
	}
}

func TestParseDateIsTheInverseOfDate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		moment := anyMoment(t)
		start, err := calendar.ParseDate(calendar.Date(moment))
		if err != nil || !start.Equal(calendar.StartOfDay(moment)) {
			t.Fatalf("ParseDate(Date(%s)) = %s, %v", moment, start, err)
		}
	})
	if _, err := calendar.ParseDate("2026-02-29"); err == nil {
		t.Error("29 February 2026 does not exist and was read")
	}
}

func TestDaysBetweenUndoesAddDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		moment := anyMoment(t)
		n := rapid.IntRange(-5000, 5000).Draw(t, "n")
		if got := calendar.DaysBetween(moment, calendar.AddDays(moment, n)); got != n {
			t.Fatalf("DaysBetween(t, AddDays(t, %d)) = %d", n, got)
		}
	})
}

// anyMoment draws a second between 2000 and 2100.
func anyMoment(t *rapid.T) time.Time {
	from := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	to := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	return time.Unix(rapid.Int64Range(from, to).Draw(t, "moment"), 0)
}
