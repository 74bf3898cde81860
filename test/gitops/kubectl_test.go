package gitops

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// kubectl applies with `kubectl apply` and compares with `kubectl diff`. Client side, what it applied last stands in an
// annotation, and it merges three ways: last applied, live, and the manifest. Helm's merge is the same, with what it
// released last in place of the annotation.
type kubectl struct {
	serverSide bool
	// manager is --field-manager.
	manager string
}

func (k kubectl) flags() []string {
	var flags []string
	if k.serverSide {
		flags = append(flags, "--server-side")
	}
	if k.manager != "" {
		flags = append(flags, "--field-manager="+k.manager)
	}
	return flags
}

func (k kubectl) sync(p place, manifests []*unstructured.Unstructured) {
	p.Helper()
	_, err := runKubectl(p, append([]string{"apply", "-f", p.file(manifests)}, k.flags()...)...)
	p.must(err)
}

func (k kubectl) stamps() bool { return !k.serverSide }

func (k kubectl) drift(p place, manifests []*unstructured.Unstructured) map[string]string {
	p.Helper()
	out, err := runKubectl(p, append([]string{"diff", "-f", p.file(manifests)}, k.flags()...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // there is a difference
		err = nil
	}
	p.must(err)
	drift := map[string]string{}
	for _, part := range strings.Split(out, "diff -u -N ")[1:] {
		for _, manifest := range manifests {
			if strings.Contains(part, "."+manifest.GetNamespace()+"."+manifest.GetName()+"\t") {
				drift[manifest.GetName()] = part
			}
		}
	}
	if out != "" && len(drift) == 0 {
		p.Errorf("kubectl diff shows what nobody asked for: %s", out)
	}
	return drift
}

// file writes manifests as one file, a list.
func (p place) file(manifests []*unstructured.Unstructured) string {
	p.Helper()
	items := make([]any, len(manifests))
	for i, manifest := range manifests {
		items[i] = manifest.Object
	}
	content, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	p.must(err)
	path := filepath.Join(p.TempDir(), "manifests.json")
	p.must(os.WriteFile(path, content, 0o600))
	return path
}

// runKubectl returns what kubectl prints; its error says what it complains of.
func runKubectl(p place, args ...string) (string, error) {
	p.Helper()
	program, err := kubectlProgram()
	p.must(err)
	command := exec.CommandContext(p.Context(), program, append([]string{"--kubeconfig", p.plane.Kubeconfig()}, args...)...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, complaints.String())
	}
	return string(out), err
}

// kubectlProgram finds kubectl in the path, or where `controlplane get --kubectl` puts it.
func kubectlProgram() (string, error) {
	if program, err := exec.LookPath("kubectl"); err == nil {
		return program, nil
	}
	root, err := cluster.Root()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, "bin", "k8s", "kubectl")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("find kubectl: %w: run bin/controlplane get --kubectl --bin-dir bin/k8s", err)
	}
	return program, nil
}

// Two managers share a field while they agree on its value, and neither manifest says icp-parked.
func TestASecondManagerConflictsOverAParkedRouteUnlessItForces(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	manifests := p.manifests(false)[:1]
	flux{}.sync(p, manifests)
	p.untilParked(true, manifests)
	apply := []string{"apply", "--server-side", "--field-manager=jenkins", "-f", p.file(manifests)}
	_, err := runKubectl(p, apply...)
	if err == nil || !strings.Contains(err.Error(), `conflict with "kustomize-controller": .spec.ingressClassName`) {
		t.Errorf("got %v, want a conflict over the class", err)
	}
	_, err = runKubectl(p, append(apply, "--force-conflicts")...)
	p.must(err)
	p.untilParked(true, manifests)

	p.clear(true)
	p.untilParked(false, manifests)
	_, err = runKubectl(p, apply...)
	p.must(err)
	p.wantInSync(flux{}, manifests, "released")
}
