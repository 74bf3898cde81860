package docs

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// TestTheReferenceHasAllThatTheCRDsHave holds what is made of the Go types to what the API server goes by.
func TestTheReferenceHasAllThatTheCRDsHave(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root(t), "config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d CRDs: %v", len(files), err)
	}
	texts := map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(content, &crd); err != nil {
			t.Fatal(err)
		}
		texts["## "+crd.Spec.Names.Kind+"\n"] = true
		for _, version := range crd.Spec.Versions {
			collect(texts, *version.Schema.OpenAPIV3Schema)
		}
	}
	if len(texts) < 300 {
		t.Errorf("only %d texts are looked for", len(texts))
	}
	for _, name := range []string{"docs/reference.md", "docs/reference.zh.md"} {
		content, err := os.ReadFile(filepath.Join(root(t), name))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range slices.Sorted(maps.Keys(texts)) {
			if !strings.Contains(string(content), text) {
				t.Errorf("%s lacks %q", name, text)
			}
		}
	}
}

// ofKubernetes are fields whose own fields Kubernetes' reference has.
var ofKubernetes = []string{"conditions", "selector", "namespaceSelector", "metadata"}

// collect gathers what the reference must have of a schema: the names of its fields, the values of enumerations, what its rules say.
func collect(texts map[string]bool, of apiextensionsv1.JSONSchemaProps) {
	for _, rule := range of.XValidations {
		texts[escaped.Replace(rule.Message)] = true
	}
	for _, value := range of.Enum {
		texts[strings.Trim(string(value.Raw), `"`)] = true
	}
	if of.Pattern != "" {
		texts["`"+strings.ReplaceAll(of.Pattern, "|", `\|`)+"`"] = true
	}
	for name, field := range of.Properties {
		texts["| `"+name+"` |"] = true
		if !slices.Contains(ofKubernetes, name) {
			collect(texts, field)
		}
	}
	if of.Items != nil && of.Items.Schema != nil {
		collect(texts, *of.Items.Schema)
	}
	if of.AdditionalProperties != nil && of.AdditionalProperties.Schema != nil {
		collect(texts, *of.AdditionalProperties.Schema)
	}
}

// escaped is how a table has what would be markup in it.
var escaped = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`)
