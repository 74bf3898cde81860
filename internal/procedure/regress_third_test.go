package procedure

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAnImportWhoseAnswerWasLostGoesWithItsSecrets(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.ThisProvider}
	j.loses = map[Ask]bool{AskImport: true}
	j.apply()
	j.loses = nil
	j.after(time.Minute, "", func(j *journey) {
		j.persons = Persons{}
		j.remove()
	})
	if j.after(2*time.Hour, "", nil); !j.gone {
		t.Errorf("it is not gone: %s", j.cond(v1alpha1.ConditionReady).Message)
	}
}

func TestASupplementIsUploadedThoughTheAnswerToTheUploadWasLost(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.loses = map[Ask]bool{AskUpload: true}
	j.apply().until(v1alpha1.StageMaterialsAndAuthenticity)
	j.after(time.Minute, "", nil)
	j.loses = nil
	j.after(time.Minute, "", func(j *journey) { j.news = true })
	j.until(v1alpha1.StagePreliminaryReview)
	before := j.asked[AskUpload]
	j.after(time.Hour, "", supplementAskedFor)
	j.after(time.Hour, "", rescanned)
	j.after(time.Hour, "", func(j *journey) { j.news = true })
	if n := j.asked[AskUpload] - before; n == 0 {
		t.Error("the supplement was not uploaded")
	}
}

func TestAPaperReplacedForAnAttemptThatBeginsAfterTheUploadIsUploadedBeforeItsConfirmation(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"SmsExpired", "SmsTooManyWrongEntries"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Zhejiang", ByOperator)
			j.quiet = true
			j.apply().until(v1alpha1.StageSmsVerification)
			before := j.asked[AskUpload]
			j.after(time.Hour, "", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReturned, reasons(reason)))
			j.after(time.Hour, "", rescanned)
			if s := j.filing.Status; s.Attempt != 2 || j.asked[AskUpload] != before+1 || RecordOf(j.filing).Files.Content != j.files {
				t.Errorf("attempt %d, uploaded %d times; want the second, and once", s.Attempt, j.asked[AskUpload]-before)
			}
		})
	}
}

func TestAPaperReplacedBeforeTheConfirmationIsNoMendingOfALaterReturn(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator).apply().until(v1alpha1.StageMaterialsAndAuthenticity)
	before := j.asked[AskUpload]
	j.after(time.Hour, "", rescanned)
	j.until(v1alpha1.StagePreliminaryReview)
	if j.asked[AskUpload] == before {
		t.Error("it was confirmed with the old file")
	}
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	if j.filing.Status.Attempt != 1 {
		t.Errorf("attempt %d, and the name was not mended", j.filing.Status.Attempt)
	}
}

func TestASupplementMayBeAskedForWithTheMaterials(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator).apply().until(v1alpha1.StageMaterialsAndAuthenticity)
	before := j.asked[AskUpload]
	j.after(time.Hour, "", requested(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.TaskSupplement, 72*time.Hour, "sharper"))
	j.after(time.Hour, "", rescanned)
	j.after(time.Hour, "", func(j *journey) { j.news = true })
	if n := j.asked[AskUpload] - before; n != 1 {
		t.Errorf("uploaded %d times, want once", n)
	}
}

func TestARefusalInPassingWordsIsWrittenOnce(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	for n := range 10 {
		j.refuses[AskType] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: fmt.Sprintf("refused, trace 4f%02d, at 10:00:%02d", n, n), NoEffect: true}
		j.now = j.now.Add(time.Second)
		if j.pass() && n > 1 {
			t.Fatalf("asked for the %dth time, it is written again: %s", n+1, j.cond(v1alpha1.ConditionReady).Message)
		}
	}
	j.refuses[AskType] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "the account is closed", NoEffect: true}
	if j.pass(); !strings.Contains(j.cond(v1alpha1.ConditionReady).Message, "the account is closed") {
		t.Error("another refusal is not told")
	}
}

func TestFactsThatNobodySawStayUnseenUntilAChangePasses(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople).straight()
	j.after(time.Hour, "", func(j *journey) {
		lost(j)
		j.filing.Annotations, j.filing.CreationTimestamp = nil, metav1.NewTime(j.now)
		j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.ID = "other-server" })
	})
	j.after(time.Hour, "", remarked("x")).until(v1alpha1.StagePreliminaryReview)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
	j.after(time.Hour, "", remarked(""))
	if now := j.cond(v1alpha1.ConditionInformationCurrent); now.Status == metav1.ConditionTrue {
		t.Errorf("InformationCurrent is %s %s after a change that was given up", now.Status, now.Reason)
	}
}

