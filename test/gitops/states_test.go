package gitops

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// journeysFilings are those of the journeys of internal/procedure, as their statuses were written: each that stands otherwise than all others.
func journeysFilings(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "test", "./internal/procedure", "-skip", "Random", "-count=1", "-args", "-states="+dir)
	command.Dir = root
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("the journeys: %v: %s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var filings []*unstructured.Unstructured
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		filing := &unstructured.Unstructured{}
		if err := filing.UnmarshalJSON(content); err != nil {
			t.Fatal(err)
		}
		filings = append(filings, filing)
	}
	return filings
}

// conditionOf finds a condition; nil where there is none.
func conditionOf(object *unstructured.Unstructured, kind string) map[string]any {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == kind {
			return c
		}
	}
	return nil
}

// tableRow is a row of docs/gitops.md: what the three say of a filing in a state.
type tableRow struct {
	state   string
	reasons []string
	verdict
}

var quoted = regexp.MustCompile("`([A-Za-z]+)`")

// filingsTable reads the table of a page.
func filingsTable(t *testing.T, page string) []tableRow {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	var rows []tableRow
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 5 || !quoted.MatchString(cells[1]) || cells[2] == "Argo CD" {
			continue
		}
		row := tableRow{state: strings.TrimPrefix(cells[0], "| "), verdict: verdict{cells[2], cells[3], strings.TrimSuffix(cells[4], " |")}}
		for _, match := range quoted.FindAllStringSubmatch(cells[1], -1) {
			row.reasons = append(row.reasons, match[1])
		}
		rows = append(rows, row)
	}
	return rows
}

// rowOf finds the row of a filing: by the reason of Ready, and where two rows have it, by what the row's first cell quotes of
// another condition.
func rowOf(rows []tableRow, filing *unstructured.Unstructured) (int, error) {
	ready := conditionOf(filing, "Ready")
	if ready == nil {
		return 0, fmt.Errorf("it has no condition Ready")
	}
	best, found := -1, false
	for i, row := range rows {
		if !slices.Contains(row.reasons, ready["reason"].(string)) {
			continue
		}
		wants, conditional := map[string]string{}, quoted.FindStringSubmatch(row.state)
		if conditional != nil {
			wants[conditional[1]] = map[bool]string{true: "False", false: "True"}[strings.Contains(row.state, "False")]
		}
		holds := true
		for kind, want := range wants {
			c := conditionOf(filing, kind)
			holds = holds && c != nil && c["status"] == want
		}
		if holds && (best < 0 || conditional != nil) {
			best, found = i, true
		}
	}
	if !found {
		return 0, fmt.Errorf("no row has Ready's reason %s", ready["reason"])
	}
	return best, nil
}

func TestWhatBecomesOfAFilingInAPipelineIsAsThePageSays(t *testing.T) {
	t.Parallel()
	judges, err := theJudges()
	if err != nil {
		t.Fatal(err)
	}
	rows := filingsTable(t, "gitops.md")
	if len(rows) != 9 {
		t.Fatalf("the page's table has %d rows", len(rows))
	}
	filings := journeysFilings(t)
	t.Logf("%d filings stand in different ways", len(filings))
	if len(filings) < 200 {
		t.Errorf("only %d", len(filings))
	}
	seen := map[string]bool{}
	for _, filing := range filings {
		i, err := rowOf(rows, filing)
		if err != nil {
			t.Errorf("%v: %v", err, filing.Object["status"])
			continue
		}
		got, message, err := judges.judge(t.Context(), filing)
		if err != nil {
			t.Fatal(err)
		}
		want := rows[i].verdict
		if filing.GetDeletionTimestamp() != nil { // nobody checks the health of what is being deleted, but for Argo CD
			got.flux, want = want.flux, verdict{"Progressing", want.flux, "Terminating"}
		}
		ready := conditionOf(filing, "Ready")
		if got != want {
			t.Errorf("a filing that %s, %s: got %v, want %v; status %v", rows[i].state, ready["reason"], got, want, filing.Object["status"])
		}
		if got.argo != "Healthy" && message == "" {
			t.Errorf("a filing that %s: Argo CD says nothing of it", rows[i].state)
		}
		seen[fmt.Sprint(i, ready["reason"])] = true
	}
	for i, row := range rows {
		for _, reason := range row.reasons {
			if _, isMisled := misled[reason]; !isMisled && !seen[fmt.Sprint(i, reason)] {
				t.Errorf("no journey has a filing that %s, %s", row.state, reason)
			}
		}
	}
}

func TestTheHealthTablesOfBothLanguagesAgree(t *testing.T) {
	t.Parallel()
	english, chinese := filingsTable(t, "gitops.md"), filingsTable(t, "gitops.zh.md")
	if len(english) != len(chinese) {
		t.Fatalf("%d rows in English, %d in Chinese", len(english), len(chinese))
	}
	for i := range english {
		if !slices.Equal(english[i].reasons, chinese[i].reasons) || english[i].verdict != chinese[i].verdict {
			t.Errorf("row %d: %v, %v", i+1, english[i], chinese[i])
		}
	}
}
