package sheet

import (
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Days: one on which something happens is its first moment, one on which something ends its last, Beijing time.
var (
	onDay  = moment(calendar.StartOfDay)
	endDay = moment(calendar.EndOfDay)
)

// withTime is how a moment is written that is not the day's own.
const withTime = "2006-01-02 15:04:05"

func moment(ofDay func(time.Time) time.Time) codec[*metav1.Time] {
	return codec[*metav1.Time]{
		read: func(text string) (*metav1.Time, *words.Words) {
			if none(text) || slices.Contains([]string{"长期", "永久", "长期有效", "long-term", "longterm"}, strings.ToLower(text)) {
				return nil, nil
			}
			at, day, ok := parseMoment(text)
			if !ok {
				return nil, wrongf("%s is no day that exists: write it as 2027-01-31", "%s 不是有效日期：请写成 2027-01-31", shown(text))
			}
			if day {
				at = ofDay(at)
			}
			return &metav1.Time{Time: at}, nil
		},
		write: func(value *metav1.Time, _ v1alpha1.Language) string {
			switch {
			case value == nil:
				return ""
			case ofDay(value.Time).Equal(value.Time):
				return calendar.Date(value.Time)
			}
			return value.In(calendar.Beijing).Format(withTime)
		},
	}
}

// layouts of moments, Beijing time, by the separator of days turned into a hyphen.
var layouts = []string{withTime, "2006-1-2 15:04:05", "2006-1-2 15:04"}

var dayMarks = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-", "号", "")

// parseMoment reads a moment as people and spreadsheet programs write it, and says whether it is a mere day.
func parseMoment(text string) (at time.Time, day, ok bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.Truncate(time.Second), false, true
	}
	if at, day, ok := serialMoment(text); ok {
		return at, day, true
	}
	date, clock, timed := strings.Cut(strings.Replace(text, "T", " ", 1), " ")
	written := dayMarks.Replace(date)
	if timed {
		for _, layout := range layouts {
			if at, err := time.ParseInLocation(layout, written+" "+strings.TrimSpace(clock), calendar.Beijing); err == nil {
				return at, false, true
			}
		}
		return time.Time{}, false, false
	}
	for _, layout := range []string{"2006-1-2", "20060102"} {
		if at, err := time.ParseInLocation(layout, written, calendar.Beijing); err == nil && at.Year() >= 1980 && at.Year() < 2200 {
			return at, true, true
		}
	}
	return time.Time{}, false, false
}

// serialMoment reads a day as workbooks keep it: counted from the end of 1899, with the time of day as its fraction.
func serialMoment(text string) (at time.Time, day, ok bool) {
	const least, most = 30000, 110000 // 1982 and 2201: no other number that people write for a day lies there
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil || serial < least || serial > most {
		return time.Time{}, false, false
	}
	days := int(serial)
	seconds := int((serial-float64(days))*24*60*60 + 0.5)
	at = time.Date(1899, time.December, 30+days, 0, 0, seconds, 0, calendar.Beijing)
	return at, seconds == 0, true
}