func TestAnAnnotationFromBeforeTheEndFilesNothingAnew(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(failer) *journey{
		"before anything was recorded": func(t failer) *journey {
			j := fresh(t, ByPeople)
			j.filing.Annotations = map[string]string{v1alpha1.ResubmitAnnotation: "2"}
			return j.apply().after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
		},
		"its status lost, by people":         staleAndLost(ByPeople),
		"its status lost, over the protocol": staleAndLost(ByOperator),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := end(t)
			if stage := j.stage(); stage != v1alpha1.StageCancelled && stage != v1alpha1.StageRevoked || j.asked[AskCreate] > 1 {
				t.Errorf("at %s of attempt %d, orders made %d", stage, j.filing.Status.Attempt, j.asked[AskCreate])
			}
		})
	}
}

func staleAndLost(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := fresh(t, hand)
		j.filing.Annotations = map[string]string{v1alpha1.ResubmitAnnotation: "2"}
		return j.straight().after(time.Hour, "", func(j *journey) {
			j.tell(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("RandomCheckFailed"))
			lost(j)
		})
	}
}

func TestAnAccessFilingIsToldBeforeItsOrderThatTheFiledFactsDiffer(t *testing.T) {
	t.Parallel()
	first := fresh(t, ByPeople).straight()
	mine := first.beside("second", "example.com")
	mine.facts.Provider.Name = "other"
	mine.filing.Spec.Subject.Certificate.Number = "91330100MA11111111"
	mine.filing.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: first.subjectNumber(), AccessProvider: v1alpha1.OtherProvider}
	for _, stage := range []v1alpha1.StageName{v1alpha1.StageProductVerification, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview} {
		mine.apply().until(stage)
		if c := mine.cond(v1alpha1.ConditionInformationCurrent); c.Reason != v1alpha1.ReasonFiledFactsDiffer {
			t.Errorf("at %s InformationCurrent is %s: %s", stage, c.Reason, c.Message)
		}
	}
}

func TestWhatTheBureauHasAskedForOutlastsAnSmsThatNoRuleAsksFor(t *testing.T) {
	t.Parallel()
	for _, hand := range hands {
		t.Run(string(hand), func(t *testing.T) {
			t.Parallel()
			j := fresh(t, hand).apply().until(v1alpha1.StageBureauReview)
			j.after(time.Hour, "", requested(v1alpha1.StageBureauReview, v1alpha1.TaskMailMaterials, 72*time.Hour, "originals"))
			j.after(time.Hour, "", requested(v1alpha1.StageSmsVerification, v1alpha1.TaskVerifyBySms, 24*time.Hour, ""))
			j.after(time.Hour, "", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionPassed))
			if n := j.filing.Status.NextAction; n == nil || n.Task != string(v1alpha1.TaskMailMaterials) {
				t.Errorf("next is %+v, want that the originals be mailed", n)
			}
		})
	}
}

func TestWhoWaitsForAnotherOrderDoesNotSayThatItIsAskedFor(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.typ = ""
	j.refuses[AskCreate] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "refused", NoEffect: true}
	j.apply()
	j.beside("second", "example.org").apply().until(v1alpha1.StagePreliminaryReview)
	j.after(24*time.Hour, "", nil)
	if ready := j.cond(v1alpha1.ConditionReady); strings.Contains(ready.Message, "every hour") {
		t.Errorf("Ready says %q", ready.Message)
	}
}

func TestNumbersWithAnOlderPrefixOfTheirProvinceAreOneSubjects(t *testing.T) {
	t.Parallel()
	old := v1alpha1.Existing{Subject: v1alpha1.ExistingFiling{Number: "川ICP备12345678号"}, Website: v1alpha1.ExistingFiling{Number: "蜀ICP备12345678号-1"}}
	if words := subjectsDisagree(old); words != "" || !sameNumber("川ICP备12345678号", "蜀ICP备12345678号") {
		t.Errorf("they are another subject's: %s", words)
	}
}

func TestWhatIsFiledAnewIsNotSaidToBeFiled(t *testing.T) {
	t.Parallel()
	for _, hand := range hands {
		j := fresh(t, hand).straight()
		j.after(time.Hour, "", revokedOn(1))
		j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
		if c := j.cond(v1alpha1.ConditionInformationCurrent); c.Status == metav1.ConditionTrue {
			t.Errorf("%s, at %s of attempt %d: %s %s", hand, j.stage(), j.filing.Status.Attempt, c.Reason, c.Message)
		}
	}
}

func TestAnImportThatWasRevokedIsNotImportedAgainWhereTheStatusIsLost(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.ThisProvider}
	j.apply()
	j.after(time.Hour, "", revokedOn(1))
	j.loses = map[Ask]bool{AskCreate: true}
	j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
	j.after(time.Hour, "", lost)
	j.loses = nil
	j.after(time.Hour, "", nil)
	if s := j.filing.Status; j.asked[AskImport] != 1 || s.OrderID != "order-2" || s.Attempt != 2 || j.allowed() == metav1.ConditionTrue {
		t.Errorf("imported %d times, order %q of attempt %d, exposure %s; want the second order, and no exposure", j.asked[AskImport], s.OrderID, s.Attempt, j.allowed())
	}
}
