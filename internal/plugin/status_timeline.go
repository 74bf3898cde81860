package plugin

import (
	"fmt"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// timeline is a line for each stage, with what is below it: why, and the tasks of what is under way.
func (p statusPage) timeline(f shown) string {
	if len(f.Timeline) == 0 {
		return ""
	}
	say := p.env.Say
	rows := [][]string{{say("STAGE", "环节"), say("STATE", "状态"), say("BEGAN", "开始"), say("ENDED", "结束"), say("TOOK", "用时"), say("EXPECTED", "预计完成")}}
	for _, st := range f.Timeline {
		expected := ""
		if st.State == v1alpha1.StagePending || st.State == v1alpha1.StageActive {
			expected = view.When(st.Due, st.Name != v1alpha1.StageSmsVerification || st.State == v1alpha1.StagePending)
		}
		if st.Late {
			expected += say(", late", "，已超时")
		}
		rows = append(rows, []string{p.in(st.Title.Capital()), p.in(words.StageState(st.State)), view.When(st.Started, false), view.When(st.Finished, false), p.in(st.Lasts()), expected})
	}
	laid := (&table{rows: rows}).lines()
	list := []string{say("TIMELINE (Beijing time)", "进度（北京时间）"), laid[0]}
	for i, st := range f.Timeline {
		list = append(list, laid[i+1])
		list = append(list, p.below(st)...)
	}
	return lines(list)
}

// below is what stands below a stage.
func (p statusPage) below(st view.Stage) []string {
	var list []string
	add := func(text string) { list = append(list, "    "+harmless(text)) }
	for _, r := range st.Reasons {
		if st.State == v1alpha1.StageDone && st.Name == v1alpha1.StageTypeDetermination {
			continue // why it is of that type is no news once it is
		}
		text := p.in(r.Says)
		if r.Remedy.English != "" {
			text += p.env.Say(": ", "：") + p.in(r.Remedy)
		}
		add(text)
	}
	if st.State == v1alpha1.StageReturned && st.Message != "" {
		add(p.env.Say("the reviewer says: ", "审核意见：") + st.Message)
	}
	if st.State != v1alpha1.StageActive && st.Name != v1alpha1.StageApproved {
		return list
	}
	for _, t := range st.Tasks {
		add(p.task(t))
	}
	return list
}

func (p statusPage) task(t view.Task) string {
	mark := "[ ] "
	if !t.Done.IsZero() {
		mark = "[x] "
	}
	text := mark + p.in(words.Actor(t.Actor).Capital()) + p.env.Say(": ", "：") + p.in(t.Says)
	if t.Done.IsZero() && !t.Due.IsZero() {
		text += p.env.Say(" By ", "截止 ") + view.When(t.Due, t.Due.Equal(calendar.EndOfDay(t.Due))) + p.env.Say(".", "。")
	}
	if t.Message != "" {
		text += p.env.Say(" The reviewer says: ", "审核意见：") + t.Message
	}
	return text
}

// dates are those that come, or were missed.
func (p statusPage) dates(f shown) string {
	if len(f.Dates) == 0 {
		return ""
	}
	say := p.env.Say
	var rows [][]string
	for _, d := range f.Dates {
		kind := say("expected", "预计")
		if d.Deadline {
			kind = say("deadline", "期限")
		}
		rows = append(rows, []string{view.When(d.At, d.Day), p.left(d.At), kind, harmless(p.in(d.Title.Capital()))})
	}
	return lines(append([]string{say("DATES (Beijing time)", "日期（北京时间）")}, (&table{rows: rows}).lines()...))
}

// left says how far a date is, in days of Beijing.
func (p statusPage) left(at time.Time) string {
	days := calendar.DaysBetween(p.env.Clock.Now(), at)
	switch {
	case days == 0:
		return p.env.Say("today", "今天")
	case days == 1:
		return p.env.Say("tomorrow", "明天")
	case days == -1:
		return p.env.Say("yesterday", "昨天")
	case days < 0:
		return p.env.Say(fmt.Sprintf("%d days ago", -days), fmt.Sprintf("%d 天前", -days))
	}
	return p.env.Say(fmt.Sprintf("in %d days", days), fmt.Sprintf("还有 %d 天", days))
}

// history is what was recorded as reviews.
func (p statusPage) history(f shown) string {
	if len(f.History) == 0 {
		return ""
	}
	say := p.env.Say
	rows := [][]string{{say("DECIDED", "时间"), say("ATTEMPT", "提交次数"), say("STAGE", "环节"), say("DECISION", "决定"), say("BY", "记录人"), ""}}
	for _, d := range f.History {
		rows = append(rows, []string{view.When(d.At, false), fmt.Sprint(d.Attempt), p.in(words.Stage(d.Stage).Capital()), p.in(words.Decision(d.Decision)), harmless(d.By), harmless(p.remark(d))})
	}
	return lines(append([]string{say("HISTORY (IcpReviews)", "审核记录（IcpReview）")}, (&table{rows: rows}).lines()...))
}

// remark is what a decision says beside itself.
func (p statusPage) remark(d view.Decision) string {
	var says []words.Words
	for _, r := range d.Reasons {
		says = append(says, r.Says)
	}
	text := p.in(words.Join(says))
	if d.Task != "" {
		text = d.Task
	}
	if d.Message != "" {
		text = p.join(text, d.Message)
	}
	if d.Ignored() {
		text = p.env.Say("does not count: ", "不生效：") + p.in(d.Counts.Says) + p.env.Say("; ", "；") + text
	}
	return text
}
