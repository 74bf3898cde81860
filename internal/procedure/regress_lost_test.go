package procedure

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// expired is a finding that stops a filing before it is submitted.
var expired = []rules.Finding{{Severity: rules.Error, Reason: "DomainExpired", Field: "spec.domain.expiresAt", Message: "expired"}}

// lost is a filing whose status is gone, and whose annotations are not.
func lost(j *journey) { j.filing.Status = v1alpha1.IcpFilingStatus{} }

// remarked changes a part of the spec.
func remarked(words string) func(*journey) {
	return edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Remark = words })
}

func TestAnAttemptThatWasBegunGoesOnWhateverStandsInItsWayByNow(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(*journey){
		"a resubmission": func(j *journey) {
			j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
			j.after(time.Hour, "", remarked("mended"))
		},
		"a change": func(j *journey) {
			toReview(j)
			approve(j)
			j.after(time.Hour, "", remarked("changed"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := fresh(t, ByPeople)
			j.after(0, "", nil)
			begin(j)
			if j.filing.Status.Attempt != 2 {
				t.Fatalf("attempt %d is under way, want 2", j.filing.Status.Attempt)
			}
			j.after(time.Hour, "", func(j *journey) { j.facts.Findings = expired })
			if j.filing.Status.Attempt != 2 {
				t.Errorf("once an error is found, attempt %d is under way, want 2", j.filing.Status.Attempt)
			}
		})
	}
}

func TestAnAttemptThatWasBegunIsKnownOnceTheStatusIsLost(t *testing.T) {
	t.Parallel()
	for name, hand := range map[string]Hand{"by people": ByPeople, "by the operator": ByOperator} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := fresh(t, hand)
			j.after(0, "", nil)
			toReview(j)
			j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
			j.after(time.Hour, "", remarked("mended"))
			was := j.filing.Status.SubmittedFacts
			j.after(time.Hour, "", func(j *journey) { j.facts.Findings = expired })
			j.after(time.Hour, "", remarked(""))
			j.after(time.Hour, "", lost)
			if s := j.filing.Status; s.Attempt != 2 || s.SubmittedFacts == "" || hand == ByPeople && s.SubmittedFacts != was {
				t.Errorf("attempt %d is under way, and took %q; want 2, %q", s.Attempt, s.SubmittedFacts, was)
			}
		})
	}
}

func TestFactsThatAreNoPartAreMendedOnceTheStatusIsLost(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	toReview(j)
	j.facts.Findings = expired
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) {
		s.Materials = append(s.Materials, v1alpha1.Material{Kind: v1alpha1.MaterialAuxiliary})
	}))
	j.after(time.Hour, "", lost)
	j.after(time.Hour, "", func(j *journey) { j.facts.Findings = nil })
	if got := j.filing.Status.Attempt; got != 2 {
		t.Errorf("a further paper is named, and attempt %d is under way, want 2", got)
	}
}

func TestAnImportThatEndedIsFiledAnewAndNotImportedAgain(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.ThisProvider}
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, fmt.Sprint(j.filing.Status.Attempt+1)))
	if s := j.filing.Status; s.Attempt != 2 || s.ApprovedAt != nil || j.asked[AskImport] != 1 || j.asked[AskCreate] != 1 {
		t.Errorf("attempt %d, approved at %v, asked %v; want attempt 2, made as an order of its own", s.Attempt, s.ApprovedAt, j.asked)
	}
}

func TestAFilingsOwnOrderIsAskedForWhoeverElseHoldsTheDomain(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	j.filing = j.filing.DeepCopy()
	lost(j)
	f := j.gather()
	f.Rival = "other/shop"
	if o := Next(f, j.now); o.Ask != AskState || o.Submission.OrderID != "order-1" {
		t.Errorf("asks %q of order %q, want %q of its own: that decides which of the two holds the domain", o.Ask, o.Submission.OrderID, AskState)
	}
	j.filing.Annotations = nil
	f = j.gather()
	f.Rival = "other/shop"
	if o := Next(f, j.now); o.Ask != AskNothing || o.Status.Stage == v1alpha1.StageApproved {
		t.Errorf("without an order of its own it asks %q at %s", o.Ask, o.Status.Stage)
	}
}

