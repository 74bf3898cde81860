package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/audit/read"
)

// auditing is a call of the command audit.
type auditing struct {
	env           *Env
	output        string
	outputFile    string
	selector      string
	verdicts      []string
	allNamespaces bool
	exitZero      bool
	noHeaders     bool
}

func newAudit(env *Env) *cobra.Command {
	a := &auditing{env: env}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Say of every host that the cluster exposes whether a filing in force covers it",
		Long: `Say of every host on routes of every gated kind whether a filing in force covers it: covered, parked, uncovered or exempt, why, and
what to do next. Without -n, all namespaces are looked at; what you may not read is said.

It ends with 1 where a host is served that no filing in force covers, and with 2 where something went wrong, or -A was given and
not all namespaces may be read.`,
		Example: `  kubectl icp audit
  kubectl icp audit -n shop -o wide
  kubectl icp audit --verdict uncovered -o csv > uncovered.csv
  kubectl icp audit -o sarif --output-file audit.sarif --exit-zero`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&a.output, "output", "o", "table", "output format: "+strings.Join(auditFormats(), ", "))
	flags.StringVar(&a.outputFile, "output-file", "", "file that is written; by default the standard output")
	flags.BoolVarP(&a.allNamespaces, "all-namespaces", "A", false, "look at all namespaces, and fail where they may not all be read")
	flags.StringVarP(&a.selector, "selector", "l", "", "look only at routes with these labels, as kubectl get -l does")
	flags.StringSliceVar(&a.verdicts, "verdict", nil, "show only findings of these verdicts: uncovered, parked, covered, exempt")
	flags.BoolVar(&a.exitZero, "exit-zero", false, "end with 0 whatever is found")
	flags.BoolVar(&a.noHeaders, "no-headers", false, "print no header above the table")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(auditFormats(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("verdict", cobra.FixedCompletions(verdictNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// auditWriters write a report in each format.
var auditWriters = []struct {
	format string
	write  func(*auditing, io.Writer, *audit.Report) error
}{
	{"table", (*auditing).table},
	{"wide", (*auditing).wide},
	{"json", (*auditing).json},
	{"csv", (*auditing).csv},
	{"xlsx", (*auditing).xlsx},
	{"sarif", (*auditing).sarif},
}

func auditFormats() []string {
	var formats []string
	for _, w := range auditWriters {
		formats = append(formats, w.format)
	}
	return formats
}

func verdictNames() []string {
	var names []string
	for _, v := range audit.Verdicts() {
		names = append(names, strings.ToLower(string(v)))
	}
	return names
}

func (a *auditing) run(ctx context.Context) error {
	shown, err := a.check()
	if err != nil {
		return err
	}
	wanted := read.Options{Selector: a.selector}
	if a.output == "json" { // the others have no room for it
		wanted.Actions = func(string) bool { return true }
	}
	facts, err := a.env.exposed(ctx, a.allNamespaces, wanted)
	if err != nil {
		return err
	}
	report := audit.Judge(facts)
	all := *report
	report.Findings = slices.DeleteFunc(slices.Clone(report.Findings), func(f audit.Finding) bool { return !slices.Contains(shown, f.Verdict) })
	if err := a.write(report); err != nil {
		return err
	}
	a.summary(&all)
	return a.end(&all)
}

// check reads the flags: which verdicts are shown.
func (a *auditing) check() ([]audit.Verdict, error) {
	if !slices.Contains(auditFormats(), a.output) {
		return nil, &UsageError{fmt.Sprintf("-o %s: say one of %s", a.output, strings.Join(auditFormats(), ", "))}
	}
	if out, is := a.env.Out.(*os.File); is && a.output == "xlsx" && a.outputFile == "" && term.IsTerminal(int(out.Fd())) {
		return nil, &UsageError{a.env.Say("-o xlsx: a workbook is nothing for a terminal: say --output-file hosts.xlsx", "-o xlsx：工作簿不适合在终端显示：请加 --output-file hosts.xlsx")}
	}
	if len(a.verdicts) == 0 {
		return audit.Verdicts(), nil
	}
	var shown []audit.Verdict
	for _, name := range a.verdicts {
		i := slices.Index(verdictNames(), strings.ToLower(strings.TrimSpace(name)))
		if i < 0 {
			return nil, &UsageError{fmt.Sprintf("--verdict %s: say some of %s", name, strings.Join(verdictNames(), ", "))}
		}
		shown = append(shown, audit.Verdicts()[i])
	}
	return shown, nil
}

// exposed reads what the cluster exposes, as the user may see it: in all namespaces, unless one is named.
func (e *Env) exposed(ctx context.Context, all bool, options read.Options) (*audit.Facts, error) {
	config, err := e.Config()
	if err != nil {
		return nil, err
	}
	client, err := read.Client(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	if options.Instead, err = e.Namespace(); err != nil {
		return nil, err
	}
	if *e.Flags.Namespace != "" && !all {
		options.Namespace = *e.Flags.Namespace
	}
	return read.FromCluster(ctx, client, options)
}

// write writes the report to where it is wanted.
func (a *auditing) write(report *audit.Report) (err error) {
	out := a.env.Out
	if a.outputFile != "" {
		file, err := os.Create(a.outputFile)
		if err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		out = file
	}
	for _, w := range auditWriters {
		if w.format == a.output {
			return w.write(a, out, report)
		}
	}
	return nil
}

// end is how the command ends by what was found.
func (a *auditing) end(report *audit.Report) error {
	if a.exitZero {
		return nil
	}
	if report.Count(audit.Uncovered) > 0 {
		return foundError{}
	}
	hidden := slices.ContainsFunc(report.NotSeen, audit.NotSeen.Hides)
	if a.allNamespaces && hidden {
		return errors.New(a.env.Say("not everything could be read, see above: nothing uncovered was found in the rest", "有内容无法读取，见上文：其余部分未发现未覆盖的主机名"))
	}
	return nil
}
