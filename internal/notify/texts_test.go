package notify_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

var kinds = []v1alpha1.FilingEvent{
	v1alpha1.EventReturned, v1alpha1.EventActionRequired, v1alpha1.EventSmsWindowOpen, v1alpha1.EventDeadlineReminder,
	v1alpha1.EventApproved, v1alpha1.EventRevoked, v1alpha1.EventCancelled, v1alpha1.EventRegistryMismatch,
}

func compile(t *testing.T, spec v1alpha1.FilingNotifierSpec) *notify.Texts {
	t.Helper()
	texts, err := notify.Compile(&spec)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func word(t *testing.T, texts *notify.Texts, e notify.Event) notify.Message {
	t.Helper()
	m, err := texts.Message(e)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEveryEventHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, language := range []v1alpha1.Language{v1alpha1.LanguageChinese, v1alpha1.LanguageEnglish} {
		texts := compile(t, v1alpha1.FilingNotifierSpec{Language: language})
		for _, kind := range kinds {
			for _, sample := range notify.Samples(kind) {
				m := word(t, texts, sample)
				if !strings.Contains(m.Subject, "example.com") || m.Body == "" || m.Fields.ToDo == "" || strings.Contains(m.Text(), "<no value>") {
					t.Errorf("%s in %s reads\n%s", kind, language, m.Text())
				}
				chinese := strings.ContainsFunc(strings.ReplaceAll(m.Text(), "浙ICP备12345678号-1", ""), func(r rune) bool { return unicode.Is(unicode.Han, r) })
				if chinese != (language == v1alpha1.LanguageChinese) && !strings.Contains(m.Text(), "整改") {
					t.Errorf("%s in %s reads\n%s", kind, language, m.Text())
				}
			}
		}
	}
}

func TestWhatPeopleRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		filing   *v1alpha1.IcpFiling
		language v1alpha1.Language
		reads    string
	}{
		"a return in Chinese": {returnedFiling(), v1alpha1.LanguageChinese,
			"example.com：备案被退回\n第 1 次提交在“备案初审”环节被退回，原因：网站名称不合规；网站底部未悬挂备案号。\n需要做：按命名规则，取一个与网站内容相符的名称；在主体名下已备案网站底部悬挂备案号，并链接至 https://beian.miit.gov.cn/。按退回原因修改备案信息，修改后会重新提交。涉及：spec.website.name。\n备案对象：shop/example-com\nhttps://board.example.net/shop/example-com"},
		"an SMS in Chinese, by the hour": {smsFiling(v1alpha1.TaskStatus{Name: "VerifySmsBySubjectPerson", Actor: v1alpha1.ActorSubjectResponsiblePerson, Where: procedure.AtMinistrySite}), v1alpha1.LanguageChinese,
			"example.com：请完成短信核验，截止北京时间 2026-11-07 09:00\n主体负责人在 24 小时内完成工信部短信核验。\n截止时间：北京时间 2026-11-07 09:00，逾期未完成的订单会被退回。\n备案对象：shop/example-com\nhttps://board.example.net/shop/example-com"},
		"a deadline in English, by the day": {approvedFiling(opened("7d")), v1alpha1.LanguageEnglish,
			"example.com: due by the end of 2026-12-09\nThis is due by the end of 2026-12-09, Beijing time.\nTo do: On the public-security platform, register the organizer first, then the website; then set spec.publicSecurity.submittedAt.\nFiling: shop/example-com\nhttps://board.example.net/shop/example-com"},
		"what ends, in Chinese": {approvedFiling(ends("SubjectPersonPaper", "2027-01-10", "60d")), v1alpha1.LanguageChinese,
			"example.com：请在期限前办理，截止 2027-01-10\n请在北京时间 2027-01-10 结束前办理。\n需要做：主体负责人证件有效期即将或已经到期：请及时续期，并更新备案中的日期。\n备案对象：shop/example-com\nhttps://board.example.net/shop/example-com"},
		"what ends, in English": {approvedFiling(ends("Domain", "2027-01-10", "60d")), v1alpha1.LanguageEnglish,
			"example.com: due by the end of 2027-01-10\nThis is due by the end of 2027-01-10, Beijing time.\nTo do: Renew the domain's registration: renew it with its registrar, then set spec.domain.expiresAt.\nFiling: shop/example-com\nhttps://board.example.net/shop/example-com"},
		"a request in English": {askedFor(at(6, 15)), v1alpha1.LanguageEnglish,
			"example.com: the applicant must act\nThe ICP filing is at preliminary review.\nTo do: Add what the reviewer asks for; the order is not returned.\nFiling: shop/example-com\nhttps://board.example.net/shop/example-com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			texts := compile(t, v1alpha1.FilingNotifierSpec{Language: test.language, Link: "https://board.example.net/{{.Namespace}}/{{urlquery .Name}}"})
			m := word(t, texts, last(notify.Events(test.filing, day(6, 16))))
			if diff := cmp.Diff(test.reads, m.Text()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func last(events []notify.Event) notify.Event { return events[len(events)-1] }

func TestANotifiersOwnWordsTakeThePlaceOfTheBuiltInOnes(t *testing.T) {
	t.Parallel()
	texts := compile(t, v1alpha1.FilingNotifierSpec{Templates: []v1alpha1.MessageTemplate{
		{Event: v1alpha1.EventApproved, Subject: "{{.Domain}}\n {{if eq .Stage \"Approved\"}}OK{{else}}?{{end}}"},
		{Event: v1alpha1.EventReturned, Body: "{{json .ReasonNames}}"},
	}})
	if m := word(t, texts, notify.Events(approvedFiling(), day(9, 0))[0]); m.Subject != "example.com OK" || !strings.Contains(m.Body, "已取得备案") {
		t.Errorf("approved reads\n%s", m.Text())
	}
	if m := word(t, texts, notify.Events(returnedFiling(), day(9, 0))[0]); m.Body != `"网站名称不合规；网站底部未悬挂备案号"` || !strings.Contains(m.Subject, "备案被退回") {
		t.Errorf("returned reads\n%s", m.Text())
	}
}

func TestATemplateThatCannotBeUsedIsNamedWithThePlace(t *testing.T) {
	t.Parallel()
	nested := strings.Repeat("json (", 60) + `"\""` + strings.Repeat(")", 60)
	for name, test := range map[string]struct{ body, says string }{
		"one that is no template":       {"line one\n{{.Domain", ":2: unclosed action"},
		"an unknown field":              {"line one\n{{.Secret}}", ":2:2: executing"},
		"an unknown field in a branch":  {"{{if .Overdue}}{{.Mobile}}{{end}}", "can't evaluate field Mobile"},
		"an unknown function":           {"{{env \"HOME\"}}", `function "env" not defined`},
		"a loop":                        {"{{range 1000000000}}{{end}}", "range is not for these templates"},
		"a loop in a branch":            {"{{with .Domain}}{{else}}{{range 1000000000}}{{end}}{{end}}", "range is not"},
		"text that is doubled":          {"{{$x := .Domain}}{{$x = print $x $x}}", "print is not"},
		"text that is padded":           {`{{printf "%999999d" 1}}`, "printf is not"},
		"a function in parentheses":     {`{{json (printf "%999999d" 1)}}`, "printf is not"},
		"a template that calls itself":  {`{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`, "not for these templates"},
		"a call":                        {"{{call .Domain}}", "call is not"},
		"text that grows with nesting":  {"{{" + nested + "}}", "makes more than"},
		"more text than a message hold": {strings.Repeat("{{json .ToDo}}{{urlquery .ToDo}}{{urlquery .ToDo}}{{urlquery .ToDo}}{{urlquery .ToDo}}", 100), "longer than a message may be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := notify.Compile(&v1alpha1.FilingNotifierSpec{Templates: []v1alpha1.MessageTemplate{
				{Event: v1alpha1.EventApproved, Subject: "fine"}, {Event: v1alpha1.EventDeadlineReminder, Body: test.body},
			}})
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "spec.templates[1].body") {
				t.Errorf("%v, want it to say %q of spec.templates[1].body", err, test.says)
			}
		})
	}
	if _, err := notify.Compile(&v1alpha1.FilingNotifierSpec{Link: "https://x.example.net/{{.Link}}/{{.Nmae}}"}); err == nil || !strings.Contains(err.Error(), "spec.link") {
		t.Errorf("%v, want it to name spec.link", err)
	}
}

