package plugin

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/view"
)

// review records what was decided of a filing, or that a step was done.
type review struct {
	env                              *Env
	pass, report, back, revoke, undo bool
	ask, task, stage                 string
	attempt                          int32
	reasons                          []string
	message, orderID                 string
	subjectNumber, websiteNumber     string
	due, decidedAt                   string
	writing                          writing
	output                           output
}

func newReview(env *Env) *cobra.Command {
	r := &review{env: env}
	cmd := &cobra.Command{
		Use:   "review NAME (--report | --pass | --return | --ask TASK | --revoke | --cancel)",
		Short: "Record what the provider or the bureau decided of a filing, or that a step was done, as an IcpReview",
		Long: `Record what the provider or the bureau decided of a filing, or that a step of the applicant's was done. Before it writes the
IcpReview, it shows what will be written and what follows from it.

The stage is the one under way, the attempt and the provider are the filing's, the time is now, and whoever calls it decides;
flags say otherwise. To record takes the verb report (a step, a withdrawal) or decide (everything else) on the FilingProvider.`,
		Example: `  # The applicant's step that is under way was done
  kubectl icp review example-com --report
  # The reviewer sent the order back
  kubectl icp review example-com --return --reason WebsiteNameInvalid --message "the name says nothing of what is sold"
  # The bureau approved
  kubectl icp review example-com --stage BureauReview --pass --website-number 浙ICP备12345678号-1
  # The reviewer wants a paper by Friday, and later has it
  kubectl icp review example-com --ask Supplement --due 2026-03-06
  kubectl icp review example-com --report --task Supplement`,
		Args:              filingNames(env, "kubectl icp review NAME", 1),
		ValidArgsFunction: completeFilings(env, 1),
		RunE:              func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), args[0]) },
	}
	r.output.addFlag(cmd, "name")
	r.writing.addFlags(cmd)
	r.addFlags(cmd)
	return cmd
}

