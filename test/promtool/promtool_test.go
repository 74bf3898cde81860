// Package promtool has promtool itself look at the alerts of config/monitoring, and run their unit tests, which test/monitoring runs in
// Prometheus' engine at every turn.
package promtool

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// program is where make promtool-test has it built.
const program = "../../bin/tools/promtool"

func TestPromtoolFindsNothingWrongWithTheAlertsAndTheirUnitTestsPass(t *testing.T) {
	t.Parallel()
	var rule struct {
		Spec struct {
			Groups []any `json:"groups"`
		} `json:"spec"`
	}
	resource, err := os.ReadFile("../../config/monitoring/component/prometheusrule.yaml")
	if err == nil {
		err = yaml.Unmarshal(resource, &rule)
	}
	// What a PrometheusRule's spec holds is a rules file.
	file, failed := yaml.Marshal(rule.Spec)
	if err != nil || failed != nil || len(rule.Spec.Groups) == 0 {
		t.Fatalf("%d groups: %v, %v", len(rule.Spec.Groups), err, failed)
	}
	tests, err := os.ReadFile("../monitoring/testdata/rules_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	built, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{"rules.yaml": file, "rules_test.yaml": tests} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"}, {"test", "rules", "rules_test.yaml"}} {
		command := exec.CommandContext(t.Context(), built, args...)
		command.Dir = dir
		out, err := command.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "SUCCESS") {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		t.Logf("promtool %s\n%s", strings.Join(args, " "), out)
	}
}
