// Command licences finds the licence of every module that is built into the programs, and fails for one that is not on the list:
// they are all given away with the binaries.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// programs are what is given away, by where it is built for.
var programs = map[string][]string{
	"linux": {".", "./cmd/icp-simulator", "./cmd/kubectl-icp"}, "darwin": {"./cmd/kubectl-icp"}, "windows": {"./cmd/kubectl-icp"},
}

// allowed may be built into a program of this licence. MPL-2.0 asks for the source of its own files alone, which the module proxy has.
var allowed = []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "Unlicense", "CC0-1.0", "Zlib", "0BSD"}

// enough is how much of a file must be known for licences, in percent: the rest are names and years.
const enough = 75

// module is one that is built in.
type module struct{ Path, Version, Dir string }

// finding is what was found of a module.
type finding struct {
	module
	licences []string
	problem  string
}

func main() {
	root := flag.String("root", ".", "the repository")
	list := flag.Bool("list", false, "list every module with its licences")
	flag.Parse()
	if err := run(*root, *list, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string, list bool, out io.Writer) error {
	modules, err := builtIn(root)
	if err != nil {
		return err
	}
	var errs []error
	count := map[string]int{}
	for _, m := range modules {
		f := look(m)
		for _, l := range f.licences {
			count[l]++
		}
		if list {
			_, _ = fmt.Fprintln(out, m.Path, m.Version, strings.Join(f.licences, " "))
		}
		if f.problem != "" {
			errs = append(errs, fmt.Errorf("%s %s: %s", m.Path, m.Version, f.problem))
		}
	}
	_, _ = fmt.Fprintf(out, "%d modules are built into the programs; by licence: %v\n", len(modules), count)
	return errors.Join(errs...)
}

// builtIn are the modules of the programs' packages, but for this one.
func builtIn(root string) ([]module, error) {
	known := map[string]module{}
	for system, packages := range programs {
		command := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, packages...)...) //nolint:noctx // it ends by itself
		command.Dir, command.Stderr = root, os.Stderr
		command.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		listed, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("list the modules of the programs for %s: %w", system, err)
		}
		decoder := json.NewDecoder(strings.NewReader(string(listed)))
		for decoder.More() {
			var p struct {
				Module *struct {
					module
					Main    bool
					Replace *module
				}
			}
			if err := decoder.Decode(&p); err != nil {
				return nil, fmt.Errorf("read what go list says: %w", err)
			}
			if p.Module == nil || p.Module.Main {
				continue
			}
			m := p.Module.module
			if p.Module.Replace != nil {
				m.Dir = p.Module.Replace.Dir
			}
			known[m.Path] = m
		}
	}
	modules := make([]module, 0, len(known))
	for _, m := range known {
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// look finds the licences that stand at the head of a module.
func look(m module) finding {
	f := finding{module: m}
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		f.problem = err.Error()
		return f
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, e.Name()))
		if err != nil {
			f.problem = err.Error()
			return f
		}
		cover := licensecheck.Scan(text)
		if cover.Percent < enough {
			f.problem = fmt.Sprintf("%s is known to %.0f %% only: read it", e.Name(), cover.Percent)
		}
		for _, match := range cover.Match {
			if !slices.Contains(f.licences, match.ID) {
				f.licences = append(f.licences, match.ID)
			}
			if !slices.Contains(allowed, match.ID) && f.problem == "" {
				f.problem = match.ID + " is not on the list of licences"
			}
		}
	}
	if len(f.licences) == 0 && f.problem == "" {
		f.problem = "has no licence"
	}
	return f
}
