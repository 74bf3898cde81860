package chart

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yannh/kubeconform/pkg/resource"
	"github.com/yannh/kubeconform/pkg/validator"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// within bounds every wait.
const within = time.Minute

// ofOthers are kinds that an API server with ours does not define, by who holds their manifests to them.
var ofOthers = map[string]string{
	"monitoring.coreos.com/v1/ServiceMonitor":       "test/monitoring, by its Go type",
	"monitoring.coreos.com/v1/PrometheusRule":       "test/monitoring, by its Go type",
	"kustomize.toolkit.fluxcd.io/v1/Kustomization":  "test/gitops, on Flux's definition",
	"source.toolkit.fluxcd.io/v1/GitRepository":     "nobody: only the Kustomization that takes it is tried",
	"argoproj.io/v1alpha1/Application":              "test/gitops, on Argo CD's definition",
	"kustomize.config.k8s.io/v1beta1/Kustomization": "kustomize, which makes something of it",
	"kustomize.config.k8s.io/v1alpha1/Component":    "kustomize, which makes something of it",
}

// kubeconform judges all manifests of the repository, strictly: those of config and examples, what their kustomizations and the chart
// make, and those of the pages.
func TestEveryManifestIsAsItsKindIsDefined(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	judgeAll(t, judge)
	for manifest, want := range map[string]validator.Status{
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}":                                              validator.Valid,
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, dataa: {a: b}}":                                             validator.Invalid,
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: 1}}":                                              validator.Invalid,
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {}, template: {spec: {pods: []}}}}":  validator.Invalid,
		"{apiVersion: icp.beian.dev/v1alpha1, kind: FilingProvider, metadata: {name: a}, spec: {manual: {}}}":               validator.Valid,
		"{apiVersion: icp.beian.dev/v1alpha1, kind: FilingProvider, metadata: {name: a}, spec: {manuel: {}}}":               validator.Invalid,
		"{apiVersion: icp.beian.dev/v1alpha1, kind: ExposurePolicy, metadata: {name: default}, spec: {defaultMode: Holds}}": validator.Invalid,
		"{apiVersion: config.icp.beian.dev/v1alpha1, kind: OperatorConfiguration, log: {colour: red}}":                      validator.Invalid,
		"{apiVersion: example.com/v1, kind: Unknown, metadata: {name: a}}":                                                  validator.Error,
	} {
		if result := judge.ValidateResource(resource.Resource{Path: "a", Bytes: []byte(manifest)}); result.Status != want {
			t.Errorf("%s: %d, want %d: %v", manifest, result.Status, want, result.Err)
		}
	}
}

func judgeAll(t *testing.T, judge validator.Validator) {
	t.Helper()
	manifests := rendered(t)
	for _, dir := range []string{"config", "examples"} {
		written(t, at(t, dir), manifests)
	}
	shown(t, manifests)
	valid := 0
	for name, text := range manifests {
		switch result := judge.ValidateResource(resource.Resource{Path: name, Bytes: text}); result.Status {
		case validator.Valid:
			valid++
		case validator.Skipped, validator.Empty:
		default:
			t.Errorf("%s: %v", name, result.Err)
		}
	}
	t.Logf("%d manifests, of which %d are of kinds that are defined here", len(manifests), valid)
	if valid < 250 {
		t.Errorf("only %d manifests were judged", valid)
	}
}

// rendered is what the chart makes, with all that it has.
func rendered(t *testing.T) map[string][]byte {
	t.Helper()
	objects, err := render(t, v1alpha1.OperatorNamespace, "{calendar: {enabled: true}, board: {enabled: true}, networkPolicy: {enabled: true}}")
	if err != nil {
		t.Fatal(err)
	}
	manifests := map[string][]byte{}
	for name, o := range objects {
		manifests["dist/chart: "+name] = marshalled(t, o)
	}
	return manifests
}

func marshalled(t *testing.T, o any) []byte {
	t.Helper()
	text, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// written adds the manifests of a folder's files, and what its kustomizations make.
func written(t *testing.T, dir string, manifests map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".yaml" {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		documents(file, content, manifests)
		if filepath.Base(file) == "kustomization.yaml" && bytes.Contains(content, []byte("kind: Kustomization")) {
			for name, o := range kustomized(t, filepath.Dir(file)) {
				manifests[file+": "+name] = marshalled(t, o)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	between  = regexp.MustCompile(`(?m)^---$`)
	manifest = regexp.MustCompile(`(?m)^kind: `)
	yamls    = regexp.MustCompile("(?ms)^( *)```yaml\n(.*?)^ *```")
)

// documents adds a stream's manifests. What has no kind is a part of one, or a file of something else.
func documents(name string, stream []byte, manifests map[string][]byte) {
	for i, document := range between.Split(string(stream), -1) {
		if manifest.MatchString(document) {
			manifests[fmt.Sprintf("%s, %d", name, i+1)] = []byte(document)
		}
	}
}

// shown adds the manifests that the pages show.
func shown(t *testing.T, manifests map[string][]byte) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		files, err := filepath.Glob(at(t, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, match := range yamls.FindAllStringSubmatch(string(content), -1) {
				block := strings.TrimPrefix(strings.ReplaceAll("\n"+match[2], "\n"+match[1], "\n"), "\n")
				documents(fmt.Sprintf("%s, block %d, ", file, i+1), []byte(block), manifests)
			}
		}
	}
}
