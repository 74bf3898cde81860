package procedure

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// fresh is a quiet journey in a province without SMS.
func fresh(t failer, hand Hand) *journey {
	t.Helper()
	j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Guangdong", hand)
	j.quiet = true
	return j
}

func (j *journey) cond(kind string) *metav1.Condition {
	return meta.FindStatusCondition(j.filing.Status.Conditions, kind)
}

func (j *journey) mend() {
	j.filing = j.filing.DeepCopy()
	j.filing.Generation++
	j.filing.Spec.Website.Remark += "."
}

var manualSteps = []v1alpha1.StageName{v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation}

func toReview(j *journey) {
	for _, st := range manualSteps {
		j.after(time.Hour, "", told(st, v1alpha1.DecisionReported))
	}
}

func approve(j *journey) {
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, approval))
}

func TestAnApprovedManualFilingOutlivesItsProviderObject(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	approve(j)
	if j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
		t.Fatal("setup")
	}
	f := j.facts
	f.Filing, f.Order = j.filing, nil
	f.Provider = Provider{Problem: v1alpha1.ReasonProviderNotFound, Message: "there is no FilingProvider"}
	o := Next(f, j.now)
	if o.Status.ApprovedAt == nil || !meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionExposureAllowed) {
		t.Errorf("approval forgotten: stage %s", o.Status.Stage)
	}
}

func TestAnotherRuleSetDoesNotTakeAnApprovalBack(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	approve(j)
	now, err := rules.Lookup("")
	if err != nil {
		t.Fatal(err)
	}
	j.facts.Rules = now
	j.after(time.Hour, "", nil)
	if j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
		t.Errorf("approval lost with rule set %s: stage %s", now.Name(), j.filing.Status.Stage)
	}
}

func TestAnEditedProvinceDoesNotTakeAnApprovalBack(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	approve(j)
	j.filing.Spec.Subject.Province = "Zhejiang"
	j.filing.Generation++
	j.after(time.Hour, "", nil)
	if j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
		t.Errorf("approval lost by editing the spec: stage %s", j.filing.Status.Stage)
	}
}

func TestNewsUnderAnotherRuleSetDoesNotTakeAnApprovalBack(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	if j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
		t.Fatal("setup")
	}
	now, _ := rules.Lookup("")
	j.facts.Rules = now
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionActionRequested, func(d *Decision) { d.Task = v1alpha1.TaskRectify }))
	if j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
		t.Errorf("approval lost: stage %s", j.filing.Status.Stage)
	}
}

func TestAWithdrawnOrderIsReturnedAndItsNextAttemptCounts(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	if j.filing.Status.Stage != v1alpha1.StagePreliminaryReview {
		t.Fatalf("setup: %s", j.filing.Status.Stage)
	}
	j.after(time.Hour, "", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReturned, reasons("Withdrawn")))
	if c := j.cond(v1alpha1.ConditionSubmitted); c.Status == metav1.ConditionTrue {
		t.Errorf("withdrawn, yet Submitted=%s (%s), stage %s", c.Status, c.Message, j.filing.Status.Stage)
	}
	j.order.Attempt = 2
	for _, st := range manualSteps {
		d := v1alpha1.DecisionReported
		if st == v1alpha1.StageProductVerification {
			d = v1alpha1.DecisionPassed
		}
		j.tell(st, d)
		if st == v1alpha1.StageMaterialsAndAuthenticity {
			j.tell(st, v1alpha1.DecisionPassed)
		}
	}
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, approval))
	if j.filing.Status.Stage != v1alpha1.StageApproved {
		t.Errorf("approved at attempt 2 in the provider's console, status: stage %s attempt %d", j.filing.Status.Stage, j.filing.Status.Attempt)
	}
}

func TestAReturnForManyReasonsFitsTheStatus(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned,
		reasons("DomainNotRealNameVerified", "CertificateUnclearOrExpiring", "PersonNotLegalRepresentative", "PhoneUnreachableOrReused", "ContentDoesNotFitNature"),
		func(d *Decision) { d.Message = strings.Repeat("长", 700) }))
	for _, st := range j.filing.Status.Stages {
		if utf8.RuneCountInString(st.Reason) > 128 {
			t.Errorf("stage %s reason: %d > 128", st.Name, utf8.RuneCountInString(st.Reason))
		}
	}
	if n := utf8.RuneCountInString(j.filing.Status.NextAction.Description); n > 1024 {
		t.Errorf("nextAction.description: %d > 1024", n)
	}
}

