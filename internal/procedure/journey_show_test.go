package procedure

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

var update = flag.Bool("update", false, "write the golden transcripts anew")

// transcripts is where the approved transcripts are.
const transcripts = "testdata/journeys"

// note writes a line down, and whose it is where there are several.
func (j *journey) note(format string, args ...any) {
	if j.quiet {
		return
	}
	indent := "  "
	if len(j.journeys) > 1 {
		indent = fmt.Sprintf("  %-7s ", j.filing.Name)
	}
	fmt.Fprintf(&j.out, indent+format+"\n", args...)
}

// show writes down what changed, and who must act next.
func (j *journey) show() {
	before, s := j.before, &j.filing.Status
	if j.quiet || j.gone || cmp.Equal(before, s) && !j.unheeded() {
		return
	}
	if s.FilingType != before.FilingType {
		j.note("type     %s", s.FilingType)
	}
	if s.Attempt != before.Attempt && s.Attempt > 1 {
		j.note("attempt  %d", s.Attempt)
	}
	if s.OrderID != before.OrderID {
		j.note("order    %s", s.OrderID)
	}
	j.showVerdicts()
	j.showStages(before.Stages)
	if s.SubjectNumber != before.SubjectNumber || s.WebsiteNumber != before.WebsiteNumber {
		j.note("number   %s, %s", s.SubjectNumber, s.WebsiteNumber)
	}
	j.showNext()
	j.showConditions()
}

// unheeded says that a decision of just now does not count.
func (j *journey) unheeded() bool {
	if !j.byPeople() {
		return false // its provider's history is told again and again, and in any order
	}
	for _, v := range j.last.Verdicts {
		if !v.Applied && j.toldNow(v.ID) {
			return true
		}
	}
	return false
}

func (j *journey) toldNow(id string) bool {
	for _, d := range j.order.clone().History {
		if d.ID == id {
			return d.At.Equal(j.now)
		}
	}
	return false
}

func (j *journey) showVerdicts() {
	for _, v := range j.last.Verdicts {
		if j.byPeople() && !v.Applied && j.toldNow(v.ID) {
			j.note("does not count (%s): %s", v.Reason, v.Message)
		}
	}
}

func (j *journey) showStages(before []v1alpha1.StageStatus) {
	was := map[v1alpha1.StageName]v1alpha1.StageStatus{}
	for _, st := range before {
		was[st.Name] = st
	}
	for _, st := range j.filing.Status.Stages {
		had, known := was[st.Name]
		if st.State == v1alpha1.StagePending && known {
			had.DueAt = st.DueAt // the estimate of what is to come moves with every step
		}
		if !cmp.Equal(had, st) {
			j.showStage(st)
		}
	}
}

func (j *journey) showStage(st v1alpha1.StageStatus) {
	line := fmt.Sprintf("%-28s %s", st.Name, st.State)
	for _, part := range []string{st.Reason, st.Message} {
		if part != "" {
			line += "  " + part
		}
	}
	if st.DueAt != nil && st.State == v1alpha1.StageActive {
		line += "  by " + calendar.Date(st.DueAt.Time)
	}
	if st.DueAt != nil && st.State == v1alpha1.StagePending {
		line += "  expected by " + calendar.Date(st.DueAt.Time)
	}
	j.note("%s", line)
	if st.State != v1alpha1.StageActive && st.Name != v1alpha1.StageApproved {
		return
	}
	for _, task := range st.Tasks {
		end := ""
		if task.DueAt != nil {
			end = ", until " + task.DueAt.In(calendar.Beijing).Format("2006-01-02 15:04")
		}
		if task.DoneAt != nil {
			end = ", done"
		}
		j.note("  - %s: %s, at %s%s", task.Name, task.Actor, task.Where, end)
	}
}

func (j *journey) showNext() {
	n, had := j.filing.Status.NextAction, j.before.NextAction
	switch {
	case cmp.Equal(had, n):
	case n == nil:
		j.note("next     nobody must act")
	case n.DueDate != "":
		j.note("next     %s must %s by %s: %s", n.Actor, n.Task, n.DueDate, n.Description)
	default:
		j.note("next     %s must %s: %s", n.Actor, n.Task, n.Description)
	}
}

// showConditions writes down what became of the conditions that people go by, and their words where no other line has
// them.
func (j *journey) showConditions() {
	said := ""
	if n := j.filing.Status.NextAction; n != nil {
		said = n.Description
	}
	for _, kind := range []string{
		v1alpha1.ConditionReady, v1alpha1.ConditionStalled, v1alpha1.ConditionPrerequisitesMet, v1alpha1.ConditionInformationCurrent,
		v1alpha1.ConditionSmsVerified, v1alpha1.ConditionExposureAllowed, v1alpha1.ConditionPublicSecurityRegistered,
		v1alpha1.ConditionIcpLicensed,
	} {
		is, had := meta.FindStatusCondition(j.filing.Status.Conditions, kind), meta.FindStatusCondition(j.before.Conditions, kind)
		words := kind == v1alpha1.ConditionReady || kind == v1alpha1.ConditionInformationCurrent || kind == v1alpha1.ConditionPrerequisitesMet || kind == v1alpha1.ConditionSmsVerified
		same := is != nil && had != nil && had.Reason == is.Reason && had.Status == is.Status
		said := is == nil || strings.Contains(said, is.Message) || said != "" && strings.Contains(is.Message, said)
		switch {
		case is == nil && had != nil && kind == v1alpha1.ConditionStalled:
			j.note("%s no longer", kind)
		case is == nil, same && (!words || said || had.Message == is.Message):
		case had == nil && (is.Reason == v1alpha1.ReasonPending || is.Reason == v1alpha1.ReasonMet || is.Reason == v1alpha1.ReasonNotRequired && kind == v1alpha1.ConditionIcpLicensed):
		case words && !said:
			j.note("%s=%s  %s: %s", kind, is.Status, is.Reason, is.Message)
		default:
			j.note("%s=%s  %s", kind, is.Status, is.Reason)
		}
	}
}

// golden compares the transcript with the one that was approved.
func (j *journey) golden(name string) {
	j.t.Helper()
	path := filepath.Join(transcripts, filepath.FromSlash(name)+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // test data, for all to read
			j.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(j.out.String()), 0o644); err != nil { //nolint:gosec // test data, for all to read
			j.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		j.t.Fatalf("no transcript has been approved (go test ./internal/procedure -update writes it): %v", err)
	}
	if diff := cmp.Diff(string(want), j.out.String()); diff != "" {
		j.t.Errorf("the journey differs from the approved one (-approved +now):\n%s", diff)
	}
}
