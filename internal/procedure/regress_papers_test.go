package procedure

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// rescanned replaces the files in the Secrets of the papers.
func rescanned(j *journey) { j.files += "'" }

func supplementAskedFor(j *journey) {
	j.tell(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionActionRequested, func(d *Decision) { d.Task, d.Message = v1alpha1.TaskSupplement, "a sharper scan" })
}

func TestASupplementIsUploadedOnceWhereverItsFileIs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		supplied func(*journey)
		uploads  int
	}{
		"a file replaced in its Secret":         {rescanned, 1},
		"another file, named in spec.materials": {edited(func(s *v1alpha1.IcpFilingSpec) { s.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialAuxiliary}} }), 1},
		"nothing so far":                        {func(*journey) {}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := fresh(t, ByOperator).apply().until(v1alpha1.StagePreliminaryReview)
			before := j.asked[AskUpload]
			j.after(time.Hour, "", supplementAskedFor)
			j.after(time.Hour, "", tc.supplied)
			j.after(time.Hour, "", func(j *journey) { j.news = true })
			j.after(time.Hour, "", lost)
			if got := j.asked[AskUpload] - before; got != tc.uploads {
				t.Errorf("uploaded %d times, want %d", got, tc.uploads)
			}
		})
	}
}

func TestWhatIsReturnedIsResubmittedOnceItsPapersAreReplaced(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator).apply().until(v1alpha1.StagePreliminaryReview)
	j.after(time.Hour, "", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("CertificateUnclearOrExpiring")))
	j.after(time.Hour, "", func(j *journey) { j.news = true })
	if got := j.filing.Status.Attempt; got != 1 {
		t.Fatalf("attempt %d, and nothing was mended", got)
	}
	j.after(time.Hour, "", rescanned)
	if got := j.filing.Status.Attempt; got != 2 || j.asked[AskResubmit] != 1 {
		t.Fatalf("attempt %d, resubmitted %d times; want the second, once", got, j.asked[AskResubmit])
	}
	j.after(time.Hour, "", told(v1alpha1.StageProductVerification, v1alpha1.DecisionReturned, reasons("CertificateUnclearOrExpiring")))
	j.after(time.Hour, "", func(j *journey) { j.news = true })
	if got := j.filing.Status.Attempt; got != 2 {
		t.Errorf("attempt %d, and nothing was mended since the second", got)
	}
}

func TestWhatAPassDidInOneAttemptIsNotDoneInTheNextThatItComesTo(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	j.filing.Annotations = map[string]string{v1alpha1.ResubmitAnnotation: "2"}
	j.apply().until(v1alpha1.StagePreliminaryReview)
	f := j.gather()
	f.Checked, f.Sent, f.Uploaded, f.Files = true, 1, 1, j.scanned()
	j.tell(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("FaceCheckFailed"))
	var asked []Ask
	for range 12 {
		f.Filing, f.Order = j.filing, j.order.clone()
		o := Next(f, j.now)
		if o.Ask == AskNothing {
			break
		}
		if j.persist(o); o.Ask != AskToPersist {
			asked = append(asked, o.Ask)
			j.provider(&f, o)
		}
	}
	if want := []Ask{AskResubmit, AskUpload}; !slices.Equal(asked, want) {
		t.Errorf("in the pass that comes to attempt 2 it asks %v, want %v", asked, want)
	}
}

