package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// getter puts the control plane's binaries into a folder.
type getter struct {
	binDir    string // where they go
	moduleDir string // the module whose go.mod pins the versions and builds them
	assets    string // a folder that has them already, or empty
	kubectl   bool   // kubectl is wanted, too
	out       io.Writer
}

// binary is one part of the control plane.
type binary struct {
	name      string
	pkg       string // what `go build` builds it from
	module    string // whose version it has
	optional  bool   // a run goes on without it
	inEnvtest bool   // setup-envtest's archives contain it
	expect    string // how long a build takes on two cores when nothing is cached
}

const (
	kubernetesModule = "k8s.io/kubernetes"
	etcdModule       = "go.etcd.io/etcd/server/v3"
)

// binaries in the order in which they are built. The root package of etcd's server module is etcd itself.
var binaries = []binary{
	{name: "etcd", pkg: etcdModule, module: etcdModule, inEnvtest: true, expect: "half a minute to 2 minutes"},
	{name: "kube-apiserver", pkg: kubernetesModule + "/cmd/kube-apiserver", module: kubernetesModule, inEnvtest: true, expect: "3 to 8 minutes"},
	{name: "kube-controller-manager", pkg: kubernetesModule + "/cmd/kube-controller-manager", module: kubernetesModule, optional: true, expect: "1 to 4 minutes"},
}

var kubectlBinary = binary{name: "kubectl", pkg: kubernetesModule + "/cmd/kubectl", module: kubernetesModule, inEnvtest: true, expect: "half a minute to 3 minutes"}

// get fetches what is missing and nothing else.
func (g *getter) get(ctx context.Context) error {
	if sameFolder(g.assets, g.binDir) {
		g.assets = "" // what is there already is not to be linked to itself
	}
	wanted := binaries
	if g.kubectl {
		wanted = append(slices.Clip(wanted), kubectlBinary)
	}
	versions, err := moduleVersions(filepath.Join(g.moduleDir, "go.mod"))
	if err != nil {
		return err
	}
	stamps, err := readStamps(g.binDir)
	if err != nil {
		return err
	}
	missing := g.missing(wanted, versions, stamps)
	if len(missing) == 0 {
		return nil
	}
	if err := os.MkdirAll(g.binDir, 0o755); err != nil {
		return fmt.Errorf("make the folder of the binaries: %w", err)
	}
	prebuilt := g.prebuilt(ctx, missing, versions)
	for _, b := range missing {
		if source := filepath.Join(prebuilt, b.name); prebuilt != "" && executable(source) {
			err = link(source, filepath.Join(g.binDir, b.name))
		} else {
			err = g.build(ctx, b, versions[b.module])
		}
		if err != nil && b.optional && ctx.Err() == nil {
			fmt.Fprintf(g.out, "going on without %s: %v\n", b.name, err)
			continue
		}
		if err != nil {
			return err
		}
		if err := stamps.set(b.name, g.stamp(b, versions)); err != nil {
			return err
		}
	}
	return nil
}

// sameFolder says that two paths lead to one folder.
func sameFolder(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return errOne == nil && errOther == nil && os.SameFile(one, other)
}

// missing returns the binaries that are not there, or of another version or source than is wanted.
func (g *getter) missing(wanted []binary, versions map[string]string, stamps *stamps) []binary {
	var missing []binary
	for _, b := range wanted {
		if !executable(filepath.Join(g.binDir, b.name)) || stamps.of[b.name] != g.stamp(b, versions) {
			missing = append(missing, b)
		}
	}
	return missing
}

// stamp says what a binary is to be: of which version, or from which folder.
func (g *getter) stamp(b binary, versions map[string]string) string {
	if g.assets != "" && executable(filepath.Join(g.assets, b.name)) {
		return "from " + g.assets
	}
	return versions[b.module]
}

// prebuilt returns a folder that has some of the binaries ready to run, or "".
func (g *getter) prebuilt(ctx context.Context, missing []binary, versions map[string]string) string {
	if g.assets != "" {
		fmt.Fprintf(g.out, "control plane: what KUBEBUILDER_ASSETS=%s has is used\n", g.assets)
		return g.assets
	}
	worthIt := false
	for _, b := range missing {
		worthIt = worthIt || b.inEnvtest
	}
	if !worthIt {
		return ""
	}
	dir, err := setupEnvtest(ctx, g.binDir, versions[kubernetesModule])
	if err != nil {
		fmt.Fprintf(g.out, "control plane: setup-envtest has nothing for us here (%v); building from source instead\n", err)
		return ""
	}
	fmt.Fprintf(g.out, "control plane: setup-envtest put its binaries in %s\n", dir)
	return dir
}

// moduleVersions reads the versions of the control plane from a go.mod.
func moduleVersions(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the control plane's versions (run this at the root of the repository, or give --module-dir): %w", err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && (fields[0] == kubernetesModule || fields[0] == etcdModule) && strings.HasPrefix(fields[1], "v") {
			versions[fields[0]] = fields[1]
		}
	}
	for _, module := range []string{kubernetesModule, etcdModule} {
		if versions[module] == "" {
			return nil, fmt.Errorf("%s does not require %s", path, module)
		}
	}
	return versions, nil
}

func executable(path string) bool {
	_, err := exec.LookPath(path)
	return err == nil
}

// link makes a symbolic link at path, in place of whatever is there.
func link(source, path string) error {
	target, err := filepath.Abs(source)
	if err != nil {
		return fmt.Errorf("resolve %s: %w", source, err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	if err := os.Symlink(target, path); err != nil {
		return fmt.Errorf("link %s: %w", path, err)
	}
	return nil
}
