// Package image holds what the operator's image is made from to be whole, where nothing builds it: a builder is given only what
// .dockerignore leaves in.
package image

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// line is one of .dockerignore's: what it matches, and whether that is left in all the same.
type line struct {
	matches *regexp.Regexp
	keeps   bool
}

// ignored reads .dockerignore, as far as ours goes: * and **, and ! before what is left in.
func ignored(t *testing.T, root string) []line {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for pattern := range strings.Lines(string(text)) {
		pattern = strings.TrimSpace(pattern)
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		pattern, keeps := strings.CutPrefix(pattern, "!")
		if strings.ContainsAny(pattern, "?[]\\") {
			t.Fatalf("this test does not know what %q matches", pattern)
		}
		expression := strings.NewReplacer(`\*\*/`, `(.*/)?`, `\*`, `[^/]*`).Replace(regexp.QuoteMeta(pattern))
		lines = append(lines, line{regexp.MustCompile("^" + expression + "$"), keeps})
	}
	return lines
}

// isLeftOut says of a file whether the builder is not given it: the last line that matches it, or a folder that it is in, decides.
func isLeftOut(file string, lines []line) bool {
	out := false
	for _, l := range lines {
		for at := file; at != "."; at = path.Dir(at) {
			if l.matches.MatchString(at) {
				out = !l.keeps
				break
			}
		}
	}
	return out
}

// madeOf lists the repository's files that the operator is compiled from for a platform.
func madeOf(t *testing.T, root, arch string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Dir,Module,GoFiles,SFiles,EmbedFiles", ".")
	list.Dir = root
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"go.mod", "go.sum"}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			Dir                         string
			Module                      *struct{ Main bool }
			GoFiles, SFiles, EmbedFiles []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return files
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || !p.Module.Main {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.SFiles, p.EmbedFiles) {
			file, err := filepath.Rel(root, filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, filepath.ToSlash(file))
		}
	}
}

func TestTheImagesBuilderIsGivenAllThatTheOperatorIsCompiledFromAndNoTests(t *testing.T) {
	t.Parallel()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	lines := ignored(t, root)
	containerfile, err := os.ReadFile(filepath.Join(root, "Containerfile"))
	if err != nil {
		t.Fatal(err)
	}
	needed := []string{"hack/release-build"}
	if !strings.Contains(string(containerfile), needed[0]+" $VERSION ") {
		t.Error("the image's program is not made as make dist makes it")
	}
	for _, arch := range []string{"amd64", "arm64"} {
		needed = append(needed, madeOf(t, root, arch)...)
	}
	if len(needed) < 200 {
		t.Errorf("only %d files are needed", len(needed))
	}
	for _, file := range needed {
		if isLeftOut(file, lines) {
			t.Errorf(".dockerignore leaves out %s, which the operator is made from", file)
		}
	}
	for _, file := range []string{"main_test.go", "internal/rules/docs_test.go", "internal/plugin/testdata/x", "bin/icp-operator", ".git/config", "dist/SHA256SUMS", "test/image/context_test.go"} {
		if !isLeftOut(file, lines) {
			t.Errorf(".dockerignore leaves in %s", file)
		}
	}
}
