package plugin

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// statusPage is what people read of one filing.
type statusPage struct{ env *Env }

// of lays out a filing.
func (p statusPage) of(f shown) string {
	parts := []string{
		fmt.Sprintf("%s (%s/%s)\n%s\n", f.Domain, f.Namespace, f.Name, harmless(p.in(f.Line.Capital()))),
		lines((&table{rows: p.facts(f)}).lines()), p.timeline(f), p.dates(f), p.history(f),
	}
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n")
}

func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}

func (p statusPage) in(w words.Words) string { return w.In(p.env.Language()) }

// facts are what there is to know of it now, a line each.
func (p statusPage) facts(f shown) [][]string {
	say, rows := p.env.Say, [][]string(nil)
	add := func(english, chinese, text string) {
		if text != "" {
			rows = append(rows, []string{say(english, chinese), harmless(text)})
		}
	}
	if n := f.Next; n != nil {
		add("To do", "待办", p.in(n.Says))
		who := p.in(words.Actor(n.Actor).Capital())
		if n.Where != "" {
			who += say(", at: ", "，办理处：") + p.in(words.Place(n.Where))
		}
		add("Who", "办理人", who)
		add("Until", "期限", p.until(n.Due, n.Day, n.Person, n.Overdue, n.Late))
		if n.Task == procedure.TaskMendAndResubmit {
			add("Or", "或", say("where nothing in it must change: ", "无需修改时：")+"kubectl icp resubmit "+f.Name+" -n "+f.Namespace)
		} else {
			add("Details", "详情", details(n))
		}
	}
	if f.Ready.Status == metav1.ConditionFalse && (f.Next == nil || f.Ready.Reason != v1alpha1.ReasonActionRequired && f.Ready.Reason != v1alpha1.ReasonInReview && f.Ready.Reason != v1alpha1.ReasonReturned) {
		add("State", "状态", p.condition(f.Ready))
	}
	add("Gate", "访问", p.gate(f.Gate))
	for _, c := range f.Concerns {
		add(p.in(c.Title.Capital()), p.in(c.Title), p.condition(c))
	}
	if f.PublicSecurity.Reason != "" && f.PublicSecurity.Reason != v1alpha1.ReasonNotDue {
		add("Public security", "公安联网备案", p.in(f.PublicSecurity.Says.Capital()))
	}
	add("Numbers", "备案号", p.join(f.SubjectNumber, f.WebsiteNumber))
	add("Filing type", "备案类型", p.in(words.FilingType(f.Type).Capital()))
	if f.Attempt > 0 {
		add("Attempt", "提交次数", fmt.Sprint(f.Attempt))
	}
	provider := f.Provider
	if f.OrderID != "" {
		provider += say(", order ", "，订单 ") + f.OrderID
	}
	add("Provider", "接入服务商", provider)
	return rows
}

// details are what the operator says of an action beside what it asks for. Until when an SMS counts stands elsewhere; so does
// what was returned, and how to put it right.
func details(n *view.Action) string {
	rest, same := strings.CutPrefix(n.Description, strings.TrimSuffix(n.Says.English, "."))
	if rest = strings.TrimLeft(rest, ".: "); same && strings.HasPrefix(rest, "The window closes") {
		return ""
	}
	return rest
}

func (p statusPage) join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + p.env.Say(", ", "，") + b
}

// until is a date with how far it is.
func (p statusPage) until(at time.Time, day, person, overdue, late bool) string {
	if at.IsZero() {
		return ""
	}
	when := view.When(at, day)
	switch left := p.left(at); {
	case overdue:
		return when + p.env.Say(", overdue: ", "，已逾期：") + left
	case late:
		return p.env.Say("expected by ", "预计 ") + when + p.env.Say(", late: ", "，已超时：") + left
	case !person:
		return p.env.Say("expected by ", "预计 ") + when + p.env.Say(", ", "，") + left
	default:
		return when + p.env.Say(", ", "，") + left
	}
}

// condition is a reason in words, with the operator's message.
func (p statusPage) condition(c view.Condition) string {
	text := p.in(c.Says.Capital())
	if c.Message != "" {
		text += p.env.Say(": ", "：") + c.Message
	}
	return text
}

func (p statusPage) gate(g view.Gate) string {
	text := p.env.Say("closed", "关闭")
	if g.Open {
		text = p.env.Say("open", "开放")
	}
	if g.Why.Status != metav1.ConditionTrue && g.Why.Reason != "" {
		text += p.env.Say(": ", "：") + p.in(g.Why.Says)
	}
	return text + p.env.Say(fmt.Sprintf("; hosts served: %d, held: %d", g.Served, g.Held), fmt.Sprintf("；提供访问的主机 %d 个，暂停的 %d 个", g.Served, g.Held))
}
