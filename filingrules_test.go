package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
)

const twoSites = `rows:
- {province: Zhejiang, topic: SitesPerOrder, number: 2, source: a notice, date: "2026-05-01"}
`

// write makes a directory with files in it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRowsOfFilingRulesAreReadFromADirectory(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		dir  string
		want int // sites per order in Zhejiang; 0 where nothing is known
	}{
		"no directory is the built-in rules":  {"", 0},
		"an empty one is too":                 {write(t, nil), 0},
		"a file in it adds its rows":          {write(t, map[string]string{"rules.yaml": twoSites}), 2},
		"what begins with a dot is not read":  {write(t, map[string]string{"..data": "no: rows"}), 0},
		"an empty file beside it adds no row": {write(t, map[string]string{"a.yaml": "", "b.yaml": twoSites}), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, err := readRules(tc.dir)
			if err != nil {
				t.Fatal(err)
			}
			set, err := book.Lookup("")
			if err != nil {
				t.Fatal(err)
			}
			row, known := set.Provincial("Zhejiang", rules.TopicSitesPerOrder)
			if row.Number != tc.want || known != (tc.want > 0) {
				t.Errorf("%+v, known %t", row, known)
			}
		})
	}
}

func TestWrongFilingRulesStopTheOperatorAtItsStart(t *testing.T) {
	t.Parallel()
	nested := write(t, nil)
	if err := os.Mkdir(filepath.Join(nested, "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ dir, says string }{
		"a directory that is not there":    {filepath.Join(t.TempDir(), "none"), "create it, or leave the flag out"},
		"a row that is not right":          {write(t, map[string]string{"hubei.yaml": "rows:\n- {topic: Weather}\n"}), "filing rules hubei.yaml, line 2: row 1"},
		"two files that say the same":      {write(t, map[string]string{"a.yaml": twoSites, "b.yaml": twoSites}), "filing rules b.yaml, line 2, row 1: says what filing rules a.yaml, line 2, row 1 says already"},
		"something in it that is no file":  {nested, "keep nothing but files"},
		"a file that is of something else": {write(t, map[string]string{"README": "About these rules."}), "filing rules README, line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readRules(tc.dir)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want it to say %q", err, tc.says)
			}
		})
	}
}
