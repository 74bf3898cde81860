package view_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// cases are filings as they stand at noon of the 10th, in the order in which people must act.
var cases = []struct {
	is       string
	filing   *v1alpha1.IcpFiling
	standing view.Standing
	line     words.Words
}{
	{"the SMS was not answered in time", answering("sms-late", 9), view.Overdue, words.Words{
		English: "SMS verification; the website's responsible person must act, overdue since 2026-03-09 09:00",
		Chinese: "短信验证；网站负责人须办理，已逾期（2026-03-09 09:00）"}},
	{"the domain has ended", inForce("domain-ended", ends("Domain", "2026-03-09")), view.Overdue, words.Words{
		English: "approved, 浙ICP备12345678号-1", Chinese: "备案成功，浙ICP备12345678号-1"}},
	{"the SMS is to be answered tomorrow", answering("sms", 11), view.ToAct, words.Words{
		English: "SMS verification; the website's responsible person must act by 2026-03-11 09:00",
		Chinese: "短信验证；网站负责人须办理，截止 2026-03-11 09:00"}},
	{"public security is to be told within the month", inForce("open", opened(), ends("Domain", "2026-03-20")), view.ToAct, words.Words{
		English: "approved, 浙ICP备12345678号-1; the applicant must act by 2026-04-08",
		Chinese: "备案成功，浙ICP备12345678号-1；备案申请人须办理，截止 2026-04-08"}},
	{"what was returned has no deadline", returned("returned"), view.ToAct, words.Words{
		English: "returned at preliminary review: the website's name breaks the rules for names; SomethingElse; the applicant must act",
		Chinese: "在“备案初审”被退回：网站名称不合规；SomethingElse；备案申请人须办理"}},
	{"the bureau is late", withBureau("bureau-late", 9), view.Waiting, words.Words{
		English: "bureau review; waits for the bureau, expected by 2026-03-09, late", Chinese: "管局审核；等待管局，预计 2026-03-09 完成，已超时"}},
	{"the bureau decides", withBureau("bureau", 27), view.Waiting, words.Words{
		English: "bureau review; waits for the bureau, expected by 2026-03-27", Chinese: "管局审核；等待管局，预计 2026-03-27 完成"}},
	{"nothing is known yet", filing("new", ""), view.Waiting, words.Words{English: "preparation", Chinese: "备案前准备"}},
	{"it is being deleted", deleting(inForce("gone")), view.Ended, words.Words{English: "being deleted", Chinese: "正在删除"}},
	{"it was revoked", revoked("revoked"), view.Ended, words.Words{English: "revoked: no access was left", Chinese: "备案被注销：空壳备案"}},
	{"all is done, and the domain ends in a year", inForce("done", ends("Domain", "2027-03-01")), view.Done, words.Words{
		English: "approved, 浙ICP备12345678号-1", Chinese: "备案成功，浙ICP备12345678号-1"}},
}

