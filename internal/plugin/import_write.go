package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

// step is what an import does with a row.
type step struct {
	importRow
	// before is the filing that is there, nil where there is none; after what it becomes.
	before, after *v1alpha1.IcpFiling
	problems      []sheet.Problem
	unchanged     bool
}

// atOnce is how many rows the API server judges at a time.
const atOnce = 8

// write has the API server judge every row, and then writes them, one by one.
func (i *importing) write(ctx context.Context, rows []importRow) error {
	c, err := i.env.Client()
	if err != nil {
		return err
	}
	there, err := i.there(ctx, c, rows)
	if err != nil {
		return err
	}
	steps := make([]step, len(rows))
	group, judging := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for n, row := range rows {
		steps[n] = step{importRow: row, before: there[row.key()]}
		group.Go(func() error { return i.judge(judging, c, &steps[n]) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var problems []sheet.Problem
	for _, s := range steps {
		problems = append(problems, s.problems...)
	}
	i.print(problems)
	if sheet.Errors(problems) {
		return i.refused(i.env.Say("the sheet", "该表"), len(rows), problems)
	}
	return i.carryOut(ctx, c, steps)
}

// there are the filings in the namespaces of the rows.
func (i *importing) there(ctx context.Context, c client.Client, rows []importRow) (map[string]*v1alpha1.IcpFiling, error) {
	found, asked := map[string]*v1alpha1.IcpFiling{}, map[string]bool{}
	for _, row := range rows {
		if asked[row.filing.Namespace] {
			continue
		}
		asked[row.filing.Namespace] = true
		err := eachFiling(ctx, c, row.filing.Namespace, func(f *v1alpha1.IcpFiling) { found[f.Namespace+"/"+f.Name] = f })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// judge has the API server say what it would make of a row. An error is one of the connection, not of the row.
func (i *importing) judge(ctx context.Context, c client.Client, s *step) error {
	var err error
	if s.before == nil {
		s.after = s.filing.DeepCopy()
		err = c.Create(ctx, s.after, client.DryRunAll)
	} else {
		s.after = s.before.DeepCopy()
		if s.problems = s.Onto(s.after, i.defaults); sheet.Errors(s.problems) {
			return nil
		}
		s.problems = nil // the notes were given when the sheet was read
		err = c.Patch(ctx, s.after, client.MergeFrom(s.before), client.DryRunAll)
		s.unchanged = err == nil && equality.Semantic.DeepEqual(s.before.Spec, s.after.Spec)
	}
	if err != nil {
		return s.judged(err)
	}
	if s.before != nil && !s.unchanged && !i.update {
		differing := strings.Join(s.differing(), ", ")
		s.problems = append(s.problems, s.Problem("metadata.name",
			fmt.Sprintf("filing %s is there and differs in %s: --update changes it, or take the row out", s.key(), differing),
			fmt.Sprintf("备案对象 %s 已存在，与本行不同的字段：%s；可用 --update 更新，或删除该行", s.key(), differing)))
	}
	return nil
}

// differing are the fields in which what is there is not as the sheet has it.
func (s *step) differing() []string {
	var fields []string
	for _, c := range sheet.Differing(s.before, s.after) {
		fields = append(fields, c.Field)
	}
	return fields
}

// judged turns what the API server says of a row into problems of its cells.
func (s *step) judged(err error) error {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || apierrors.IsTimeout(err) || apierrors.IsServerTimeout(err) || apierrors.IsTooManyRequests(err) || apierrors.IsUnauthorized(err) || apierrors.IsServiceUnavailable(err) {
		return fmt.Errorf("having the API server judge line %d: %w", s.Line, err)
	}
	add := func(field, message string) {
		s.problems = append(s.problems, s.Problem(field, "the API server says: "+message, "API 服务器："+message))
	}
	answer := status.Status()
	if answer.Details != nil && apierrors.IsInvalid(err) {
		for _, cause := range answer.Details.Causes {
			if cause.Message != "" {
				add(cause.Field, cause.Message)
			}
		}
	}
	switch {
	case len(s.problems) > 0:
	case apierrors.IsNotFound(err):
		s.problems = append(s.problems, s.Problem("metadata.namespace",
			fmt.Sprintf("namespace %s is not there: kubectl create namespace %[1]s, or name another", s.filing.Namespace),
			fmt.Sprintf("命名空间 %s 不存在：请执行 kubectl create namespace %[1]s，或改用其他命名空间", s.filing.Namespace)))
	default:
		add("metadata.name", answer.Message)
	}
	return nil
}

// carryOut writes what the API server has judged good. Where a write fails, it says what stands.
func (i *importing) carryOut(ctx context.Context, c client.Client, steps []step) error {
	written, unchanged := 0, 0
	for n := range steps {
		s := &steps[n]
		done := i.env.Say("unchanged", "未变化")
		var err error
		switch {
		case s.unchanged:
			unchanged++
		case s.before == nil:
			done = i.env.Say("created", "已创建")
			if i.dryRun == dryRunNone {
				err = c.Create(ctx, s.filing.DeepCopy())
			}
			written++
		default:
			done = i.env.Say("updated", "已更新")
			if i.dryRun == dryRunNone {
				// Of the dry run's answer, the spec alone is what is to be written.
				changed := s.before.DeepCopy()
				changed.Spec = *s.after.Spec.DeepCopy()
				err = c.Patch(ctx, changed, client.MergeFrom(s.before))
			}
			written++
		}
		if err != nil {
			return i.halfway(s, n, len(steps), err)
		}
		if i.dryRun == dryRunServer {
			done += i.env.Say(" (server dry run)", "（服务端试运行）")
		}
		if err := i.say("%s %s", "%s %s", s.key(), done); err != nil {
			return err
		}
	}
	if i.dryRun == dryRunServer {
		return i.say("%d rows would be written, %d are there already; nothing was written", "将写入 %d 行，%d 行已存在且相同；未写入任何内容", written, unchanged)
	}
	if err := i.say("%d written, %d there already", "已写入 %d 个，%d 个已存在且相同", written, unchanged); err != nil {
		return err
	}
	return i.next(steps)
}

func (i *importing) halfway(s *step, before, all int, err error) error {
	return errors.New(i.env.Say(
		fmt.Sprintf("line %d: writing filing %s: %v\n%d of %d rows, those above, stand as in the sheet; the rest was not tried. Put it right and give the same command again: what stands is left alone",
			s.Line, s.key(), err, before, all),
		fmt.Sprintf("第 %d 行：写入备案对象 %s：%v\n前 %d 行（共 %d 行）已与表格一致，其余尚未尝试。解决后重新执行同一命令即可：已一致的不会改动",
			s.Line, s.key(), err, before, all)))
}

// next says what is to be done after an import.
func (i *importing) next(steps []step) error {
	taken := 0
	var commands []string
	seen := map[string]bool{}
	for _, s := range steps {
		spec := s.after.Spec
		if spec.Existing.Website.Number != "" && spec.Existing.Website.AccessProvider == v1alpha1.ThisProvider {
			taken++
		}
		for _, ref := range []*v1alpha1.SecretReference{spec.Subject.ResponsiblePersonRef, spec.Website.ResponsiblePersonRef} {
			if ref == nil || seen[s.filing.Namespace+"/"+ref.Name] {
				continue
			}
			seen[s.filing.Namespace+"/"+ref.Name] = true
			commands = append(commands, "  "+createPerson(s.filing.Namespace, ref.Name))
		}
	}
	if taken > 0 {
		err := i.say("Taken over as filed already: %d. Each is in force once the provider, or for a manual one somebody who may decide, has confirmed it (docs/filing.md)",
			"其中 %d 个按已备案接管：由接入商确认后生效；manual 接入商由有权决定的人确认（见 docs/filing.zh.md）", taken)
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(i.env.Out, i.env.Say("The responsible persons stand in Secrets. Where one is not there yet, write its keys into a file that stays out of git (kubectl icp init --help), and:",
		"负责人信息放在 Secret 中。尚未创建的，请将各键写入不进入 git 的文件（参见 kubectl icp init --help），然后执行：")+"\n"+strings.Join(commands, "\n"))
	return err
}
