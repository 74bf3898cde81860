package procedure

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

var (
	stages    = []v1alpha1.StageName{v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview, v1alpha1.StageMaterialMailing, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview, v1alpha1.StageApproved}
	decisions = []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed, v1alpha1.DecisionReturned, v1alpha1.DecisionActionRequested, v1alpha1.DecisionRevoked, v1alpha1.DecisionCancelled}
	tasks     = []v1alpha1.RequestedTask{v1alpha1.TaskMailMaterials, v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson, v1alpha1.TaskVerifyBySms, v1alpha1.TaskRectify}
	returns   = []string{"WebsiteNameInvalid", "DomainNotRealNameVerified", "WrongFilingType", "FaceCheckFailed", "SmsExpired", "SomethingNobodyListed"}
)

// TestRandomHistoriesLeadToNoImpossibleState walks random events over one to three random filings of one subject, likely
// events mixed with wrong ones. go test ./internal/procedure -run Random -rapid.checks=100000 walks a hundred thousand.
func TestRandomHistoriesLeadToNoImpossibleState(t *testing.T) {
	t.Parallel()
	events := slices.Sorted(maps.Keys(happenings))
	rapid.Check(t, func(r *rapid.T) {
		w := newWalk(t, r)
		w.on(0, "applied", nil)
		for range rapid.IntRange(1, 40).Draw(r, "events") {
			w.j = w.j.journeys[rapid.IntRange(0, len(w.j.journeys)-1).Draw(r, "filing")]
			what := rapid.SampledFrom(events).Draw(r, "event")
			hours := rapid.SampledFrom([]int{0, 1, 30, 300}).Draw(r, "hours")
			// Decisions have a second's grain: events in one second would have no order.
			w.on(time.Duration(hours)*time.Hour+time.Second, what, func(*journey) { happenings[what](w) })
		}
		if rapid.Bool().Draw(r, "put right") {
			for _, w.j = range w.j.journeys {
				w.on(time.Second, "resumed", func(*journey) { w.resumed() })
			}
		}
		for _, j := range w.j.journeys {
			w.replayed(j)
		}
		w.allReplayed()
	})
}

// walk is a desk on which things happen at random.
type walk struct {
	*rapid.T
	j *journey
	// at is where each filing was when that was last written down.
	at map[*journey]string
	// days are those on which something was said to end.
	days map[string]bool
}

func newWalk(t *testing.T, r *rapid.T) *walk {
	t.Helper()
	typ, channel := rapid.SampledFrom(allTypes).Draw(r, "type"), rapid.SampledFrom(channels).Draw(r, "channel")
	nature, province := rapid.SampledFrom(natures).Draw(r, "nature"), rapid.SampledFrom(provinces).Draw(r, "province")
	j := newJourney(t, typ, channel, nature, province, rapid.SampledFrom(hands).Draw(r, "hand"))
	j.t, j.quiet, j.typ = r, true, ""
	beside := Provider{Name: "other-cloud", Hand: rapid.SampledFrom(hands).Draw(r, "other hand")}
	for n := range rapid.IntRange(0, 2).Draw(r, "others") {
		other := j.beside(fmt.Sprintf("shop-%d", n), fmt.Sprintf("example-%d.com", n))
		if rapid.IntRange(0, 3).Draw(r, "second provider") == 0 {
			other.facts.Provider = beside
			other.filing.Spec.Domain.Name = "example.com"
		}
	}
	for _, o := range j.journeys {
		if rapid.IntRange(0, 5).Draw(r, "imported") == 0 {
			o.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: o.number("1"), AccessProvider: v1alpha1.ThisProvider}
		}
		if rapid.Bool().Draw(r, "cancel on deletion") {
			o.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
		}
	}
	return &walk{T: r, j: j, at: map[*journey]string{}, days: map[string]bool{}}
}

