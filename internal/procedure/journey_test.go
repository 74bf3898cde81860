package procedure

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

var update = flag.Bool("update", false, "write the golden transcripts anew")

// monday is when every journey begins: 09:00 in Beijing on a working day.
var monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// journey drives one filing through the procedure, as its controller would, and writes down what is to be seen.
type journey struct {
	t      *testing.T
	filing *v1alpha1.IcpFiling
	facts  Facts
	order  *Order
	typ    v1alpha1.FilingType
	now    time.Time
	out    strings.Builder
	asked  map[Ask]int
	// quiet writes nothing down.
	quiet  bool
	events int
	orders int
}

func newJourney(t *testing.T, typ v1alpha1.FilingType, channel v1alpha1.Channel, nature v1alpha1.Nature, province v1alpha1.Province, hand Hand) *journey {
	t.Helper()
	set, err := rules.Lookup(rules.QuickStart)
	if err != nil {
		t.Fatal(err)
	}
	j := &journey{t: t, typ: typ, now: monday, asked: map[Ask]int{}}
	j.filing = &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "shop", Generation: 1, CreationTimestamp: metav1.NewTime(monday)},
		Spec: v1alpha1.IcpFilingSpec{
			Channel: channel, Account: v1alpha1.Account{Site: v1alpha1.SiteChina}, Domain: v1alpha1.Domain{Name: "example.com"},
			Subject: v1alpha1.Subject{Nature: nature, Province: province},
		},
	}
	switch typ {
	case v1alpha1.AccessFiling:
		j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: "浙ICP备26000001号-1", AccessProvider: v1alpha1.OtherProvider}
	case v1alpha1.NewWebsiteFiledElsewhere:
		j.filing.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: "浙ICP备26000001号", AccessProvider: v1alpha1.OtherProvider}
	case v1alpha1.NewWebsiteFiledHere:
		j.filing.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: "浙ICP备26000001号", AccessProvider: v1alpha1.ThisProvider}
	}
	j.facts = Facts{Provider: Provider{Name: "cloud", Hand: hand}, Rules: set, Checked: true}
	fmt.Fprintf(&j.out, "%s, %s, %s, %s, %s, filing rules %s\n", typ, channel, nature, province, hand, set.Name())
	return j
}

// after lets time pass, takes in what happened, and lets the procedure decide until it comes to rest.
func (j *journey) after(d time.Duration, what string, change func(*journey)) *journey {
	j.t.Helper()
	j.now = j.now.Add(d)
	if change != nil {
		change(j)
	}
	fmt.Fprintf(&j.out, "\n%s  %s\n", j.now.In(calendar.Beijing).Format("2006-01-02 15:04"), what)
	j.settle()
	return j
}

func (j *journey) settle() {
	j.t.Helper()
	before := j.filing.Status.DeepCopy()
	f := j.facts
	if f.Provider.Hand == ByPeople {
		f.Order = j.people()
	} else {
		f.News = true
	}
	for range 20 {
		f.Filing = j.filing
		o := Next(f, j.now)
		if o.Ask == AskNothing || o.Ask == AskToPersist {
			j.keep(o)
		}
		if o.Ask == AskNothing {
			if !j.quiet {
				j.show(before, o)
			}
			return
		}
		if o.Ask != AskToPersist {
			fmt.Fprintf(&j.out, "  asks the provider: %s\n", o.Ask)
			j.asked[o.Ask]++
			j.provider(&f, o)
		}
	}
	j.t.Fatalf("the procedure does not come to rest:\n%s", j.out.String())
}

// keep is what the controller does with an outcome.
func (j *journey) keep(o Outcome) {
	j.filing = j.filing.DeepCopy()
	if j.filing.Annotations == nil {
		j.filing.Annotations = map[string]string{}
	}
	if o.OrderID != "" {
		j.filing.Annotations[v1alpha1.OrderAnnotation] = o.OrderID
	}
	if o.Filed != "" {
		j.filing.Annotations[v1alpha1.FiledAnnotation] = o.Filed
	}
	if !o.OpenedAt.IsZero() {
		j.filing.Annotations[v1alpha1.OpenedAtAnnotation] = o.OpenedAt.Format(time.RFC3339)
	}
	if o.Reminder != nil {
		j.filing.Annotations[v1alpha1.RemindersAnnotation] = o.Reminder.Name
		fmt.Fprintf(&j.out, "  reminder %s: %s\n", o.Reminder.Name, o.Reminder.Message)
	}
	j.filing.Status = *o.Status.DeepCopy()
	j.filing.Status.ObservedGeneration = j.filing.Generation
}

