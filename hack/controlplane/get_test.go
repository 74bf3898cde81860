package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folderWith makes a folder of programs that do nothing.
func folderWith(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// moduleWith makes a module that pins versions but cannot build anything.
func moduleWith(t *testing.T, requires ...string) string {
	t.Helper()
	dir := t.TempDir()
	content := "module example.com/empty\n\ngo 1.26.0\n\nrequire (\n\t" + strings.Join(requires, "\n\t") + "\n)\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestBinariesOfKUBEBUILDER_ASSETSAreUsedAndAskedForOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	g := getter{
		binDir:    t.TempDir(),
		moduleDir: moduleWith(t, "k8s.io/kubernetes v1.37.2 // indirect", "go.etcd.io/etcd/server/v3 v3.7.0"),
		assets:    folderWith(t, "etcd", "kube-apiserver", "kube-controller-manager"),
		out:       &out,
	}
	if err := g.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, b := range binaries {
		if target, err := os.Readlink(filepath.Join(g.binDir, b.name)); err != nil || filepath.Dir(target) != g.assets {
			t.Errorf("%s is linked to %q (%v), want it from %s", b.name, target, err, g.assets)
		}
	}
	out.Reset()
	if err := g.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 0 {
		t.Errorf("getting them again did something: %s", out.String())
	}
}

func TestKUBEBUILDER_ASSETSThatIsTheFolderOfTheBinariesItselfIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	g := getter{
		binDir:    folderWith(t, "etcd", "kube-apiserver", "kube-controller-manager"),
		moduleDir: moduleWith(t, "k8s.io/kubernetes v1.37.2 // indirect", "go.etcd.io/etcd/server/v3 v3.7.0"),
		out:       &out,
	}
	stamps, err := readStamps(g.binDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range binaries {
		if err := stamps.set(b.name, map[string]string{etcdModule: "v3.7.0", kubernetesModule: "v1.37.2"}[b.module]); err != nil {
			t.Fatal(err)
		}
	}
	g.assets = filepath.Join(g.binDir, "..", filepath.Base(g.binDir))
	if err := g.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, b := range binaries {
		if info, err := os.Lstat(filepath.Join(g.binDir, b.name)); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is no longer the file that it was: %v", b.name, err)
		}
	}
}

func TestAControllerManagerThatCannotBeBuiltIsDoneWithout(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	g := getter{
		binDir:    t.TempDir(),
		moduleDir: moduleWith(t, "k8s.io/kubernetes v0.0.0-00010101000000-000000000000", "go.etcd.io/etcd/server/v3 v3.7.0"),
		assets:    folderWith(t, "etcd", "kube-apiserver"),
		out:       &out,
	}
	if err := g.get(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "going on without kube-controller-manager: build kube-controller-manager") {
		t.Errorf("got %q, which does not say what is missing and why", out.String())
	}
}

func TestAnAPIServerThatCannotBeBuiltIsAnError(t *testing.T) {
	t.Parallel()
	g := getter{
		binDir:    t.TempDir(),
		moduleDir: moduleWith(t, "k8s.io/kubernetes v0.0.0-00010101000000-000000000000", "go.etcd.io/etcd/server/v3 v3.7.0"),
		assets:    folderWith(t, "etcd"),
		out:       &bytes.Buffer{},
	}
	err := g.get(t.Context())
	if err == nil || !strings.Contains(err.Error(), "build kube-apiserver from k8s.io/kubernetes/cmd/kube-apiserver") {
		t.Errorf("got %v, want an error that says what could not be built", err)
	}
}

func TestVersionsOfAGoMod(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		requires   []string
		kubernetes string
		complaint  string
	}{
		{name: "are those that it requires", requires: []string{"go.etcd.io/etcd/server/v3 v3.7.0", "k8s.io/kubernetes v1.37.2 // indirect"}, kubernetes: "v1.37.2"},
		{name: "are not complete without Kubernetes", requires: []string{"go.etcd.io/etcd/server/v3 v3.7.0"}, complaint: "does not require k8s.io/kubernetes"},
		{name: "are not complete without etcd", requires: []string{"k8s.io/kubernetes v1.37.2"}, complaint: "does not require go.etcd.io/etcd/server/v3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			versions, err := moduleVersions(filepath.Join(moduleWith(t, test.requires...), "go.mod"))
			if test.complaint != "" {
				if err == nil || !strings.Contains(err.Error(), test.complaint) {
					t.Errorf("got %v, want an error with %q", err, test.complaint)
				}
				return
			}
			if err != nil || versions[kubernetesModule] != test.kubernetes {
				t.Errorf("got %v (%v), want Kubernetes %s", versions, err, test.kubernetes)
			}
		})
	}
}

func TestKubernetesBinariesAreToldTheirVersion(t *testing.T) {
	t.Parallel()
	const want = "-s -w -X k8s.io/component-base/version.gitVersion=v1.37.2" +
		" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37"
	if got := linkerFlags(binary{module: kubernetesModule}, "v1.37.2"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := linkerFlags(binary{module: etcdModule}, "v3.7.0"); got != "-s -w" {
		t.Errorf("etcd: got %s, want -s -w", got)
	}
}

func TestABuildsOutputIsCountedAndItsComplaintsKept(t *testing.T) {
	t.Parallel()
	output := &buildOutput{}
	output.read(strings.NewReader("go: downloading k8s.io/api v0.37.2\nk8s.io/api/core/v1\nmath/rand/v2\n# k8s.io/api/core/v1\nx.go:1:1: syntax error\n"))
	if got, want := output.summary(), "1 modules downloaded, 2 packages compiled"; got != want {
		t.Errorf("summary: got %q, want %q", got, want)
	}
	if got, want := output.complaints(), "# k8s.io/api/core/v1\nx.go:1:1: syntax error"; got != want {
		t.Errorf("complaints: got %q, want %q", got, want)
	}
}