func TestWhatWasUploadedBeforeAReturnIsUploadedAgain(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*journey){
		// One pass made the order, uploaded, confirmed, and was told of the return.
		"in the pass that is told of the return": func(j *journey) {
			j.until(v1alpha1.StagePreliminaryReview)
			f := j.gather()
			f.Checked, f.Uploaded, f.Files = true, 1, j.scanned()
			j.tell(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("FaceCheckFailed"))
			f.Order = j.order.clone()
			j.keep(Next(f, j.now))
		},
		// Nothing was heard of the order between the upload and the return.
		"where nothing was heard meanwhile": func(j *journey) {
			for _, d := range []v1alpha1.Decision{v1alpha1.DecisionPassed} {
				j.tell(v1alpha1.StageProductVerification, d)
			}
			j.pass()
			j.tell(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed)
			j.tell(v1alpha1.StageConfirmation, v1alpha1.DecisionReported)
			j.tell(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("FaceCheckFailed"))
			j.pass()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := fresh(t, ByOperator).apply()
			meanwhile(j)
			uploads := j.asked[AskUpload]
			j.news = false
			// The attempt is begun while the order cannot be read.
			j.refuses = map[Ask]*Failure{AskState: {Reason: v1alpha1.ReasonProviderUnavailable, Message: "down"}}
			j.after(time.Hour, "", annotated(v1alpha1.ResubmitAnnotation, "2"))
			j.refuses = nil
			j.after(time.Hour, "", nil)
			if s := j.filing.Status; s.Attempt != 2 || j.asked[AskResubmit] != 1 || j.asked[AskUpload] != uploads+1 {
				t.Errorf("attempt %d, resubmitted %d times, uploaded %d times since; want the second, once and once", s.Attempt, j.asked[AskResubmit], j.asked[AskUpload]-uploads)
			}
		})
	}
}

func TestAnErrorFoundBeforeTheUploadKeepsItBack(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator).apply()
	j.facts.Findings = []rules.Finding{{Severity: rules.Error, Reason: ReasonSecretNotFound, Field: "spec.materials[0].secretRef", Message: "there is no Secret"}}
	j.until(v1alpha1.StageMaterialsAndAuthenticity)
	j.after(time.Hour, "", nil)
	if ready := j.cond(v1alpha1.ConditionReady); j.asked[AskUpload] != 0 || ready.Reason != v1alpha1.ReasonPrerequisitesNotMet {
		t.Errorf("uploaded %d times, Ready is %s: want nothing sent, and PrerequisitesNotMet", j.asked[AskUpload], ready.Reason)
	}
}

func TestTheBureauMayAskForTheOriginals(t *testing.T) {
	t.Parallel()
	for _, hand := range hands {
		t.Run(string(hand), func(t *testing.T) {
			t.Parallel()
			j := fresh(t, hand).apply().until(v1alpha1.StageBureauReview)
			j.after(time.Hour, "", requested(v1alpha1.StageBureauReview, v1alpha1.TaskMailMaterials, 72*time.Hour, "originals"))
			next := j.filing.Status.NextAction
			if next == nil || next.Task != string(v1alpha1.TaskMailMaterials) || next.DueAt == nil || j.stage() != v1alpha1.StageBureauReview {
				t.Fatalf("next is %+v; want that the papers be mailed, by its date, at BureauReview", next)
			}
			j.after(time.Hour, "", doneTask(v1alpha1.StageBureauReview, v1alpha1.TaskMailMaterials))
			if next := j.filing.Status.NextAction; next != nil && next.Task == string(v1alpha1.TaskMailMaterials) {
				t.Errorf("they were mailed, and next is still %+v", next)
			}
			if j.until(v1alpha1.StageApproved); j.stage() != v1alpha1.StageApproved {
				t.Errorf("it is at %s", j.stage())
			}
		})
	}
}

func TestAFilingMadeAgainAfterItsApprovalDoesNotSayThatItsFactsAreAsFiled(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByPeople).straight()
	if got := j.cond(v1alpha1.ConditionInformationCurrent).Reason; got != v1alpha1.ReasonCurrent {
		t.Fatalf("InformationCurrent is %s before", got)
	}
	j.after(time.Hour, "", func(j *journey) {
		lost(j)
		j.filing.Annotations, j.filing.CreationTimestamp = nil, metav1.NewTime(j.now)
		j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name = "另一家公司" })
	})
	now := j.cond(v1alpha1.ConditionInformationCurrent)
	if now.Status != metav1.ConditionUnknown || now.Reason != v1alpha1.ReasonFactsNotSeen || j.allowed() != metav1.ConditionTrue {
		t.Fatalf("InformationCurrent is %s %s, exposure allowed is %s; want Unknown, and the gate open", now.Status, now.Reason, j.allowed())
	}
	j.after(time.Hour, "", rename).until(v1alpha1.StageApproved)
	if now := j.cond(v1alpha1.ConditionInformationCurrent); now.Reason != v1alpha1.ReasonCurrent {
		t.Errorf("InformationCurrent is %s after a change filing; want that it settles it: %s", now.Reason, now.Message)
	}
}