func TestAnOrderThatIsCancelledWithItsFilingIsNotFiledAnew(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
	j.after(0, "", nil)
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	j.after(time.Hour, "", func(j *journey) { j.remove() })
	if !j.gone || j.asked[AskCancel] != 1 || j.asked[AskCreate] != 1 {
		t.Errorf("gone: %v, asked %v; want it gone, and no other order", j.gone, j.asked)
	}
}

func TestWhatEndedIsFiledAnewOnlyWhereThatIsAskedForSinceTheEndWasTold(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.refuses[AskResubmit] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "refused"}
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
	j.after(time.Hour, "", lost)
	if s := j.filing.Status; s.Stage != v1alpha1.StageCancelled || j.asked[AskCreate] != 1 || !strings.Contains(j.cond(v1alpha1.ConditionReady).Message, "remove that annotation first") {
		t.Fatalf("at %s, asked %v: %s; want that it stays cancelled, and says how it is filed anew", s.Stage, j.asked, j.cond(v1alpha1.ConditionReady).Message)
	}
	j.after(time.Hour, "", func(j *journey) {
		j.filing.Annotations = maps.Clone(j.filing.Annotations)
		delete(j.filing.Annotations, v1alpha1.ResubmitAnnotation)
	})
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	if s := j.filing.Status; s.Attempt != 2 || s.OrderID != "order-2" || j.asked[AskCreate] != 2 {
		t.Errorf("attempt %d of order %s, asked %v; want attempt 2, the first of another order", s.Attempt, s.OrderID, j.asked)
	}
}

func TestAChangeThatIsSentAgainIsOfAllThatDiffersFromWhatIsInForce(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.ID = "server-2" }))
	j.after(time.Hour, "", remarked("changed, too"))
	if s := j.filing.Status; s.Attempt != 3 || j.step() != v1alpha1.StageProductVerification {
		t.Errorf("attempt %d is at %s; want attempt 3, in which the server is verified", s.Attempt, j.step())
	}
}

func TestAChangeThatFollowsOnADecidedOneStartsFromWhatThatPutInForce(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.ID = "server-2" }))
	for j.step() != v1alpha1.StageBureauReview {
		at := j.step()
		j.after(time.Hour, "", told(at, v1alpha1.DecisionPassed))
	}
	second := PartsOf(&j.filing.Spec)
	j.after(time.Hour, "", remarked("changed, too"))
	j.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed))
	r := RecordOf(j.filing)
	if r.Attempt != 3 || r.InForce[PartServer] != second[PartServer] {
		t.Errorf("attempt %d changes %v; want attempt 3, of the website alone", r.Attempt, r.Changed)
	}
	if diff := cmp.Diff([]Part{PartWebsite}, r.Changed); diff != "" {
		t.Errorf("parts changed (-want +got):\n%s", diff)
	}
}

func TestAFilingThatTheProviderRefusedLetsTheNextHaveItsTurnForGood(t *testing.T) {
	t.Parallel()
	elder := fresh(t, ByOperator)
	elder.refuses[AskFind] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "refused"}
	younger := elder.beside("younger", "example.net")
	younger.facts.Provider = Provider{Name: "console", Hand: ByPeople}
	elder.after(0, "", nil)
	if got := younger.filing.Status.Stage; got != v1alpha1.StageProductVerification {
		t.Errorf("the younger is at %s, want it to have its turn", got)
	}
	if got := readyReason(&elder.filing.Status); got != v1alpha1.ReasonProviderRefused {
		t.Errorf("the elder is %s, want it to say what is to be put right", got)
	}
}

func TestAStrayWordOnTheServerDoesNotUndoAChangeThatWasNotAboutIt(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	j.after(time.Hour, "", remarked("changed"))
	j.after(time.Hour, "", doneTask(v1alpha1.StageProductVerification, v1alpha1.TaskMailMaterials))
	for j.stage() == v1alpha1.StageChanging {
		j.after(time.Hour, "", told(j.step(), v1alpha1.DecisionPassed))
	}
	j.after(time.Hour, "", remarked("changed again"))
	j.after(time.Hour, "", lost)
	if s := j.filing.Status; s.Attempt != 3 || j.step() != v1alpha1.StageMaterialsAndAuthenticity {
		t.Errorf("attempt %d is at %s; want attempt 3 at %s", s.Attempt, j.step(), v1alpha1.StageMaterialsAndAuthenticity)
	}
}

