package calendar

import (
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// AddWorkingDays is the end (23:59:59 Beijing time) of the n-th working day (工作日) after the Beijing day of from,
// which itself does not count. With n ≤ 0 it is the end of that day.
//
// Days off and working weekend days (调休) are those of the State Council's yearly notices. Where the notice of a
// year on the way is not known, its days are judged by weekends alone, and estimated is true: whoever shows the
// date then says that it ignores holidays.
func AddWorkingDays(from time.Time, n int) (end time.Time, estimated bool) {
	day := StartOfDay(from)
	for n > 0 {
		day = AddDays(day, 1)
		working, known := IsWorkingDay(day)
		estimated = estimated || !known
		if working {
			n--
		}
	}
	return EndOfDay(day), estimated
}

// WorkingDaysBetween counts the working days (工作日) after the Beijing day of a, up to and with that of b: 0 on the same day,
// and n where b is the end of n working days from a. It is 0 where b lies on an earlier day.
func WorkingDaysBetween(a, b time.Time) int {
	n := 0
	for day := range max(0, DaysBetween(a, b)) {
		if working, _ := IsWorkingDay(AddDays(a, day+1)); working {
			n++
		}
	}
	return n
}

// IsWorkingDay says whether the Beijing day of t is a working day. known is false where the State Council's notice
// that decides the day is not known; working then goes by weekends alone.
func IsWorkingDay(t time.Time) (working, known bool) {
	day := t.In(Beijing)
	if work, listed := notices().days[Date(day)]; listed {
		return work, true
	}
	weekday := day.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday, decided(day)
}

// decided says whether the notices that can touch a day are known. The last days of December belong to the New Year
// holiday, which the next year's notice sets (29 to 31 December 2018 is an example).
func decided(day time.Time) bool {
	year, month, dayOfMonth := day.Date()
	if !notices().years[year] {
		return false
	}
	return month != time.December || dayOfMonth < 29 || notices().years[year+1]
}

// table holds the State Council's notices: days that differ from the plain week (true: worked), and the years known.
type table struct {
	days  map[string]bool
	years map[int]bool
}

// notices reads the library's table once: it searches a long string at every look-up.
var notices = sync.OnceValue(func() table {
	t := table{days: map[string]bool{}, years: map[int]bool{}}
	const firstYear, lastYear = 2002, 2100
	for year := firstYear; year <= lastYear; year++ {
		list := HolidayUtil.GetHolidaysByYear(year)
		for e := list.Front(); e != nil; e = e.Next() {
			holiday, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			t.days[holiday.GetDay()] = holiday.IsWork()
			// A year's notice is there when its National Day is: single days of a year may come with the
			// notice of the year after.
			if holiday.GetDay()[5:] == "10-01" {
				t.years[year] = true
			}
		}
	}
	return t
})
