package plugin_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// TestThePagesShowWhatIsPrinted runs the commands in the pages' consoles, and holds the pages to what they print.
func TestThePagesShowWhatIsPrinted(t *testing.T) {
	t.Parallel()
	namespace(t, "shop", "hold")
	secrets(t, "shop")
	filing(t, "shop", "example-com", "example.com")
	filing(t, "shop", "example-net", "example.net")
	route(t, verdicts.Ingress("www.example.com"), "shop", "web")
	walked(t, "shop", "example-com", v1alpha1.StagePreliminaryReview)
	walked(t, "shop", "example-net", v1alpha1.StageSmsVerification)
	records(t, "shop", "example-net", "--ask", "VerifyBySms", "--due", "24h")
	eventually(t, "shop", "example-net", because(v1alpha1.ConditionSmsVerified, v1alpha1.ReasonWaiting))
	records(t, "shop", "example-com", "--ask", "Supplement", "--due", "2026-03-06", "--message", "a plan of the website")
	eventually(t, "shop", "example-com", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.NextAction.Task).To(gomega.Equal("Supplement"))
		g.Expect(f.Status.Exposure).To(gomega.Equal(&v1alpha1.ExposureStatus{HeldHosts: 1}))
	})
	console := regexp.MustCompile("(?s)```console\n\\$ kubectl icp ((?:status|list|review) [^\n]*)\n(.*?)```")
	for _, page := range []string{"kubectl-icp.md", "kubectl-icp.zh.md"} {
		path := filepath.Join("..", "..", "docs", page)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		shown := 0
		made := console.ReplaceAllStringFunc(string(raw), func(block string) string {
			shown++
			command := console.FindStringSubmatch(block)[1]
			return "```console\n$ kubectl icp " + command + "\n" + runs(t, "en", arguments(command)...) + "```"
		})
		if shown < 3 {
			t.Errorf("%s shows %d commands", page, shown)
		}
		if made == string(raw) {
			continue
		}
		if *update {
			if err := os.WriteFile(path, []byte(made), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s shows something else than is printed (run the test with -args -update):\n%s", page, made)
	}
}

// arguments splits a command line, with double quotes.
func arguments(line string) []string {
	var list []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			list = append(list, part)
			continue
		}
		list = append(list, strings.Fields(part)...)
	}
	return list
}
