package plugin

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/audit/read"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// anyHostShown is how many routes that name no host are told of.
const anyHostShown = 5

// explaining is a call of the command explain.
type explaining struct {
	env           *Env
	output        string
	allNamespaces bool
}

func newExplain(env *Env) *cobra.Command {
	e := &explaining{env: env}
	cmd := &cobra.Command{
		Use:   "explain HOST",
		Short: "Say of a host which filing covers it, which routes name it, what the gate did with them, and what to do next",
		Long: `Say of a host, or of a URL as a browser has it, which filings cover it and where they stand, which routes of every gated kind would
serve it, what the gate did with each and why, and what to do next. Without -n, all namespaces are looked at that you may read.`,
		Example: `  kubectl icp explain www.example.com
  kubectl icp explain https://例子.中国/ -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVarP(&e.output, "output", "o", "text", "output format: text, json")
	cmd.Flags().BoolVarP(&e.allNamespaces, "all-namespaces", "A", false, "look at all namespaces")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (x *explaining) run(ctx context.Context, text string) error {
	if x.output != "text" && x.output != "json" {
		return &UsageError{fmt.Sprintf("-o %s: say text or json", x.output)}
	}
	host, err := audit.ReadHost(text)
	if err != nil {
		return &UsageError{err.Error()}
	}
	namespace, err := x.env.Namespace()
	if err != nil {
		return err
	}
	covering := exposure.Suffixes(host)
	facts, err := x.env.exposed(ctx, x.allNamespaces, read.Options{Actions: func(domain string) bool { return slices.Contains(covering, domain) }})
	if err != nil {
		return err
	}
	explanation := audit.Explain(facts, host)
	if x.output == "json" {
		return writeJSON(x.env.Out, struct {
			*audit.Explanation
			Next []writtenStep `json:"next"`
		}{explanation, append([]writtenStep{}, stepsOf(explanation.Next(namespace))...)})
	}
	out := &strings.Builder{}
	x.print(out, explanation, namespace)
	_, err = io.WriteString(x.env.Out, out.String())
	return err
}

func (x *explaining) say(w words.Words) string { return harmless(w.In(x.env.Language())) }

func (x *explaining) print(out *strings.Builder, e *audit.Explanation, namespace string) {
	say := x.env.Say
	out.WriteString(e.Host)
	if shown := audit.ShowHost(e.Host); shown != e.Host {
		fmt.Fprintf(out, say(" (%s)", "（%s）"), shown)
	}
	out.WriteString("\n")
	switch {
	case e.Exempt:
		out.WriteString(say("It needs no filing: the ExposurePolicy exempts its domain.\n", "它不需要备案：ExposurePolicy 豁免了其域名。\n"))
	case e.Domain != "":
		fmt.Fprintf(out, say("What is filed is the domain that somebody registered: %s\n", "需要备案的是所注册的域名：%s\n"), e.Domain)
	default:
		out.WriteString(say("No such domain can be registered, and so none can be filed.\n", "这样的域名无法注册，也就无法备案。\n"))
	}
	x.filings(out, e)
	x.routes(out, e.Routes)
	if steps := e.Next(namespace); len(steps) > 0 {
		out.WriteString("\n" + say("What to do next:", "下一步：") + "\n")
		for _, step := range steps {
			out.WriteString("  - " + x.say(step.Says) + "\n")
			if step.Command != "" {
				out.WriteString("      " + harmless(step.Command) + "\n")
			}
		}
	}
	hides := false
	for _, missed := range e.NotSeen {
		if !missed.Hides() {
			continue
		}
		if !hides {
			out.WriteString("\n" + say("Not seen:", "未能查看：") + "\n")
		}
		hides = true
		out.WriteString("  " + x.say(missed.Words()) + "\n")
	}
}

func (x *explaining) filings(out *strings.Builder, e *audit.Explanation) {
	say := x.env.Say
	out.WriteString("\n" + say("Filings that cover it:", "覆盖它的备案：") + "\n")
	switch {
	case len(e.Filings) > 0:
	case e.AllFilings:
		out.WriteString("  " + say("none", "没有") + "\n")
	default:
		out.WriteString("  " + say("none that you may read", "没有您有权查看的备案") + "\n")
	}
	for i := range e.Filings {
		f := &e.Filings[i]
		fmt.Fprintf(out, "  %s/%s  %s  %s", f.Namespace, f.Name, f.Domain, x.say(words.Stage(f.Stage)))
		if f.Number != "" {
			out.WriteString("  " + harmless(f.Number))
		}
		out.WriteString("\n")
		if f.Closed != "" {
			fmt.Fprintf(out, say("      its gate is closed: %s\n", "      闸门关闭：%s\n"), x.say(words.Reason(v1alpha1.ConditionExposureAllowed, f.Closed)))
		}
		if f.Action != nil {
			fmt.Fprintf(out, say("      next: %s\n", "      下一步：%s\n"), x.action(f.Action))
		}
	}
}

// action says who must do what for a filing, and by when.
func (x *explaining) action(a *v1alpha1.NextAction) string {
	what, ok := words.Task{Name: a.Task, Actor: a.Actor, Where: a.Where}.WhatToDo()
	if !ok {
		what = words.Words{English: a.Description, Chinese: a.Description}
	}
	text := x.say(words.Actor(a.Actor)) + x.env.Say(": ", "：") + x.say(what)
	if a.DueDate != "" {
		text += fmt.Sprintf(x.env.Say(" (by %s)", "（%s 前）"), harmless(a.DueDate))
	}
	return text
}

func (x *explaining) routes(out *strings.Builder, routes []audit.RouteFound) {
	say := x.env.Say
	out.WriteString("\n" + say("Routes that would serve it:", "会对外提供它的路由：") + "\n")
	if len(routes) == 0 {
		out.WriteString("  " + say("none", "没有") + "\n")
	}
	anyHost := 0
	for i := range routes {
		r := &routes[i]
		if r.Host == exposure.AnyHost {
			if anyHost++; anyHost > anyHostShown {
				continue
			}
		}
		x.route(out, r)
	}
	if more := anyHost - anyHostShown; more > 0 {
		fmt.Fprintf(out, say("  and %d more that name no host: see kubectl icp audit\n", "  另有 %d 条不写主机名的路由：见 kubectl icp audit\n"), more)
	}
}

func (x *explaining) route(out *strings.Builder, r *audit.RouteFound) {
	say := x.env.Say
	fmt.Fprintf(out, "  %s %s/%s", r.Kind, harmless(r.Namespace), harmless(r.Name))
	fmt.Fprintf(out, say(" by %s", "，主机名 %s"), x.say(audit.HostWords(r.Host)))
	if r.From != "" {
		fmt.Fprintf(out, say(" of %s", "（来自 %s）"), harmless(r.From))
	}
	if r.Unattached {
		out.WriteString(say(": attached to nothing that serves, so that nothing is exposed\n", "：没有挂接到任何对外服务的组件，因此没有暴露\n"))
		return
	}
	fmt.Fprintf(out, say(": %s, %s", "：%s，%s"), x.say(r.Verdict.Words()), x.say(r.Why()))
	if r.Mode != "" {
		fmt.Fprintf(out, say(" (gate: %s)", "（闸门模式：%s）"), harmless(r.Mode))
	}
	out.WriteString("\n")
	if r.Verdict == audit.Parked && r.Says != "" {
		out.WriteString(say("      the gate says: ", "      闸门的说明：") + x.because(r.Says) + "\n")
	}
}

// because says in the user's language why the gate parked a route: by what it wrote on it of each host.
func (x *explaining) because(says string) string {
	separator := x.env.Say("; ", "；")
	var parts []string
	for part := range strings.SplitSeq(says, "; ") {
		host, why, told := strings.Cut(part, ": ")
		if !told {
			parts = append(parts, harmless(part))
			continue
		}
		parts = append(parts, harmless(host)+x.env.Say(": ", "：")+x.say(words.Parked(why)))
	}
	return strings.Join(parts, separator)
}
