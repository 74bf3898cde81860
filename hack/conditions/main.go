// Command conditions writes the part of docs/reference.md on conditions and their reasons, of the constants of api/v1alpha1 and their
// comments; in Chinese with the words that people see of them.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/internal/words"
	"github.com/beian-dev/icp-operator/test/cluster"
)

func main() {
	language := flag.String("language", "en", "en or zh")
	flag.Parse()
	root, err := cluster.Root()
	if err == nil {
		err = write(os.Stdout, root, *language == "zh")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "conditions:", err)
		os.Exit(1)
	}
}

// group is a group of constants of the source, with what its comment says.
type group struct {
	title               string
	conditions, reasons []constant
}

// constant is what it stands for, and what its comment says of it.
type constant struct{ value, says string }

// chinese are the groups' comments.
var chinese = map[string]string{
	"Conditions of an IcpFiling":                    "IcpFiling 的状况",
	"Reasons of Ready, Reconciling and Stalled":     "Ready、Reconciling、Stalled 的原因",
	"Reasons of the other conditions":               "其他状况的原因",
	"Condition and reasons of an IcpReview":         "IcpReview 的状况和原因",
	"Conditions of an ExposurePolicy, beside Ready": "ExposurePolicy 的状况（Ready 之外）和原因",
	"Conditions of a FilingProvider, beside Ready":  "FilingProvider 的状况（Ready 之外）和原因",
	"Reasons of a FilingNotifier's condition Ready": "FilingNotifier 的 Ready 的原因",
}

// write writes the part in a language.
func write(to io.Writer, root string, inChinese bool) error {
	groups, err := read(filepath.Join(root, "api", "v1alpha1"))
	if err != nil {
		return err
	}
	var b strings.Builder
	say := func(english, chinese string) string {
		if inChinese {
			return chinese
		}
		return english
	}
	b.WriteString(say("## Conditions and reasons\n\nWhat the `conditions` of a status may say, of the constants in `api/v1alpha1`. A reason may also stand with a condition of another kind than it is listed with, and a provider's own is passed on as it came "+
		"([protocol](provider-protocol.md)).\n", "## 状况和原因\n\nstatus 中 `conditions` 的取值，根据 `api/v1alpha1` 的常量生成。同一原因也可能出现在其他种类的状况中；接入服务商给出的原因照原样转达（[协议](provider-protocol.md)）。\n"))
	for _, g := range groups {
		translated, known := chinese[g.title]
		if !known {
			return fmt.Errorf("%q has no Chinese: add it to hack/conditions", g.title)
		}
		fmt.Fprintf(&b, "\n### %s\n", say(g.title, translated))
		for _, part := range []struct {
			head      string
			constants []constant
			called    func(string) words.Words
		}{
			{say("condition", "状况"), g.conditions, words.Condition},
			{say("reason", "原因"), g.reasons, func(reason string) words.Words { return words.Reason("", reason) }},
		} {
			if len(part.constants) == 0 {
				continue
			}
			b.WriteString(say("\n| "+part.head+" | what it means |\n|---|---|\n", "\n| "+part.head+" | 中文 | 说明 |\n|---|---|---|\n"))
			for _, c := range part.constants {
				b.WriteString("| `" + c.value + "` | " + say("", part.called(c.value).Chinese+" | ") + c.says + " |\n")
			}
		}
	}
	_, err = io.WriteString(to, b.String())
	return err
}

var (
	ofConditions = regexp.MustCompile(`^(Condition|Reason)[A-Z]`)
	// itself is a constant's name at the beginning of its comment.
	itself = regexp.MustCompile(`^[A-Z]\w*(: | is )`)
)

// read reads the groups of constants of a package that name conditions and reasons, as they stand in its files.
func read(dir string) ([]group, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var groups []group
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, declared := range file.Decls {
			constants, is := declared.(*ast.GenDecl)
			if !is || constants.Tok != token.CONST {
				continue
			}
			g := group{title: strings.TrimSuffix(line(constants.Doc), ".")}
			for _, spec := range constants.Specs {
				if err := g.add(spec.(*ast.ValueSpec)); err != nil {
					return nil, err
				}
			}
			if len(g.conditions)+len(g.reasons) > 0 {
				groups = append(groups, g)
			}
		}
	}
	return groups, nil
}

// add adds a constant to a group, if it is of a condition or a reason.
func (g *group) add(spec *ast.ValueSpec) error {
	name := spec.Names[0].Name
	if !ofConditions.MatchString(name) {
		return nil
	}
	literal, is := spec.Values[0].(*ast.BasicLit)
	if !is || spec.Doc == nil {
		return fmt.Errorf("%s is no text, or has no comment", name)
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		return err
	}
	c := constant{value, escaped.Replace(itself.ReplaceAllString(line(spec.Doc), ""))}
	if strings.HasPrefix(name, "Condition") {
		g.conditions = append(g.conditions, c)
	} else {
		g.reasons = append(g.reasons, c)
	}
	return nil
}

// escaped is how a table has what would be markup in it.
var escaped = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`)

// line is a comment in one line.
func line(comment *ast.CommentGroup) string { return strings.Join(strings.Fields(comment.Text()), " ") }
