package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// readRules reads the rows of filing rules that a directory adds to the built-in ones: of every file in it, but those
// whose names begin with a dot, which a mounted ConfigMap brings along. No directory, or an empty one, adds none. One
// that is named and not there is an error, as is any row that is not right: a rule that is not read would be missed too
// late.
func readRules(dir string) (rules.Book, error) {
	if dir == "" {
		return rules.Builtin(), nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return rules.Book{}, fmt.Errorf("reading the directory of --filing-rules-dir: %w: create it, or leave the flag out", err)
	}
	var files []rules.File
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return rules.Book{}, fmt.Errorf("reading filing rules: %w: keep nothing but files of rows in the directory of --filing-rules-dir", err)
		}
		files = append(files, rules.File{Name: entry.Name(), Data: data})
	}
	return rules.ParseBooks(files...)
}