func TestWhatWasRefusedIsAskedAgainByItself(t *testing.T) {
	t.Parallel()
	for _, ask := range []Ask{AskType, AskCreate, AskConfirm} {
		t.Run(string(ask), func(t *testing.T) {
			t.Parallel()
			j := fresh(t, ByOperator)
			j.refuses[ask] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "the account is not real-name verified", NoEffect: true}
			if j.apply(); ask == AskConfirm {
				j.until(v1alpha1.StageConfirmation)
			}
			if ready := j.cond(v1alpha1.ConditionReady); !strings.Contains(ready.Message, "asked again every hour") {
				t.Errorf("nobody says that it is asked again: %s", ready.Message)
			}
			j.refuses = nil
			if j.after(2*time.Hour, "", nil).until(v1alpha1.StageApproved); j.stage() != v1alpha1.StageApproved {
				t.Errorf("it is at %s two hours after the provider takes it", j.stage())
			}
		})
	}
	t.Run("a conflict that the provider names", func(t *testing.T) {
		t.Parallel()
		j := fresh(t, ByOperator)
		j.facts.Determination = &Determination{Conflict: ConflictOtherSubject, Message: "filed by another subject"}
		j.apply()
		if j.last.LookAgain.IsZero() || j.last.LookAgain.After(j.now.Add(askEvery)) {
			t.Errorf("it is looked at again at %s", j.last.LookAgain)
		}
	})
}

func TestADomainFiledThroughAnotherProviderIsTheSameSubjectsByTheNumbers(t *testing.T) {
	t.Parallel()
	const other = "91330100MA11111111"
	for name, tc := range map[string]struct {
		nature v1alpha1.Nature
		change func(s *v1alpha1.IcpFilingSpec, number string)
		ready  string // reason; empty: none of a conflict
	}{
		"the same certificate": {nature: v1alpha1.NatureEnterprise},
		"another certificate, and the same number": {nature: v1alpha1.NatureEnterprise, change: func(s *v1alpha1.IcpFilingSpec, number string) {
			s.Subject.Certificate.Number, s.Existing.Subject = other, v1alpha1.ExistingFiling{Number: number, AccessProvider: v1alpha1.OtherProvider}
		}},
		"another certificate, and no number": {nature: v1alpha1.NatureEnterprise, ready: v1alpha1.ReasonDomainConflict, change: func(s *v1alpha1.IcpFilingSpec, _ string) {
			s.Subject.Certificate.Number = other
		}},
		"the same certificate, and another number": {nature: v1alpha1.NatureEnterprise, ready: v1alpha1.ReasonDomainConflict, change: func(s *v1alpha1.IcpFilingSpec, _ string) {
			s.Existing.Subject = v1alpha1.ExistingFiling{Number: "京ICP备26000009号", AccessProvider: v1alpha1.OtherProvider}
		}},
		"an individual by another Secret, and no number": {nature: v1alpha1.NatureIndividual, ready: v1alpha1.ReasonDomainConflict, change: func(s *v1alpha1.IcpFilingSpec, _ string) {
			s.Subject.ResponsiblePersonRef = &v1alpha1.SecretReference{Name: "another"}
		}},
		"an individual by another Secret, and the same number": {nature: v1alpha1.NatureIndividual, change: func(s *v1alpha1.IcpFilingSpec, number string) {
			s.Subject.ResponsiblePersonRef = &v1alpha1.SecretReference{Name: "another"}
			s.Existing.Subject = v1alpha1.ExistingFiling{Number: number, AccessProvider: v1alpha1.OtherProvider}
		}},
		"a website's number that is not one of the subject's": {nature: v1alpha1.NatureEnterprise, ready: v1alpha1.ReasonDomainConflict, change: func(s *v1alpha1.IcpFilingSpec, number string) {
			s.Existing.Subject = v1alpha1.ExistingFiling{Number: number, AccessProvider: v1alpha1.OtherProvider}
			s.Existing.Website = v1alpha1.ExistingFiling{Number: "京ICP备26000009号-1", AccessProvider: v1alpha1.OtherProvider}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, tc.nature, "Guangdong", ByPeople)
			first.quiet = true
			first.straight()
			mine := first.beside("second", "example.com")
			mine.facts.Provider.Name = "other"
			if tc.change != nil {
				tc.change(&mine.filing.Spec, first.subjectNumber())
			}
			mine.apply()
			conflict := mine.cond(v1alpha1.ConditionReady).Reason == v1alpha1.ReasonDomainConflict
			if conflict != (tc.ready != "") || !conflict && mine.filing.Status.FilingType != v1alpha1.AccessFiling {
				t.Errorf("Ready is %s, the type %q: %s", mine.cond(v1alpha1.ConditionReady).Reason, mine.filing.Status.FilingType, mine.cond(v1alpha1.ConditionReady).Message)
			}
		})
	}
}

