package procedure

import (
	"fmt"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// step is what happens at a stage when all goes well.
type step struct {
	takes    time.Duration
	what     string
	decision v1alpha1.Decision
}

// byPeopleSteps are those that people record; byOperatorSteps those that the provider tells of.
var (
	byPeopleSteps = map[v1alpha1.StageName]step{
		v1alpha1.StageTypeDetermination:            {time.Hour, "reported: the facts are entered in the app, which has found the same type", v1alpha1.DecisionReported},
		v1alpha1.StageProductVerification:          {time.Hour, "reported: the server is verified", v1alpha1.DecisionReported},
		v1alpha1.StageSubjectAndWebsiteInformation: {time.Hour, "reported: the information is entered", v1alpha1.DecisionReported},
		v1alpha1.StageMaterialsAndAuthenticity:     {time.Hour, "reported: papers and authenticity check are done", v1alpha1.DecisionReported},
		v1alpha1.StageConfirmation:                 {time.Hour, "reported: the order is confirmed", v1alpha1.DecisionReported},
	}
	byOperatorSteps = map[v1alpha1.StageName]step{
		v1alpha1.StageProductVerification:      {time.Hour, "the provider has verified the server", v1alpha1.DecisionPassed},
		v1alpha1.StageMaterialsAndAuthenticity: {time.Hour, "the website's responsible person has passed the authenticity check", v1alpha1.DecisionPassed},
	}
	reviewSteps = map[v1alpha1.StageName]step{
		v1alpha1.StagePreliminaryReview: {24 * time.Hour, "the provider's review is passed", v1alpha1.DecisionPassed},
		v1alpha1.StageSmsVerification:   {time.Hour, "the SMS is answered", v1alpha1.DecisionPassed},
		v1alpha1.StageBureauReview:      {10 * 24 * time.Hour, "the bureau approves", v1alpha1.DecisionPassed},
	}
)

func (j *journey) apply() *journey {
	j.t.Helper()
	return j.after(0, "the filing is applied", nil)
}

// until walks on, everything passing, until the filing comes to a stage.
func (j *journey) until(stage v1alpha1.StageName) *journey {
	j.t.Helper()
	for range table {
		at := j.step()
		if at == stage {
			return j
		}
		s, ok := reviewSteps[at]
		if !ok && j.byPeople() {
			s, ok = byPeopleSteps[at]
		} else if !ok {
			s, ok = byOperatorSteps[at]
		}
		if !ok {
			break
		}
		if at == v1alpha1.StageSmsVerification {
			j.smsSent()
		}
		j.after(s.takes, s.what, told(at, s.decision, j.details(at)))
	}
	j.t.Fatalf("at %s, and never at %s:\n%s", j.step(), stage, j.out.String())
	return j
}

// step is the stage of the table under way.
func (j *journey) step() v1alpha1.StageName {
	return carried(Case{}, &j.filing.Status).Step()
}

// details are what people write of a step beside that it is done.
func (j *journey) details(stage v1alpha1.StageName) func(*Decision) {
	return func(e *Decision) {
		switch {
		case stage == v1alpha1.StageBureauReview:
			j.numbers(e)
		case stage == v1alpha1.StageConfirmation && j.byPeople():
			e.OrderID = fmt.Sprintf("order-%d", j.confirmed())
		}
	}
}

// confirmed counts the orders that people made: one, and one more for each time that the filing was filed anew.
func (j *journey) confirmed() int {
	n := 1
	for _, d := range j.order.clone().History {
		if d.Decision == v1alpha1.DecisionRevoked || d.Decision == v1alpha1.DecisionCancelled {
			n++
		}
	}
	return n
}

func (j *journey) smsSent() {
	j.t.Helper()
	j.after(time.Hour, "the SMS is sent", requested(v1alpha1.StageSmsVerification, v1alpha1.TaskVerifyBySms, 24*time.Hour, ""))
}

// straight walks a journey on which everything passes, to the bureau's approval.
func (j *journey) straight() *journey {
	j.t.Helper()
	return j.apply().until(v1alpha1.StageApproved)
}

// resubmitted has the next attempt begun, though nothing in the spec must change.
func (j *journey) resubmitted(what string) *journey {
	j.t.Helper()
	return j.after(2*time.Hour, what, annotated(v1alpha1.ResubmitAnnotation, fmt.Sprint(j.filing.Status.Attempt+1)))
}

// withdrawn takes the attempt back from review.
func (j *journey) withdrawn(what string) *journey {
	j.t.Helper()
	j.after(2*time.Hour, what, annotated(v1alpha1.WithdrawAnnotation, fmt.Sprint(j.filing.Status.Attempt)))
	if j.byPeople() {
		j.after(time.Hour, "reported: the order is taken back", told(v1alpha1.StageConfirmation, v1alpha1.DecisionReturned, reasons(ReasonWithdrawn)))
	}
	return j
}
