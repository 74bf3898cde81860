package agenda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// line is a date in short: when, what kind, of what, and how firm.
func line(d agenda.Date) string {
	when, firm := d.At.In(calendar.Beijing).Format("2006-01-02 15:04"), "expected"
	if d.Day {
		when = calendar.Date(d.At)
	}
	if d.Deadline {
		firm = "deadline"
	}
	return fmt.Sprintf("%s %s of %s: %s", when, firm, d.Kind, d.Name)
}

func TestTheDatesOfAFiling(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		filing *v1alpha1.IcpFiling
		want   []string
	}{
		"an SMS that is not answered has an hour, and the bureau's review an expected day": {smsFiling(), []string{
			"2026-11-07 09:00 deadline of Task: SmsVerification/VerifySmsBySubjectPerson",
			"2026-11-27 expected of Stage: BureauReview",
		}},
		"a stage that is over has no date any more": {
			filing(v1alpha1.StageBureauReview, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageDone, DueAt: endOf(6)})), nil},
		"a window of the SMS without a task is a deadline itself": {
			filing(v1alpha1.StageSmsVerification, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageSmsVerification, State: v1alpha1.StageActive, DueAt: at(7, 9)})),
			[]string{"2026-11-07 09:00 deadline of Stage: SmsVerification"}},
		"a reviewer's date beside the stage's expected end gives both": {
			filing(v1alpha1.StagePreliminaryReview, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageActive, DueAt: endOf(12),
				Tasks: []v1alpha1.TaskStatus{{Name: "Supplement", Actor: v1alpha1.ActorApplicant, DueAt: endOf(10)}}})),
			[]string{"2026-11-10 deadline of Task: PreliminaryReview/Supplement", "2026-11-12 expected of Stage: PreliminaryReview"}},
		"a notice after approval has its date": {
			filing(v1alpha1.StageApproved, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageApproved, State: v1alpha1.StageDone,
				Tasks: []v1alpha1.TaskStatus{{Name: "Rectify", Actor: v1alpha1.ActorApplicant, DueAt: endOf(20)}}})),
			[]string{"2026-11-20 deadline of Task: Approved/Rectify"}},
		"in force there are the thirty days and what ends": {approvedFiling(v1alpha1.ReasonDue), []string{
			"2026-12-09 deadline of PublicSecurity: PublicSecurity",
			"2027-01-31 deadline of End: PreApprovalNews",
			"2027-03-01 deadline of End: Domain",
		}},
		"an overdue registration stays, with when the gate closes": {
			func() *v1alpha1.IcpFiling {
				f := approvedFiling(v1alpha1.ReasonOverdue)
				f.Status.PublicSecurity.ClosesAt = &metav1.Time{Time: time.Date(2026, 12, 13, 9, 0, 0, 0, calendar.Beijing)}
				return f
			}(), []string{
				"2026-12-09 deadline of PublicSecurity: PublicSecurity",
				"2026-12-13 09:00 deadline of GateCloses: PublicSecurity",
				"2027-01-31 deadline of End: PreApprovalNews",
				"2027-03-01 deadline of End: Domain",
			}},
		"a registration that was submitted has none": {
			filing(v1alpha1.StageApproved, opened(v1alpha1.ReasonSubmitted)), nil},
		"a next action with a date of its own is told": {
			filing(v1alpha1.StageApproved, nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "CancelFiling", DueAt: endOf(9)})),
			[]string{"2026-11-09 deadline of NextAction: CancelFiling"}},
		"of the bureau's the end is expected": {
			filing(v1alpha1.StageApproved, nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorBureau, Task: "BureauReview", DueAt: endOf(9)})),
			[]string{"2026-11-09 expected of NextAction: BureauReview"}},
		"a filing that was revoked has none": {
			filing(v1alpha1.StageRevoked, ends("Domain", "2027-03-01")), nil},
		"a filing that is being deleted has none": {
			filing(v1alpha1.StageApproved, ends("Domain", "2027-03-01"), func(f *v1alpha1.IcpFiling) { f.DeletionTimestamp = at(9, 9) }), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range agenda.Dates(c.filing) {
				got = append(got, line(d))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is dated in a status, as its fields say it; each is to be told once.
func dated(f *v1alpha1.IcpFiling) []string {
	var want []string
	say := func(t *metav1.Time, names ...string) {
		if t != nil {
			want = append(want, fmt.Sprint(t.Unix(), " ", strings.Join(names, " ")))
		}
	}
	for _, st := range f.Status.Stages {
		sameAsTask := false
		for _, task := range st.Tasks {
			if task.DoneAt == nil {
				say(task.DueAt, "Task", string(st.Name)+"/"+task.Name)
				sameAsTask = sameAsTask || task.DueAt != nil && st.DueAt != nil && task.DueAt.Equal(st.DueAt)
			}
		}
		if !sameAsTask {
			say(st.DueAt, "Stage", string(st.Name))
		}
	}
	if ps := f.Status.PublicSecurity; ps != nil {
		say(ps.DueAt, "PublicSecurity", "PublicSecurity")
		say(ps.ClosesAt, "GateCloses", "PublicSecurity")
	}
	for _, d := range f.Status.Deadlines {
		last, _ := calendar.ParseDate(d.Date)
		want = append(want, fmt.Sprint(calendar.EndOfDay(last).Unix(), " End ", d.Name))
	}
	return want
}

func TestEveryDatedThingOfAStatusIsToldOnceWithAUIDOfItsOwn(t *testing.T) {
	t.Parallel()
	moments := rapid.Custom(func(t *rapid.T) *metav1.Time {
		if rapid.Bool().Draw(t, "none") {
			return nil
		}
		return at(rapid.IntRange(1, 28).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"))
	})
	tasks := rapid.Custom(func(t *rapid.T) v1alpha1.TaskStatus {
		return v1alpha1.TaskStatus{Name: rapid.SampledFrom([]string{"Supplement", "MailMaterials", "ConfirmByPhone", "CheckAuthenticity"}).Draw(t, "task"),
			Actor: v1alpha1.ActorApplicant, DueAt: moments.Draw(t, "due"), DoneAt: moments.Draw(t, "done")}
	})
	rapid.Check(t, func(t *rapid.T) {
		f := filing(v1alpha1.StagePreliminaryReview, opened(v1alpha1.ReasonDue))
		f.Status.PublicSecurity.ClosesAt = moments.Draw(t, "closes")
		var times []*metav1.Time
		for _, name := range rules.Stages()[:10] {
			st := v1alpha1.StageStatus{Name: name, State: rapid.SampledFrom([]v1alpha1.StageState{v1alpha1.StagePending, v1alpha1.StageActive}).Draw(t, "state"),
				DueAt: moments.Draw(t, "stage"), Tasks: rapid.SliceOfNDistinct(tasks, 0, 3, func(t v1alpha1.TaskStatus) string { return t.Name }).Draw(t, "tasks")}
			f.Status.Stages = append(f.Status.Stages, st)
			times = append(times, st.DueAt)
		}
		for _, name := range []string{"Domain", "Server", "PreApprovalNews"} {
			ends(name, rapid.SampledFrom([]string{"2026-11-20", "2027-03-01"}).Draw(t, name))(f)
		}
		f.Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "Next", DueAt: rapid.SampledFrom(times).Draw(t, "next")}
		var got []string
		uids := map[string]bool{}
		for _, d := range agenda.Dates(f) {
			got = append(got, fmt.Sprint(d.At.Unix(), " ", d.Kind, " ", d.Name))
			uids[d.UID] = true
		}
		var bare []string
		for _, d := range agenda.Bare(f) {
			bare = append(bare, fmt.Sprint(d.At.Unix(), " ", d.Kind, " ", d.Name))
		}
		want := dated(f)
		slices.Sort(want)
		slices.Sort(bare)
		if diff := cmp.Diff(want, bare); diff != "" {
			t.Fatal(diff)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if len(uids) != len(got) {
			t.Fatalf("%d dates have %d UIDs", len(got), len(uids))
		}
	})
}

func TestTwoTasksOfOneNameAreTwoDates(t *testing.T) {
	t.Parallel()
	task := v1alpha1.TaskStatus{Name: "Supplement", Actor: v1alpha1.ActorApplicant, DueAt: endOf(9)}
	dates := agenda.Dates(filing(v1alpha1.StagePreliminaryReview, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageActive,
		Tasks: []v1alpha1.TaskStatus{task, task}})))
	if len(dates) != 2 || dates[0].UID == dates[1].UID {
		t.Errorf("got %v", dates)
	}
}

func TestAUIDOutlivesAChangedDateAndARestore(t *testing.T) {
	t.Parallel()
	before, after := approvedFiling(v1alpha1.ReasonDue), approvedFiling(v1alpha1.ReasonOverdue)
	after.Generation, after.UID, after.CreationTimestamp = 1, "another", *at(20, 9) // as a restore makes it
	after.Status.Deadlines[0].Date, after.Status.Attempt = "2028-03-01", 2
	olds, news := agenda.Dates(before), agenda.Dates(after)
	for i := range olds {
		if olds[i].UID != news[i].UID {
			t.Errorf("%s became %s", olds[i].UID, news[i].UID)
		}
		if news[i].Revision <= olds[i].Revision {
			t.Errorf("revision %d is followed by %d", olds[i].Revision, news[i].Revision)
		}
	}
}

func TestEveryDateIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	var list []*v1alpha1.IcpFiling
	for _, e := range (rules.Set{}).Expiries() {
		names := []string{string(e.Expiry)}
		switch e.Expiry {
		case rules.ExpiryPersonPaper:
			names = []string{"SubjectPersonPaper", "WebsitePersonPaper"}
		case rules.ExpiryPreApproval:
			names = []string{"PreApprovalNews"}
		}
		for _, name := range names {
			list = append(list, filing(v1alpha1.StageApproved, ends(name, "2027-03-01")))
		}
	}
	for _, st := range procedure.Table() {
		for _, task := range st.Tasks {
			list = append(list, filing(st.Name, stageIs(v1alpha1.StageStatus{Name: st.Name, State: v1alpha1.StageActive, DueAt: endOf(9),
				Tasks: []v1alpha1.TaskStatus{{Name: task.Name, Actor: task.Actor, Where: task.Where, DueAt: endOf(10)}}})))
		}
	}
	list = append(list, smsFiling(), approvedFiling(v1alpha1.ReasonDue), approvedFiling(v1alpha1.ReasonSubmissionReturned))
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
	}
	for _, f := range list {
		for _, d := range agenda.Dates(f) {
			for _, w := range []words.Words{d.Title, d.ToDo} {
				if w.English == "" || !han(w.Chinese) || strings.ContainsAny(w.English+w.Chinese, "{}") || strings.Contains(w.English, "kubectl describe") {
					t.Errorf("%s: %q", line(d), w)
				}
			}
		}
	}
}