func TestAFaceIsCheckedAgainWhereTheChannelChecksIt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		channel v1alpha1.Channel
		hand    Hand
		nature  v1alpha1.Nature
		stage   v1alpha1.StageName
		where   string
	}{
		"on a PC, with the materials":                     {v1alpha1.ChannelPC, ByPeople, v1alpha1.NatureEnterprise, v1alpha1.StageMaterialsAndAuthenticity, OnPhone},
		"on a PC over the protocol, with them":            {v1alpha1.ChannelPC, ByOperator, v1alpha1.NatureEnterprise, v1alpha1.StageMaterialsAndAuthenticity, OnPhone},
		"in the app, with the information":                {v1alpha1.ChannelApp, ByPeople, v1alpha1.NatureEnterprise, v1alpha1.StageSubjectAndWebsiteInformation, InApp},
		"in the app over the protocol, with the files":    {v1alpha1.ChannelApp, ByOperator, v1alpha1.NatureEnterprise, v1alpha1.StageMaterialsAndAuthenticity, InApp},
		"of an individual in the app, over the protocol":  {v1alpha1.ChannelApp, ByOperator, v1alpha1.NatureIndividual, v1alpha1.StageMaterialsAndAuthenticity, InApp},
		"of an individual in the app, by people likewise": {v1alpha1.ChannelApp, ByPeople, v1alpha1.NatureIndividual, v1alpha1.StageSubjectAndWebsiteInformation, InApp},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, v1alpha1.FirstFiling, tc.channel, tc.nature, "Guangdong", tc.hand)
			j.quiet = true
			j.apply().until(v1alpha1.StageBureauReview)
			j.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionReturned, reasons("FaceCheckFailed")))
			j.resubmitted("")
			tasks := carried(Case{}, &j.filing.Status).stage(tc.stage).Tasks
			checked := slices.ContainsFunc(tasks, func(task v1alpha1.TaskStatus) bool {
				return task.Actor == v1alpha1.ActorWebsiteResponsiblePerson && task.Where == tc.where && task.DoneAt == nil
			})
			if j.step() != tc.stage || !checked {
				t.Errorf("at %s with %+v; want the website's responsible person to be checked at %s, at %s", j.step(), tasks, tc.stage, tc.where)
			}
			next := j.filing.Status.NextAction
			if tc.hand == ByOperator && (next == nil || !isPerson(next.Actor) || next.Where != tc.where) {
				t.Errorf("next is %+v; want the person whose face is checked, at %s", next, tc.where)
			}
		})
	}
}
