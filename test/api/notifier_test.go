package api_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// tryNotifier creates an object in the namespace default, as a dry run.
func tryNotifier(t *testing.T, manifest string) (*unstructured.Unstructured, error) {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := yaml.UnmarshalStrict([]byte(manifest), &o.Object); err != nil {
		t.Fatal(err)
	}
	o.SetNamespace("default")
	return o, admin.Create(t.Context(), o, client.DryRunAll, client.FieldValidation("Strict"))
}

func TestTheManifestsOfThePagesOnNotificationsAreTaken(t *testing.T) {
	t.Parallel()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```")
	for _, page := range []string{"notifications.md", "notifications.zh.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		taken := 0
		for _, block := range blocks.FindAllStringSubmatch(string(text), -1) {
			for manifest := range strings.SplitSeq(block[1], "---\n") {
				taken++
				o, err := tryNotifier(t, manifest)
				if err != nil {
					t.Errorf("%s: %v\n%s", page, err, manifest)
					continue
				}
				compiles(t, page, o)
			}
		}
		if taken != 5 {
			t.Errorf("%s has %d manifests, want 5", page, taken)
		}
	}
}

// compiles checks that the templates of a notifier can be used.
func compiles(t *testing.T, page string, o *unstructured.Unstructured) {
	t.Helper()
	if o.GetKind() != "FilingNotifier" {
		return
	}
	raw, err := yaml.Marshal(o.Object)
	if err != nil {
		t.Fatal(err)
	}
	var n v1alpha1.FilingNotifier
	if err := yaml.Unmarshal(raw, &n); err != nil {
		t.Fatal(err)
	}
	if _, err := notify.Compile(&n.Spec); err != nil {
		t.Errorf("%s: %v", page, err)
	}
	if n.Spec.Sms != nil {
		if _, err := notify.CompileSms(n.Spec.Sms); err != nil {
			t.Errorf("%s: %v", page, err)
		}
	}
}

func TestANotifiersDefaults(t *testing.T) {
	t.Parallel()
	o, err := tryNotifier(t, "{apiVersion: icp.beian.dev/v1alpha1, kind: FilingNotifier, metadata: {generateName: n-}, spec: {email: {host: mail.example.net, secretRef: {name: x}}}}")
	if err != nil {
		t.Fatal(err)
	}
	for want, path := range map[string][]string{"zh": {"spec", "language"}, "Same": {"spec", "namespaces", "from"}, "Implicit": {"spec", "email", "tls"}} {
		if got, _, _ := unstructured.NestedString(o.Object, path...); got != want {
			t.Errorf("%s is %q, want %q", strings.Join(path, "."), got, want)
		}
	}
}
