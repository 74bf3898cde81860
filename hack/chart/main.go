// Command chart writes the part of the Helm chart that has no values: all that config/default installs, but what the chart's
// own templates make. `make generate` runs it; test/chart holds both to be the same.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// byHand are the kinds that the chart's own templates make, since values change them.
var byHand = []string{"ConfigMap", "Deployment"}

// kept are the kinds that stay when the release is uninstalled: with them would go every filing, and every provider's token.
var kept = []string{"CustomResourceDefinition", "Namespace"}

const keepAnnotation = "helm.sh/resource-policy"

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

func write() error {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "default"))
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "dist", "chart", "templates", "installed")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, object := range objects {
		if slices.Contains(byHand, object.GetKind()) {
			continue
		}
		text, err := template(object)
		if err != nil {
			return fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		name := strings.ToLower(object.GetKind()) + "-" + object.GetName() + ".yaml"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// template is an object as a template that makes just it.
func template(object *unstructured.Unstructured) (string, error) {
	if slices.Contains(kept, object.GetKind()) {
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[keepAnnotation] = "keep"
		object.SetAnnotations(annotations)
	}
	text, err := yaml.Marshal(object.Object)
	if err != nil {
		return "", err
	}
	return "# Written by make generate, of config/default.\n" + strings.ReplaceAll(string(text), "{{", `{{ "{{" }}`), nil
}
