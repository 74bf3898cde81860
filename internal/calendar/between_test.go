package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

func TestWorkingDaysBetweenUndoesAddWorkingDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		from := time.Unix(rapid.Int64Range(1_700_000_000, 1_830_000_000).Draw(r, "from"), 0)
		n := rapid.IntRange(0, 30).Draw(r, "n")
		end, _ := calendar.AddWorkingDays(from, n)
		if got := calendar.WorkingDaysBetween(from, end); got != n {
			r.Fatalf("from %s to %s are %d working days, want %d", from, end, got, n)
		}
		if got := calendar.WorkingDaysBetween(end.AddDate(0, 0, 1), from); got != 0 {
			r.Fatalf("backwards are %d working days", got)
		}
	})
}

func TestHolidaysAndWeekendsAreNoWorkingDays(t *testing.T) {
	t.Parallel()
	// 2025: Spring Festival from 28 January to 4 February; Sunday 26 January and Saturday 8 February are worked.
	day := func(month time.Month, d int) time.Time {
		return time.Date(2025, month, d, 15, 0, 0, 0, calendar.Beijing)
	}
	for name, c := range map[string]struct {
		from, to time.Time
		want     int
	}{
		"the same day":             {day(1, 22), day(1, 22), 0},
		"a worked Sunday counts":   {day(1, 24), day(1, 26), 1},
		"the holiday does not":     {day(1, 27), day(2, 4), 0},
		"the first day after does": {day(1, 27), day(2, 5), 1},
		"a worked Saturday counts": {day(2, 7), day(2, 9), 1},
	} {
		if got := calendar.WorkingDaysBetween(c.from, c.to); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
