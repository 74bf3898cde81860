package plugin

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/view"
)

// status shows filings one by one.
type status struct {
	env       *Env
	client    client.WithWatch
	namespace string
	names     []string
	output    output
	watch     bool
}

func newStatus(env *Env) *cobra.Command {
	s := &status{env: env}
	cmd := &cobra.Command{
		Use:   "status NAME...",
		Short: "Show where a filing stands: its timeline, what must be done next and by when, its gate and its dates",
		Example: `  # Where does it stand?
  kubectl icp status example-com
  # Follow it
  kubectl icp status example-com -w
  # Who must act next, for a script
  kubectl icp status example-com -o jsonpath='{.nextAction.actor}'`,
		Args:              filingNames(env, "kubectl icp status NAME...", 0),
		ValidArgsFunction: completeFilings(env, 0),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := s.output.check(); err != nil {
				return err
			}
			if s.client, s.namespace, err = env.Place(); err != nil {
				return err
			}
			s.names = args
			if s.watch {
				return s.follow(cmd.Context())
			}
			text, err := s.render(cmd.Context())
			if err != nil {
				return err
			}
			_, err = env.Out.Write([]byte(text))
			return err
		},
	}
	s.output.addFlag(cmd)
	cmd.Flags().BoolVarP(&s.watch, "watch", "w", false, "follow the filing, and show it anew whenever something changes")
	return cmd
}

// shown is a filing and what was recorded of it.
type shown struct {
	view.Filing
	History []view.Decision `json:"history,omitempty"`
}

// read reads the filings that are asked for.
func (s *status) read(ctx context.Context) ([]shown, error) {
	recorded, err := reviews(ctx, s.client, s.namespace)
	if err != nil {
		return nil, err
	}
	list := make([]shown, 0, len(s.names))
	for _, name := range s.names {
		f, err := s.env.filing(ctx, s.client, s.namespace, name)
		if err != nil {
			return nil, err
		}
		list = append(list, shown{view.Of(f, s.env.Clock.Now()), view.History(f, recorded)})
	}
	return list, nil
}

// render is what is shown of the filings now.
func (s *status) render(ctx context.Context) (string, error) {
	list, err := s.read(ctx)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if s.output.forPeople() {
		for i, f := range list {
			if i > 0 {
				out.WriteString("\n")
			}
			out.WriteString(statusPage{s.env}.of(f))
		}
		return out.String(), nil
	}
	var documents []unstructured.Unstructured
	for _, f := range list {
		d, err := document("Filing", f.Namespace, f.Name, f)
		if err != nil {
			return "", err
		}
		documents = append(documents, *d)
	}
	if len(documents) == 1 {
		err = s.output.print(&out, &documents[0])
	} else {
		err = s.output.print(&out, listOf(documents))
	}
	return out.String(), err
}