func TestARequestWithALongMessageFitsTheStatus(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionActionRequested,
		func(d *Decision) { d.Task, d.Message = v1alpha1.TaskSupplement, strings.Repeat("x", 1024) }))
	if n := utf8.RuneCountInString(j.filing.Status.NextAction.Description); n > 1024 {
		t.Errorf("nextAction.description: %d > 1024", n)
	}
}

func TestASecondManualAttemptRecordsWhatItSubmitted(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.after(time.Hour, "", (*journey).mend)
	j.order.Attempt = 2
	for _, st := range manualSteps[1:] {
		j.after(time.Hour, "", told(st, v1alpha1.DecisionReported))
	}
	if c := j.cond(v1alpha1.ConditionInformationCurrent); c.Status != metav1.ConditionTrue {
		t.Errorf("attempt 2 took the spec as it is: InformationCurrent=%s %s", c.Status, c.Message)
	}
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	if j.filing.Status.Attempt != 2 || j.filing.Status.NextAction.Task != TaskMendAndResubmit {
		t.Errorf("returned at attempt 2 and nothing changed since: attempt %d, next %s", j.filing.Status.Attempt, j.filing.Status.NextAction.Task)
	}
}

func TestAnAttemptThatBeganAtPreparationIsAtRest(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("DomainExpired")))
	j.after(time.Hour, "", (*journey).mend)
	j.settle()
	before := j.filing.Status.DeepCopy()
	j.after(time.Second, "", nil)
	if diff := cmp.Diff(before, &j.filing.Status); diff != "" {
		t.Errorf("nothing happened, yet:\n%s", diff)
	}
}

func TestNothingIsConfirmedWhilePrerequisitesAreNotMet(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.facts.Findings = []rules.Finding{{Severity: rules.Error, Reason: "DomainExpired", Field: "spec.domain.expiresAt", Message: "expired"}}
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	if j.asked[AskConfirm] != 0 {
		t.Errorf("an error among the findings, and the order was confirmed all the same (stage %s)", j.filing.Status.Stage)
	}
}

func TestFactsThatAreChangedBeforeTheyAreConfirmedAreTakenBackAndSentAnew(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", (*journey).mend)
	if j.asked[AskWithdraw] != 1 || j.asked[AskResubmit] != 1 || j.asked[AskConfirm] != 0 || j.filing.Status.Attempt != 2 {
		t.Errorf("asked %v, at attempt %d; want one withdrawal, one resubmission as attempt 2, and no confirmation", j.asked, j.filing.Status.Attempt)
	}
}

func TestNothingIsResubmittedUnchecked(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	j.facts.Checked = false // the gatherer: Submitted=True in the status, so neither findings nor persons were read
	j.after(time.Hour, "the spec is changed in review", (*journey).mend)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	if j.asked[AskResubmit] != 0 {
		t.Errorf("resubmitted in a pass that read neither the Secrets of the persons nor checked anything")
	}
}

func TestAnOrderReturnedForItsTypeHasTheTypeDeterminedAfresh(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WrongFilingType")))
	before := j.asked[AskType]
	j.after(time.Hour, "", func(j *journey) {
		j.mend()
		j.typ = v1alpha1.AccessFiling
		j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: "浙ICP备26000001号-1", AccessProvider: v1alpha1.OtherProvider}
	})
	if j.asked[AskResubmit] == 1 && j.asked[AskType] == before {
		t.Errorf("returned for its type, resubmitted as %s without asking for the type", j.filing.Status.FilingType)
	}
}

func TestALostAnswerToAResubmissionMakesNoThirdAttempt(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.mend()
	// The intent is written, the provider takes the attempt, the answer is lost (or the operator dies).
	f := j.facts
	f.Filing, f.Order = j.filing, j.order.clone()
	o := Next(f, j.now)
	if o.Ask != AskToPersist {
		t.Fatalf("ask %s", o.Ask)
	}
	j.keep(o)
	j.order.Attempt = 2
	j.tell(v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.DecisionReported)
	j.after(time.Hour, "restarted", nil)
	if c := j.cond(v1alpha1.ConditionInformationCurrent); c.Status != metav1.ConditionUnknown {
		t.Errorf("InformationCurrent=%s: %s; want that nothing is filed, and nothing differs", c.Status, c.Message)
	}
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	if j.asked[AskResubmit] != 0 {
		t.Errorf("nothing was changed since attempt 2, and it was resubmitted as attempt %d", j.order.Attempt)
	}
}

