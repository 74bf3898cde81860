package plugin

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/sarif"
	"github.com/beian-dev/icp-operator/internal/sheet"
	"github.com/beian-dev/icp-operator/internal/version"
	"github.com/beian-dev/icp-operator/internal/words"
)

func (a *auditing) table(w io.Writer, report *audit.Report) error {
	t := &table{}
	say := a.env.Say
	if !a.noHeaders {
		t.add(say("VERDICT", "结论"), say("MODE", "模式"), say("NAMESPACE", "命名空间"), say("KIND", "类型"), say("NAME", "名称"), say("HOST", "主机名"), say("WHY", "原因"))
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		t.add(a.say(f.Verdict.Words()), orNone(f.Mode), f.Namespace, f.Kind, f.Name, a.say(audit.HostWords(f.Host)), a.say(f.Why()))
	}
	return t.print(w)
}

func (a *auditing) wide(w io.Writer, report *audit.Report) error {
	t := &table{}
	say := a.env.Say
	if !a.noHeaders {
		t.add(say("VERDICT", "结论"), say("MODE", "模式"), say("NAMESPACE", "命名空间"), say("KIND", "类型"), say("NAME", "名称"), say("HOST", "主机名"),
			say("DOMAIN", "域名"), say("FILING", "备案"), say("NUMBER", "备案号"), say("STAGE", "阶段"), say("WHY", "原因"), say("NEXT", "下一步"))
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		stage := ""
		if f.Stage != "" {
			stage = a.say(words.Stage(f.Stage))
		}
		t.add(a.say(f.Verdict.Words()), orNone(f.Mode), f.Namespace, f.Kind, f.Name, f.Host,
			orNone(f.Domain), orNone(f.Filing), orNone(f.Number), orNone(stage), a.say(f.Why()), orNone(a.next(f)))
	}
	return t.print(w)
}

func (a *auditing) say(w words.Words) string { return w.In(a.env.Language()) }

// next is the first thing to do about a finding: the command, where there is one.
func (a *auditing) next(f *audit.Finding) string {
	steps := f.Next()
	switch {
	case len(steps) == 0:
		return ""
	case steps[0].Command != "":
		return steps[0].Command
	}
	return a.say(steps[0].Says)
}

// summary says how many there are of each verdict, and what was not seen: below a table, or beside what programs read.
func (a *auditing) summary(report *audit.Report) {
	w := a.env.ErrOut
	if (a.output == "table" || a.output == "wide") && a.outputFile == "" {
		w = a.env.Out
		if len(report.Findings) > 0 {
			fmt.Fprintln(w)
		}
	}
	t := &table{}
	for _, verdict := range audit.Verdicts() {
		t.add(a.say(verdict.Words()), fmt.Sprint(report.Count(verdict)), a.say(verdict.Says()))
	}
	_ = t.print(w)
	if report.Unattached > 0 {
		fmt.Fprintf(w, a.env.Say("%d more routes name hosts and are attached to nothing that serves.\n", "另有 %d 条路由写有主机名，但没有挂接到任何对外服务的组件。\n"), report.Unattached)
	}
	if len(report.NotSeen) > 0 {
		fmt.Fprintln(w, "\n"+a.env.Say("Not seen:", "未能查看："))
	}
	for _, missed := range report.NotSeen {
		fmt.Fprintln(w, "  "+harmless(a.say(missed.Words())))
	}
}

// writtenFinding is a finding as programs read it.
type writtenFinding struct {
	audit.Finding
	Why  string        `json:"why"`
	Next []writtenStep `json:"next,omitempty"`
}

type writtenStep struct {
	Says    string `json:"says"`
	Command string `json:"command,omitempty"`
}

func stepsOf(steps []audit.Step) []writtenStep {
	var written []writtenStep
	for _, step := range steps {
		written = append(written, writtenStep{step.Says.English, step.Command})
	}
	return written
}

func (a *auditing) json(w io.Writer, report *audit.Report) error {
	document := struct {
		Findings   []writtenFinding `json:"findings"`
		Unattached int              `json:"unattachedRoutes"`
		NotSeen    []audit.NotSeen  `json:"notSeen"`
	}{Findings: make([]writtenFinding, len(report.Findings)), Unattached: report.Unattached, NotSeen: report.NotSeen}
	if document.NotSeen == nil {
		document.NotSeen = []audit.NotSeen{}
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		document.Findings[i] = writtenFinding{*f, f.Why().English, stepsOf(f.Next())}
	}
	return writeJSON(w, document)
}

func writeJSON(w io.Writer, document any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document)
}

// csv is for programs.
func (a *auditing) csv(w io.Writer, report *audit.Report) error {
	return sheet.Findings(report.Findings, sheet.Keys, a.env.Language()).WriteCSV(w, false)
}

// xlsx is for people.
func (a *auditing) xlsx(w io.Writer, report *audit.Report) error {
	return sheet.Findings(report.Findings, sheet.Titles, a.env.Language()).WriteXLSX(w)
}

// sarifLevels say how grave the verdicts are. What is covered or exempt is no finding, and is written only where it is asked for.
var sarifLevels = map[audit.Verdict]sarif.Level{audit.Uncovered: sarif.Error, audit.Parked: sarif.Note, audit.Covered: sarif.Note, audit.Exempt: sarif.Note}

const notSeenRule = "not-seen"

var notSeen = words.Words{English: "A part of the cluster could not be looked at.", Chinese: "集群的一部分无法查看。"}

func (a *auditing) sarif(w io.Writer, report *audit.Report) error {
	rules := []sarif.Rule{{ID: notSeenRule, Text: notSeen.English, Help: notSeen.English + "\n\n" + notSeen.Chinese}}
	for _, verdict := range audit.Verdicts() {
		rules = append(rules, sarif.Rule{ID: "host-" + strings.ToLower(string(verdict)), Text: verdict.Says().English, Help: verdict.Says().English + "\n\n" + verdict.Says().Chinese})
	}
	var results []sarif.Result
	for i := range report.Findings {
		f := &report.Findings[i]
		if len(a.verdicts) == 0 && f.Verdict != audit.Uncovered && f.Verdict != audit.Parked {
			continue
		}
		results = append(results, sarif.Result{
			Rule: "host-" + strings.ToLower(string(f.Verdict)), Level: sarifLevels[f.Verdict], Message: a.message(f),
			Object: fmt.Sprintf("%s %s/%s", f.Kind, f.Namespace, f.Name),
		})
	}
	for _, missed := range report.NotSeen {
		level := sarif.Warning
		if !missed.Hides() {
			level = sarif.Note
		}
		results = append(results, sarif.Result{Rule: notSeenRule, Level: level, Message: a.say(missed.Words()), Object: missed.What})
	}
	return sarif.Write(w, sarif.Tool{Name: "kubectl-icp", Version: version.Number()}, rules, results)
}

// message says all of a finding in one text.
func (a *auditing) message(f *audit.Finding) string {
	parts := []string{a.say(audit.HostWords(f.Host)) + ": " + a.say(f.Why())}
	for _, step := range f.Next() {
		part := a.say(step.Says)
		if step.Command != "" {
			part += ": " + step.Command
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
