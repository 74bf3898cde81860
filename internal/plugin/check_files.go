package plugin

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/internal/check"
)

// standardInput is how people call it where a file is asked for.
const standardInput = "-"

// kustomizations are the names under which kustomize finds one.
var kustomizations = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// sources are the texts that are to be checked.
type sources struct {
	texts []check.Source
	// patches are files that were left out, since they are patches of a kustomization.
	patches []string
}

// readFiles reads what -f names: files, directories, standard input.
func (s *sources) readFiles(in io.Reader, names []string, recursive bool) error {
	for _, name := range names {
		if name == standardInput {
			data, err := io.ReadAll(in)
			if err != nil {
				return fmt.Errorf("reading standard input: %w", err)
			}
			s.texts = append(s.texts, check.Source{Name: "<stdin>", Data: data})
			continue
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return fmt.Errorf("reading manifests: %w", err)
		case info.IsDir():
			err = s.readDir(name, recursive)
		default:
			err = s.readFile(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sources) readFile(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading manifests: %w", err)
	}
	s.texts = append(s.texts, check.Source{Name: filepath.ToSlash(name), Data: data})
	return nil
}

// readDir reads the YAML and JSON files of a directory, but what is hidden, and patches, which are no whole objects.
func (s *sources) readDir(dir string, recursive bool) error {
	var files, patches []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != dir && (!recursive || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case slices.Contains(kustomizations, entry.Name()):
			patches = append(patches, patchesOf(path)...)
		case slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path))) && !strings.HasPrefix(entry.Name(), "."):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading manifests: %w", err)
	}
	for _, file := range files {
		if slices.Contains(patches, file) {
			s.patches = append(s.patches, filepath.ToSlash(file))
			continue
		}
		if err := s.readFile(file); err != nil {
			return err
		}
	}
	return nil
}

// patchesOf are the files that a kustomization names as patches. One that cannot be read names none: it is kustomize's to say.
func patchesOf(kustomization string) []string {
	data, err := os.ReadFile(kustomization)
	if err != nil {
		return nil
	}
	var of struct {
		Patches []struct {
			Path string `json:"path"`
		} `json:"patches"`
		PatchesJSON6902 []struct {
			Path string `json:"path"`
		} `json:"patchesJson6902"`
		PatchesStrategicMerge []string `json:"patchesStrategicMerge"`
	}
	if yaml.Unmarshal(data, &of) != nil {
		return nil
	}
	paths := slices.Clone(of.PatchesStrategicMerge)
	for _, patch := range slices.Concat(of.Patches, of.PatchesJSON6902) {
		paths = append(paths, patch.Path)
	}
	for i := range paths {
		paths[i] = filepath.Join(filepath.Dir(kustomization), paths[i])
	}
	return paths
}

// readKustomization builds what a directory's kustomization makes. Nothing is loaded from elsewhere than under that directory,
// and no plugin runs.
func (s *sources) readKustomization(dir string) error {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return fmt.Errorf("building kustomization %s: %w", dir, err)
	}
	data, err := resources.AsYaml()
	if err != nil {
		return fmt.Errorf("writing out kustomization %s: %w", dir, err)
	}
	name := filepath.ToSlash(filepath.Join(dir, kustomizations[0]))
	s.texts = append(s.texts, check.Source{Name: name, Data: data, Rendered: true})
	return nil
}
