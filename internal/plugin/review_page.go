package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// reviewPage is what people read before a review is written.
type reviewPage struct {
	statusPage
	filing view.Filing
	review *v1alpha1.IcpReview
}

// text shows what will be written, what follows, and why it might not count.
func (p reviewPage) text(ctx context.Context, c client.Reader) string {
	spec, say := p.review.Spec, p.env.Say
	rows := [][]string{
		{say("Filing", "备案"), fmt.Sprintf("%s (%s/%s)", p.filing.Domain, p.filing.Namespace, p.filing.Name)},
		{say("Attempt", "提交次数"), fmt.Sprint(spec.Attempt)},
		{say("Stage", "环节"), p.in(words.Stage(spec.Stage).Capital())},
		{say("Decision", "决定"), p.in(words.Decision(spec.Decision).Capital())},
	}
	add := func(english, chinese, text string) {
		if text != "" {
			rows = append(rows, []string{say(english, chinese), harmless(text)})
		}
	}
	for _, reason := range spec.Reasons {
		text := reason + say(": ", "：") + p.in(words.Reason("", reason))
		if remedy, ok := words.Remedy(words.Rules(p.filing.RuleSet), reason); ok {
			text += say("; to put it right: ", "；改正办法：") + p.in(remedy)
		}
		add("Reason", "原因", text)
	}
	add("Task", "要求办理", string(spec.Task))
	if spec.DueAt != nil {
		add("Due", "期限", view.When(spec.DueAt.Time, spec.DueAt.Time.Equal(calendar.EndOfDay(spec.DueAt.Time))))
	}
	add("Numbers", "备案号", p.join(spec.SubjectNumber, spec.WebsiteNumber))
	add("Order", "订单", spec.OrderID)
	add("Message", "审核意见", spec.Message)
	add("Decided", "时间", view.When(spec.DecidedAt.Time, false)+say(", Beijing time", "（北京时间）"))
	add("By", "记录人", spec.DecidedBy+say(", for provider ", "，接入服务商 ")+spec.ProviderRef.Name)
	add("Then", "结果", p.in(p.follows()))
	for _, doubt := range p.doubts(ctx, c) {
		add("Careful", "注意", p.in(doubt))
	}
	return lines((&table{rows: rows}).lines())
}

// follows is what becomes of the filing.
func (p reviewPage) follows() words.Words {
	spec, hosts := p.review.Spec, p.filing.Gate
	switch {
	case spec.Decision == v1alpha1.DecisionRevoked, spec.Decision == v1alpha1.DecisionCancelled && !p.filing.ApprovedAt.IsZero():
		return words.Words{English: fmt.Sprintf("the filing is no longer in force, and its gate closes; hosts that are served now: %d", hosts.Served),
			Chinese: fmt.Sprintf("备案失效，访问关闭；目前提供访问的主机 %d 个", hosts.Served)}
	case spec.Decision == v1alpha1.DecisionCancelled:
		return words.Words{English: "the order is given up", Chinese: "放弃该订单"}
	case spec.Decision == v1alpha1.DecisionActionRequested:
		todo, _ := words.Task{Name: string(spec.Task), Stage: spec.Stage, RuleSet: p.filing.RuleSet}.WhatToDo()
		return words.Words{English: "the applicant must act: " + todo.English, Chinese: "申请人须办理：" + todo.Chinese}
	case slices.Equal(spec.Reasons, []string{procedure.ReasonSmsWrongEntry}):
		return words.Words{English: "it counts as a wrong entry; too many of them return the order", Chinese: "计为一次填写错误；错误次数过多订单会被退回"}
	case slices.Contains(spec.Reasons, procedure.ReasonWithdrawn):
		return words.Words{English: "the order is taken back; it can be submitted again", Chinese: "订单撤回，可重新提交"}
	case spec.Decision == v1alpha1.DecisionReturned:
		mend := words.Stage(words.Rules(p.filing.RuleSet).StageToMend(spec.Reasons...))
		return words.Words{English: "the order goes back to " + mend.English + "; once that is put right, it is submitted again as the next attempt",
			Chinese: "订单退回到“" + mend.Chinese + "”；改正后作为下一次提交重新提交"}
	case spec.Decision == v1alpha1.DecisionReported && spec.Task != "":
		return words.Words{English: "what was asked for is done, and the review goes on", Chinese: "所要求的事项已办理，审核继续"}
	case spec.WebsiteNumber != "":
		return words.Words{English: fmt.Sprintf("the filing is in force, and its gate opens; hosts that are held now: %d", hosts.Held),
			Chinese: fmt.Sprintf("备案生效，访问开放；目前暂停的主机 %d 个", hosts.Held)}
	}
	if after, ok := p.after(spec.Stage); ok {
		return words.Words{English: "the stage is done; next is " + after.English, Chinese: "该环节完成，下一环节为“" + after.Chinese + "”"}
	}
	return words.Words{English: "the stage is done", Chinese: "该环节完成"}
}

