package plugin

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/beian-dev/icp-operator/internal/version"
)

func newVersion(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which version of the program this is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(env.Out, version.Line("kubectl-icp"))
			return err
		},
	}
}