// people is the order that reviews tell of.
func (j *journey) people() *Order {
	if j.order == nil {
		j.order = &Order{Attempt: 1}
	}
	return j.order
}

// provider answers as a server of the protocol would.
func (j *journey) provider(f *Facts, o Outcome) {
	switch o.Ask {
	case AskFind:
		f.Order, f.OrderSought = j.order, true
	case AskType:
		f.Determination = &Determination{Type: j.typ, Reason: "ProviderSays"}
	case AskCreate:
		j.orders++
		j.order = &Order{ID: fmt.Sprintf("order-%d", j.orders), Domain: "example.com", FilingType: j.typ, Attempt: 1, CreatedAt: j.now}
		j.tell(v1alpha1.StageTypeDetermination, v1alpha1.DecisionPassed)
		j.tell(v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.DecisionReported)
		f.Order, f.Sent = j.order, true
	case AskImport:
		j.order = &Order{ID: "order-1", Domain: "example.com", Imported: true, Attempt: 1, CreatedAt: j.now}
		j.tell(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, approval, func(e *Decision) { e.At = monday.AddDate(-2, 0, 0) })
		f.Order, f.Sent = j.order, true
	case AskWithdraw:
		j.tell(v1alpha1.StageConfirmation, v1alpha1.DecisionReturned, reasons(ReasonWithdrawn))
		f.Order = j.order
	case AskCancel:
		j.tell(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled"))
		f.Order = j.order
	case AskResubmit, AskChange:
		j.order.Attempt = o.Submission.Attempt
		j.tell(v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.DecisionReported)
		f.Order, f.Sent = j.order, true
	case AskState:
		f.Order = j.order
	case AskUpload:
		j.tell(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionReported)
		f.Order, f.Uploaded = j.order, true
	case AskConfirm:
		j.tell(v1alpha1.StageConfirmation, v1alpha1.DecisionReported)
		f.Order = j.order
	}
	copied := *f.Order.clone()
	f.Order = &copied
	if f.Order.ID == "" {
		f.Order = nil
	}
}

func (o *Order) clone() *Order {
	if o == nil {
		return &Order{}
	}
	c := *o
	c.History = append([]Decision(nil), o.History...)
	return &c
}

// tell adds an entry to the order's history.
func (j *journey) tell(stage v1alpha1.StageName, d v1alpha1.Decision, more ...func(*Decision)) {
	o := j.order
	if o == nil {
		o = j.people()
	}
	j.events++
	entry := Decision{ID: fmt.Sprintf("e%03d", j.events), Attempt: o.Attempt, Stage: stage, Decision: d, At: j.now}
	for _, f := range more {
		f(&entry)
	}
	o.History = append(o.History, entry)
}

func told(stage v1alpha1.StageName, d v1alpha1.Decision, more ...func(*Decision)) func(*journey) {
	return func(j *journey) { j.tell(stage, d, more...) }
}

func approval(e *Decision) {
	e.SubjectNumber, e.WebsiteNumber = "浙ICP备26000001号", "浙ICP备26000001号-1"
}

func reasons(list ...string) func(*Decision) {
	return func(e *Decision) { e.Reasons = list }
}

func hosts(served, held int32) func(*journey) {
	return func(j *journey) { j.facts.Hosts = v1alpha1.ExposureStatus{ServedHosts: served, HeldHosts: held} }
}

// show writes down what changed, and who must act next.
func (j *journey) show(before *v1alpha1.IcpFilingStatus, o Outcome) {
	s := &o.Status
	if s.FilingType != before.FilingType {
		fmt.Fprintf(&j.out, "  type     %s\n", s.FilingType)
	}
	if s.Attempt != before.Attempt && s.Attempt > 1 {
		fmt.Fprintf(&j.out, "  attempt  %d\n", s.Attempt)
	}
	was := map[v1alpha1.StageName]v1alpha1.StageStatus{}
	for _, st := range before.Stages {
		was[st.Name] = st
	}
	for _, st := range s.Stages {
		had, known := was[st.Name]
		if st.State == v1alpha1.StagePending && known {
			had.DueAt = st.DueAt // the estimate of what is to come moves with every step
		}
		if cmp.Equal(had, st) {
			continue
		}
		line := fmt.Sprintf("  %-34s %s", st.Name, st.State)
		for _, part := range []string{st.Reason, st.Message} {
			if part != "" {
				line += "  " + part
			}
		}
		if st.DueAt != nil && st.State == v1alpha1.StageActive {
			line += "  by " + calendar.Date(st.DueAt.Time)
		}
		if st.DueAt != nil && st.State == v1alpha1.StagePending {
			line += "  expected by " + calendar.Date(st.DueAt.Time)
		}
		fmt.Fprintln(&j.out, line)
		if st.State == v1alpha1.StageActive {
			for _, task := range st.Tasks {
				done := ""
				if task.DoneAt != nil {
					done = ", done"
				}
				fmt.Fprintf(&j.out, "    - %s: %s, at %s%s\n", task.Name, task.Actor, task.Where, done)
			}
		}
	}
	if s.WebsiteNumber != before.WebsiteNumber {
		fmt.Fprintf(&j.out, "  number   %s, %s\n", s.SubjectNumber, s.WebsiteNumber)
	}
	if n := s.NextAction; n != nil && !cmp.Equal(before.NextAction, n) {
		fmt.Fprintf(&j.out, "  next     %s must %s", n.Actor, n.Task)
		if n.DueDate != "" {
			fmt.Fprintf(&j.out, " by %s", n.DueDate)
		}
		fmt.Fprintf(&j.out, ": %s\n", n.Description)
	}
	for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionStalled, v1alpha1.ConditionExposureAllowed, v1alpha1.ConditionPublicSecurityRegistered} {
		is, had := meta.FindStatusCondition(s.Conditions, kind), meta.FindStatusCondition(before.Conditions, kind)
		if is != nil && (had == nil || had.Reason != is.Reason || had.Status != is.Status) {
			fmt.Fprintf(&j.out, "  %s=%s  %s\n", kind, is.Status, is.Reason)
		}
	}
}

