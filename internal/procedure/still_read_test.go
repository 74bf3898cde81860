package procedure

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// keptFromAsking are the ways in which a filing in force may be kept from asking anything of its provider.
var keptFromAsking = map[string]func(*journey){
	"it is suspended": edited(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = true }),
	"its provider takes no more filings of its namespace": func(j *journey) {
		j.facts.Provider.Problem, j.facts.Provider.Message = v1alpha1.ReasonProviderNotAllowed, "it does not take filings of this namespace"
	},
}

func TestWhoeverKeepsAFilingInForceFromAskingKeepsNobodyFromHearingThatItWasRevoked(t *testing.T) {
	t.Parallel()
	for name, kept := range keptFromAsking {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := inForceIn(t, "Guangdong", ByOperator)
			j.after(time.Hour, "", kept)
			j.after(time.Hour, "", revokedOn(1))
			if j.stage() != v1alpha1.StageRevoked || j.allowed() != metav1.ConditionFalse {
				t.Errorf("at %s, exposure allowed is %s; want it read, and its gate closed", j.stage(), j.allowed())
			}
		})
	}
}

func TestAFilingInForceThatIsKeptFromAskingIsReadAndNothingElse(t *testing.T) {
	t.Parallel()
	toReview := func(j *journey) {
		j.after(time.Hour, "", rename).until(v1alpha1.StagePreliminaryReview)
	}
	returnedThere := told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid"))
	noticed := requested(v1alpha1.StageApproved, v1alpha1.TaskRectify, 48*time.Hour, "mend it")
	for what, tc := range map[string]struct{ before, then func(*journey) }{
		"its facts are changed":               {func(*journey) {}, func(j *journey) { rename(j); noticed(j) }},
		"its change is to be taken back":      {toReview, func(j *journey) { annotated(v1alpha1.WithdrawAnnotation, "2")(j); noticed(j) }},
		"its change is changed under review":  {toReview, func(j *journey) { rescanned(j); noticed(j) }},
		"its change is returned, and mended":  {toReview, func(j *journey) { returnedThere(j); rescanned(j) }},
		"it is deleted, and to be cancelled":  {func(*journey) {}, func(j *journey) { noticed(j); j.remove() }},
		"a supplement of its change is asked": {toReview, func(j *journey) { supplementAskedFor(j); rescanned(j) }},
	} {
		for name, kept := range keptFromAsking {
			t.Run(what+" while "+name, func(t *testing.T) {
				t.Parallel()
				j := anEnterprise(t, "Guangdong", ByOperator)
				j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
				j.straight()
				tc.before(j)
				j.after(time.Hour, "", kept)
				before := maps.Clone(j.asked)
				j.after(time.Hour, "", tc.then)
				reads := j.asked[AskState] - before[AskState]
				j.asked[AskState] = before[AskState]
				if diff := cmp.Diff(before, j.asked); diff != "" || reads == 0 || j.gone {
					t.Errorf("it is read %d times, is gone: %v, and asks beside that:\n%s", reads, j.gone, diff)
				}
			})
		}
	}
}
