package calendar_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/calendar"
)

// notice is what a State Council notice says of a year, in its own terms.
type notice struct {
	off     [][2]string // 放假, first and last day
	working []string    // 上班, weekend days that are worked
}

var stateCouncil = map[int]notice{
	2025: {
		off: [][2]string{
			{"2025-01-01", "2025-01-01"}, // 元旦
			{"2025-01-28", "2025-02-04"}, // 春节
			{"2025-04-04", "2025-04-06"}, // 清明节
			{"2025-05-01", "2025-05-05"}, // 劳动节
			{"2025-05-31", "2025-06-02"}, // 端午节
			{"2025-10-01", "2025-10-08"}, // 国庆节、中秋节
		},
		working: []string{"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"},
	},
	2026: {
		off: [][2]string{
			{"2026-01-01", "2026-01-03"}, // 元旦
			{"2026-02-15", "2026-02-23"}, // 春节
			{"2026-04-04", "2026-04-06"}, // 清明节
			{"2026-05-01", "2026-05-05"}, // 劳动节
			{"2026-06-19", "2026-06-21"}, // 端午节
			{"2026-09-25", "2026-09-27"}, // 中秋节
			{"2026-10-01", "2026-10-07"}, // 国庆节
		},
		working: []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"},
	},
}

func TestEveryDayOfAYearIsAsTheStateCouncilSays(t *testing.T) {
	t.Parallel()
	for year, n := range stateCouncil {
		want, got := map[string]bool{}, map[string]bool{}
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, calendar.Beijing); day.Year() == year; day = day.AddDate(0, 0, 1) {
			date := calendar.Date(day)
			want[date] = day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
			for _, span := range n.off {
				if span[0] <= date && date <= span[1] {
					want[date] = false
				}
			}
			got[date], _ = calendar.IsWorkingDay(day)
		}
		for _, date := range n.working {
			want[date] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d, working days (-notice +calendar):\n%s", year, diff)
		}
	}
}

func TestAddWorkingDays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		from      string
		n         int
		end       string
		estimated bool
	}{
		"none ends on the day itself":                       {"2026-11-23T09:00:00+08:00", 0, "2026-11-23T23:59:59+08:00", false},
		"a negative number is none":                         {"2026-11-23T09:00:00+08:00", -3, "2026-11-23T23:59:59+08:00", false},
		"the day itself does not count":                     {"2026-11-23T00:00:00+08:00", 1, "2026-11-24T23:59:59+08:00", false},
		"a weekend is passed over":                          {"2026-11-27T09:00:00+08:00", 1, "2026-11-30T23:59:59+08:00", false},
		"the day is Beijing's, not that of the given zone":  {"2026-11-23T18:00:00Z", 1, "2026-11-25T23:59:59+08:00", false},
		"the National Day week is passed over":              {"2026-09-30T09:00:00+08:00", 1, "2026-10-08T23:59:59+08:00", false},
		"a worked Saturday counts":                          {"2026-10-08T09:00:00+08:00", 2, "2026-10-10T23:59:59+08:00", false},
		"the Spring Festival is passed over":                {"2026-02-13T09:00:00+08:00", 2, "2026-02-24T23:59:59+08:00", false},
		"twenty working days over a New Year that is known": {"2025-12-22T09:00:00+08:00", 20, "2026-01-20T23:59:59+08:00", false},
		"an unknown year goes by weekends and says so":      {"2097-09-30T09:00:00+08:00", 2, "2097-10-02T23:59:59+08:00", true},
		"a span that only ends in one says so too":          {"2026-12-25T09:00:00+08:00", 10, "2027-01-08T23:59:59+08:00", true},
		"the last days of a December hang on the next year": {"2026-12-28T09:00:00+08:00", 1, "2026-12-29T23:59:59+08:00", true},
		"and are known once the next year is":               {"2018-12-28T09:00:00+08:00", 1, "2018-12-29T23:59:59+08:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			end, estimated := calendar.AddWorkingDays(at(t, tc.from), tc.n)
			if !end.Equal(at(t, tc.end)) || estimated != tc.estimated {
				t.Errorf("AddWorkingDays(%s, %d) = %s, %t; want %s, %t",
					tc.from, tc.n, end.Format(time.RFC3339), estimated, tc.end, tc.estimated)
			}
		})
	}
}

func TestWorkingDaysAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := anyMoment(t)
		a, b := rapid.IntRange(1, 60).Draw(t, "a"), rapid.IntRange(1, 60).Draw(t, "b")
		half, first := calendar.AddWorkingDays(from, a)
		twice, second := calendar.AddWorkingDays(half, b)
		once, estimated := calendar.AddWorkingDays(from, a+b)
		if !twice.Equal(once) || estimated != (first || second) {
			t.Fatalf("%d and %d working days after %s end %s (%t), %d together %s (%t)",
				a, b, from, twice, first || second, a+b, once, estimated)
		}
		if working, _ := calendar.IsWorkingDay(once); !working {
			t.Fatalf("%s is no working day", once)
		}
	})
}
