package words_test

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

func TestEveryTermOfTheProcedureHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, s := range rules.Stages() {
		inBoth(t, "stage", string(s), words.Stage(s))
		inBoth(t, "what happens in "+string(s), string(s), words.StageSays(s))
	}
	for _, s := range []v1alpha1.StageState{v1alpha1.StagePending, v1alpha1.StageActive, v1alpha1.StageDone, v1alpha1.StageSkipped, v1alpha1.StageReturned} {
		inBoth(t, "state", string(s), words.StageState(s))
	}
	for _, f := range rules.FilingTypes() {
		inBoth(t, "filing type", string(f), words.FilingType(f))
	}
	for _, a := range []v1alpha1.Actor{v1alpha1.ActorApplicant, v1alpha1.ActorSubjectResponsiblePerson, v1alpha1.ActorWebsiteResponsiblePerson,
		v1alpha1.ActorOperator, v1alpha1.ActorProvider, v1alpha1.ActorBureau, v1alpha1.ActorPublicSecurity} {
		inBoth(t, "actor", string(a), words.Actor(a))
	}
	for _, d := range []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed, v1alpha1.DecisionReturned,
		v1alpha1.DecisionActionRequested, v1alpha1.DecisionRevoked, v1alpha1.DecisionCancelled} {
		inBoth(t, "decision", string(d), words.Decision(d))
	}
	for _, e := range []v1alpha1.FilingEvent{v1alpha1.EventReturned, v1alpha1.EventActionRequired, v1alpha1.EventSmsWindowOpen,
		v1alpha1.EventDeadlineReminder, v1alpha1.EventApproved, v1alpha1.EventRevoked, v1alpha1.EventCancelled, v1alpha1.EventRegistryMismatch} {
		inBoth(t, "event", string(e), words.Event(e))
	}
	for _, st := range procedure.Table() {
		for _, task := range st.Tasks {
			inBoth(t, "place", task.Where, words.Place(task.Where))
			w, ok := words.Task{Name: task.Name, Stage: st.Name, Actor: task.Actor, Where: task.Where}.WhatToDo()
			if !ok {
				t.Errorf("task %s has no words", task.Name)
			}
			inBoth(t, "task", task.Name, w)
		}
	}
	for _, r := range procedure.Requests() {
		inBoth(t, "place", r.Where, words.Place(r.Where))
	}
	for _, where := range []string{procedure.AtPublicSecurityPlatform, procedure.AtLocalAuthority, procedure.OutsideCluster} {
		inBoth(t, "place", where, words.Place(where))
	}
	for _, row := range (rules.Set{}).ReturnReasons() {
		w, ok := words.Remedy(rules.Set{}, row.Reason)
		if !ok {
			t.Errorf("%s has no remedy", row.Reason)
		}
		inBoth(t, "remedy", row.Reason, w)
		if got := words.Reason("", row.Reason).Chinese; got != row.Chinese {
			t.Errorf("%s is %q, where the rules say %q", row.Reason, got, row.Chinese)
		}
	}
	for _, row := range (rules.Set{}).Expiries() {
		for _, name := range []string{string(row.Expiry), "SubjectPersonPaper", "WebsitePersonPaper"} {
			switch row.Expiry {
			case rules.ExpiryPersonPaper, rules.ExpiryPreApproval:
				continue
			}
			inBoth(t, "deadline", name, words.Deadline(name))
			w, _ := words.Task{Name: procedure.TaskRenew + name}.WhatToDo()
			inBoth(t, "renewal", name, w)
		}
	}
	for _, row := range (rules.Set{}).PreApprovals() {
		inBoth(t, "deadline", string(row.Category), words.Deadline(string(rules.ExpiryPreApproval)+string(row.Category)))
	}
}

