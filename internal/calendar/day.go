package calendar

import "time"

// Beijing is Beijing time (北京时间), UTC+8 without daylight saving. It is a fixed zone, so that no time-zone
// database is needed. Mainland China has kept it unchanged since 1991, longer than there are filings.
var Beijing = time.FixedZone("CST", 8*60*60)

// DateLayout is how days are written, as in 2026-12-24.
const DateLayout = time.DateOnly

// Date is the Beijing day of t, written YYYY-MM-DD.
func Date(t time.Time) string { return t.In(Beijing).Format(DateLayout) }

// ParseDate reads a Beijing day (YYYY-MM-DD) and returns its first moment.
func ParseDate(date string) (time.Time, error) {
	return time.ParseInLocation(DateLayout, date, Beijing)
}

// StartOfDay is the first moment, 00:00:00 Beijing time, of the Beijing day of t.
func StartOfDay(t time.Time) time.Time { return atHour(t, 0) }

// EndOfDay is the last whole second, 23:59:59 Beijing time, of the Beijing day of t. Whole seconds, because that is
// what the API keeps.
func EndOfDay(t time.Time) time.Time {
	y, m, d := t.In(Beijing).Date()
	return time.Date(y, m, d, 23, 59, 59, 0, Beijing)
}

// AddDays moves t by n Beijing days, the time of day unchanged.
func AddDays(t time.Time, n int) time.Time { return t.In(Beijing).AddDate(0, 0, n) }

// DaysBetween counts the Beijing midnights from a to b: 0 on the same day, 1 from any moment of a day to any moment
// of the next, negative when b lies on an earlier day.
func DaysBetween(a, b time.Time) int {
	return dayNumber(b) - dayNumber(a)
}

// dayNumber counts Beijing days since a fixed one.
func dayNumber(t time.Time) int {
	y, m, d := t.In(Beijing).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func atHour(t time.Time, hour int) time.Time {
	y, m, d := t.In(Beijing).Date()
	return time.Date(y, m, d, hour, 0, 0, 0, Beijing)
}
