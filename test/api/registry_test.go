package api_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// tryProvider creates a FilingProvider with a registry, as a dry run.
func tryProvider(t *testing.T, manifest string) error {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := yaml.UnmarshalStrict([]byte(manifest), &o.Object); err != nil {
		t.Fatal(err)
	}
	return admin.Create(t.Context(), o, client.DryRunAll, client.FieldValidation("Strict"))
}

func TestTheManifestsOfThePagesOnRegistriesAreTaken(t *testing.T) {
	t.Parallel()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```")
	for _, page := range []string{"registry.md", "registry.zh.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		found := blocks.FindAllStringSubmatch(string(text), -1)
		if len(found) != 2 {
			t.Errorf("%s has %d manifests, want 2", page, len(found))
		}
		for _, block := range found {
			if err := tryProvider(t, block[1]); err != nil {
				t.Errorf("%s: %v\n%s", page, err, block[1])
			}
		}
	}
}