func TestAnAttemptWithoutEntriesYetGoesOn(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionReturned, reasons("FaceCheckFailed")))
	j.mend()
	f := j.facts
	f.Filing, f.Order = j.filing, j.order.clone()
	j.keep(Next(f, j.now)) // persist
	f.Filing = j.filing
	if o := Next(f, j.now); o.Ask != AskResubmit {
		t.Fatalf("ask %s", o.Ask)
	}
	j.order.Attempt = 2 // the provider took it; its next entry comes with the files
	f.Order, f.Sent = j.order.clone(), 2
	o := Next(f, j.now)
	if o.Ask != AskUpload {
		t.Fatalf("ask %s", o.Ask)
	}
	f.Failure = &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "upload: timeout"}
	j.keep(Next(f, j.now))
	if j.filing.Status.Attempt != 2 {
		t.Fatalf("attempt %d", j.filing.Status.Attempt)
	}
	// next pass
	j.after(time.Minute, "retry", nil)
	if j.filing.Status.Attempt != 2 || j.asked[AskUpload] != 2 {
		t.Errorf("attempt %d, Ready %s, uploads %d: stuck", j.filing.Status.Attempt, j.cond(v1alpha1.ConditionReady).Reason, j.asked[AskUpload])
	}
}

func TestANewFilingDoesNotTakeUpACancelledOrder(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.order = &Order{ID: "order-0", Domain: "example.com", FilingType: v1alpha1.FirstFiling, Attempt: 1, CreatedAt: j.now.Add(-1000 * time.Hour)}
	j.order.History = []Decision{{ID: "x", Attempt: 1, Stage: v1alpha1.StageConfirmation, Decision: v1alpha1.DecisionCancelled, At: j.now.Add(-900 * time.Hour)}}
	j.after(0, "a new filing of a domain whose last order was given up", nil)
	if j.filing.Status.Stage == v1alpha1.StageCancelled || j.asked[AskCreate] == 0 {
		t.Errorf("stage %s, next %v: the domain can never be filed again", j.filing.Status.Stage, j.filing.Status.NextAction)
	}
}

func TestAnOrderThatWasGivenUpIsNotSubmitted(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionCancelled, reasons("GivenUp")))
	if c := j.cond(v1alpha1.ConditionSubmitted); c.Status == metav1.ConditionTrue {
		t.Errorf("given up, yet Submitted=True: %s (%s)", c.Message, j.filing.Status.Stage)
	}
}

func TestNextActionNamesNobodyWhoWillNotAct(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Facts){
		"rival": func(f *Facts) { f.Rival = "other/filing" },
		"conflict": func(f *Facts) {
			f.OrderSought = true
			f.Determination = &Determination{Conflict: ConflictOtherSubject, Message: "other subject"}
		},
		"suspended": func(f *Facts) { f.Filing.Spec.Suspend = true },
		"refused": func(f *Facts) {
			f.OrderSought = true
			f.Determination = &Determination{Type: v1alpha1.FirstFiling}
			f.Failure = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "InvalidFacts"}
		},
	} {
		j := fresh(t, ByOperator)
		f := j.facts
		f.Filing = j.filing
		change(&f)
		o := Next(f, j.now)
		ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
		if o.Status.NextAction.Actor == v1alpha1.ActorOperator && o.Ask == AskNothing {
			t.Errorf("%s: Ready=%s (%s), nothing will be asked, yet next: %s %s: %s", name, ready.Status, ready.Reason, o.Status.NextAction.Actor, o.Status.NextAction.Task, o.Status.NextAction.Description)
		}
	}
}

func TestARectificationCanBeClosed(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	approve(j)
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionActionRequested, func(d *Decision) { d.Task = v1alpha1.TaskRectify }))
	// Reported on Approved is refused by the CRD's CEL; Passed is what is left.
	j.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed))
	if n := j.filing.Status.NextAction; n != nil && n.Task == string(v1alpha1.TaskRectify) {
		t.Errorf("rectified, yet next: %s", n.Description)
	}
}

