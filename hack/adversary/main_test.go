package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository's, from here.
const root = "../.."

// suite are the files whose every test is an adversary's: each must have its row.
var suite = []string{
	"test/gate/attack_test.go", "test/gate/ways_test.go", "test/gate/namespace_test.go", "test/gate/guard_test.go", "test/gate/webhook_test.go", "test/gate/review_domain_test.go",
	"test/gate/operator/race_test.go", "test/journey/lying_test.go", "test/program/personal_test.go",
	"internal/provider/http/hostile_test.go", "internal/notify/send/hostile_test.go", "internal/audit/command_test.go", "internal/plugin/terminal_test.go",
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)

// testsOf are the tests of a folder's files.
func testsOf(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declared.FindAllStringSubmatch(string(text), -1) {
			names = append(names, match[1])
		}
	}
	return names
}

func TestEveryTestThatThePageNamesIsThere(t *testing.T) {
	t.Parallel()
	there := map[string][]string{}
	tests := namedBy(read(t, page))
	if len(tests) < 100 {
		t.Errorf("the page names %d tests", len(tests))
	}
	for _, test := range tests {
		if there[test.dir] == nil {
			there[test.dir] = testsOf(t, test.dir+"/*_test.go")
		}
		if !slices.Contains(there[test.dir], test.name) {
			t.Errorf("there is no test %s in %s", test.name, test.dir)
		}
	}
}

func TestEveryTestOfTheSuiteHasItsRow(t *testing.T) {
	t.Parallel()
	rows := namedBy(read(t, page))
	for _, file := range suite {
		names := testsOf(t, file)
		if len(names) == 0 {
			t.Errorf("%s has no tests", file)
		}
		for _, name := range names {
			if name != "TestMain" && !slices.Contains(rows, test{filepath.ToSlash(filepath.Dir(file)), name}) {
				t.Errorf("%s of %s has no row", name, file)
			}
		}
	}
}

// Every row of a table of adversaries says what is tried, what comes of it, and by which test.
func TestEveryRowNamesATest(t *testing.T) {
	t.Parallel()
	for _, path := range []string{page, strings.Replace(page, ".md", ".zh.md", 1)} {
		_, adversaries, _ := strings.Cut(read(t, path), "<!-- adversaries -->")
		adversaries, _, ended := strings.Cut(adversaries, "<!-- /adversaries -->")
		rows := 0
		for line := range strings.Lines(adversaries) {
			if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || !strings.Contains(line, "`") {
				continue
			}
			rows++
			if len(namedBy(line)) == 0 || strings.Count(line, " | ") != 2 {
				t.Errorf("%s: a row without its test, or its three columns: %s", path, line)
			}
		}
		if rows < 40 || !ended {
			t.Errorf("%s has %d rows", path, rows)
		}
	}
}

func TestBothLanguagesNameTheSameTests(t *testing.T) {
	t.Parallel()
	english, chinese := namedBy(read(t, page)), namedBy(read(t, strings.Replace(page, ".md", ".zh.md", 1)))
	if !slices.Equal(english, chinese) {
		for i := range min(len(english), len(chinese)) {
			if english[i] != chinese[i] {
				t.Errorf("the %d. test is %s here, and %s in Chinese", i+1, english[i].name, chinese[i].name)
				break
			}
		}
		t.Errorf("%d tests here, %d in Chinese", len(english), len(chinese))
	}
}
