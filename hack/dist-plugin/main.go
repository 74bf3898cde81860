// Command dist-plugin builds kubectl-icp for every platform, packs each, with what completes its arguments, into an archive
// that is the same bytes wherever it is made, and writes the krew manifest with their sums.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"text/template"
)

// platform is one that the plugin is built for.
type platform struct{ OS, Arch string }

var platforms = []platform{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

// archive is a platform's, packed.
type archive struct {
	platform
	Name, Binary, Sum string
}

func main() {
	version := flag.String("version", "v0.0.0", "version of the plugin, vX.Y.Z")
	base := flag.String("base", "https://github.com/beian-dev/icp-operator/releases/download", "address that the archives will have, before /version/name")
	out := flag.String("out", "dist", "folder for the archives and the manifest")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := dist(ctx, *version, *base, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dist-plugin:", err)
		os.Exit(1)
	}
}

func dist(ctx context.Context, version, base, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var archives []archive
	for _, p := range platforms {
		a, err := p.build(ctx, version, out)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", p.OS, p.Arch, err)
		}
		fmt.Println(a.Sum, a.Name)
		archives = append(archives, a)
	}
	manifest, err := template.ParseFiles(filepath.Join("hack", "krew", "icp.yaml"))
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(out, "icp.yaml"))
	if err != nil {
		return err
	}
	return errors.Join(manifest.Execute(file, map[string]any{"Version": version, "Base": base, "Archives": archives}), file.Close())
}

// build builds the plugin for a platform and packs it. Nothing of the machine, the folder or the time gets into it.
func (p platform) build(ctx context.Context, version, out string) (archive, error) {
	a := archive{platform: p, Name: fmt.Sprintf("kubectl-icp_%s_%s.tar.gz", p.OS, p.Arch), Binary: "kubectl-icp"}
	if p.OS == "windows" {
		a.Binary += ".exe"
	}
	dir, err := os.MkdirTemp("", "dist-plugin-")
	if err != nil {
		return a, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, a.Binary)
	build := exec.CommandContext(ctx, filepath.Join("hack", "release-build"), version, binary, "./cmd/kubectl-icp")
	build.Env = append(os.Environ(), "GOOS="+p.OS, "GOARCH="+p.Arch)
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return a, err
	}
	packed, err := pack(map[string]string{a.Binary: binary, "kubectl_complete-icp": filepath.Join("hack", "krew", "kubectl_complete-icp")})
	if err != nil {
		return a, err
	}
	sum := sha256.Sum256(packed)
	a.Sum = hex.EncodeToString(sum[:])
	return a, os.WriteFile(filepath.Join(out, a.Name), packed, 0o644)
}