// after is the stage that comes after one: the first that is still to begin, and not only where a reviewer asks for it.
func (p reviewPage) after(stage v1alpha1.StageName) (words.Words, bool) {
	for _, st := range p.filing.Timeline {
		optional := slices.ContainsFunc(st.Reasons, func(r view.Reason) bool { return r.Name == procedure.ReasonOnRequest })
		if st.State == v1alpha1.StagePending && !optional && procedure.StageOrder(st.Name) > procedure.StageOrder(stage) {
			return st.Title, true
		}
	}
	return words.Words{}, false
}

// doubts are why the decision might not count.
func (p reviewPage) doubts(ctx context.Context, c client.Reader) []words.Words {
	var list []words.Words
	spec := p.review.Spec
	var provider v1alpha1.FilingProvider
	if err := c.Get(ctx, client.ObjectKey{Name: spec.ProviderRef.Name}, &provider); err == nil && provider.Spec.Manual == nil {
		list = append(list, words.Reason(v1alpha1.ConditionApplied, v1alpha1.ReasonProviderDecides))
	}
	if p.filing.Attempt > 0 && spec.Attempt != p.filing.Attempt {
		n := fmt.Sprint(p.filing.Attempt)
		list = append(list, words.Words{English: "attempt " + n + " is under way", Chinese: "目前是第 " + n + " 次提交"})
	}
	if spec.Decision == v1alpha1.DecisionRevoked && p.filing.ApprovedAt.IsZero() {
		list = append(list, words.Words{English: "the filing is not in force: the decision may not count", Chinese: "备案尚未生效：此决定可能不生效"})
	}
	withdrawal := slices.Contains(spec.Reasons, procedure.ReasonWithdrawn)
	ends := spec.Decision == v1alpha1.DecisionRevoked || spec.Decision == v1alpha1.DecisionCancelled
	for _, st := range p.filing.Timeline {
		if st.Name == spec.Stage && st.State != v1alpha1.StageActive && st.Name != v1alpha1.StageApproved && !withdrawal && !ends {
			state := words.StageState(st.State)
			list = append(list, words.Words{English: "the stage is " + state.English + ", not under way: the decision may not count", Chinese: "该环节" + state.Chinese + "，并非办理中：此决定可能不生效"})
		}
	}
	return list
}

// print writes the object for programs, or says what was done with it.
func (r *review) print(object *v1alpha1.IcpReview, explanation, done string) error {
	switch {
	case !r.output.forPeople():
		return r.output.print(r.env.Out, object)
	case r.output.format == "name":
		_, err := fmt.Fprintln(r.env.Out, "icpreview.icp.beian.dev/"+object.Name)
		return err
	}
	name := object.Name
	if name == "" {
		name = object.GenerateName + "…"
	}
	_, err := fmt.Fprintf(r.env.Out, "%sicpreview.icp.beian.dev/%s%s\n", explanation, name, done)
	return err
}

// outcome waits for the operator to say whether the decision counts, for a while.
func (r *review) outcome(ctx context.Context, c client.WithWatch, object *v1alpha1.IcpReview) error {
	counts, message, err := applied(ctx, c, object)
	switch {
	case err != nil || ctx.Err() != nil:
		return err
	case counts.Status == "":
		fmt.Fprintln(r.env.ErrOut, r.env.Say("The operator has not looked at it yet: ", "控制器尚未处理：")+"kubectl icp status "+object.Spec.FilingRef.Name+" -n "+object.Namespace)
	case counts.Ignored():
		return fmt.Errorf("%s%s", r.env.Say("it does not count: ", "不生效：")+words.Reason(v1alpha1.ConditionApplied, counts.Reason).In(r.env.Language()),
			strings.TrimSuffix(" ("+harmless(message)+")", " ()"))
	}
	return nil
}
