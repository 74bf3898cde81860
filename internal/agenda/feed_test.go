package agenda_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

var update = flag.Bool("update", false, "write the golden feeds anew")

func feed(l v1alpha1.Language, alarms ...int) agenda.Feed {
	return agenda.Feed{Namespace: "shop", Language: l, Alarms: alarms}
}

func write(t *testing.T, f agenda.Feed, dates []agenda.Date) []byte {
	t.Helper()
	text, err := f.ICS(dates)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// parse reads a feed back, once it has seen that its lines are as RFC 5545 wants them.
func parse(t *testing.T, text []byte) *ics.Calendar {
	t.Helper()
	if !bytes.HasSuffix(text, []byte("\r\n")) {
		t.Error("the last line has no end")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Errorf("no line of a calendar: %q (%d octets)", line, len(line))
		}
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func TestFeedsAreAsApproved(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		feed   agenda.Feed
		filing *v1alpha1.IcpFiling
	}{
		"sms.en":            {feed(v1alpha1.LanguageEnglish), smsFiling()},
		"sms.zh.alarms":     {feed(v1alpha1.LanguageChinese, 1, 0), smsFiling()},
		"approved.en.alarm": {feed(v1alpha1.LanguageEnglish, 7, 1, 0), approvedFiling(v1alpha1.ReasonDue)},
		"approved.zh":       {feed(v1alpha1.LanguageChinese), approvedFiling(v1alpha1.ReasonDue)},
		"empty":             {feed(v1alpha1.LanguageEnglish), filing(v1alpha1.StagePreparation)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dates := agenda.Dates(c.filing)
			got := write(t, c.feed, dates)
			if events := parse(t, got).Events(); len(events) != len(dates) {
				t.Errorf("%d dates became %d events", len(dates), len(events))
			}
			path := filepath.Join("testdata", name+".ics")
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("no feed has been approved (go test ./internal/agenda -update writes it): %v", err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADateIsReadBackAsItWasMeant(t *testing.T) {
	t.Parallel()
	dates := append(agenda.Dates(smsFiling()), agenda.Dates(approvedFiling(v1alpha1.ReasonDue))...)
	cal := parse(t, write(t, feed(v1alpha1.LanguageChinese), dates))
	for _, d := range dates {
		var found *ics.VEvent
		for _, e := range cal.Events() {
			if e.Id() == d.UID {
				found = e
			}
		}
		if found == nil {
			t.Errorf("%s is not in the feed", d.UID)
			continue
		}
		if got := found.GetProperty(ics.ComponentPropertySummary).Value; got != d.Title.Chinese {
			t.Errorf("the title %q is read as %q", d.Title.Chinese, got)
		}
		start := found.GetProperty(ics.ComponentPropertyDtStart)
		want, kind := d.At.In(calendar.Beijing).Format("20060102T150405"), "TZID=[Asia/Shanghai]"
		if d.Day {
			want, kind = d.At.In(calendar.Beijing).Format("20060102"), "VALUE=[DATE]"
		}
		for k, v := range start.ICalParameters {
			if got := fmt.Sprint(k, "=", v); start.Value != want || got != kind {
				t.Errorf("%s begins at %s (%s), want %s (%s)", d.UID, start.Value, got, want, kind)
			}
		}
	}
}

func TestOnlyFeedsWithHoursDescribeATimeZone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		filing *v1alpha1.IcpFiling
		zones  int
	}{"hours": {smsFiling(), 1}, "days": {approvedFiling(v1alpha1.ReasonDue), 0}} {
		if got := len(parse(t, write(t, feed(v1alpha1.LanguageChinese), agenda.Dates(c.filing))).Timezones()); got != c.zones {
			t.Errorf("with %s there are %d time zones", name, got)
		}
	}
}

func TestWhatAFeedDoesNotShowDoesNotChangeIt(t *testing.T) {
	t.Parallel()
	before, after := approvedFiling(v1alpha1.ReasonDue), approvedFiling(v1alpha1.ReasonDue)
	after.ResourceVersion, after.Annotations = "99", map[string]string{v1alpha1.RemindersAnnotation: "7d"}
	after.Status.PublicSecurity.LastReminder, after.Status.Exposure = "7d", &v1alpha1.ExposureStatus{ServedHosts: 2}
	f := feed(v1alpha1.LanguageChinese)
	if diff := cmp.Diff(write(t, f, agenda.Dates(before)), write(t, f, agenda.Dates(after))); diff != "" {
		t.Error(diff)
	}
}

func TestNothingThatPeopleWroteIsInAFeed(t *testing.T) {
	t.Parallel()
	for _, l := range []v1alpha1.Language{v1alpha1.LanguageEnglish, v1alpha1.LanguageChinese} {
		if text := write(t, feed(l, 1), agenda.Dates(smsFiling())); bytes.Contains(text, []byte("138")) || bytes.Contains(text, []byte("Wang")) {
			t.Errorf("a reviewer's message is in the feed:\n%s", text)
		}
	}
}

func TestEveryTextIsFoldedEscapedAndReadBack(t *testing.T) {
	t.Parallel()
	texts := rapid.StringOfN(rapid.RuneFrom([]rune(`ab ,;:\"<>'`+"\n网站备案，；🌐")), 1, 200, -1)
	rapid.Check(t, func(r *rapid.T) {
		text := "x" + texts.Draw(r, "text") + "x"
		d := agenda.Date{UID: "a", At: day(9, 12), Day: true, Title: words.Words{English: text, Chinese: text}, ToDo: words.Words{English: text, Chinese: text}}
		raw, err := feed(v1alpha1.LanguageEnglish).ICS([]agenda.Date{d})
		if err != nil {
			r.Fatal(err)
		}
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
				r.Fatalf("no line of a calendar: %q", line)
			}
		}
		if got := unfolded(string(raw), "SUMMARY:"); got != text {
			r.Fatalf("%q is read as %q", text, got)
		}
	})
}

// unfolded reads a text as RFC 5545 says, by code of our own.
func unfolded(feed, property string) string {
	_, rest, _ := strings.Cut(strings.ReplaceAll(feed, "\r\n ", ""), "\r\n"+property)
	raw, _, _ := strings.Cut(rest, "\r\n")
	var b strings.Builder
	escaped := false
	for _, r := range raw {
		switch {
		case escaped && (r == 'n' || r == 'N'):
			b.WriteByte('\n')
		case !escaped && r == '\\':
			escaped = true
			continue
		default:
			b.WriteRune(r)
		}
		escaped = false
	}
	return b.String()
}

func TestAlarmsGoOffAtNineBeforeADayAndBeforeAnHour(t *testing.T) {
	t.Parallel()
	hour, last := agenda.Date{UID: "a", At: day(9, 17), Deadline: true}, agenda.Date{UID: "b", At: endOf(9).Time, Day: true, Deadline: true}
	soft := last
	soft.UID, soft.Deadline = "c", false
	for want, c := range map[string]struct {
		date   agenda.Date
		alarms []int
	}{
		"[-P6DT15H -PT15H PT9H]": {last, []int{7, 1, 0}},
		"[-P7D -P1D -PT1H]":      {hour, []int{7, 1, 0}},
		"[]":                     {soft, []int{7, 1, 0}},
	} {
		got := []string{}
		for _, a := range parse(t, write(t, feed(v1alpha1.LanguageEnglish, c.alarms...), []agenda.Date{c.date})).Events()[0].Alarms() {
			got = append(got, a.GetProperty(ics.ComponentPropertyTrigger).Value)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

func TestAFeedOfTooManyDatesKeepsDeadlinesAndSaysHowManyAreLeftOut(t *testing.T) {
	t.Parallel()
	var dates []agenda.Date
	for i := range 4 * agenda.MaxEvents / 3 {
		dates = append(dates, agenda.Date{UID: fmt.Sprint(i), At: day(1, 0).Add(time.Duration(-i) * time.Hour), Day: true, Deadline: i < agenda.MaxEvents/2})
	}
	text := string(write(t, feed(v1alpha1.LanguageEnglish), dates))
	if got := strings.Count(text, "BEGIN:VEVENT"); got != agenda.MaxEvents {
		t.Errorf("%d events", got)
	}
	if want := fmt.Sprintf("X-WR-CALDESC:%d further dates are left out.", len(dates)-agenda.MaxEvents); !strings.Contains(text, want) {
		t.Error("the feed does not say that dates are left out")
	}
	if got := strings.Count(text, "DESCRIPTION:Deadline."); got != agenda.MaxEvents/2 {
		t.Errorf("%d of %d deadlines are in it", got, agenda.MaxEvents/2)
	}
}
