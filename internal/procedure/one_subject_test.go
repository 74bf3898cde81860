package procedure

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// twoInForce are two filings in force whose specs name the same subject, each with the subject's number that the bureau
// gave it; both by people.
func twoInForce(t failer, mine, others string) (shop, other *journey) {
	t.Helper()
	shop = fresh(t, ByPeople)
	shop.typ = ""
	other = shop.beside("blog", "example.net")
	inForceAs(shop, mine)
	inForceAs(other, others)
	return shop, other
}

// inForceAs has a filing approved with a subject's number.
func inForceAs(j *journey, number string) {
	j.t.Helper()
	j.apply().until(v1alpha1.StageBureauReview)
	j.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, func(d *Decision) {
		d.SubjectNumber, d.WebsiteNumber = number, number+"-1"
	}))
	if j.stage() != v1alpha1.StageApproved || j.filing.Status.SubjectNumber != number {
		j.t.Fatalf("at %s with number %q, want it in force with %q", j.stage(), j.filing.Status.SubjectNumber, number)
	}
}

// companyRenamed gives the subject another name.
func companyRenamed(j *journey) {
	j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name = "示例科技有限公司" })
}

const (
	mineFiled   = "粤ICP备26000001号"
	othersFiled = "粤ICP备26000002号"
)

func TestASubjectsFactsMustAgreeInItsFilingsAndInNobodyElses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mine, others string
		stage        v1alpha1.StageName
		reason       string
	}{
		"the bureau's number is the same":  {mineFiled, mineFiled, v1alpha1.StageApproved, v1alpha1.ReasonSubjectFactsDiffer},
		"the bureau's number is another's": {mineFiled, othersFiled, v1alpha1.StageChanging, v1alpha1.ReasonChanging},
		"the bureau gave the other none":   {mineFiled, "", v1alpha1.StageChanging, v1alpha1.ReasonChanging},
		"the bureau gave neither a number": {"", "", v1alpha1.StageChanging, v1alpha1.ReasonChanging},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, _ := twoInForce(t, tc.mine, tc.others)
			shop.after(time.Hour, "", companyRenamed)
			if got := shop.cond(v1alpha1.ConditionInformationCurrent); shop.stage() != tc.stage || got.Reason != tc.reason {
				t.Errorf("at %s, InformationCurrent is %s (%s); want %s, %s", shop.stage(), got.Reason, got.Message, tc.stage, tc.reason)
			}
		})
	}
}

func TestAChangeOfASubjectIsLeftToItsOwnFilingsAndToNobodyElses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		number string
		stage  v1alpha1.StageName
	}{
		"the bureau's number is the same":  {mineFiled, v1alpha1.StageApproved},
		"the bureau's number is another's": {othersFiled, v1alpha1.StageChanging},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, other := twoInForce(t, mineFiled, tc.number)
			// It comes first, and its facts are still being checked: it takes nothing to the bureau yet.
			other.filing.CreationTimestamp = metav1.NewTime(monday.Add(-time.Hour))
			other.facts.Checked = false
			other.after(time.Hour, "", companyRenamed)
			shop.after(time.Hour, "", companyRenamed)
			if shop.stage() != tc.stage || other.stage() != v1alpha1.StageApproved {
				t.Errorf("at %s, and the other at %s (%s); want %s", shop.stage(), other.stage(), shop.cond(v1alpha1.ConditionInformationCurrent).Message, tc.stage)
			}
		})
	}
}

func TestAChangeOfASubjectIsAdoptedFromItsOwnFilingsAndFromNobodyElses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		number string
		stage  v1alpha1.StageName
		reason string
	}{
		"the bureau's number is the same":  {mineFiled, v1alpha1.StageApproved, v1alpha1.ReasonCurrent},
		"the bureau's number is another's": {othersFiled, v1alpha1.StageChanging, v1alpha1.ReasonChanging},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, other := twoInForce(t, mineFiled, tc.number)
			// Both want it, and only the other may begin.
			shop.filing.Spec.Suspend = true
			shop.after(time.Hour, "", companyRenamed)
			other.after(time.Hour, "", companyRenamed)
			other.until(v1alpha1.StageBureauReview)
			other.after(time.Hour, "", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed)) // its numbers stay
			shop.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = false }))
			if got := shop.cond(v1alpha1.ConditionInformationCurrent); shop.stage() != tc.stage || got.Reason != tc.reason {
				t.Errorf("at %s, InformationCurrent is %s (%s); want %s, %s", shop.stage(), got.Reason, got.Message, tc.stage, tc.reason)
			}
		})
	}
}

func TestAFilingThatIsStoppedLeavesItsSubjectsChangeToTheNext(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stops func(*journey)
		leads v1alpha1.StageName
	}{
		"nothing stops it, but that it is being checked": {func(j *journey) { j.facts.Checked = false }, v1alpha1.StageApproved},
		"it is suspended":            {func(j *journey) { j.filing.Spec.Suspend = true }, v1alpha1.StageChanging},
		"its prerequisites fail":     {func(j *journey) { j.facts.Findings = expired }, v1alpha1.StageChanging},
		"its own change is returned": {changeIsReturned, v1alpha1.StageChanging},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, blog := twoInForce(t, mineFiled, mineFiled)
			blog.filing.CreationTimestamp = metav1.NewTime(monday.Add(time.Hour))
			shop.after(time.Hour, "", tc.stops)
			shop.after(time.Hour, "", companyRenamed)
			blog.after(time.Hour, "", companyRenamed)
			if got := blog.cond(v1alpha1.ConditionInformationCurrent); blog.stage() != tc.leads || InFlight(shop.filing) {
				t.Errorf("the next is at %s, %s: %s; want %s", blog.stage(), got.Reason, got.Message, tc.leads)
			}
		})
	}
}

// changeIsReturned has a change of its own sent back, and its facts checked for as long as the test goes.
func changeIsReturned(j *journey) {
	rename(j)
	j.settle()
	j.until(v1alpha1.StagePreliminaryReview)
	j.facts.Checked = false
	j.tell(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid"))
}

func TestAFilingWhoseChangeIsRefusedByTheRulesDoesNotLead(t *testing.T) {
	t.Parallel()
	for reason, leads := range map[string]bool{
		v1alpha1.ReasonChangeNotPossible:  false,
		v1alpha1.ReasonChangeFilingNeeded: true,
		v1alpha1.ReasonCurrent:            true,
	} {
		f := &v1alpha1.IcpFiling{}
		meta.SetStatusCondition(&f.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionInformationCurrent, Status: metav1.ConditionFalse, Reason: reason})
		if got := mayLead(f); got != leads {
			t.Errorf("one whose InformationCurrent says %s may lead: %v, want %v", reason, got, leads)
		}
	}
}
