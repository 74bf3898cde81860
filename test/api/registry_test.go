package api_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
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

func TestARegistryThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	const cloud = "aliyun: {credentialsSecretRef: {name: ak}"
	for name, test := range map[string]struct{ registry, says string }{
		"neither kind":                        {"onMismatch: Warn", "exactly one of aliyun and http"},
		"both kinds":                          {cloud + "}, http: {url: https://x.example.net}", "exactly one of aliyun and http"},
		"an unknown effect of a mismatch":     {cloud + "}, onMismatch: Delete", "Unsupported value"},
		"no calls at all":                     {cloud + "}, callsPerMinute: 0", "greater than or equal to 1"},
		"more calls than anybody wants":       {cloud + "}, callsPerMinute: 6001", "less than or equal to 6000"},
		"an answer that nothing is known of":  {cloud + ", statuses: [{means: Filed}]}", "give status, reasonCode or both"},
		"an answer that means something else": {cloud + `, statuses: [{status: "1", means: Perhaps}]}`, "Unsupported value"},
		"an address without TLS":              {"http: {url: http://filing.example.net/v1}", "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tryProvider(t, "{apiVersion: icp.beian.dev/v1alpha1, kind: FilingProvider, metadata: {generateName: r-}, spec: {manual: {}, registry: {"+test.registry+"}}}")
			if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want a refusal that says %q", err, test.says)
			}
		})
	}
}
