package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/view"
)

// asks are the commands that ask something of the operator by an annotation on the filing.
type asks struct {
	env     *Env
	to      func(*v1alpha1.IcpFiling) view.Asking
	confirm bool
	// after says what people must do then.
	after   func(ctx context.Context, c client.Reader, f *v1alpha1.IcpFiling) string
	writing writing
}

func newResubmit(env *Env) *cobra.Command {
	a := &asks{env: env, to: view.ToResubmit, after: func(context.Context, client.Reader, *v1alpha1.IcpFiling) string { return "" }}
	cmd := &cobra.Command{
		Use:   "resubmit NAME",
		Short: "Submit a returned filing again though nothing in it must change, or file anew what has ended",
		Long: `Submit a returned filing again though nothing in it must change (an SMS that expired, a face check that failed), or file anew
what was revoked or cancelled. Where the spec, a person's Secret or a paper must change, change it: it is submitted again by itself.`,
		Example: `  kubectl icp resubmit example-com`,
	}
	return a.complete(cmd, "kubectl icp resubmit NAME")
}

func newWithdraw(env *Env) *cobra.Command {
	a := &asks{env: env, to: view.ToWithdraw, confirm: true}
	a.after = func(ctx context.Context, c client.Reader, f *v1alpha1.IcpFiling) string {
		var provider v1alpha1.FilingProvider
		if err := c.Get(ctx, client.ObjectKey{Name: f.Status.Provider}, &provider); err == nil && provider.Spec.Manual == nil {
			return ""
		}
		record := "kubectl icp review " + f.Name + " -n " + f.Namespace + " --stage Confirmation --return --reason Withdrawn"
		return env.Say("Where people file (a manual provider): take the order back in the provider's console, then record it: "+record+"\n",
			"人工办理时（manual 接入服务商）：在接入服务商控制台撤回订单，然后记录："+record+"\n")
	}
	cmd := &cobra.Command{
		Use:   "withdraw NAME",
		Short: "Take an order back from review (撤回)",
		Long: `Take an order back from review (撤回). A provider that is reached over the protocol is asked by the operator; where people file,
they take it back in the provider's console and record it.`,
		Example: `  kubectl icp withdraw example-com`,
	}
	return a.complete(cmd, "kubectl icp withdraw NAME")
}

func (a *asks) complete(cmd *cobra.Command, usage string) *cobra.Command {
	cmd.Args, cmd.ValidArgsFunction = filingNames(a.env, usage, 1), completeFilings(a.env, 1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args[0]) }
	a.writing.addFlags(cmd)
	return cmd
}

func (a *asks) run(ctx context.Context, name string) error {
	if err := a.writing.check(); err != nil {
		return err
	}
	c, namespace, err := a.env.Place()
	if err != nil {
		return err
	}
	f, err := a.env.filing(ctx, c, namespace, name)
	if err != nil {
		return err
	}
	asking, language := a.to(f), a.env.Language()
	switch {
	case asking.Refused.English != "":
		return errors.New(a.env.Say("nothing was asked for: ", "未提出请求：") + asking.Refused.In(language))
	case asking.Asked:
		_, err := fmt.Fprintln(a.env.Out, a.env.Say("It is asked for already: ", "此前已提出：")+asking.Then.In(language))
		return err
	}
	explanation := fmt.Sprintf("%s (%s/%s)%s\n", f.Spec.Domain.Name, f.Namespace, f.Name, a.env.Say(": ", "：")+asking.Then.In(language))
	w := a.writing
	w.yes = w.yes || !a.confirm
	if err := w.agreed(a.env, explanation, true); err != nil {
		return err
	}
	if a.writing.dryRun != dryRunClient {
		if err := a.annotate(ctx, c, f, asking); err != nil {
			return err
		}
	}
	done := a.env.Say(" annotated", " 已注解")
	if a.writing.dryRun != dryRunNone {
		done = a.env.Say(" (dry run: nothing was written)", "（试运行，未写入）")
	}
	_, err = fmt.Fprintf(a.env.Out, "icpfiling.icp.beian.dev/%s%s\n%s", f.Name, done, a.after(ctx, c, f))
	return err
}

// annotate asks. What was asked for before an end means something else: it is taken away first, and the operator must have
// seen that before it is asked for anew.
func (a *asks) annotate(ctx context.Context, c client.WithWatch, f *v1alpha1.IcpFiling, asking view.Asking) error {
	if asking.First && a.writing.dryRun == dryRunNone {
		if err := a.patch(ctx, c, f, asking.Annotation, nil); err != nil {
			return err
		}
		if err := forgotten(ctx, c, f); err != nil {
			return err
		}
	}
	return a.patch(ctx, c, f, asking.Annotation, asking.Value)
}

func (a *asks) patch(ctx context.Context, c client.Client, f *v1alpha1.IcpFiling, annotation string, value any) error {
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]any{annotation: value}}})
	if err != nil {
		return err
	}
	var options []client.PatchOption
	if a.writing.dryRun == dryRunServer {
		options = append(options, client.DryRunAll)
	}
	if err := c.Patch(ctx, f, client.RawPatch("application/merge-patch+json", body), options...); err != nil {
		return fmt.Errorf("annotating filing %s/%s with %s: %w", f.Namespace, f.Name, annotation, err)
	}
	return nil
}

// forgotten waits until the operator no longer remembers what was asked for before an end.
func forgotten(ctx context.Context, c client.WithWatch, f *v1alpha1.IcpFiling) error {
	ctx, cancel := context.WithTimeout(ctx, appliedWithin)
	defer cancel()
	watch, err := c.Watch(ctx, &v1alpha1.IcpFilingList{}, client.InNamespace(f.Namespace), client.MatchingFields{"metadata.name": f.Name})
	if err != nil {
		return fmt.Errorf("following filing %s/%s: %w", f.Namespace, f.Name, err)
	}
	defer watch.Stop()
	for event := range watch.ResultChan() {
		if seen, is := event.Object.(*v1alpha1.IcpFiling); is && procedure.AskedBefore(seen) == "" {
			return nil
		}
	}
	return fmt.Errorf("the operator has not seen within %s that %s was taken off filing %s/%s: see that it runs, and say it again", appliedWithin, v1alpha1.ResubmitAnnotation, f.Namespace, f.Name)
}