func TestNobodyGoesBeforeAFilingWhoseStatusIsLostAndWhoseOrderIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, hand := range map[string]Hand{"by people": ByPeople, "by the operator": ByOperator} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			younger := fresh(t, hand)
			elder := younger.beside("elder", "example.net")
			elder.filing.CreationTimestamp = metav1.NewTime(monday.Add(-time.Hour))
			elder.filing.Spec.Suspend = true
			younger.after(0, "", nil)
			younger.until(v1alpha1.StageBureauReview)
			elder.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = false }))
			// Both statuses are lost, and the elder is looked at first.
			lost(younger)
			lost(elder)
			elder.pass()
			if got := readyReason(&elder.filing.Status); got != v1alpha1.ReasonWaitingForSubject || len(elder.asked) > 0 {
				t.Errorf("the elder is %s, and asked %v; want it to wait", got, elder.asked)
			}
			younger.settle()
			if got := younger.filing.Status.Stage; got != v1alpha1.StageBureauReview {
				t.Errorf("the younger is at %s again, want %s", got, v1alpha1.StageBureauReview)
			}
		})
	}
}

func TestAFilingsTypeIsKnownOnceTheFilingThatItFollowedFromHasGone(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	first := j.beside("first", "example.net")
	first.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: first.number("1"), AccessProvider: v1alpha1.ThisProvider}
	first.facts.Provider = Provider{Name: "other-cloud", Hand: ByOperator}
	first.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	want := j.filing.Status.FilingType
	if want != v1alpha1.NewWebsiteFiledElsewhere {
		t.Fatalf("the type is %s", want)
	}
	first.after(time.Hour, "", func(j *journey) { j.remove() })
	j.after(time.Hour, "", lost)
	if got := j.filing.Status.FilingType; got != want {
		t.Errorf("the type was %s, and is %s once the status is lost", want, got)
	}
}

func TestAnImportThatPeopleFileAnewHasAType(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.ThisProvider}
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, approval))
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	want := j.filing.Status.FilingType
	if want != v1alpha1.NewWebsiteFiledHere {
		t.Fatalf("the type is %q when it is begun: the subject is filed here", want)
	}
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReported))
	if got := j.filing.Status.FilingType; got != want {
		t.Errorf("the type was %s, and is %q once something was recorded", want, got)
	}
}

func TestALateWordOnAnImportThatWasGivenUpDoesNotChangeWhatWasFiledSince(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.ThisProvider}
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	toReview(j)
	approve(j)
	was := j.filing.Status.ApprovedAt
	if was == nil {
		t.Fatalf("at %s, want it approved", j.filing.Status.Stage)
	}
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, approval, func(d *Decision) { d.Attempt = 1 }))
	if got := j.filing.Status.ApprovedAt; !was.Equal(got) || readyReason(&j.filing.Status) == v1alpha1.ReasonImported {
		t.Errorf("approved at %v, and now at %v, as %s", was, got, readyReason(&j.filing.Status))
	}
}

func TestWhatPeopleFileAnewWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.filing.Spec.Channel = v1alpha1.ChannelApp
	j.straight()
	other := j.beside("other", "example.net")
	other.filing.Spec.Channel = v1alpha1.ChannelPC
	other.after(time.Hour, "", nil)
	other.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReported))
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	if got := readyReason(&j.filing.Status); got != v1alpha1.ReasonWaitingForSubject {
		t.Errorf("at %s of attempt %d it is %s, want it to wait for the subject's other order", j.filing.Status.Stage, j.filing.Status.Attempt, got)
	}
}

func TestAStrayWordOfAnImportMakesNoneOfWhatWasFiledHere(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.after(time.Hour, "", remarked("mended"))
	toReview(j)
	approve(j)
	was := j.filing.Status.ApprovedAt
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, approval, func(d *Decision) { d.Attempt = 1 }))
	if got := j.filing.Status.ApprovedAt; was == nil || !was.Equal(got) {
		t.Errorf("approved at %v, and now at %v, as %s", was, got, readyReason(&j.filing.Status))
	}
}
