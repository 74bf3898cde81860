package gitops

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// project is a module of which only files are of use: nothing of it is compiled.
type project struct{ module, version, sum string }

var (
	// argoCDProject has Argo CD's own health checks, and the CRD of its Applications.
	argoCDProject = project{"github.com/argoproj/argo-cd/v3", "v3.4.5", "h1:LJwNG3Ug/4IDtIneuW+SidzhT3EX3Y+RK+AMa4yleYw="}
	// kustomizeController has the CRD of Flux's Kustomizations.
	kustomizeController = project{"github.com/fluxcd/kustomize-controller", "v1.9.6", "h1:XB+G3A0mky0j5uVHZWv4oSlS2RvZBoNIUhstIvY0JKE="}
)

// file reads a file of the module, which the Go toolchain downloads.
func (p project) file(ctx context.Context, path string) ([]byte, error) {
	answer, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", p.module+"@"+p.version).Output()
	if err != nil {
		return nil, fmt.Errorf("download %s: %w: %s", p.module, err, answer)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal(answer, &module); err != nil {
		return nil, err
	}
	if module.Sum != p.sum {
		return nil, fmt.Errorf("%s %s has the sum %s, not %s", p.module, p.version, module.Sum, p.sum)
	}
	return os.ReadFile(filepath.Join(module.Dir, filepath.FromSlash(path)))
}

// installCRD has the cluster of a world serve a kind of a project's.
func (w *world) installCRD(ctx context.Context, p project, path string) error {
	content, err := p.file(ctx, path)
	if err != nil {
		return err
	}
	crds, err := cluster.Decode(content)
	if err != nil {
		return err
	}
	return w.plane.ApplyObjects(ctx, crds...)
}