func TestANameThatNobodyHasWordsForStandsForItselfInBothLanguages(t *testing.T) {
	t.Parallel()
	const name = "SomethingElse"
	itself := words.Words{English: name, Chinese: name}
	for what, got := range map[string]words.Words{
		"stage": words.Stage(name), "state": words.StageState(name), "type": words.FilingType(name), "actor": words.Actor(name), "place": words.Place(name),
		"decision": words.Decision(name), "event": words.Event(name), "deadline": words.Deadline(name), "paper": words.Deadline("PreApproval" + name),
		"condition": words.Condition(name), "reason": words.Reason(v1alpha1.ConditionReady, name), "parked": words.Parked(name),
		"stage says": words.StageSays(name),
	} {
		if what == "paper" {
			got = words.Words{English: strings.TrimPrefix(got.English, "PreApproval"), Chinese: strings.TrimPrefix(got.Chinese, "PreApproval")}
		}
		if got != itself {
			t.Errorf("%s: %+v", what, got)
		}
	}
	if w, ok := (words.Task{Name: name}).WhatToDo(); ok {
		t.Errorf("a task nobody knows is worded %+v", w)
	}
}

func TestAReasonMeansWhatItsConditionMeans(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"", "Submitted", "已提交接入服务商"},
		{v1alpha1.ConditionPublicSecurityRegistered, "Submitted", "已提交，等待公安备案号"},
		{v1alpha1.ConditionRegistryVerified, "OtherNumber", "域名备案在同一主体的其他备案号下"},
		{v1alpha1.ConditionFooterShown, "OtherNumber", "首页所示备案号类型与管局要求不符"},
	} {
		if got := words.Reason(c[0], c[1]).Chinese; got != c[2] {
			t.Errorf("%s of %q is %q, want %q", c[1], c[0], got, c[2])
		}
	}
	if got := words.Join(words.Reasons("WebsiteNameInvalid,Other")).Chinese; got != "网站名称不合规；Other" {
		t.Errorf("joined reasons are %q", got)
	}
}

func TestWhyARouteIsParkedIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, pending := range []exposure.Pending{
		{Filing: "shop/example-com", Stage: "PreliminaryReview"}, {Stage: "BureauReview", Reason: "RegistryMismatch"},
	} {
		inBoth(t, "pending", pending.String(), words.Parked(pending.String()))
	}
	for _, because := range []string{exposure.NoFiling + "shop", exposure.PerhapsNoFiling, exposure.NoHostName, exposure.NamesNoHost, exposure.NamesNoHostVia} {
		w := words.Parked(because)
		if w.English != because || !han.MatchString(w.Chinese) {
			t.Errorf("%q is %+v", because, w)
		}
	}
	want := "备案 shop/example-com 处于“管局审核”（备案查询结果不符）"
	if got := words.Parked("filing shop/example-com is at BureauReview (RegistryMismatch)").Chinese; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// inTranscript finds reasons in a transcript: of a stage's line, and of a condition's.
var inTranscript = []*regexp.Regexp{
	regexp.MustCompile(`^  [A-Z]\w+ +(?:Pending|Active|Done|Skipped|Returned)  ([A-Z]\w+(?:,[A-Z]\w+)*)(?:  |$)`),
	regexp.MustCompile(`^  [A-Z]\w+=(?:True|False|Unknown)  ([A-Z]\w+)`),
}

func TestTheJourneysOfTheProcedureGiveNoReasonWithoutWords(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", "procedure", "testdata"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			for _, line := range inTranscript {
				if m := line.FindStringSubmatch(lines.Text()); m != nil {
					for reason := range strings.SplitSeq(m[1], ",") {
						found[reason] = true
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for reason := range found {
		inBoth(t, "reason "+reason, reason, words.Reason("", reason))
	}
	if len(found) < 40 {
		t.Errorf("the journeys give %d reasons only", len(found))
	}
}

func TestNothingStaysNothingWithACapital(t *testing.T) {
	t.Parallel()
	if got := (words.Words{}).Capital(); got != (words.Words{}) {
		t.Errorf("%+v", got)
	}
	if got := (words.Words{English: "éa", Chinese: "中"}).Capital(); got != (words.Words{English: "Éa", Chinese: "中"}) {
		t.Errorf("%+v", got)
	}
}
