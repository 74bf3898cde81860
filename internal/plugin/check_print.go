package plugin

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/sarif"
	"github.com/beian-dev/icp-operator/internal/version"
	"github.com/beian-dev/icp-operator/internal/words"
)

// checkPrinters are the ways to write a report.
var checkPrinters = []struct {
	name  string
	write func(*Env, check.Report) error
}{
	{"text", printCheckText}, {"json", printCheckJSON}, {"sarif", printCheckSARIF}, {"github", printCheckGitHub},
}

func checkOutputs() []string {
	names := make([]string, len(checkPrinters))
	for i, printer := range checkPrinters {
		names[i] = printer.name
	}
	return names
}

var severityWords = map[check.Severity]words.Words{
	check.Error:   {English: "error", Chinese: "错误"},
	check.Warning: {English: "warning", Chinese: "警告"},
	check.Note:    {English: "note", Chinese: "提示"},
}

// said is a finding's message, with what it is about.
func (e *Env) said(f check.Finding) string {
	var parts []string
	if f.Object != "" {
		parts = append(parts, f.Object)
	}
	if f.Field != "" {
		parts = append(parts, f.Field)
	}
	return strings.Join(append(parts, f.Message.In(e.Language())), e.Say(": ", "："))
}

func printCheckText(env *Env, report check.Report) error {
	var out strings.Builder
	for _, f := range report.Findings {
		at := f.File
		if f.Line > 0 {
			at += fmt.Sprintf(":%d:%d", f.Line, max(f.Column, 1))
		}
		fmt.Fprintf(&out, "%s: %s: %s [%s]\n", harmless(at), severityWords[f.Severity].In(env.Language()), harmless(env.said(f)), f.Rule)
	}
	count := map[check.Verdict]int{}
	for _, route := range report.Routes {
		count[route.Verdict]++
	}
	if report.Assumed {
		out.WriteString(env.Say("Nothing here says the exposure gate's mode of these namespaces: judged as in hold (--mode says another).\n",
			"此处未说明这些命名空间的闸门模式，按 hold 判断（可用 --mode 指定）。\n"))
	}
	fmt.Fprintf(&out, env.Say("%d objects read, %d checked; ", "读取 %d 个对象，检查 %d 个；"), report.Manifests, report.Judged)
	fmt.Fprintf(&out, env.Say("%d routes: %d admitted, %d held, %d refused, %d warned of, %d audited; ", "路由 %d 条：放行 %d、停放 %d、拒绝 %d、警告 %d、审计 %d；"),
		len(report.Routes), count[check.Admitted], count[check.Held], count[check.Refused], count[check.Warned], count[check.Audited])
	fmt.Fprintf(&out, env.Say("%d errors, %d warnings, %d notes\n", "错误 %d、警告 %d、提示 %d\n"),
		report.Count(check.Error), report.Count(check.Warning), report.Count(check.Note))
	_, err := env.Out.Write([]byte(out.String()))
	return err
}

// checkDocument is a report as programs read it. What stands in it stays.
type checkDocument struct {
	Findings []checkFinding `json:"findings"`
	Routes   []checkRoute   `json:"routes"`
	Summary  struct {
		Objects  int  `json:"objects"`
		Checked  int  `json:"checked"`
		Errors   int  `json:"errors"`
		Warnings int  `json:"warnings"`
		Notes    int  `json:"notes"`
		Assumed  bool `json:"modeAssumed"`
	} `json:"summary"`
}

type checkFinding struct {
	File     string         `json:"file"`
	Line     int            `json:"line,omitempty"`
	Column   int            `json:"column,omitempty"`
	Severity check.Severity `json:"severity"`
	Rule     string         `json:"rule"`
	Policy   string         `json:"policy,omitempty"`
	Object   string         `json:"object,omitempty"`
	Field    string         `json:"field,omitempty"`
	Message  string         `json:"message"`
}

type checkRoute struct {
	File      string        `json:"file"`
	Line      int           `json:"line,omitempty"`
	Kind      string        `json:"kind"`
	Namespace string        `json:"namespace"`
	Name      string        `json:"name"`
	Mode      string        `json:"mode"`
	Verdict   check.Verdict `json:"verdict"`
	Hosts     []string      `json:"hosts"`
	Blocked   []string      `json:"blocked,omitempty"`
	Says      string        `json:"apiServerSays,omitempty"`
}

func printCheckJSON(env *Env, report check.Report) error {
	document := checkDocument{Findings: []checkFinding{}, Routes: []checkRoute{}}
	for _, f := range report.Findings {
		document.Findings = append(document.Findings, checkFinding{f.File, f.Line, f.Column, f.Severity, f.Rule, f.Policy, f.Object, f.Field, f.Message.English})
	}
	for _, r := range report.Routes {
		if r.Hosts == nil {
			r.Hosts = []string{}
		}
		document.Routes = append(document.Routes, checkRoute(r))
	}
	document.Summary.Objects, document.Summary.Checked, document.Summary.Assumed = report.Manifests, report.Judged, report.Assumed
	document.Summary.Errors, document.Summary.Warnings, document.Summary.Notes = report.Count(check.Error), report.Count(check.Warning), report.Count(check.Note)
	encoder := json.NewEncoder(env.Out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document)
}

func printCheckSARIF(env *Env, report check.Report) error {
	var found []sarif.Rule
	var results []sarif.Result
	for _, f := range report.Findings {
		object := f.Object
		f.Object = ""
		found = append(found, sarif.Rule{ID: f.Rule, Text: check.RuleText(f.Rule)})
		results = append(results, sarif.Result{Rule: f.Rule, Level: sarif.Level(f.Severity), Message: env.said(f),
			File: f.File, Line: f.Line, Column: f.Column, Object: object})
	}
	return sarif.Write(env.Out, sarif.Tool{Name: "kubectl-icp check", Version: version.Number(), URI: "https://github.com/beian-dev/icp-operator"}, found, results)
}

// gitHubText and gitHubProperty write what GitHub Actions would else read as its own.
var (
	gitHubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	gitHubLevels   = map[check.Severity]string{check.Error: "error", check.Warning: "warning", check.Note: "notice"}
)

func printCheckGitHub(env *Env, report check.Report) error {
	for _, f := range report.Findings {
		at := "file=" + gitHubProperty.Replace(f.File)
		if f.Line > 0 {
			at += fmt.Sprintf(",line=%d,col=%d", f.Line, max(f.Column, 1))
		}
		if _, err := fmt.Fprintf(env.Out, "::%s %s,title=%s::%s\n", gitHubLevels[f.Severity], at, gitHubProperty.Replace(f.Rule), gitHubText.Replace(harmless(env.said(f)))); err != nil {
			return err
		}
	}
	return nil
}