func TestAnSmsBodyIsTried(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, says string }{
		"an unknown field": {"{{.Phone}}", "can't evaluate field Phone"}, "a loop": {"{{range .To}}{{.}}{{end}}", "range is not"},
	} {
		if _, err := notify.CompileSms(&v1alpha1.SmsChannel{Body: test.body}); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
	body, err := notify.CompileSms(&v1alpha1.SmsChannel{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := body.Execute(notify.Message{Subject: `a "quoted" line`}, []string{"1", "2"})
	if err != nil || made != `{"to": ["1","2"], "text": "a \"quoted\" line"}` {
		t.Errorf("%s, %v", made, err)
	}
}

// marked fills every text of a value, however deep, with a mark, but for what is told on purpose.
func marked(v reflect.Value, mark string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			marked(v.Elem(), mark)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				marked(field, mark)
			}
		}
	case reflect.Slice:
		if v.Len() == 0 && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			marked(v.Index(i), mark)
		}
	case reflect.String:
		if v.String() == "" {
			v.SetString(mark)
		}
	default:
	}
}

// TestNothingThatPeopleWroteIsToldOf marks everything in a filing that no field of a message stands for: names and addresses of
// the spec, what reviewers write, descriptions and messages of conditions.
func TestNothingThatPeopleWroteIsToldOf(t *testing.T) {
	t.Parallel()
	const mark = "Zhang San 13900000000"
	for name, f := range map[string]*v1alpha1.IcpFiling{
		"returned": returnedFiling(), "asked": askedFor(at(6, 15)), "reminded": approvedFiling(opened("7d")),
		"sms":      smsFiling(v1alpha1.TaskStatus{Name: "VerifySmsBySubjectPerson", Actor: v1alpha1.ActorSubjectResponsiblePerson}),
		"revoked":  approvedFiling(func(f *v1alpha1.IcpFiling) { f.Status.Stage = v1alpha1.StageRevoked }),
		"mismatch": mismatched(`{"mismatch":{"reason":"NotFound","websiteNumber":"` + mark + `","since":"2026-11-20T01:00:00Z"}}`),
		"odd reasons": filing(v1alpha1.StagePreliminaryReview,
			stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageReturned, Reason: mark + "," + mark})),
	} {
		number := f.Status.WebsiteNumber
		spec := v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}}
		marked(reflect.ValueOf(&spec).Elem(), mark)
		f.Spec, f.Spec.Domain.Name = spec, "example.com"
		marked(reflect.ValueOf(&f.Status).Elem(), mark)
		f.Status.WebsiteNumber, f.Status.RuleSet = number, ""
		f.Labels = map[string]string{"x": mark}
		raw, err := json.Marshal(f)
		if err != nil || strings.Count(string(raw), mark) < 20 {
			t.Fatalf("%s: %v: the filing is hardly marked:\n%s", name, err, raw)
		}
		told := notify.Events(f, day(6, 16))
		if len(told) == 0 {
			t.Errorf("%s: nothing is told", name)
		}
		for _, e := range told {
			for _, language := range []v1alpha1.Language{v1alpha1.LanguageChinese, v1alpha1.LanguageEnglish} {
				m := word(t, compile(t, v1alpha1.FilingNotifierSpec{Language: language}), e)
				fields, err := json.Marshal(m)
				if err != nil || strings.Contains(string(fields), "Zhang") || strings.Contains(m.Text(), "13900000000") {
					t.Errorf("%s, %s: %v: tells\n%s", name, language, err, fields)
				}
			}
		}
	}
}
