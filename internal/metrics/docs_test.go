package metrics_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/metrics"
)

// row is a metric in the tables of the pages: its name, type and labels.
var row = regexp.MustCompile("(?m)^\\| `(icp_[a-z_]+)` \\| ([a-z]+) \\|(.*?)\\|")

func TestThePagesListEveryMetricWithItsTypeAndLabels(t *testing.T) {
	t.Parallel()
	var want []string
	for _, of := range append(metrics.States(), append([]*metrics.Family{metrics.Leading}, metrics.Happenings()...)...) {
		labels := ""
		if len(of.Labels) > 0 {
			labels = "`" + strings.Join(of.Labels, "`, `") + "`"
		}
		want = append(want, fmt.Sprintf("%s %s %s", of.Name, of.Kind, labels))
	}
	for _, path := range []string{"../../docs/monitoring.md", "../../docs/monitoring.zh.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, found := range row.FindAllStringSubmatch(string(text), -1) {
			got = append(got, fmt.Sprintf("%s %s %s", found[1], found[2], strings.TrimSpace(found[3])))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}
