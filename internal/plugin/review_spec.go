package plugin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// setStage is the stage that is named, else the one under way.
func (r *review) setStage(spec *v1alpha1.IcpReviewSpec, f view.Filing) (err error) {
	if r.stage != "" {
		spec.Stage, err = named("--stage", r.stage, rules.Stages())
		return err
	}
	spec.Stage = v1alpha1.StageApproved
	if spec.Decision == v1alpha1.DecisionRevoked || spec.Decision == v1alpha1.DecisionCancelled && !f.ApprovedAt.IsZero() {
		return nil
	}
	for _, st := range f.Timeline {
		if st.State == v1alpha1.StageReturned && spec.Decision != v1alpha1.DecisionCancelled {
			return &UsageError{r.env.Say(
				"the order was returned, and no stage is under way: have it submitted again (kubectl icp resubmit), or name the stage with --stage",
				"订单已被退回，没有办理中的环节：请重新提交（kubectl icp resubmit），或用 --stage 指定环节")}
		}
	}
	for _, st := range f.Timeline {
		if st.State == v1alpha1.StageActive {
			spec.Stage = st.Name
			break
		}
	}
	return nil
}

func (r *review) setTask(spec *v1alpha1.IcpReviewSpec, _ view.Filing) error {
	name, flag := r.task, "--task"
	if r.ask != "" {
		name, flag = r.ask, "--ask"
	}
	if name == "" {
		return nil
	}
	task, err := named(flag, name, requestedTasks())
	spec.Task = v1alpha1.RequestedTask(task)
	return err
}

// checkReasons refuses a reason that is in no table. The API takes any; but one that is misspelt helps nobody to put it right.
func (r *review) checkReasons(spec *v1alpha1.IcpReviewSpec, _ view.Filing) error {
	if spec.Decision == v1alpha1.DecisionReturned && len(spec.Reasons) == 0 {
		return &UsageError{r.env.Say("a return needs its --reason:\n", "退回须用 --reason 写明原因：\n") + r.reasonTable()}
	}
	known := r.knownReasons()
	for _, reason := range spec.Reasons {
		if !slices.Contains(known, reason) {
			return &UsageError{r.env.Say(
				fmt.Sprintf("--reason %s: it is none of those that go with %s:\n", harmless(reason), spec.Decision),
				fmt.Sprintf("--reason %s：不是可用于“%s”的原因：\n", harmless(reason), words.Decision(spec.Decision).Chinese)) + r.reasonTable()}
		}
	}
	return nil
}

// knownReasons are those that go with the decision.
func (r *review) knownReasons() []string {
	var list []string
	switch decision := r.decision(); decision {
	case v1alpha1.DecisionReturned:
		for _, row := range (rules.Set{}).ReturnReasons() {
			list = append(list, row.Reason)
		}
		list = append(list, procedure.ReasonWithdrawn)
	case v1alpha1.DecisionRevoked, v1alpha1.DecisionCancelled:
		for _, ending := range procedure.Endings() {
			if ending.Decision == decision {
				list = append(list, ending.Reason)
			}
		}
	case v1alpha1.DecisionReported:
		list = append(list, procedure.ReasonSmsWrongEntry)
	}
	return list
}

// reasonTable lists them, in words.
func (r *review) reasonTable() string {
	var rows [][]string
	for _, reason := range r.knownReasons() {
		rows = append(rows, []string{"  " + reason, words.Reason("", reason).In(r.env.Language())})
	}
	return strings.Join((&table{rows: rows}).lines(), "\n")
}

// setNumbers holds the numbers to their form, and takes the subject's from the website's.
func (r *review) setNumbers(spec *v1alpha1.IcpReviewSpec, _ view.Filing) error {
	if r.websiteNumber == "" {
		spec.SubjectNumber = r.subjectNumber
		if spec.Stage == v1alpha1.StageBureauReview && spec.Decision == v1alpha1.DecisionPassed {
			return &UsageError{r.env.Say("the bureau's approval gives a number: say it with --website-number 浙ICP备12345678号-1", "管局审核通过时须用 --website-number 写明网站备案号，例如 浙ICP备12345678号-1")}
		}
		return nil
	}
	website, err := rules.ParseFilingNumber(r.websiteNumber)
	if err != nil {
		return &UsageError{"--website-number: " + harmless(err.Error())}
	}
	if website.Kind != rules.NumberWebsite {
		return &UsageError{r.env.Say("--website-number is no website's: it ends like 号-1", "--website-number 不是网站备案号：应以“号-1”这样的序号结尾")}
	}
	subject := website.Subject()
	if r.subjectNumber != "" {
		given, err := rules.ParseFilingNumber(r.subjectNumber)
		if err != nil {
			return &UsageError{"--subject-number: " + harmless(err.Error())}
		}
		if !given.Same(subject) {
			return &UsageError{r.env.Say("--subject-number is another subject's than --website-number", "--subject-number 与 --website-number 不是同一主体的")}
		}
	}
	spec.WebsiteNumber, spec.SubjectNumber = website.String(), subject.String()
	return nil
}

func (r *review) setTimes(spec *v1alpha1.IcpReviewSpec, _ view.Filing) error {
	now := r.env.Clock.Now()
	if r.due != "" {
		due, day, err := moment("--due", r.due, now)
		if err != nil {
			return err
		}
		if day {
			due = calendar.EndOfDay(due)
		}
		spec.DueAt = &metav1.Time{Time: due.UTC()}
	}
	if r.decidedAt != "" {
		at, _, err := moment("--decided-at", r.decidedAt, now)
		if err != nil {
			return err
		}
		spec.DecidedAt = metav1.NewTime(at.UTC())
	}
	spec.DecidedAt.Time = spec.DecidedAt.Truncate(time.Second)
	return nil
}

// moment reads a time as people write it: a day, an hour of Beijing, RFC 3339, or how long from now. It says whether a day is
// meant.
func moment(flag, text string, now time.Time) (at time.Time, day bool, err error) {
	if at, err := calendar.ParseDate(text); err == nil {
		return at, true, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, calendar.Beijing); err == nil {
			return at, false, nil
		}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, false, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(d), false, nil
	}
	return time.Time{}, false, &UsageError{fmt.Sprintf("%s %s: write it as 2026-03-06, 2026-03-06T15:00 (Beijing time), 2026-03-06T15:00:00+08:00 or 72h", flag, harmless(text))}
}
