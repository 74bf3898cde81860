package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// checkFlags are the flags of check.
type checkFlags struct {
	files     []string
	kustomize string
	recursive bool
	mode      string
	cleared   []string
	approved  bool
	output    string
	strict    bool
	verbose   bool
}

// gateModes are the modes of the exposure gate.
var gateModes = []string{v1alpha1.GateDeny, v1alpha1.GateHold, v1alpha1.GateWarn, v1alpha1.GateAudit, v1alpha1.GateOff}

func newCheck(env *Env) *cobra.Command {
	flags := checkFlags{}
	command := &cobra.Command{
		Use:   "check (-f FILE|DIR|- ... | -k DIR)",
		Short: "Check filings and the routes beside them as the API server would, without a cluster",
		Long: "Check manifests without a cluster, as the API server and the operator would when they are applied: the kinds of icp.beian.dev by their\n" +
			"definitions and admission policies, filings by the filing rules, and routes by the exposure gate: which would be refused, held, warned of.\n" +
			"Secrets are looked at for their types and keys alone. It ends with 1 where there are errors (with --strict, warnings, too).",
		Example: "  # Everything in a repository, as a step of CI\n  kubectl icp check -f deploy --mode deny --assume-approved\n\n" +
			"  # What a kustomization makes\n  kubectl icp check -k deploy/overlays/prod\n\n" +
			"  # What Helm makes\n  helm template shop ./chart | kubectl icp check -f - -n shop",
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return runCheck(command, env, flags) },
	}
	f := command.Flags()
	f.StringArrayVarP(&flags.files, "filename", "f", nil, "file, directory, or - for standard input; may be given several times")
	f.StringVarP(&flags.kustomize, "kustomize", "k", "", "directory whose kustomization is built and checked")
	f.BoolVarP(&flags.recursive, "recursive", "R", true, "read directories within directories, too")
	f.StringVar(&flags.mode, "mode", "", "mode of the exposure gate in namespaces that no manifest labels: "+strings.Join(gateModes, ", ")+" (by default that of an ExposurePolicy among the manifests, else hold)")
	f.StringSliceVar(&flags.cleared, "cleared", nil, "domain whose filing is in force; may be given several times")
	f.BoolVar(&flags.approved, "assume-approved", false, "judge as if all filings among the manifests were in force")
	f.StringVarP(&flags.output, "output", "o", "text", "text, json, sarif, or github (annotations of GitHub Actions)")
	f.BoolVar(&flags.strict, "strict", false, "end with 1 where there are warnings, too")
	f.BoolVarP(&flags.verbose, "verbose", "v", false, "say what was left out, too")
	command.ValidArgsFunction = cobra.NoFileCompletions
	_ = command.RegisterFlagCompletionFunc("mode", cobra.FixedCompletions(gateModes, cobra.ShellCompDirectiveNoFileComp))
	_ = command.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(checkOutputs(), cobra.ShellCompDirectiveNoFileComp))
	return command
}

func runCheck(command *cobra.Command, env *Env, flags checkFlags) error {
	write, err := flags.checked()
	if err != nil {
		return err
	}
	var from sources
	if err := from.readFiles(env.In, flags.files, flags.recursive); err != nil {
		return err
	}
	if flags.kustomize != "" {
		if err := from.readKustomization(flags.kustomize); err != nil {
			return err
		}
	}
	namespace := "default"
	if named := env.Flags.Namespace; named != nil && *named != "" {
		namespace = *named
	}
	report := check.Check(command.Context(), from.texts, check.Options{
		Now: env.Clock.Now(), Namespace: namespace, Mode: flags.mode, Cleared: flags.cleared, AssumeApproved: flags.approved,
		Rules: rules.Builtin(), Verbose: flags.verbose,
	})
	if flags.verbose {
		from.tell(&report)
	}
	if err := write(env, report); err != nil {
		return fmt.Errorf("writing what was found: %w", err)
	}
	if report.Count(check.Error) > 0 || flags.strict && report.Count(check.Warning) > 0 {
		return foundError{}
	}
	return nil
}

// checked refuses flags that make no sense, and finds how the report is written.
func (f *checkFlags) checked() (func(*Env, check.Report) error, error) {
	if len(f.files) == 0 && f.kustomize == "" {
		return nil, &UsageError{"check: say what to check: -f FILE, -f DIR, -f - for standard input, or -k DIR"}
	}
	if f.mode != "" && !slices.Contains(gateModes, f.mode) {
		return nil, &UsageError{fmt.Sprintf("--mode %s: say one of %s", f.mode, strings.Join(gateModes, ", "))}
	}
	for _, domain := range f.cleared {
		if !exposure.ValidDomain(domain) {
			return nil, &UsageError{fmt.Sprintf("--cleared %s: give a domain in lower case, an international one as its A-label: example.com", domain)}
		}
	}
	for _, output := range checkPrinters {
		if output.name == f.output {
			return output.write, nil
		}
	}
	return nil, &UsageError{fmt.Sprintf("-o %s: say one of %s", f.output, strings.Join(checkOutputs(), ", "))}
}

// tell puts into the report which files were left out.
func (s *sources) tell(report *check.Report) {
	for _, patch := range s.patches {
		report.Findings = append(report.Findings, check.LeftOutPatch(patch))
	}
}
