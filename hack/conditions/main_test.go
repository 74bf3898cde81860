package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// The pages say of every condition and reason what its constant does.
func TestTheReferenceHasAllConditionsAndReasonsInBothLanguages(t *testing.T) {
	t.Parallel()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	for page, inChinese := range map[string]bool{"reference.md": false, "reference.zh.md": true} {
		var part strings.Builder
		if err := write(&part, root, inChinese); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(string(content), "\n"+part.String()) {
			t.Errorf("docs/%s does not end with what the constants say: run make generate", page)
		}
		if rows := strings.Count(part.String(), "\n| `"); rows < 110 {
			t.Errorf("%s: only %d conditions and reasons", page, rows)
		}
		for line := range strings.Lines(part.String()) {
			cells := strings.Split(line, "|")
			// In Chinese, one that nobody has words for would stand for itself.
			if inChinese && strings.HasPrefix(line, "| `") && strings.Trim(cells[1], " `") == strings.TrimSpace(cells[2]) {
				t.Errorf("no Chinese: %s", line)
			}
		}
	}
}
