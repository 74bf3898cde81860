package agenda

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

// MaxEvents is how many dates one feed holds. Filings in force have some five, so that is four thousand filings; of more, the
// earliest deadlines are told, and the feed says that there are others.
const MaxEvents = 20_000

// refresh is how often a calendar program is asked to look again: nothing that a feed tells is due within the hour but an
// SMS, which the notifiers tell at once.
const refresh = "PT1H"

// beijing is the time zone's name for calendar programs.
const beijing = "Asia/Shanghai"

// Feed says what a feed is like.
type Feed struct {
	// Namespace of the filings.
	Namespace string
	// Language of the words; Chinese unless it is English.
	Language v1alpha1.Language
	// Alarms are how many days before a deadline the calendar program reminds of it, at nine o'clock; none for no reminder.
	Alarms []int
}

// ICS writes dates as an iCalendar feed (RFC 5545). The same dates give the same bytes, whenever they are written.
func (f Feed) ICS(dates []Date) ([]byte, error) {
	kept, left := bounded(dates)
	cal := ics.NewCalendarFor("icp-operator")
	cal.SetProductId("-//beian.dev//icp-operator//" + words.Words{English: "EN", Chinese: "ZH"}.In(f.Language))
	cal.SetMethod(ics.MethodPublish)
	cal.SetCalscale("GREGORIAN")
	cal.SetName(words.Words{English: "ICP filings: ", Chinese: "ICP备案："}.In(f.Language) + f.Namespace)
	if left > 0 {
		cal.SetXWRCalDesc(fmt.Sprintf(words.Words{English: "%d further dates are left out.", Chinese: "另有 %d 个日期未列出。"}.In(f.Language), left))
	}
	cal.SetXWRTimezone(beijing)
	cal.SetRefreshInterval(refresh) // the library's name of the property says VALUE=DURATION already
	cal.SetXPublishedTTL(refresh)
	if slices.ContainsFunc(kept, func(d Date) bool { return !d.Day }) {
		zone(cal)
	}
	for _, d := range kept {
		cal.Components = append(cal.Components, component{f, d})
	}
	var b bytes.Buffer
	// The library's own default ends lines as the machine does; RFC 5545 wants CRLF everywhere.
	err := cal.SerializeTo(&b, ics.WithNewLineWindows)
	return b.Bytes(), err
}

// bounded keeps as many dates as a feed holds, deadlines before expected ends, and says how many are left out.
func bounded(dates []Date) (kept []Date, left int) {
	kept = slices.Clone(dates)
	if left = len(kept) - MaxEvents; left > 0 {
		slices.SortStableFunc(kept, func(a, b Date) int {
			if a.Deadline != b.Deadline {
				return cmp.Compare(soft(a), soft(b))
			}
			return earliest(a, b)
		})
		kept = kept[:MaxEvents]
	}
	slices.SortStableFunc(kept, earliest)
	return kept, max(0, left)
}

func soft(d Date) int {
	if d.Deadline {
		return 0
	}
	return 1
}

// zone describes Beijing time: it has had no daylight saving for longer than there are filings.
func zone(cal *ics.Calendar) {
	standard := cal.AddTimezone(beijing).AddStandard()
	standard.AddProperty(ics.ComponentPropertyDtStart, "19920101T000000")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0800")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0800")
	standard.AddProperty(ics.ComponentProperty(ics.PropertyTzname), "CST")
}

// component is a date that becomes an event only while it is written, so that a feed of many takes no more memory than its
// text.
type component struct {
	feed Feed
	date Date
}

// UnknownPropertiesIANAProperties are none.
func (component) UnknownPropertiesIANAProperties() []ics.IANAProperty { return nil }

// SubComponents are not known before the date is written.
func (component) SubComponents() []ics.Component { return nil }

// SerializeTo writes the event.
func (c component) SerializeTo(w io.Writer, config *ics.SerializationConfiguration) error {
	return c.feed.event(c.date).SerializeTo(w, config)
}

func (f Feed) event(d Date) *ics.VEvent {
	e := ics.NewEvent(d.UID)
	e.SetDtStampTime(d.Revised)
	e.SetModifiedAt(d.Revised)
	e.SetSequence(d.Revision)
	if d.Day {
		day := d.At.In(calendar.Beijing)
		e.SetAllDayStartAt(day)
		e.SetAllDayEndAt(day.AddDate(0, 0, 1))
	} else {
		e.SetProperty(ics.ComponentPropertyDtStart, d.At.In(calendar.Beijing).Format("20060102T150405"), ics.WithTZID(beijing))
	}
	e.SetSummary(d.Title.In(f.Language))
	e.SetDescription(d.description(f.Language))
	e.AddCategory(string(d.Kind))
	// Nobody is busy all day because something is due.
	e.SetTimeTransparency(ics.TransparencyTransparent)
	e.SetClass(ics.ClassificationPrivate)
	if d.Deadline {
		for _, days := range f.Alarms {
			alarm := e.AddAlarm()
			alarm.SetAction(ics.ActionDisplay)
			alarm.SetTrigger(trigger(d, days))
			alarm.SetDescription(d.Title.In(f.Language))
		}
	}
	return e
}

// nine is the hour at which a calendar program reminds of a day, as the operator does.
const nine = 9 * time.Hour

// trigger is when an alarm goes off, as a duration from the event's start: of a day, its midnight.
func trigger(d Date, days int) string {
	before := time.Duration(days) * 24 * time.Hour
	switch {
	case d.Day:
		before -= nine
	case days == 0:
		before = time.Hour
	}
	sign := "-"
	if before < 0 {
		sign, before = "", -before
	}
	whole, rest := before/(24*time.Hour), before%(24*time.Hour)
	var b strings.Builder
	b.WriteString(sign + "P")
	if whole > 0 {
		fmt.Fprintf(&b, "%dD", whole)
	}
	if rest > 0 {
		fmt.Fprintf(&b, "T%dH", rest/time.Hour)
	}
	return b.String()
}
