package plugin_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/plugin"
)

// asProgram has the test's own binary be the program, so that scripts can call it.
const asProgram = "KUBECTL_ICP_IN_TESTS"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	os.Exit(plugin.Run(context.Background(), append([]string{"kubectl-icp"}, os.Args[1:]...), os.Getenv, streams, clock.RealClock{}))
}

// The hook of the pages lets a commit pass, or keeps it back, by what is staged.
func TestTheHookOfThePages(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"kubectl-icp.md", "kubectl-icp.zh.md"} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
			if err != nil {
				t.Fatal(err)
			}
			hook := regexp.MustCompile("(?s)```sh\n(#!/bin/sh\n.*?)```").FindSubmatch(text)
			if hook == nil {
				t.Fatal("the page has no hook")
			}
			r := repository{t, t.TempDir()}
			r.write(".git/hooks/pre-commit", string(hook[1]))
			r.write("bin/kubectl", "#!/bin/sh\n[ \"$1\" = icp ] || exit 3\nshift\nexec '"+os.Args[0]+"' \"$@\"\n")
			r.write("deploy/route.yaml", ingressOf("www.example.com"))
			r.write("deploy/exempt.yaml", "{apiVersion: icp.beian.dev/v1alpha1, kind: ExposurePolicy, metadata: {name: default}, spec: {defaultMode: Hold, exemptDomains: [example.com]}}\n")
			if out, err := r.commit(); err != nil {
				t.Errorf("a commit of what is right: %v\n%s", err, out)
			}
			r.write("deploy/route.yaml", ingressOf("www.example.org"))
			if out, err := r.commit(); err == nil || !strings.Contains(out, "deploy/route.yaml:1:") || !strings.Contains(out, "www.example.org") {
				t.Errorf("a commit of a route without a filing: %v\n%s", err, out)
			}
		})
	}
}

func ingressOf(host string) string {
	return "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, spec: {rules: [{host: " + host + "}]}}\n"
}

// repository is a git repository of a test's own.
type repository struct {
	*testing.T
	dir string
}

func (r repository) write(name, text string) {
	r.Helper()
	file := filepath.Join(r.dir, name)
	if _, err := os.Stat(filepath.Join(r.dir, ".git", "config")); err != nil {
		r.git("init", "-q")
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o700); err != nil { //nolint:gosec // some are scripts
		r.Fatal(err)
	}
}

func (r repository) commit() (string, error) {
	r.Helper()
	r.git("add", "deploy")
	out, err := r.command("-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "commit", "-q", "-m", "change").CombinedOutput()
	return string(out), err
}

func (r repository) git(args ...string) {
	r.Helper()
	if out, err := r.command(args...).CombinedOutput(); err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (r repository) command(args ...string) *exec.Cmd {
	command := exec.CommandContext(r.Context(), "git", args...)
	command.Dir = r.dir
	command.Env = append(os.Environ(), asProgram+"=1", "LANG=C", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"PATH="+filepath.Join(r.dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	return command
}
