package docs

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row says of blocks of commands, by a page and a text that they hold (none: all of the page's), what becomes of them.
type row struct{ page, holds, reason string }

// elsewhere are the blocks whose commands other tests run.
var elsewhere = []row{
	{"docs/gitops.md", "", "test/gitops: on the examples, before and after the approval"},
	{"docs/exposure-gate.md", "", "test/gitops: on a control plane of its own, with what each shows"},
	{"docs/remove-the-gate.md", "", "test/gitops: on a control plane of its own, of which nothing is left"},
	{"docs/troubleshooting.md", "kubectl ", "test/gitops: while a route is held"},
	{"docs/concepts.md", "", "test/gitops: with those of troubleshooting.md"},
	{"docs/kubectl-icp.md", "$ kubectl icp", "test/plugin: with all that they print"},
	{"docs/kubectl-icp.md", "kubectl icp init", "test/plugin: with its questions answered"},
	{"docs/kubectl-icp.md", "kubectl icp check", "test/plugin and internal/plugin: on manifests of theirs"},
	{"docs/kubectl-icp.md", "kubectl icp import", "test/plugin: with filled sheets"},
	{"docs/kubectl-icp.md", "kubectl icp resubmit", "test/plugin: on a filing that was returned"},
	{"docs/kubectl-icp.md", "kubectl icp board", "test/plugin: it would not end"},
	{"docs/install.md", "helm install", "test/chart: by Helm's own actions"},
	{"docs/conformance.md", "", "internal/conformance: on the simulator"},
	{"docs/simulator.md", "", "internal/simulator: its control, and its programs' flags"},
	{"docs/board.md", "kubectl icp board", "test/plugin: it would not end"},
	{"README.md", "$ make demo", "the CI"},
	{"docs/reliability.md", "make adversary", "they run the tests that make test runs, too; hack/adversary holds the page to these"},
	{"README.md", "make run ", "make run is make demo, which the CI runs, and stays up for this test"},
	{"docs/quick-start.md", "make run", "as of README.md"},
}

// nowhere are the blocks that nothing here can run.
var nowhere = []row{
	{"docs/install.md", "make image", "it takes an image's builder, and base images from a registry; test/image holds what a builder is given to what the program is made of"},
	{"docs/security.md", "ssh-keygen -Y verify", "it takes OpenSSH, and what make dist has signed; hack/sign verifies its signatures"},
	{"docs/kubectl-icp.md", "sudo install", "it installs for the whole machine"},
	{"docs/operations.md", "port-forward", "it takes a kubelet"},
	{"docs/monitoring.md", "port-forward", "it takes a kubelet; test/metrics scrapes"},
	{"docs/monitoring.md", "logs -l", "it takes a kubelet"},
	{"docs/calendar.md", "curl", "it takes the reader's own address; test/calendar asks"},
	{"docs/troubleshooting.md", "argocd app get", "it takes Argo CD; test/gitops judges as it does"},
	{"docs/troubleshooting.md", "flux get", "it takes Flux; test/gitops judges as it does"},
}

// is says whether a row is of a block.
func (r row) is(page string, b block) bool {
	return r.page == page && strings.Contains(b.text, r.holds)
}

// isShell says whether people type a block.
func (b block) isShell() bool { return b.lang == "sh" || b.lang == "console" }

// scripts are the pages with commands, the English ones: the others have the same.
func scripts(t *testing.T) []page {
	t.Helper()
	all := pages(t, "README.md", "docs/*.md")
	return slices.DeleteFunc(all, func(p page) bool { return isChinese(p.path) })
}

var typed = regexp.MustCompile(`(?m)^(\$ |kubectl |make |helm |go run )`)

func TestEveryCommandOfThePagesIsRunOrSaidWhyNot(t *testing.T) {
	t.Parallel()
	used := map[row]bool{}
	for _, p := range scripts(t) {
		for _, b := range p.blocks {
			if !b.isShell() {
				if b.lang == "" && typed.MatchString(b.text) {
					t.Errorf("%s:%d: commands, and no language that says so: sh, or console", p.path, b.line)
				}
				continue
			}
			said := false
			for _, r := range slices.Concat(elsewhere, nowhere) {
				if r.is(p.path, b) {
					said, used[r] = true, true
				}
			}
			if runs := slices.Contains(order, p.path); !said && !runs {
				t.Errorf("%s:%d: no test runs this, and nothing says why:\n%s", p.path, b.line, b.text)
			}
		}
	}
	for _, r := range slices.Concat(elsewhere, nowhere) {
		if !used[r] {
			t.Errorf("%s has no commands with %q any more", r.page, r.holds)
		}
	}
}

var (
	remark   = regexp.MustCompile(`\s+# .*$`)
	language = regexp.MustCompile(` --lang zh|&lang=(zh|en)|"returnReason":"[^"]*"`)
)

// commands are what is typed, line by line, without remarks, and in whichever language.
func (p page) commands() []string {
	var typed []string
	for _, b := range p.blocks {
		for _, line := range b.lines() {
			typed = append(typed, language.ReplaceAllString(remark.ReplaceAllString(line, ""), ""))
		}
	}
	return typed
}

// lines are what is typed of a block: of a console, what stands behind its prompts.
func (b block) lines() []string {
	lines := strings.Split(strings.TrimSuffix(b.text, "\n"), "\n")
	switch b.lang {
	case "sh":
		return lines
	case "console":
		var prompted []string
		for _, line := range lines {
			if command, is := strings.CutPrefix(line, "$ "); is {
				prompted = append(prompted, command)
			}
		}
		return prompted
	}
	return nil
}

func TestBothLanguagesHaveTheSameCommands(t *testing.T) {
	t.Parallel()
	for _, p := range scripts(t) {
		if slices.Contains(inOneLanguage, p.path) {
			continue
		}
		if diff := cmp.Diff(p.commands(), read(t, twin(p.path)).commands()); diff != "" {
			t.Errorf("%s (-English +中文):\n%s", p.path, diff)
		}
	}
}

// name is a block's, for a log.
func (b block) name(page string) string { return fmt.Sprintf("%s:%d", path.Base(page), b.line) }
