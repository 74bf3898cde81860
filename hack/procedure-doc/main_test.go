package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func rendered(t *testing.T, name string) string {
	t.Helper()
	page, err := render(name, languages[name])
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestTheCommittedPagesAreWhatTheTablesSay(t *testing.T) {
	t.Parallel()
	for name := range languages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("..", "..", "docs", name)
			committed, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, got := strings.Split(rendered(t, name), "\n"), strings.Split(string(committed), "\n")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("docs/%s is not up to date, run make generate (-tables +committed):\n%s", name, diff)
			}
		})
	}
}

func TestBothPagesNameEverythingInTheTables(t *testing.T) {
	t.Parallel()
	current, err := rules.Lookup(rules.Current)
	if err != nil {
		t.Fatal(err)
	}
	for name := range languages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := rendered(t, name)
			holds := func(what string, texts ...string) {
				t.Helper()
				for _, text := range texts {
					if text == "" || !strings.Contains(page, text) {
						t.Errorf("%s: %q is not there", what, text)
					}
				}
			}
			for _, stage := range procedure.Table() {
				holds("stage", string(stage.Name), rules.Chinese(stage.Name), languages[name].of(stage.Description, stage.Chinese))
				for _, task := range stage.Tasks {
					holds("task of "+string(stage.Name), code(task.Name), current.Worded(languages[name].of(task.Description, task.Chinese)))
				}
			}
			for _, request := range procedure.Requests() {
				holds("request", code(request.Task), current.Worded(languages[name].of(request.Description, request.Chinese)))
			}
			for _, row := range current.Materials() {
				holds("paper", code(row.Kinds[0]), row.Chinese)
			}
			for _, part := range procedure.Parts() {
				holds("part", code(part))
			}
			for _, row := range current.ReturnReasons() {
				holds("return reason", code(row.Reason), row.Chinese)
			}
			for _, row := range current.Provinces() {
				holds("province", row.Chinese, row.PublicSecurityPrefix)
				holds("province", row.Prefixes...)
			}
			for _, topic := range rules.Topics() {
				holds("topic", string(topic.Topic), topic.Chinese)
				holds("values of "+string(topic.Topic), topic.Values...)
			}
			for _, row := range current.Expiries() {
				holds("what ends", code(row.Expiry), row.Chinese)
			}
			for _, row := range current.Limits() {
				holds("limit", code(row.Limit))
			}
			for _, row := range current.PreApprovals() {
				holds("pre-approval", row.Chinese)
				if row.Document != "" {
					holds("pre-approval", row.Document)
				}
			}
			for _, row := range current.Natures() {
				holds("nature", row.Chinese)
			}
			for _, row := range current.IDTypes() {
				holds("identity paper", code(row.Type), row.Chinese)
			}
			for _, row := range current.NameWords() {
				holds("word", row.Word)
			}
			for _, filingType := range rules.FilingTypes() {
				holds("filing type", code(filingType), rules.Chinese(filingType))
			}
			holds("annotations", code(v1alpha1.WithdrawAnnotation), code(v1alpha1.ResubmitAnnotation))
			holds("conflicts", code(procedure.ConflictOtherSubject), code(procedure.ConflictAlreadyFiledHere))
			holds("reasons of endings", code(protocol.ReasonWebsiteCancelled), code(protocol.ReasonSubjectCancelled),
				code(protocol.ReasonAccessCancelled), code(protocol.ReasonShellFiling), code(protocol.ReasonRandomCheckFailed))
			holds("deletion policies", code(v1alpha1.DeletionProtect), code(v1alpha1.DeletionCloseExposure), code(v1alpha1.DeletionCancelFiling))
		})
	}
}

func TestEveryProvinceHasAnAnswerOnEveryTopicOrIsUnknown(t *testing.T) {
	t.Parallel()
	d, err := newDocument(language{})
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range d.Topics() {
		for _, province := range d.set.Provinces() {
			told := 0
			for _, answer := range topic.Answers {
				told += strings.Count(answer.Provinces+",", d.province(province)+",")
			}
			if told += strings.Count(topic.Unknown+",", d.province(province)+","); told != 1 {
				t.Errorf("%s is told of %d times on %s", province.Province, told, topic.Name)
			}
		}
	}
}

// An identifier that words.go does not know leaves a hole.
func TestNoTextIsEmpty(t *testing.T) {
	t.Parallel()
	for name := range languages {
		page := rendered(t, name)
		for _, hole := range []string{"()", "（）", "``", "<no value>", "：。", ": ."} {
			if i := strings.Index(page, hole); i >= 0 {
				t.Errorf("%s: %q in …%s", name, hole, page[max(0, i-80):i+len(hole)])
			}
		}
	}
}

func TestATextThatNobodyTranslatedIsFound(t *testing.T) {
	t.Parallel()
	l := language{chinese: true, missing: map[string]bool{}}
	l.say("nobody has translated this")
	if diff := cmp.Diff(map[string]bool{"nobody has translated this": true}, l.missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestTheChinesePageSaysNothingInEnglishButIdentifiers(t *testing.T) {
	t.Parallel()
	page := rendered(t, "procedure.zh.md")
	for _, english := range chineseKeys() {
		if len(english) > 20 && strings.Contains(page, english) {
			t.Errorf("%q stands in English", english)
		}
	}
}

func chineseKeys() []string {
	keys := make([]string, 0, len(chinese))
	for english := range chinese {
		keys = append(keys, english)
	}
	for _, row := range (rules.Set{}).ReturnReasons() {
		keys = append(keys, row.Remedy)
	}
	return keys
}