func (r *review) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&r.report, "report", false, "a step of the applicant's was done; with --task, what a reviewer had asked for")
	flags.BoolVar(&r.pass, "pass", false, "the stage was passed (通过)")
	flags.BoolVar(&r.back, "return", false, "the order was sent back (退回); needs --reason")
	flags.StringVar(&r.ask, "ask", "", "a reviewer asks for this, and does not return the order: "+strings.Join(requestedTasks(), ", "))
	flags.BoolVar(&r.revoke, "revoke", false, "the filing was revoked (被注销)")
	flags.BoolVar(&r.undo, "cancel", false, "the filing was cancelled, or the order given up (注销)")
	cmd.MarkFlagsOneRequired("report", "pass", "return", "ask", "revoke", "cancel")
	cmd.MarkFlagsMutuallyExclusive("report", "pass", "return", "ask", "revoke", "cancel")
	flags.StringVar(&r.stage, "stage", "", "stage that the decision is on; by default the one under way")
	flags.Int32Var(&r.attempt, "attempt", 0, "attempt that the decision is on; by default the filing's")
	flags.StringSliceVar(&r.reasons, "reason", nil, "reasons, several with commas")
	flags.StringVar(&r.task, "task", "", "with --report: what was asked for, and is done")
	flags.StringVar(&r.message, "message", "", "what the reviewer says; no personal data")
	flags.StringVar(&r.orderID, "order-id", "", "the provider's name for the order")
	flags.StringVar(&r.websiteNumber, "website-number", "", "网站备案号, with the bureau's approval")
	flags.StringVar(&r.subjectNumber, "subject-number", "", "主体备案号; by default that of the website's number")
	flags.StringVar(&r.due, "due", "", "with --ask: by when, as 2026-03-06, 2026-03-06T15:00 (Beijing time) or 72h")
	flags.StringVar(&r.decidedAt, "decided-at", "", "when it was decided, as --due; by default now")
	_ = cmd.RegisterFlagCompletionFunc("stage", cobra.FixedCompletions(namesOf(rules.Stages()), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("ask", cobra.FixedCompletions(requestedTasks(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("task", cobra.FixedCompletions(requestedTasks(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("reason", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return r.knownReasons(), cobra.ShellCompDirectiveNoFileComp
	})
}

// requestedTasks are what a reviewer may ask for.
func requestedTasks() []string {
	var list []string
	for _, request := range procedure.Requests() {
		list = append(list, string(request.Task))
	}
	return list
}

func (r *review) run(ctx context.Context, name string) error {
	if err := r.writing.check(); err != nil {
		return err
	}
	if err := r.output.check(); err != nil {
		return err
	}
	c, namespace, err := r.env.Place()
	if err != nil {
		return err
	}
	filing, err := r.env.filing(ctx, c, namespace, name)
	if err != nil {
		return err
	}
	shown := view.Of(filing, r.env.Clock.Now())
	object, err := r.object(filing, shown)
	if err != nil {
		return err
	}
	if object.Spec.DecidedBy, err = self(ctx, c); err != nil {
		return err
	}
	explanation := reviewPage{statusPage{r.env}, shown, object}.text(ctx, c)
	if r.writing.dryRun == dryRunClient {
		return r.print(object, explanation, r.env.Say(" (dry run: nothing was written)", "（试运行，未写入）"))
	}
	if err := r.writing.agreed(r.env, explanation, r.output.forPeople() && r.output.format != "name"); err != nil {
		return err
	}
	if err := c.Create(ctx, object, r.writing.options()...); err != nil {
		return fmt.Errorf("recording %s on stage %s of filing %s/%s: %w", object.Spec.Decision, object.Spec.Stage, namespace, name, err)
	}
	if r.writing.dryRun == dryRunServer {
		return r.print(object, "", r.env.Say(" (server dry run: nothing was written)", "（服务端试运行，未写入）"))
	}
	if err := r.print(object, "", r.env.Say(" created", " 已创建")); err != nil {
		return err
	}
	return r.outcome(ctx, c, object)
}

// self is the name under which the API server knows the user.
func self(ctx context.Context, c client.Client) (string, error) {
	var who authenticationv1.SelfSubjectReview
	if err := c.Create(ctx, &who); err != nil {
		return "", fmt.Errorf("asking the API server who you are: %w", err)
	}
	return who.Status.UserInfo.Username, nil
}

// object is the review that the flags ask for, with what they do not say from the filing.
func (r *review) object(f *v1alpha1.IcpFiling, shown view.Filing) (*v1alpha1.IcpReview, error) {
	spec := v1alpha1.IcpReviewSpec{
		FilingRef: v1alpha1.FilingReference{Name: f.Name, Domain: f.Spec.Domain.Name}, Attempt: max(1, f.Status.Attempt), Decision: r.decision(),
		Reasons: r.reasons, Message: r.message, OrderID: r.orderID, DecidedAt: metav1.NewTime(r.env.Clock.Now().UTC()),
	}
	if r.attempt > 0 {
		spec.Attempt = r.attempt
	}
	spec.ProviderRef.Name = f.Status.Provider
	if spec.ProviderRef.Name == "" && f.Spec.ProviderRef != nil {
		spec.ProviderRef = *f.Spec.ProviderRef
	}
	if spec.ProviderRef.Name == "" {
		return nil, fmt.Errorf("%s", r.env.Say(fmt.Sprintf("filing %s/%s has no provider yet: condition Ready says why (kubectl icp status %s)", f.Namespace, f.Name, f.Name),
			fmt.Sprintf("备案 %s/%s 尚无接入服务商，原因见 kubectl icp status %s", f.Namespace, f.Name, f.Name)))
	}
	for _, fill := range []func(*v1alpha1.IcpReviewSpec, view.Filing) error{r.setStage, r.setTask, r.checkReasons, r.setNumbers, r.setTimes} {
		if err := fill(&spec, shown); err != nil {
			return nil, err
		}
	}
	return &v1alpha1.IcpReview{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "IcpReview"},
		ObjectMeta: metav1.ObjectMeta{Namespace: f.Namespace, GenerateName: f.Name + "-"}, Spec: spec,
	}, nil
}

func (r *review) decision() v1alpha1.Decision {
	switch {
	case r.pass:
		return v1alpha1.DecisionPassed
	case r.back:
		return v1alpha1.DecisionReturned
	case r.ask != "":
		return v1alpha1.DecisionActionRequested
	case r.revoke:
		return v1alpha1.DecisionRevoked
	case r.undo:
		return v1alpha1.DecisionCancelled
	}
	return v1alpha1.DecisionReported
}
