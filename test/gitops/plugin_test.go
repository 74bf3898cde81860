package gitops

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// plugin makes a folder with the plugin and what has kubectl complete its arguments, and returns what puts it on a shell's PATH.
func (e example) plugin() string {
	e.Helper()
	root, err := cluster.Root()
	e.must(err)
	dir := e.TempDir()
	build := exec.CommandContext(e.Context(), "go", "build", "-o", dir, "./cmd/kubectl-icp")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		e.Fatalf("the plugin: %v: %s", err, out)
	}
	script, err := os.ReadFile(filepath.Join(root, "hack", "krew", "kubectl_complete-icp"))
	e.must(err)
	e.must(os.WriteFile(filepath.Join(dir, "kubectl_complete-icp"), script, 0o700)) //nolint:gosec // it is run
	return "export PATH=" + dir + ":$PATH\n"
}

// kubectlCompletes asks kubectl as a shell does, and returns what it offers.
func (e example) kubectlCompletes(path, args string) []string {
	e.Helper()
	out := e.run(e.T, args, path+"kubectl __completeNoDesc "+args+" 2>/dev/null")
	offered := strings.Fields(out)
	return slices.DeleteFunc(offered, func(line string) bool { return strings.HasPrefix(line, ":") })
}

func (e example) wantCompletions(path string) {
	e.Helper()
	for args, want := range map[string]string{
		`icp st`:                  "status",
		`icp status ""`:           "",
		`icp status -n shop exam`: "example-com",
		`icp status -n sh`:        "shop",
		`icp list --lang ""`:      "zh en",
		`icp list --standing ""`:  "Overdue ToAct Waiting Ended Done",
		`icp resubmit -n shop ex`: "example-com",
	} {
		if got := strings.Join(e.kubectlCompletes(path, args), " "); got != want {
			e.Errorf("kubectl %s: completed by %q, want %q", args, got, want)
		}
	}
}

func TestTheCommandsOfTheTroubleshootingPageRun(t *testing.T) {
	t.Parallel()
	e := newExample(t, "flux")
	flux{}.sync(e.place, e.applied)
	e.is(map[string]verdict{"IcpFiling": {"Suspended", "Current", "InProgress"}, "Ingress": {"Suspended", "Current", "Current"}})
	path := e.plugin()
	blocks := slices.Concat(commands(t, "troubleshooting.md"), commands(t, "concepts.md"))
	if len(blocks) < 10 {
		t.Errorf("the pages have %d blocks of commands", len(blocks))
	}
	for i, block := range blocks {
		e.run(t, fmt.Sprintf("block %d", i+1), path+block)
	}
	e.wantCompletions(path)
}
