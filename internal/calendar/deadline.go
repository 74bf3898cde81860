package calendar

import "time"

// PublicSecurityDays is how many days after opening a website must be submitted for public-security registration
// (公安联网备案). Source: provider's quick-start, 2019-09-16.
const PublicSecurityDays = 30

// PublicSecurityDeadline is the last second in which the application for public-security registration (公安联网备案)
// is in time: the end (23:59:59 Beijing time) of the 30th day after the Beijing day of opening. The day of opening
// does not count, and holidays do not extend it, which is the cautious reading.
func PublicSecurityDeadline(openedAt time.Time) time.Time {
	return EndOfDay(AddDays(openedAt, PublicSecurityDays))
}
