// Command adversary runs the tests that docs/reliability.md names: everything that somebody who means harm, or no harm, was tried
// to do, package by package.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// page is the document whose table is the suite.
const page = "docs/reliability.md"

// test is one that the page names.
type test struct{ dir, name string }

var named = regexp.MustCompile("`([a-z][a-z0-9/]*|\\.)\\.((?:Test|Fuzz)[A-Za-z0-9_]+)`")

// namedBy are the tests that a page names, each once, in its order.
func namedBy(text string) []test {
	var tests []test
	for _, match := range named.FindAllStringSubmatch(text, -1) {
		if t := (test{match[1], match[2]}); !slices.Contains(tests, t) {
			tests = append(tests, t)
		}
	}
	return tests
}

// byPackage are the names of tests by the folder of their package, in the order in which these are named first.
func byPackage(tests []test) (dirs []string, names map[string][]string) {
	names = map[string][]string{}
	for _, t := range tests {
		if names[t.dir] == nil {
			dirs = append(dirs, t.dir)
		}
		names[t.dir] = append(names[t.dir], t.name)
	}
	return dirs, names
}

func main() {
	within := flag.Duration("within", 40*time.Minute, "how long all of it may take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *within)
	defer cancel()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

func run(ctx context.Context) error {
	text, err := os.ReadFile(filepath.FromSlash(page))
	if err != nil {
		return fmt.Errorf("read the table of what is tried (is this the repository's root?): %w", err)
	}
	tests := namedBy(string(text))
	dirs, names := byPackage(tests)
	begun, failed := time.Now(), []string{}
	for _, dir := range dirs {
		// A module of its own is none of go's packages here.
		command := exec.CommandContext(ctx, "go", "test", "-count=1", "-timeout=20m", "-run", "^("+strings.Join(names[dir], "|")+")$", "./"+dir)
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
		if err := command.Run(); err != nil {
			failed = append(failed, dir)
		}
	}
	fmt.Printf("%d tests of %d packages in %s\n", len(tests), len(dirs), time.Since(begun).Round(time.Second))
	if len(failed) > 0 {
		return fmt.Errorf("somebody got through, or it could not be tried, in: %s", strings.Join(failed, ", "))
	}
	return nil
}
