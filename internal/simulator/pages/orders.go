package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// perPage is how many orders a page lists.
const perPage = 50

// row is an order in the list.
type row struct {
	ID, Domain, Stage, Waits string
	Attempt                  int32
	InForce, Manual          bool
}

// list is a page of orders, the newest first.
type list struct {
	Rows                    []row
	Query                   string
	Waiting                 bool
	All, Found              int
	Page, Pages, Prev, Next int
}

func (s *site) orders(r *http.Request, l language) (any, error) {
	q := r.URL.Query()
	v := list{Query: strings.ToLower(strings.TrimSpace(q.Get("q"))), Waiting: q.Get("waiting") != "", Page: 1}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 {
		v.Page = n
	}
	orders := s.sim.Orders()
	v.All = len(orders)
	orders = slices.DeleteFunc(orders, func(o simulator.Overview) bool {
		return v.Query != "" && !strings.Contains(o.Order.Domain, v.Query) && !strings.EqualFold(o.Order.ID, v.Query) || v.Waiting && !o.Manual
	})
	slices.Reverse(orders)
	v.Found = len(orders)
	v.Pages = max(1, (v.Found+perPage-1)/perPage)
	v.Page = min(v.Page, v.Pages)
	if v.Page > 1 {
		v.Prev = v.Page - 1
	}
	if v.Page < v.Pages {
		v.Next = v.Page + 1
	}
	for _, o := range orders[(v.Page-1)*perPage : min(v.Page*perPage, v.Found)] {
		v.Rows = append(v.Rows, row{o.Order.ID, o.Order.Domain, l.stage(o.Stage), l.task(string(o.WaitsFor)), o.Order.Attempt, o.InForce, o.Manual})
	}
	return v, nil
}

// choice is one of several to choose from.
type choice struct{ Value, Words string }

// entry is a line of an order's history.
type entry struct {
	At, Stage, Decision, Details string
	Attempt                      int32
}

// detail is the page of one order.
type detail struct {
	ID, Domain, Account, Type, Stage, Next    string
	Attempt                                   int32
	InForce, Open, Sms, Over, Asked, Imported bool
	Missing                                   string
	History                                   []entry
	Reasons, Tasks, Ends                      []choice
}

func (s *site) order(r *http.Request, l language) (any, error) {
	o, ok := s.sim.Order(r.PathValue("order"))
	if !ok {
		return nil, fmt.Errorf("order %s: %w", r.PathValue("order"), errNotThere)
	}
	stage := v1alpha1.StageName(o.Stage)
	v := detail{
		ID: o.Order.ID, Domain: o.Order.Domain, Account: o.Order.Account, Type: l.word(v1alpha1.FilingType(o.Order.FilingType)), Attempt: o.Order.Attempt,
		Stage: l.stage(o.Stage), InForce: o.InForce, Imported: o.Order.Imported, Missing: strings.Join(o.Missing, ", "),
		Asked: o.WaitsFor != "" && o.WaitsFor != protocol.TaskVerifyBySms,
		Sms:   stage == v1alpha1.StageSmsVerification, Over: stage.Ended(),
	}
	v.Open = !v.Over && slices.Contains([]v1alpha1.StageName{
		v1alpha1.StageProductVerification, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview,
	}, stage)
	if !o.Next.IsZero() {
		v.Next = l.time(o.Next)
	}
	for _, e := range slices.Backward(o.Order.History) {
		v.History = append(v.History, entry{l.time(e.At), l.stage(string(e.Stage)), l.Say(string(e.Decision)), details(l, e), e.Attempt})
	}
	for _, reason := range (rules.Set{}).ReturnReasons() {
		v.Reasons = append(v.Reasons, choice{reason.Reason, l.of(reason.Reason, reason.Chinese)})
	}
	v.Tasks, v.Ends = l.tasks(o.InForce), l.ends()
	return v, nil
}

func details(l language, e protocol.HistoryEntry) string {
	var parts []string
	for _, part := range []string{strings.Join(e.Reasons, ", "), l.task(string(e.Task)), e.SubjectNumber, e.WebsiteNumber, e.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if !e.DueAt.IsZero() {
		parts = append(parts, l.Say("due")+" "+l.time(e.DueAt))
	}
	return strings.Join(parts, " · ")
}

// decide takes the decision of a form.
func (s *site) decide(r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", fmt.Errorf("read the form: %w", err)
	}
	id, does := r.PathValue("order"), r.PostForm.Get("does")
	message := strings.TrimSpace(r.PostForm.Get("message"))
	switch does {
	case "expire":
		return "The SMS has expired.", s.sim.ExpireSms(id)
	case "wrong":
		return "The SMS was answered wrongly.", s.sim.AnswerSmsWrongly(id)
	case "pass":
		return "The stage is passed.", s.sim.Decide(id, simulator.Ruling{Decision: v1alpha1.DecisionPassed, Message: message})
	case "return":
		return "The order is returned.", s.sim.Decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: r.PostForm["reason"], Message: message})
	case "ask":
		return s.ask(r, id, message)
	case "done":
		return "What was asked for is done.", s.sim.Decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReported})
	case "revoke":
		return "The filing is revoked.", s.sim.Decide(id, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: r.PostForm["end"], Message: message})
	case "cancel":
		return "The filing is cancelled.", s.sim.Decide(id, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionCancelled, Reasons: r.PostForm["end"], Message: message})
	}
	return "", fmt.Errorf("a form that does %q is none of these pages'", does)
}

// ask has somebody do something, by a day.
func (s *site) ask(r *http.Request, id, message string) (string, error) {
	task := v1alpha1.RequestedTask(r.PostForm.Get("task"))
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil || days < 1 || days > 365 {
		return "", fmt.Errorf("days %q: give a whole number from 1 to 365", r.PostForm.Get("days"))
	}
	ruling := simulator.Ruling{Decision: v1alpha1.DecisionActionRequested, Task: task, Due: metav1.Duration{Duration: time.Duration(days) * 24 * time.Hour}, Message: message}
	if task == v1alpha1.TaskRectify {
		ruling.Stage = v1alpha1.StageApproved
	}
	return "It is asked for.", s.sim.Decide(id, ruling)
}

func (l language) time(t time.Time) string {
	return t.In(calendar.Beijing).Format("2006-01-02 15:04:05")
}
