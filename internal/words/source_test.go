package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/words"
)

// rooms of the module in which reasons are named and written.
var rooms = []string{"api", "controllers", "internal"}

// others speak the protocol from its other side, or show reasons without giving any.
var others = []string{"simulator", "conformance", "testdata", "words"}

// reasonConstant is what the constant of a reason is called.
var reasonConstant = regexp.MustCompile(`^(Reason|reason|End|Conflict)[A-Z]`)

// verdictCalls take a reason as that argument.
var verdictCalls = map[string]int{"isTrue": 0, "isFalse": 0, "isUnknown": 0, "failing": 0, "Eventf": 3, "setReady": 3}

// parsed are the module's own files in the rooms, without tests.
func parsed(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	fset, files := token.NewFileSet(), []*ast.File(nil)
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join("..", "..", room), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains(others, entry.Name()):
				return fs.SkipDir
			case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
			files = append(files, file)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return fset, files
}

// text is what a literal says; false for another expression.
func text(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(literal.Value)
	return s, err == nil
}

// written finds the reasons that a node names as a constant, or writes as a literal.
func written(node ast.Node, found func(token.Pos, string)) {
	say := func(e ast.Expr) {
		if s, ok := text(e); ok {
			found(e.Pos(), s)
		}
	}
	switch n := node.(type) {
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) && reasonConstant.MatchString(name.Name) {
				say(n.Values[i])
			}
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && strings.EqualFold(key.Name, "reason") {
			say(n.Value)
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			name := ""
			switch to := to.(type) {
			case *ast.Ident:
				name = to.Name
			case *ast.SelectorExpr:
				name = to.Sel.Name
			}
			if i < len(n.Rhs) && strings.HasSuffix(strings.ToLower(name), "reason") {
				say(n.Rhs[i])
			}
		}
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if i, ok := verdictCalls[name]; ok && i < len(n.Args) {
			say(n.Args[i])
		}
	}
}

// camelCase is what a reason looks like.
var camelCase = regexp.MustCompile(`^[A-Z][A-Za-z0-9]+$`)

func TestEveryReasonInTheSourceHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	fset, files := parsed(t)
	seen := map[string]bool{}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			written(node, func(pos token.Pos, reason string) {
				if !camelCase.MatchString(reason) {
					return
				}
				seen[reason] = true
				inBoth(t, fset.Position(pos).String()+": reason "+reason, reason, words.Reason("", reason))
			})
			return true
		})
	}
	for _, reason := range []string{"InForce", "WebsiteNameInvalid", "ProvinceWithoutSms", "NothingFiled", "ShellFiling", "Unreachable", "AbleToSend", "PublicSecurityReminder", "NotCancelled", "Parked"} {
		if !seen[reason] {
			t.Errorf("%s is not among the %d reasons found", reason, len(seen))
		}
	}
}

func TestEveryConditionInTheSourceHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	fset, files := parsed(t)
	seen := 0
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || !strings.HasPrefix(spec.Names[0].Name, "Condition") || len(spec.Values) == 0 {
				return true
			}
			if kind, ok := text(spec.Values[0]); ok {
				seen++
				inBoth(t, fset.Position(spec.Pos()).String()+": condition "+kind, kind, words.Condition(kind))
			}
			return true
		})
	}
	if seen < 15 {
		t.Errorf("%d conditions were found", seen)
	}
}

func TestEveryTaskInTheSourceHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	fset, files := parsed(t)
	seen := map[string]bool{}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			task, pos, ok := taskOf(node)
			if ok && task != "Renew" && camelCase.MatchString(task) {
				seen[task] = true
				w, known := words.Task{Name: task}.WhatToDo()
				if !known {
					t.Errorf("%s: task %s has no words", fset.Position(pos), task)
				}
				inBoth(t, fset.Position(pos).String()+": task "+task, task, w)
			}
			return true
		})
	}
	for _, task := range []string{"MendAndResubmit", "WithdrawOrder", "CancelFiling", "VerifySmsBySubjectPerson", "MailMaterials", "WaitForSubject"} {
		if !seen[task] {
			t.Errorf("%s is not among the tasks found", task)
		}
	}
}

// taskOf finds a task that a node names.
func taskOf(node ast.Node) (string, token.Pos, bool) {
	switch n := node.(type) {
	case *ast.ValueSpec:
		if name := n.Names[0].Name; len(n.Values) > 0 && (strings.HasPrefix(name, "Task") || strings.HasPrefix(name, "task")) {
			s, ok := text(n.Values[0])
			return s, n.Pos(), ok
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "byApplicant" {
			s, ok := text(n.Args[0])
			return s, n.Pos(), ok
		}
	case *ast.CompositeLit:
		// A row of the procedure's table, or a next action.
		for _, e := range n.Elts {
			pair, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, _ := pair.Key.(*ast.Ident)
			if key != nil && (key.Name == "Task" || key.Name == "name" && has(n, "actor")) {
				s, ok := text(pair.Value)
				return s, n.Pos(), ok
			}
		}
	}
	return "", 0, false
}

func has(n *ast.CompositeLit, key string) bool {
	return slices.ContainsFunc(n.Elts, func(e ast.Expr) bool {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		name, ok := pair.Key.(*ast.Ident)
		return ok && name.Name == key
	})
}

var han = regexp.MustCompile(`\p{Han}`)

// inBoth holds words to being of both languages.
func inBoth(t *testing.T, what, name string, w words.Words) {
	t.Helper()
	switch {
	case w.English == "" || w.English == name && camelCase.MatchString(name):
		t.Errorf("%s has no English", what)
	case !han.MatchString(w.Chinese):
		t.Errorf("%s has no Chinese, but %q", what, w.Chinese)
	case strings.Contains(w.English+w.Chinese, "{"):
		t.Errorf("%s: %q, %q", what, w.English, w.Chinese)
	}
}