func TestARecreatedFilingDoesNotRestartTheThirtyDays(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	j.after(time.Hour, "", hosts(1, 0))
	opened := j.filing.Status.PublicSecurity.OpenedAt.Time
	// Deleted and applied again 100 days later: no status, no annotations.
	j.now = j.now.Add(100 * 24 * time.Hour)
	j.filing = &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "shop", Generation: 1, CreationTimestamp: metav1.NewTime(j.now)}, Spec: j.filing.Spec}
	j.after(time.Minute, "", nil)
	ps := j.filing.Status.PublicSecurity
	if ps != nil && ps.OpenedAt.After(opened.Add(time.Hour)) {
		t.Errorf("opened %s, now said to have opened %s, due %s", opened, ps.OpenedAt, ps.DueDate)
	}
}

func TestARestoredFilingKeepsTheBureausDeadline(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	want := j.filing.Status.NextAction.DueDate
	j.now = j.now.Add(10 * 24 * time.Hour)
	j.filing = &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "shop", Generation: 1, CreationTimestamp: metav1.NewTime(j.now)}, Spec: j.filing.Spec}
	j.after(time.Minute, "", nil)
	if got := j.filing.Status.NextAction.DueDate; got != want {
		t.Errorf("bureau due %s before the restore, %s after", want, got)
	}
}

func TestAnOlderFilingDoesNotTakeTheOwnersOrderWhenStatusesAreLost(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.straight()
	owner := j.filing
	owner.Name = "owner"
	squatter := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "evil", Name: "squat", CreationTimestamp: metav1.NewTime(monday.Add(-time.Hour))}, Spec: owner.Spec}
	squatter.Spec.Subject.Nature = v1alpha1.NatureIndividual
	if Rival(owner, []v1alpha1.IcpFiling{*squatter}) != nil || Rival(squatter, []v1alpha1.IcpFiling{*owner}) == nil {
		t.Fatal("setup")
	}
	owner = owner.DeepCopy()
	owner.Status = v1alpha1.IcpFilingStatus{}
	if r := Rival(owner, []v1alpha1.IcpFiling{*squatter}); r != nil {
		t.Errorf("after the statuses are lost %s/%s holds the owner's domain", r.Namespace, r.Name)
	}
	f := j.facts
	f.Filing, f.OrderSought, f.Order = squatter, true, j.order.clone()
	o := Next(f, j.now)
	if meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionExposureAllowed) {
		t.Errorf("and gets a clearance by the owner's order %s; InformationCurrent: %s", o.Status.OrderID, meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionInformationCurrent).Message)
	}
}

func TestAManualApprovalSurvivesARestoreWhateverExistingSays(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople)
	j.after(0, "", nil)
	toReview(j)
	approve(j)
	j.filing = j.filing.DeepCopy()
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: "浙ICP备26000001号-1", AccessProvider: v1alpha1.ThisProvider}
	j.filing.Status = v1alpha1.IcpFilingStatus{}
	j.after(time.Hour, "", nil)
	if j.cond(v1alpha1.ConditionExposureAllowed).Status != metav1.ConditionTrue {
		t.Errorf("approved by its reviews, yet stage %s Ready %s", j.filing.Status.Stage, j.cond(v1alpha1.ConditionReady).Reason)
	}
}

func TestAnSmsThatOurRulesDoNotKnowIsWaitedFor(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.after(0, "", nil)
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	j.after(time.Hour, "", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionActionRequested, func(d *Decision) { d.Task = v1alpha1.TaskVerifyBySms; d.DueAt = j.now.Add(24 * time.Hour) }))
	if n := j.filing.Status.NextAction; n.Actor == v1alpha1.ActorBureau {
		t.Errorf("the SMS waits for an answer, yet next: %s %s", n.Actor, n.Task)
	}
	j.after(25*time.Hour, "", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReturned, reasons("SmsExpired")))
	if c := j.cond(v1alpha1.ConditionReady); c.Reason != v1alpha1.ReasonReturned {
		t.Errorf("returned, yet Ready says %s: %s", c.Reason, c.Message)
	}
}
