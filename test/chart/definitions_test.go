package chart

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/yannh/kubeconform/pkg/validator"
	"k8s.io/client-go/discovery"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// newJudge is kubeconform with the definitions of all kinds that an API server with ours and the Gateway API's serves, and of the
// operator's configuration file.
func newJudge(t *testing.T) validator.Validator {
	t.Helper()
	dir := t.TempDir()
	definitions(t, dir)
	file, err := os.ReadFile(at(t, "config", "operator-configuration.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "config.icp.beian.dev", "v1alpha1", "operatorconfiguration.json"), file)
	skipped := map[string]struct{}{}
	for kind := range ofOthers {
		skipped[kind] = struct{}{}
	}
	judge, err := validator.New([]string{dir + "/{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json"}, validator.Opts{Strict: true, SkipKinds: skipped})
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

// definitions writes those that an API server serves as OpenAPI: its document of each group's version, and for each kind a schema that
// refers to it.
func definitions(t *testing.T, dir string) {
	t.Helper()
	c, err := cluster.Start(context.WithoutCancel(t.Context()), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := c.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	served, err := discovery.NewDiscoveryClientForConfig(c.Config())
	if err != nil {
		t.Fatal(err)
	}
	// A definition is told of a moment after it is served, and those of a group one by one.
	NewWithT(t).Eventually(func() (missing []string) {
		paths, err := served.OpenAPIV3().Paths()
		if err != nil {
			t.Fatal(err)
		}
		for path, version := range paths {
			document, err := version.Schema("application/json")
			if err != nil {
				t.Fatal(err)
			}
			kindsOf(t, dir, strings.ReplaceAll(path, "/", "-")+".openapi.json", document)
		}
		for _, group := range []string{"icp.beian.dev/v1alpha1", "gateway.networking.k8s.io/v1"} {
			kinds, err := served.ServerResourcesForGroupVersion(group)
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range kinds.APIResources {
				file := filepath.Join(dir, group, strings.ToLower(kind.Kind)+".json")
				if _, err := os.Stat(file); err != nil && !strings.Contains(kind.Name, "/") {
					missing = append(missing, group+" "+kind.Kind)
				}
			}
		}
		return missing
	}).WithTimeout(within).Should(BeEmpty())
}

// kindsOf writes a document, and a schema for each of its kinds.
func kindsOf(t *testing.T, dir, name string, document []byte) {
	t.Helper()
	var parsed struct {
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &parsed); err != nil {
		t.Fatal(err)
	}
	for schema, of := range parsed.Components.Schemas {
		shut(of)
		known, _ := of["x-kubernetes-group-version-kind"].([]any)
		for _, each := range known {
			gvk, _ := each.(map[string]any)
			group, version, kind := fmt.Sprint(gvk["group"]), fmt.Sprint(gvk["version"]), strings.ToLower(fmt.Sprint(gvk["kind"]))
			if group == "" {
				group = version // as kubeconform names the group that has no name
			}
			reference, err := json.Marshal(map[string]string{"$ref": "file://" + filepath.Join(dir, name) + "#/components/schemas/" + schema})
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, group, version, kind+".json"), reference)
		}
	}
	closed, err := json.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, name), closed)
}

// shut has a schema refuse fields that it does not know, which is what strict means, and take null where OpenAPI says so.
func shut(schema map[string]any) {
	_, hasFields := schema["properties"]
	_, hasOthers := schema["additionalProperties"]
	if keeps, _ := schema["x-kubernetes-preserve-unknown-fields"].(bool); hasFields && !hasOthers && !keeps {
		schema["additionalProperties"] = false
	}
	if nullable, _ := schema["nullable"].(bool); nullable {
		schema["type"] = []any{schema["type"], "null"}
	}
	for key, inner := range schema {
		if key == "default" || key == "enum" || key == "example" {
			continue
		}
		shutAll(inner)
	}
}

func shutAll(inner any) {
	switch inner := inner.(type) {
	case map[string]any:
		shut(inner)
	case []any:
		for _, each := range inner {
			shutAll(each)
		}
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