func TestALineSaysWhereAFilingStandsWhoMustActAndByWhen(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.is, func(t *testing.T) {
			t.Parallel()
			v := view.Of(c.filing, day(10, 12))
			if v.Standing != c.standing {
				t.Errorf("it is %s, want %s", v.Standing, c.standing)
			}
			if diff := cmp.Diff(c.line, v.Line); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhoMustActFirstIsFirst(t *testing.T) {
	t.Parallel()
	var want, filings []string
	list := make([]view.Filing, len(cases))
	for i, c := range cases {
		want = append(want, c.filing.Name)
		list[i] = view.Of(c.filing, day(10, 12))
	}
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	view.Sort(list)
	for _, v := range list {
		filings = append(filings, v.Name)
	}
	if diff := cmp.Diff(want, filings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryStandingHasWordsAndAPlace(t *testing.T) {
	t.Parallel()
	seen := map[view.Standing]bool{}
	for _, c := range cases {
		seen[c.standing] = true
	}
	for _, s := range view.Standings() {
		if w := s.Words(); w.English == "" || w.Chinese == "" || !seen[s] {
			t.Errorf("%s: %+v, in a case: %v", s, w, seen[s])
		}
	}
}

func TestAStageLastsWorkingDaysOrWithinADayHours(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to *metav1.Time
		english  string
	}{
		"a week":             {at(2, 9), at(9, 9), "5 working days"},
		"over a weekend":     {at(6, 18), at(9, 9), "1 working day"},
		"within a day":       {at(2, 9), at(2, 14), "5 h"},
		"a moment":           {at(2, 9), &metav1.Time{Time: day(2, 9).Add(61 * time.Second)}, "1 min"},
		"it is still at it":  {at(9, 9), nil, "1 working day"},
		"it has not started": {nil, nil, ""},
	} {
		f := filing("f", v1alpha1.StagePreliminaryReview, stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageActive, StartedAt: c.from, FinishedAt: c.to}))
		if got := view.Of(f, day(10, 12)).Timeline[0].Lasts().English; got != c.english {
			t.Errorf("%s: %q, want %q", name, got, c.english)
		}
	}
}

func TestAReturnSaysWhatPutsItRightAndWhere(t *testing.T) {
	t.Parallel()
	v := view.Of(returned("f"), day(10, 12))
	got := v.Timeline[0].Reasons
	want := []view.Reason{
		{Name: "WebsiteNameInvalid", Says: words.Words{English: "the website's name breaks the rules for names", Chinese: "网站名称不合规"},
			Remedy: words.Words{English: "give the website a name that says what it offers, by the rules for names", Chinese: "按命名规则，取一个与网站内容相符的名称"}, Fields: []string{"spec.website.name"}},
		{Name: "SomethingElse", Says: words.Words{English: "SomethingElse", Chinese: "SomethingElse"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheGateTellsWhyItIsClosedAndWhatIsHeld(t *testing.T) {
	t.Parallel()
	f := withBureau("f", 27)
	f.Status.Exposure = &v1alpha1.ExposureStatus{HeldHosts: 3}
	if g := view.Of(f, day(10, 12)).Gate; g.Open || g.Held != 3 || g.Why.Says.Chinese != "管局审核通过后方可开放" {
		t.Errorf("%+v", g)
	}
	if g := view.Of(inForce("f"), day(10, 12)).Gate; !g.Open || g.Served != 2 {
		t.Errorf("%+v", g)
	}
}

func TestOfAFilingInForceWhatIsNotAsItShouldBeIsAConcern(t *testing.T) {
	t.Parallel()
	f := inForce("f", conditionIs(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, v1alpha1.ReasonNotFound),
		conditionIs(v1alpha1.ConditionInformationCurrent, metav1.ConditionTrue, v1alpha1.ReasonCurrent))
	got := view.Of(f, day(10, 12)).Concerns
	if len(got) != 1 || got[0].Type != v1alpha1.ConditionRegistryVerified || got[0].Says.Chinese != "未查询到该域名的备案" {
		t.Errorf("%+v", got)
	}
}

func TestTheHistoryIsWhatWasRecordedOfThisFiling(t *testing.T) {
	t.Parallel()
	review := func(name, filing, domain string, hour int, decision v1alpha1.Decision) v1alpha1.IcpReview {
		return v1alpha1.IcpReview{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}, Spec: v1alpha1.IcpReviewSpec{
			FilingRef: v1alpha1.FilingReference{Name: filing, Domain: domain}, Decision: decision, Stage: v1alpha1.StagePreliminaryReview, DecidedAt: *at(3, hour), Attempt: 1}}
	}
	old := review("old", "f", "", 8, v1alpha1.DecisionPassed)
	old.Annotations = map[string]string{v1alpha1.ReviewDomainAnnotation: "other.com"}
	ignored := review("ignored", "f", "example.com", 12, v1alpha1.DecisionPassed)
	ignored.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionApplied, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonStageNotActive}}
	got := view.History(returned("f"), []v1alpha1.IcpReview{ignored, old, review("other", "g", "", 9, v1alpha1.DecisionPassed),
		review("first", "f", "example.com", 9, v1alpha1.DecisionReported), review("unnamed", "f", "", 10, v1alpha1.DecisionReturned)})
	var names []string
	for _, d := range got {
		names = append(names, d.Review)
	}
	if diff := cmp.Diff([]string{"first", "unnamed", "ignored"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := got[2]; !last.Ignored() || last.Counts.Says.Chinese != "该环节当时不在办理中" || got[0].Ignored() {
		t.Errorf("%+v", last)
	}
}

func TestWhatIsWrittenForProgramsIsEnglishAndInUTC(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		raw, err := json.Marshal(view.Of(c.filing, day(10, 12)))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(raw), "浙ICP备12345678号", "")
		for _, r := range text {
			if r > 0x2000 {
				t.Errorf("%s: %q in %s", c.is, r, text)
				break
			}
		}
		if strings.Contains(text, "+08:00") || strings.Contains(text, "0001-01-01") {
			t.Errorf("%s: %s", c.is, text)
		}
	}
}