// happenings are what may happen to a filing, the likely ones more than once.
var happenings = map[string]func(*walk){
	"passes 1": (*walk).passes, "passes 2": (*walk).passes, "passes 3": (*walk).passes, "passes 4": (*walk).passes,
	"passes 5": (*walk).passes, "passes 6": (*walk).passes, "passes 7": (*walk).passes, "passes 8": (*walk).passes,
	"decided anywhere": (*walk).decidedAnywhere, "decided here": (*walk).decidedHere, "ended": (*walk).ended,
	"website changed": func(w *walk) { w.j.mend() },
	"website put back": func(w *walk) {
		w.j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Website.Remark, s.Server.Instance.ID = "", "server-1" })
	},
	"server changed": func(w *walk) {
		w.j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.ID += "." })
	},
	"subject renamed here":       func(w *walk) { w.rename(w.j) },
	"subject renamed everywhere": func(w *walk) { w.rename(w.j.journeys...) },
	"a Secret changed": func(w *walk) {
		w.j.persons.Subject, w.j.persons.Versions = w.j.persons.Subject+".", w.j.persons.Versions+"."
	},
	"the other Secret changed": func(w *walk) {
		w.j.persons.Website, w.j.persons.Versions = w.j.persons.Website+".", w.j.persons.Versions+"."
	},
	"papers replaced":  func(w *walk) { rescanned(w.j) },
	"a Secret touched": func(w *walk) { w.j.persons.Versions += "." },
	"resubmit asked":   func(w *walk) { w.annotate(v1alpha1.ResubmitAnnotation, 1) },
	"withdraw asked":   func(w *walk) { w.annotate(v1alpha1.WithdrawAnnotation, 0) },
	"suspended":        func(w *walk) { w.j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = true }) },
	"resumed":          (*walk).resumed,
	"an error found": func(w *walk) {
		w.j.facts.Findings = []rules.Finding{{Severity: rules.Error, Reason: "DomainExpired", Field: "spec.domain.expiresAt", Message: "expired"}}
	},
	"the provider refuses":   (*walk).refuses,
	"served":                 func(w *walk) { hosts(1, 0)(w.j) },
	"registration submitted": func(w *walk) { submittedNow(w.j) },
	"registration returned":  func(w *walk) { w.sentBack() },
	"the domain ends": func(w *walk) {
		w.j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Domain.ExpiresAt = w.soon() })
	},
	"the server ends": func(w *walk) {
		w.j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.ExpiresAt = w.soon() })
	},
	"what is overdue closes": func(w *walk) {
		w.j.facts.Reminding = RemindingOf(nil)
		w.j.facts.Reminding.CloseOverdue = rapid.Bool().Draw(w.T, "closes")
	},
	"status lost": (*walk).statusLost,
	"deleted":     (*walk).deleted,
}

// passes: what comes next passes.
func (w *walk) passes() {
	j := w.j
	at := j.step()
	s, ok := reviewSteps[at]
	switch {
	case j.filing.Status.Stage == "" || j.order == nil:
		return
	case !ok && j.byPeople():
		s, ok = byPeopleSteps[at]
	case !ok:
		s, ok = byOperatorSteps[at]
	}
	if ok {
		j.tell(at, s.decision, j.details(at))
	}
}

func (w *walk) decidedHere() { w.decide(w.j.step()) }

func (w *walk) decidedAnywhere() { w.decide(rapid.SampledFrom(stages).Draw(w.T, "stage")) }

// decide has a decision told on a stage that may or may not be possible.
func (w *walk) decide(stage v1alpha1.StageName) {
	if w.j.order == nil {
		return
	}
	decision := rapid.SampledFrom(decisions[:4]).Draw(w.T, "decision")
	w.j.tell(stage, decision, func(d *Decision) {
		if w.j.byPeople() {
			d.Attempt = max(1, d.Attempt-int32(rapid.IntRange(0, 9).Draw(w.T, "attempt")/9))
		}
		switch decision {
		case v1alpha1.DecisionReturned:
			d.Reasons = []string{rapid.SampledFrom(returns).Draw(w.T, "reason")}
		case v1alpha1.DecisionActionRequested:
			d.Task, d.DueAt = rapid.SampledFrom(tasks).Draw(w.T, "task"), w.j.now.Add(48*time.Hour)
		case v1alpha1.DecisionPassed:
			w.j.numbers(d)
		case v1alpha1.DecisionReported:
			d.Task = rapid.SampledFrom(append(tasks, "", "", "")).Draw(w.T, "task")
			if d.Task == "" && stage == v1alpha1.StageSmsVerification {
				d.Reasons = reasonsOf(rapid.Bool().Draw(w.T, "wrong entry"))
			}
		}
	})
}

