// Package plugin is kubectl icp: its commands, and what they print. What they know of filings and of what is exposed they have
// from pure packages, which the board shares.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/utils/clock"
)

// What the program ends with.
const (
	// ExitFound: nothing went wrong, and what was looked for to be put right was found (audit, check).
	ExitFound = 1
	// ExitFailed: what was asked for could not be done.
	ExitFailed = 2
)

// UsageError says that a command was called wrongly, and how to call it.
type UsageError struct{ text string }

// Error says so.
func (e *UsageError) Error() string { return e.text }

// foundError ends the program with ExitFound: what was found is printed already.
type foundError struct{}

// Error says so.
func (foundError) Error() string { return "found what is to be put right" }

// Run runs the program as called, and returns what it ends with.
func Run(ctx context.Context, args []string, getenv func(string) string, streams genericiooptions.IOStreams, now clock.WithTicker) int {
	env := &Env{IOStreams: streams, Flags: genericclioptions.NewConfigFlags(true), Clock: now, getenv: getenv}
	root := NewCommand(env, nameOf(args)) //nolint:contextcheck // commands have it by ExecuteContext
	root.SetArgs(args[1:])
	err := root.ExecuteContext(ctx)
	var found foundError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &found):
		return ExitFound
	}
	fmt.Fprintln(streams.ErrOut, env.Say("error:", "错误："), err)
	return ExitFailed
}

// nameOf is how the user calls the program: kubectl runs kubectl-icp as "kubectl icp".
func nameOf(args []string) string {
	name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	if name == "kubectl-icp" {
		return "kubectl icp"
	}
	return name
}

// NewCommand makes the program's command, which is called by a name.
func NewCommand(env *Env, name string) *cobra.Command {
	root := &cobra.Command{
		Use:   "icp",
		Short: "Where ICP filings (ICP备案) stand, what is to be done, and what the cluster exposes",
		Annotations: map[string]string{
			cobra.CommandDisplayNameAnnotation: name,
		},
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return env.checkLanguage() },
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.ErrOut)
	env.Flags.AddFlags(root.PersistentFlags())
	root.PersistentFlags().StringVar(&env.lang, "lang", "", "language of what people read, zh or en; by default that of the environment (LC_ALL, LC_MESSAGES, LANG)")
	_ = root.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]string{"zh", "en"}, cobra.ShellCompDirectiveNoFileComp))
	_ = root.RegisterFlagCompletionFunc("namespace", completeNamespaces(env))
	for _, command := range commands {
		root.AddCommand(command(env))
	}
	return root
}

// commands of the program, each in a file of its own.
var commands = []func(*Env) *cobra.Command{
	newAudit,
	newBoard,
	newCheck,
	newExplain,
	newExport,
	newImport,
	newInit,
	newList,
	newResubmit,
	newReview,
	newStatus,
	newVersion,
	newWithdraw,
}
