package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`

// good asks for more than the licence that it is made of.
var good = strings.Replace(mit, "THE SOFTWARE IS", "The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS", 1)

func TestALicenceIsFoundAndJudged(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]struct {
		files   map[string]string
		problem string
	}{
		"one that is on the list":               {map[string]string{"LICENSE": mit}, ""},
		"one under another name":                {map[string]string{"COPYING.txt": mit}, ""},
		"none":                                  {map[string]string{"README": mit}, "has no licence"},
		"words that nobody knows":               {map[string]string{"LICENSE": "Do what I say. " + strings.Repeat("And nothing else. ", 50)}, "is known to 0 % only"},
		"one that asks for more":                {map[string]string{"LICENSE": good}, "JSON is not on the list"},
		"one beside another that asks for more": {map[string]string{"LICENSE": mit, "LICENSE.docs": good}, "JSON is not on the list"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range row.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			f := look(module{Path: "example.com/x", Dir: dir})
			if row.problem == "" && f.problem != "" || !strings.Contains(f.problem, row.problem) {
				t.Errorf("found %v, %q; want %q", f.licences, f.problem, row.problem)
			}
		})
	}
}

// The programs' own modules, as they are.
func TestEveryModuleOfTheProgramsMayBeGivenAway(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run("../..", false, &out); err != nil {
		t.Error(err)
	}
	if modules, err := builtIn("../.."); err != nil || len(modules) < 50 {
		t.Errorf("%d modules were found, %v", len(modules), err)
	}
	t.Log(out.String())
}
