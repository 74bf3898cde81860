package plugin

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// writing are the flags of a command that writes: --yes and --dry-run, as kubectl has it.
type writing struct {
	yes    bool
	dryRun string
}

func (w *writing) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&w.yes, "yes", "y", false, "do it without asking")
	cmd.Flags().StringVar(&w.dryRun, "dry-run", dryRunNone, "none, client (show what would be written) or server (have the API server judge it, too)")
	cmd.Flags().Lookup("dry-run").NoOptDefVal = dryRunClient
	_ = cmd.RegisterFlagCompletionFunc("dry-run", cobra.FixedCompletions([]string{dryRunNone, dryRunClient, dryRunServer}, cobra.ShellCompDirectiveNoFileComp))
}

func (w *writing) check() error {
	if w.dryRun == dryRunNone || w.dryRun == dryRunClient || w.dryRun == dryRunServer {
		return nil
	}
	return &UsageError{fmt.Sprintf("--dry-run %s: it is none, client or server", harmless(w.dryRun))}
}

// options of the request that writes.
func (w *writing) options() []client.CreateOption {
	if w.dryRun == dryRunServer {
		return []client.CreateOption{client.DryRunAll}
	}
	return nil
}

// agreed shows what will be written, and asks whether it is to be. It goes to standard error where programs read what is
// printed.
func (w *writing) agreed(env *Env, explanation string, forPeople bool) error {
	to := env.ErrOut
	if forPeople {
		to = env.Out
	}
	if _, err := io.WriteString(to, explanation); err != nil {
		return fmt.Errorf("showing what will be written: %w", err)
	}
	if w.yes || w.dryRun != dryRunNone {
		return nil
	}
	fmt.Fprint(to, env.Say("Write it? [y/N] ", "确认写入？[y/N] "))
	answer, err := bufio.NewReader(env.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "是":
		return nil
	}
	return errors.New(env.Say("nothing was written; --yes writes without asking", "未写入；用 --yes 可不经询问直接写入"))
}
