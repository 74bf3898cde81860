package gitops

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// commands reads the shell blocks of a page of docs/.
func commands(t *testing.T, page string) []string {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, match := range shellBlock.FindAllStringSubmatch(string(content), -1) {
		blocks = append(blocks, match[1])
	}
	return blocks
}

func TestPagesInBothLanguagesHaveTheSameCommands(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"remove-the-gate", "exposure-gate", "gitops"} {
		english := commands(t, page+".md")
		if len(english) == 0 {
			t.Fatalf("%s has no commands", page)
		}
		if diff := cmp.Diff(english, commands(t, page+".zh.md")); diff != "" {
			t.Errorf("%s (-English +中文):\n%s", page, diff)
		}
	}
}

// It runs the page's commands as they stand there, in their order.
func TestWhoFollowsThePageRemovesTheGateAndReleasesWhatWasParked(t *testing.T) {
	t.Parallel()
	w := newWorldFor(t)
	unlabelled, holds, denies := newPlaceIn(t, w, ""), newPlaceIn(t, w, v1alpha1.GateHold), newPlaceIn(t, w, v1alpha1.GateDeny)
	all := []place{unlabelled, holds, denies}
	filed := newPlaceIn(t, w, v1alpha1.GateHold) // whose clearance stands to the end
	filed.clear(true)
	holds.must(w.defaultMode(t.Context(), v1alpha1.ModeHold))
	denies.clear(true)
	for _, p := range all {
		flux{}.sync(p, p.manifests(false))
	}
	denies.clear(false)
	for _, p := range all {
		p.untilParked(true, p.manifests(false))
	}

	operatorUp := true
	for i, block := range commands(t, "remove-the-gate.md") {
		if strings.Contains(block, "delete deployment") { // which ends the operator
			holds.must(w.endOperator())
			operatorUp = false
		}
		w.run(t, fmt.Sprintf("block %d", i+1), block)
		if strings.Contains(block, "parked-hosts") {
			for _, p := range all {
				for _, manifest := range p.manifests(false) {
					if isParked(p.live(manifest)) {
						t.Errorf("after %s %s of %s is parked still", block, manifest.GetName(), p.name)
					}
				}
				p.wantInSync(flux{}, p.manifests(false), "ungated")
			}
		}
	}
	if operatorUp {
		t.Error("the page does not stop the operator")
	}
	for _, p := range all {
		p.wantAsWritten(p.manifests(false))
		p.wantUngated()
	}
	filed.wantUngated()
	w.wantNothingLeft(t)
}

// run runs a block of shell commands as an admin of the cluster would, in a folder with the repository's config: what they
// write is not left in the repository.
func (w *world) run(t *testing.T, what, block string) string {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	program, err := kubectlProgram()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", block)
	command.Dir = t.TempDir()
	if err := os.Symlink(filepath.Join(root, "config"), filepath.Join(command.Dir, "config")); err != nil {
		t.Fatal(err)
	}
	command.Env = append(os.Environ(), "KUBECONFIG="+w.plane.Kubeconfig(), "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v:\n%s\n%s", what, err, block, out)
	}
	t.Logf("%s:\n%s", what, out)
	return string(out)
}

// wantUngated expects that a new route is served, and that nothing of the gate is left on the namespace.
func (p place) wantUngated() {
	p.Helper()
	for _, manifest := range p.manifests(false) {
		manifest.SetName("new-" + manifest.GetName())
		p.must(p.admin.Create(p.Context(), manifest))
		if isParked(manifest) {
			p.Errorf("%s of %s is parked", manifest.GetName(), p.name)
		}
	}
	var namespace corev1.Namespace
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
	for key := range namespace.Annotations {
		if strings.Contains(key, "beian.dev") {
			p.Errorf("namespace %s has the annotation %s still", p.name, key)
		}
	}
	if _, labelled := namespace.Labels[v1alpha1.GateLabel]; labelled {
		p.Errorf("namespace %s has the label %s still", p.name, v1alpha1.GateLabel)
	}
}

// wantNothingLeft expects that no policy, class, kind or namespace of ours is in the cluster.
func (w *world) wantNothingLeft(t *testing.T) {
	t.Helper()
	for group, kinds := range map[string][]string{
		"admissionregistration.k8s.io": {
			"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
		},
		"apiextensions.k8s.io":      {"CustomResourceDefinition"},
		"networking.k8s.io":         {"IngressClass"},
		"rbac.authorization.k8s.io": {"ClusterRole", "ClusterRoleBinding"},
	} {
		for _, kind := range kinds {
			list := &unstructured.UnstructuredList{}
			list.SetGroupVersionKind(schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind + "List"})
			if err := w.admin.List(t.Context(), list); err != nil {
				t.Fatal(err)
			}
			for _, item := range list.Items {
				if strings.HasPrefix(item.GetName(), "icp-") || strings.HasSuffix(item.GetName(), "."+v1alpha1.GroupVersion.Group) {
					t.Errorf("%s %s is left", kind, item.GetName())
				}
			}
		}
	}
}
