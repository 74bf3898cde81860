package plugin

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// beginning makes the first manifests of a filing, by asking.
type beginning struct {
	env     *Env
	answers string
	force   bool
	// defaults says that what has a default is not asked.
	defaults bool
	// given are the answers that flags give, by question.
	given map[string]*string
	// providers of the cluster, where it could be reached.
	providers []v1alpha1.FilingProvider
}

func newInit(env *Env) *cobra.Command {
	b := &beginning{env: env, given: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Begin a filing: answer questions, and have its manifests written",
		Long: `Begin a filing: it asks what a newcomer can answer, in your language, and writes the manifests into a directory: filing.yaml, and
persons.yaml with the responsible persons' Secrets, to be filled in and kept out of git (a .gitignore sees to that). It asks nothing
of the persons. "?" explains a question: why the law asks it, and what may be answered. An empty answer takes the default.
Each question can be answered beforehand by a flag, or in a file of --answers (YAML: the flags' names, and what they say).`,
		Example: `  kubectl icp init my-site --lang zh
  kubectl icp init my-site --answers answers.yaml --defaults`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return b.run(cmd.Context(), dir)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.answers, "answers", "", "file with answers, in YAML")
	flags.BoolVar(&b.defaults, "defaults", false, "take the default of every question that has one, without asking")
	flags.BoolVar(&b.force, "force", false, "overwrite manifests that are there")
	for _, q := range questions {
		b.given[q.key] = flags.String(q.flag(), "", "answer: "+q.asks.English)
	}
	return cmd
}

func (b *beginning) run(ctx context.Context, dir string) error {
	namespace, err := b.env.Namespace()
	if err != nil {
		// Without a kubeconfig a filing can be begun all the same.
		namespace = "default"
	}
	for _, name := range []string{filingFile, personsFile} {
		if err := mayWrite(filepath.Join(dir, name), b.force); err != nil {
			return b.env.inOwnWords(err)
		}
	}
	given, err := b.before()
	if err != nil {
		return err
	}
	b.providers = b.reachProviders(ctx)
	i := newInterview(ctx, b, given)
	i.filing.Namespace = namespace
	if err := i.ask(); err != nil {
		return i.interrupted(dir, err)
	}
	written, err := i.write(dir, b.force)
	if err != nil {
		return b.env.inOwnWords(err)
	}
	_, err = fmt.Fprint(b.env.Out, i.prepare(), i.next(dir, written))
	return err
}

// reachProviders asks the cluster for its FilingProviders, where there is one that answers soon.
func (b *beginning) reachProviders(ctx context.Context) []v1alpha1.FilingProvider {
	const within = 5 * time.Second
	config, err := b.env.Config()
	if err != nil {
		return nil
	}
	config.Timeout = within
	c, err := client.New(config, client.Options{Scheme: Scheme()})
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var list v1alpha1.FilingProviderList
	if err := c.List(ctx, &list); err != nil {
		fmt.Fprintln(b.env.ErrOut, b.env.Say("note: the cluster's FilingProviders cannot be listed, so the provider is asked by name: ", "提示：无法列出集群的 FilingProvider，需手工填写接入商名称：")+harmless(err.Error()))
		return nil
	}
	return list.Items
}

// provider is the FilingProvider that the filing will use, and nil where that is not known.
func (b *beginning) provider(f *v1alpha1.IcpFiling) *v1alpha1.FilingProvider {
	for i := range b.providers {
		p := &b.providers[i]
		named := f.Spec.ProviderRef != nil && f.Spec.ProviderRef.Name == p.Name
		if named || f.Spec.ProviderRef == nil && p.Annotations[v1alpha1.DefaultProviderAnnotation] == "true" {
			return p
		}
	}
	return nil
}

// mayWrite refuses a file that is there, unless it is to be overwritten.
func mayWrite(file string, force bool) error {
	if _, err := os.Lstat(file); err == nil && !force {
		return thereAlready(file)
	}
	return nil
}

// flag is how a question's flag is called: websiteName is --website-name.
func (q question) flag() string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(strings.ReplaceAll(q.key, "ID", "Id"), "IPs", "Ips") {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
