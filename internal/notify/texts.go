package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Bounds of a template: of what it makes, and of what its functions take and give.
const (
	mostOutput   = 16 << 10
	mostArgument = 16 << 10
)

// Texts are the words of a notifier, ready to be used.
type Texts struct {
	language v1alpha1.Language
	link     text
	texts    map[v1alpha1.FilingEvent]struct{ subject, body text }
}

// text is one template, and the field of the notifier that it stands in.
type text struct {
	field    string
	template *template.Template
}

// Compile reads a notifier's templates over the built-in words, and tries each on a sample event. The error says which
// template is wrong, and where in it.
func Compile(spec *v1alpha1.FilingNotifierSpec) (*Texts, error) {
	t := &Texts{language: spec.Language, texts: map[v1alpha1.FilingEvent]struct{ subject, body text }{}}
	if t.language == "" {
		t.language = v1alpha1.LanguageChinese
	}
	var err error
	if t.link, err = newText("spec.link", spec.Link); err != nil {
		return nil, err
	}
	for kind, w := range builtIn(t.language) {
		subject, body, of := w[0], w[1], "the built-in words of "+string(kind)
		fields := [2]string{of, of}
		for i, own := range spec.Templates {
			if own.Event != kind {
				continue
			}
			if own.Subject != "" {
				subject, fields[0] = own.Subject, fmt.Sprintf("spec.templates[%d].subject", i)
			}
			if own.Body != "" {
				body, fields[1] = own.Body, fmt.Sprintf("spec.templates[%d].body", i)
			}
		}
		entry := t.texts[kind]
		if entry.subject, err = newText(fields[0], subject); err != nil {
			return nil, err
		}
		if entry.body, err = newText(fields[1], body); err != nil {
			return nil, err
		}
		t.texts[kind] = entry
	}
	return t, t.try()
}

// try words a sample of each event, with all its fields and with as few as may be.
func (t *Texts) try() error {
	for kind := range builtIn(t.language) {
		for _, sample := range Samples(kind) {
			if _, err := t.Message(sample); err != nil {
				return err
			}
		}
	}
	return nil
}

// Samples are events of a kind to try templates on.
func Samples(kind v1alpha1.FilingEvent) []Event {
	bare := Event{Kind: kind, Key: string(kind), Facts: Facts{Namespace: "shop", Name: "example-com", Domain: "example.com", Attempt: 1, Stage: v1alpha1.StageApproved}}
	due := time.Date(2026, 12, 24, 15, 59, 59, 0, time.UTC)
	switch kind {
	case v1alpha1.EventSmsWindowOpen, v1alpha1.EventDeadlineReminder:
		bare.Facts.Due = due
		fallthrough
	case v1alpha1.EventActionRequired:
		bare.Facts.Task, bare.Facts.Actor = "Unknown", v1alpha1.ActorApplicant
	default:
	}
	full := bare
	full.Facts.Number, full.Facts.Reasons, full.Facts.Task = "浙ICP备12345678号-1", []string{"WebsiteNameInvalid"}, string(v1alpha1.TaskRectify)
	full.Facts.Actor, full.Facts.Due, full.Facts.Overdue = v1alpha1.ActorApplicant, due, true
	return []Event{bare, full}
}

func newText(field, source string) (text, error) {
	parsed, err := template.New(field).Option("missingkey=error").Funcs(functions).Parse(source)
	if err != nil {
		return text{}, fmt.Errorf("%s: %w", field, err)
	}
	for _, each := range parsed.Templates() {
		if each.Tree == nil {
			continue
		}
		if each.Name() != field {
			return text{}, fmt.Errorf("%s: define and block are not for these templates", field)
		}
		if err := check(each.Tree, each.Root); err != nil {
			return text{}, fmt.Errorf("%s: %w", field, err)
		}
	}
	return text{field, parsed}, nil
}

// functions that a template may use, beside those of comparing and of logic.
var functions = template.FuncMap{
	"json": func(v any) (string, error) {
		raw, err := json.Marshal(v)
		return bounded(string(raw), err)
	},
	"urlquery": func(v any) (string, error) {
		return bounded(url.QueryEscape(fmt.Sprint(v)), nil)
	},
}

var allowed = map[string]bool{
	"json": true, "urlquery": true, "eq": true, "ne": true, "lt": true, "le": true, "gt": true, "ge": true, "and": true, "or": true, "not": true,
}

func bounded(s string, err error) (string, error) {
	if err == nil && len(s) > mostArgument {
		err = fmt.Errorf("makes more than %d bytes", mostArgument)
	}
	return s, err
}

// check refuses what could keep the operator busy or fill its memory: loops, templates that call others, and functions
// that make long texts of short ones.
func check(tree *parse.Tree, node parse.Node) error {
	refused := func(what string) error {
		location, _ := tree.ErrorContext(node)
		return fmt.Errorf("%s: %s is not for these templates", location, what)
	}
	all := func(nodes ...parse.Node) error {
		for _, n := range nodes {
			if err := check(tree, n); err != nil {
				return err
			}
		}
		return nil
	}
	branch := func(b *parse.BranchNode) error {
		if err := all(b.Pipe, b.List); err != nil || b.ElseList == nil {
			return err
		}
		return check(tree, b.ElseList)
	}
	switch n := node.(type) {
	case *parse.ListNode:
		return all(n.Nodes...)
	case *parse.ActionNode:
		return check(tree, n.Pipe)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			if err := all(c.Args...); err != nil {
				return err
			}
		}
	case *parse.ChainNode:
		return check(tree, n.Node)
	case *parse.IfNode:
		return branch(&n.BranchNode)
	case *parse.WithNode:
		return branch(&n.BranchNode)
	case *parse.RangeNode:
		return refused("range")
	case *parse.TemplateNode:
		return refused("template")
	case *parse.IdentifierNode:
		if !allowed[n.Ident] {
			return refused(n.Ident)
		}
	}
	return nil
}

// execute words fields; the error names the field of the notifier.
func (t text) execute(fields any) (string, error) {
	var out bounder
	if err := t.template.Execute(&out, fields); err != nil {
		return "", fmt.Errorf("%s: %w", t.field, err)
	}
	return out.String(), nil
}

// bounder takes no more than a message may hold.
type bounder struct{ strings.Builder }

var errTooLong = errors.New("the text is longer than a message may be")

func (b *bounder) Write(p []byte) (int, error) {
	if b.Len()+len(p) > mostOutput {
		return 0, errTooLong
	}
	return b.Builder.Write(p)
}
