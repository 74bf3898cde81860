package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/internal/configuration"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// remote is this repository as a kustomization of the reader's names it.
var remote = regexp.MustCompile(`https://github\.com/beian-dev/icp-operator//(\S+)\?ref=v[0-9.]+`)

// kustomize builds a page's kustomization as a reader would, of the repository as it is here.
func kustomize(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Rel(dir, root(t)) // which is how a kustomization names folders
	if err != nil {
		t.Fatal(err)
	}
	if !remote.MatchString(text) {
		t.Fatalf("it names nothing of this repository:\n%s", text)
	}
	text = remote.ReplaceAllString(text, filepath.ToSlash(here)+"/$1")
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Kustomize(dir)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// yamlWith is the block of a page, in YAML, that has a text.
func (p page) yamlWith(t *testing.T, text string) block {
	t.Helper()
	i := slices.IndexFunc(p.blocks, func(b block) bool { return b.lang == "yaml" && strings.Contains(b.text, text) })
	if i < 0 {
		t.Fatalf("%s shows no YAML with %q any more", p.path, text)
	}
	return p.blocks[i]
}

func TestTheKustomizationsThatThePagesShowInstallTheOperatorAsTheySay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"docs/install.md", "docs/install.zh.md"} {
		images := 0
		for _, o := range kustomize(t, read(t, name).yamlWith(t, "config/default?ref=").text) {
			if o.GetKind() != "Deployment" {
				continue
			}
			containers, _, err := unstructured.NestedSlice(o.Object, "spec", "template", "spec", "containers")
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range containers {
				if image := c.(map[string]any)["image"]; image != "registry.example.com/icp-operator:v0.1.0" {
					t.Errorf("%s: the operator's image is %v, not the reader's", name, image)
				}
				images++
			}
		}
		if images != 1 {
			t.Errorf("%s: %d images, want the operator's", name, images)
		}
	}
	for _, name := range []string{"docs/operations.md", "docs/operations.zh.md"} {
		built := kustomize(t, read(t, name).yamlWith(t, "config/network-policy?ref=").text)
		for _, kind := range []string{"Deployment", "NetworkPolicy"} {
			if !slices.ContainsFunc(built, func(o *unstructured.Unstructured) bool { return o.GetKind() == kind }) {
				t.Errorf("%s: its kustomization makes no %s", name, kind)
			}
		}
	}
}

func TestTheOperatorReadsTheConfigurationThatThePagesShow(t *testing.T) {
	t.Parallel()
	head := fmt.Sprintf("apiVersion: %s\nkind: %s\n", configuration.APIVersion, configuration.Kind)
	for _, name := range []string{"docs/operations.md", "docs/operations.zh.md", "docs/monitoring.md", "docs/monitoring.zh.md"} {
		text := strings.TrimPrefix(read(t, name).yamlWith(t, "traces: {endpoint: ").text, head)
		file, err := configuration.Read(name, []byte(head+text))
		if err != nil {
			t.Error(err)
		} else if len(file.Settings) == 0 {
			t.Errorf("%s: it sets nothing", name)
		}
	}
}

var (
	target = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
	making = regexp.MustCompile(`\bmake ([a-z0-9-]+)`)
)

func TestEveryTargetOfMakeThatThePagesNameIsThere(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join(root(t), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, match := range target.FindAllStringSubmatch(string(makefile), -1) {
		targets[match[1]] = true
	}
	named := 0
	for _, p := range pages(t, "*.md", "docs/*.md", "docs/adr/*.md", "examples/*/*.md") {
		typed := p.said()
		for _, b := range p.blocks {
			if b.isShell() {
				typed = append(typed, b.lines()...)
			}
		}
		for _, command := range typed {
			for _, match := range making.FindAllStringSubmatch(command, -1) {
				named++
				if !targets[match[1]] {
					t.Errorf("%s: the Makefile has no target %s", p.path, match[1])
				}
			}
		}
	}
	if named < 100 {
		t.Errorf("only %d are named", named)
	}
}
