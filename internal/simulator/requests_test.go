package simulator_test

import (
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// asked is a desk whose reviewer has asked for something.
func asked(t *testing.T, options simulator.Options, stage v1alpha1.StageName, task v1alpha1.RequestedTask) (*desk, string, int) {
	t.Helper()
	options.Known = simulator.Known{Plan: []simulator.Step{{Domain: domain, Stage: stage, Decision: v1alpha1.DecisionActionRequested, Task: task, After: &metav1.Duration{}}}}
	d := newDesk(t, options)
	o := d.create(company(domain, owner))
	if stage != v1alpha1.StageMaterialsAndAuthenticity {
		o = d.confirm(o.ID, 1)
	}
	return d, o.ID, len(o.History)
}

func TestWhatAReviewerAskedForIsDoneAfterTheStagesDelay(t *testing.T) {
	t.Parallel()
	for _, stage := range []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageBureauReview} {
		for _, task := range []v1alpha1.RequestedTask{v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson} {
			t.Run(string(task)+" on "+string(stage), func(t *testing.T) {
				t.Parallel()
				d, id, before := asked(t, simulator.Options{Delays: map[v1alpha1.StageName]time.Duration{stage: time.Hour}}, stage, task)
				d.later(time.Hour)
				d.expectStory(id, before, "1 "+string(stage)+" Reported "+string(task))
				d.later(time.Hour)
				line := story(d.get(id))[before+1]
				if want := "1 " + string(stage) + " Passed"; line[:len(want)] != want {
					t.Errorf("then it says %q, want %q", line, want)
				}
			})
		}
	}
}

func TestASupplementIsDoneWhenItsFileComes(t *testing.T) {
	t.Parallel()
	for _, stage := range []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageBureauReview} {
		t.Run("on "+string(stage), func(t *testing.T) {
			t.Parallel()
			d, id, before := asked(t, simulator.Options{}, stage, v1alpha1.TaskSupplement)
			d.later(1000 * time.Hour)
			d.expectStory(id, before)
			for _, key := range []string{"upload-of-one-side", "upload-of-the-other"} {
				if err := d.upload(id, key); err != nil {
					t.Fatal(err)
				}
			}
			if line, want := story(d.get(id))[before], "1 "+string(stage)+" Reported Supplement"; line != want {
				t.Errorf("once uploaded, the history says %q, want %q", line, want)
			}
		})
	}
}

func TestWhatWasAskedForIsReportedByHand(t *testing.T) {
	t.Parallel()
	for _, task := range []v1alpha1.RequestedTask{v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson} {
		t.Run(string(task), func(t *testing.T) {
			t.Parallel()
			d, id, before := asked(t, waiting(), v1alpha1.StagePreliminaryReview, task)
			d.later(1000 * time.Hour)
			d.expectStory(id, before)
			status, answer := d.drive("POST", "/orders/"+id+"/decisions", `{"decision": "Reported", "task": "`+string(task)+`"}`)
			if status != http.StatusOK || answer["waitsFor"] != nil {
				t.Fatalf("answered %d %v", status, answer)
			}
			if err := d.Decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReported, Task: task}); err == nil {
				t.Error("it can be reported twice")
			}
			d.expectStory(id, before, "1 PreliminaryReview Reported "+string(task))
			d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionPassed})
		})
	}
}

func TestSeveralRequestsAreClosedEachByItself(t *testing.T) {
	t.Parallel()
	d, id, before := asked(t, waiting(), v1alpha1.StagePreliminaryReview, v1alpha1.TaskSupplement)
	d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskVerifyByPhone})
	if err := d.Decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReported}); err == nil {
		t.Error("a report that names no task was taken while two are asked for")
	}
	d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReported, Task: v1alpha1.TaskVerifyByPhone})
	if err := d.upload(id, "upload-of-the-supplement"); err != nil {
		t.Fatal(err)
	}
	d.expectStory(id, before, "1 PreliminaryReview ActionRequested VerifyByPhone", "1 PreliminaryReview Reported VerifyByPhone", "1 PreliminaryReview Reported Supplement")
}

func TestARectificationIsDoneWhenItsTimeIsGivenOrSomebodySaysSo(t *testing.T) {
	t.Parallel()
	plan := simulator.Known{Plan: []simulator.Step{{Domain: domain, Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskRectify, After: &metav1.Duration{}}}}
	t.Run("without a delay it waits", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, simulator.Options{Known: plan})
		id := d.approved(company(domain, owner)).ID
		d.later(1000 * time.Hour)
		if got := ending(d.get(id)); got != "1 Approved ActionRequested Rectify" {
			t.Errorf("the history ends with %q", got)
		}
		d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReported})
		if got := ending(d.get(id)); got != "1 Approved Reported Rectify" {
			t.Errorf("the history ends with %q", got)
		}
	})
	t.Run("with one it is done after it", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, simulator.Options{Known: plan, Delays: map[v1alpha1.StageName]time.Duration{v1alpha1.StageApproved: time.Hour}})
		id := d.approved(company(domain, owner)).ID
		d.later(time.Hour)
		if got := ending(d.get(id)); got != "1 Approved Reported Rectify" {
			t.Errorf("the history ends with %q", got)
		}
	})
}

func TestWrongAnswersToTheSmsAreToleratedFiveTimes(t *testing.T) {
	t.Parallel()
	wrong := "1 SmsVerification Reported SmsWrongEntry"
	manual := func() simulator.Options {
		return simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StageSmsVerification}}
	}
	answer := func(d *desk, id string, times int) {
		for range times {
			if status, said := d.drive("POST", "/orders/"+id+"/sms-wrong-entry", ""); status != http.StatusOK {
				d.t.Fatalf("answered %d %v", status, said)
			}
		}
	}
	t.Run("after five the right answer passes", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, manual())
		o := d.confirmed(company(domain, owner))
		answer(d, o.ID, 5)
		d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionPassed})
		d.expectStory(o.ID, len(o.History), wrong, wrong, wrong, wrong, wrong, "1 SmsVerification Passed", "1 "+approvedFirst)
	})
	t.Run("the sixth returns the order", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, manual())
		o := d.confirmed(company(domain, owner))
		answer(d, o.ID, 6)
		d.expectStory(o.ID, len(o.History), wrong, wrong, wrong, wrong, wrong, wrong, "1 SmsVerification Returned SmsTooManyWrongEntries")
		if status, _ := d.drive("POST", "/orders/"+o.ID+"/sms-wrong-entry", ""); status != http.StatusBadRequest {
			t.Errorf("a seventh is answered %d", status)
		}
	})
	t.Run("they do not lengthen the window", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, manual())
		o := d.confirmed(company(domain, owner))
		d.later(23 * time.Hour)
		answer(d, o.ID, 1)
		d.later(time.Hour)
		d.expectStory(o.ID, len(o.History), wrong, "1 SmsVerification Returned SmsExpired")
	})
	t.Run("a plan has them, too", func(t *testing.T) {
		t.Parallel()
		step := simulator.Step{Domain: domain, Stage: v1alpha1.StageSmsVerification, Decision: v1alpha1.DecisionReported, Reasons: []string{"SmsWrongEntry"}}
		d := newDesk(t, simulator.Options{Known: simulator.Known{Plan: []simulator.Step{step, step}}})
		o := d.confirmed(company(domain, owner))
		d.expectStory(o.ID, len(o.History)-4, wrong, wrong, "1 SmsVerification Passed", "1 "+approvedFirst)
	})
}
