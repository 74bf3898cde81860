package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// list shows many filings, a line each.
type list struct {
	env       *Env
	all       bool
	selector  string
	stages    []string
	standings []string
	waiting   string
	noHeaders bool
	output    output
}

func newList(env *Env) *cobra.Command {
	l := &list{env: env}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List filings, those first about which somebody must act first",
		Example: `  # What must be done first, in all namespaces?
  kubectl icp list -A
  # What waits for us, and not for the provider or the bureau?
  kubectl icp list -A --waiting-for people
  # Which filings are at the bureau?
  kubectl icp list -A --stage BureauReview`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.run(cmd) },
	}
	l.output.addFlag(cmd, "wide", "name")
	flags := cmd.Flags()
	flags.BoolVarP(&l.all, "all-namespaces", "A", false, "list the filings of all namespaces")
	flags.StringVarP(&l.selector, "selector", "l", "", "list those with these labels, as kubectl get does")
	flags.StringSliceVar(&l.stages, "stage", nil, "list those at one of these stages")
	flags.StringSliceVar(&l.standings, "standing", nil, "list those that are Overdue, ToAct, Waiting, Ended or Done")
	flags.StringVar(&l.waiting, "waiting-for", "", "list those that wait for an actor, such as Applicant or Bureau, or for people: anybody of the applicant's side")
	flags.BoolVar(&l.noHeaders, "no-headers", false, "leave out the line of headings")
	_ = cmd.RegisterFlagCompletionFunc("stage", cobra.FixedCompletions(namesOf(rules.Stages()), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("standing", cobra.FixedCompletions(namesOf(view.Standings()), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("waiting-for", cobra.FixedCompletions(append(namesOf(actors), people), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// people are whoever is on the applicant's side.
const people = "people"

var actors = []v1alpha1.Actor{
	v1alpha1.ActorApplicant, v1alpha1.ActorSubjectResponsiblePerson, v1alpha1.ActorWebsiteResponsiblePerson, v1alpha1.ActorOperator,
	v1alpha1.ActorProvider, v1alpha1.ActorBureau, v1alpha1.ActorPublicSecurity,
}

func namesOf[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// named finds a name of a list, however it is written: bureau-review is BureauReview.
func named[T ~string](flag, name string, values []T) (T, error) {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(s))
	}
	i := slices.IndexFunc(values, func(v T) bool { return plain(string(v)) == plain(name) })
	if i < 0 {
		return "", &UsageError{fmt.Sprintf("%s %s: it is one of %s", flag, harmless(name), strings.Join(namesOf(values), ", "))}
	}
	return values[i], nil
}

func (l *list) run(cmd *cobra.Command) error {
	keep, options, err := l.filters()
	if err != nil {
		return err
	}
	if err := l.output.check(); err != nil {
		return err
	}
	c, namespace, err := l.env.Place()
	if err != nil {
		return err
	}
	if l.all {
		namespace = ""
	}
	var found []view.Filing
	err = eachFiling(cmd.Context(), c, namespace, func(f *v1alpha1.IcpFiling) {
		if now := l.env.Clock.Now(); keep(view.Brief(f, now)) {
			found = append(found, view.Of(f, now))
		}
	}, options...)
	if err != nil {
		return err
	}
	view.Sort(found)
	return l.print(found)
}

// filters are what the flags ask for.
func (l *list) filters() (func(view.Filing) bool, []client.ListOption, error) {
	var options []client.ListOption
	if l.selector != "" {
		selector, err := labels.Parse(l.selector)
		if err != nil {
			return nil, nil, &UsageError{fmt.Sprintf("--selector %s: %v", harmless(l.selector), err)}
		}
		options = append(options, client.MatchingLabelsSelector{Selector: selector})
	}
	var stages []v1alpha1.StageName
	for _, name := range l.stages {
		stage, err := named("--stage", name, rules.Stages())
		if err != nil {
			return nil, nil, err
		}
		stages = append(stages, stage)
	}
	var standings []view.Standing
	for _, name := range l.standings {
		standing, err := named("--standing", name, view.Standings())
		if err != nil {
			return nil, nil, err
		}
		standings = append(standings, standing)
	}
	waiting := v1alpha1.Actor(people)
	if l.waiting != "" {
		var err error
		if waiting, err = named("--waiting-for", l.waiting, append([]v1alpha1.Actor{people}, actors...)); err != nil {
			return nil, nil, err
		}
	}
	return func(v view.Filing) bool {
		switch {
		case len(stages) > 0 && !slices.Contains(stages, v.Stage), len(standings) > 0 && !slices.Contains(standings, v.Standing):
			return false
		case l.waiting == "":
			return true
		case v.Next == nil:
			return false
		case waiting == people:
			return v.Next.Person
		}
		return v.Next.Actor == waiting
	}, options, nil
}

func (l *list) print(found []view.Filing) error {
	switch {
	case l.output.format == "name":
		for _, v := range found {
			fmt.Fprintln(l.env.Out, "icpfiling.icp.beian.dev/"+v.Name)
		}
		return nil
	case !l.output.forPeople():
		var items []unstructured.Unstructured
		for _, v := range found {
			d, err := document("Filing", v.Namespace, v.Name, v)
			if err != nil {
				return err
			}
			items = append(items, *d)
		}
		return l.output.print(l.env.Out, listOf(items))
	case len(found) == 0:
		fmt.Fprintln(l.env.ErrOut, l.env.Say("No filings found.", "没有找到备案。"))
		return nil
	}
	var rows table
	if !l.noHeaders {
		rows.add(l.columns(l.headings())...)
	}
	for _, v := range found {
		rows.add(l.columns(l.row(v))...)
	}
	return rows.print(l.env.Out)
}

// columns leaves out what is not asked for: the namespace of one, and what -o wide adds.
func (l *list) columns(all []string) []string {
	const usual = 7
	if l.output.format != "wide" {
		all = all[:usual]
	}
	if !l.all {
		all = all[1:]
	}
	return all
}

func (l *list) headings() []string {
	say := l.env.Say
	return []string{
		say("NAMESPACE", "命名空间"), say("NAME", "名称"), say("DOMAIN", "域名"), say("STAGE", "环节"), say("STANDING", "状况"), say("WAITS FOR", "等待"), say("UNTIL", "期限"),
		say("NUMBER", "备案号"), say("SERVED", "提供访问"), say("HELD", "暂停"), say("PROVIDER", "接入服务商"), say("TO DO", "待办"),
	}
}

func (l *list) row(v view.Filing) []string {
	in := func(w words.Words) string { return w.In(l.env.Language()) }
	who, until, todo := "", "", ""
	if n := v.Next; n != nil {
		who, until, todo = in(words.Actor(n.Actor)), view.When(n.Due, n.Day), in(n.Says)
	}
	if d := v.Deadline; d != nil {
		until = view.When(d.At, d.Day)
	}
	return []string{
		v.Namespace, v.Name, v.Domain, in(words.Stage(v.Stage)), in(v.Standing.Words()), who, until,
		v.WebsiteNumber, fmt.Sprint(v.Gate.Served), fmt.Sprint(v.Gate.Held), v.Provider, todo,
	}
}
