package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"sigs.k8s.io/yaml"
)

func TestAnArchiveIsTheSameBytesWheneverAndWhereverItIsMade(t *testing.T) {
	t.Parallel()
	made := func(at time.Time) []byte {
		dir := t.TempDir()
		files := map[string]string{}
		for _, name := range []string{"kubectl-icp", "kubectl_complete-icp"} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte("content of "+name), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
			files[name] = path
		}
		packed, err := pack(files)
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
	one, other := made(time.Unix(1e9, 0)), made(time.Unix(2e9, 0))
	if !bytes.Equal(one, other) {
		t.Error("two archives of the same files differ")
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	for unpacked, names := tar.NewReader(unzipped), []string{"kubectl-icp", "kubectl_complete-icp"}; len(names) > 0; names = names[1:] {
		header, err := unpacked.Next()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(unpacked)
		if err != nil || header.Name != names[0] || header.Mode != 0o755 || string(content) != "content of "+names[0] {
			t.Errorf("%+v, %q, %v", header, content, err)
		}
	}
}

func TestTheManifestNamesEveryPlatformsArchiveAndSum(t *testing.T) {
	t.Parallel()
	manifest, err := template.ParseFiles(filepath.Join("..", "krew", "icp.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var archives []archive
	for _, p := range platforms {
		archives = append(archives, archive{platform: p, Name: p.OS + "_" + p.Arch + ".tar.gz", Binary: "kubectl-icp", Sum: strings.Repeat("ab", 32)})
	}
	var out bytes.Buffer
	if err := manifest.Execute(&out, map[string]any{"Version": "v1.2.3", "Base": "https://example.com", "Archives": archives}); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Spec struct {
			Version, ShortDescription string
			Platforms                 []struct {
				Selector         struct{ MatchLabels map[string]string }
				URI, SHA256, Bin string
			}
		}
	}
	if err := yaml.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if read.Spec.Version != "v1.2.3" || len(read.Spec.ShortDescription) > 50 || len(read.Spec.Platforms) != len(platforms) {
		t.Errorf("%+v", read.Spec)
	}
	for i, p := range read.Spec.Platforms {
		if p.Selector.MatchLabels["os"] != platforms[i].OS || p.Selector.MatchLabels["arch"] != platforms[i].Arch || p.SHA256 != strings.Repeat("ab", 32) ||
			p.URI != "https://example.com/v1.2.3/"+archives[i].Name || p.Bin != "kubectl-icp" {
			t.Errorf("%+v", p)
		}
	}
}