func reasonsOf(wrongEntry bool) []string {
	if wrongEntry {
		return []string{ReasonSmsWrongEntry}
	}
	return nil
}

func (w *walk) ended() {
	if w.j.order == nil || rapid.IntRange(0, 2).Draw(w.T, "rare") > 0 {
		return
	}
	if !w.j.byPeople() && w.j.order.over() {
		return // a provider ends no order twice
	}
	end := rapid.SampledFrom(decisions[4:]).Draw(w.T, "end")
	if !w.j.byPeople() && w.j.filing.Status.ApprovedAt == nil {
		end = v1alpha1.DecisionCancelled // a provider knows what can be revoked
	}
	w.j.tell(rapid.SampledFrom([]v1alpha1.StageName{v1alpha1.StageApproved, w.j.step()}).Draw(w.T, "stage"), end, reasons("PhoneUnreachable"))
}

func (w *walk) rename(all ...*journey) {
	for _, j := range all {
		j.filing = j.filing.DeepCopy()
		j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name += "." })
	}
}

// annotate asks for something on an attempt: the one under way and so many more, or a wrong one.
func (w *walk) annotate(name string, more int32) {
	n := w.j.filing.Status.Attempt + more + int32(rapid.IntRange(0, 5).Draw(w.T, "another attempt")/5)
	annotated(name, fmt.Sprint(n))(w.j)
}

// resumed puts everything right that kept the filing from going on.
func (w *walk) resumed() {
	w.j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = false })
	w.j.facts.Findings = nil
	clear(w.j.refuses)
}

func (w *walk) refuses() {
	ask := rapid.SampledFrom([]Ask{AskFind, AskType, AskCreate, AskState, AskUpload, AskConfirm, AskResubmit, AskImport, AskChange, AskWithdraw, AskCancel}).Draw(w.T, "ask")
	reason := rapid.SampledFrom([]string{v1alpha1.ReasonProviderRefused, v1alpha1.ReasonProviderUnavailable, v1alpha1.ReasonWaitingForSubject}).Draw(w.T, "why")
	w.j.refuses[ask] = &Failure{Reason: reason, Message: "the provider does not take it"}
}

// statusLost: while the provider can be asked; else nobody can say what it was.
func (w *walk) statusLost() {
	if w.j.knowable() {
		w.j.filing.Status = v1alpha1.IcpFilingStatus{}
	}
}

// knowable says that everything can be asked that a lost status is to be had from.
func (j *journey) knowable() bool {
	f := j.facts
	f.Filing = j.filing
	return !j.gone && f.usable() && len(j.refuses) == 0
}

func (w *walk) deleted() {
	if !w.j.gone && rapid.IntRange(0, 3).Draw(w.T, "rare") == 0 {
		w.j.remove()
	}
}

// soon is a day about which something ends; never one that was named before, whose reminders were given.
func (w *walk) soon() *metav1.Time {
	ends := w.j.now.Add(time.Duration(rapid.IntRange(-1000, 2000).Draw(w.T, "hours until it ends")) * time.Hour)
	for w.days[calendar.Date(ends)] {
		ends = ends.Add(day)
	}
	w.days[calendar.Date(ends)] = true
	return stamp(ends)
}

func (w *walk) sentBack() {
	if w.j.filing.Spec.PublicSecurity.SubmittedAt != nil {
		sentBackNow("the facts differ")(w.j)
	}
}