// golden compares the transcript with the one that was approved.
func (j *journey) golden(name string) {
	j.t.Helper()
	path := filepath.Join("testdata", "journeys", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			j.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(j.out.String()), 0o600); err != nil {
			j.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		j.t.Fatalf("no transcript has been approved (go test ./internal/procedure -update writes it): %v", err)
	}
	if diff := cmp.Diff(string(want), j.out.String()); diff != "" {
		j.t.Errorf("the journey differs from the approved one (-approved +now):\n%s", diff)
	}
}

// straight walks a journey on which everything passes, to the end of the public-security registration.
func (j *journey) straight() *journey {
	j.t.Helper()
	j.after(0, "the filing is applied", nil)
	if j.facts.Provider.Hand == ByPeople {
		j.after(time.Hour, "reported: the server is verified", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReported))
		j.after(time.Hour, "reported: the information is entered", told(v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.DecisionReported))
		j.after(time.Hour, "reported: materials and authenticity are done", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionReported))
		j.after(time.Hour, "reported: the order is confirmed", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReported, func(e *Decision) { e.OrderID = "order-1" }))
	} else {
		j.after(time.Hour, "the provider has verified the server", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
		j.after(time.Hour, "the website's responsible person has passed the authenticity check", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	}
	j.after(24*time.Hour, "the provider's review is passed", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	if j.filing.Status.Stage == v1alpha1.StageSmsVerification {
		j.after(time.Hour, "the SMS is sent", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionActionRequested,
			func(e *Decision) { e.Task, e.DueAt = v1alpha1.TaskVerifyBySms, e.At.Add(24*time.Hour) }))
		j.after(time.Hour, "the SMS is answered", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionPassed))
	}
	j.after(10*24*time.Hour, "the bureau approves", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, approval))
	return j
}
