package simulator_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// approvedApplicant walks a first filing to its approval.
func approvedApplicant(t *testing.T, options simulator.Options) *applicant {
	t.Helper()
	options.Delay = time.Hour
	a := newApplicant(newFiledDesk(t, options), company("new.example.com", "91330106MA2NEW"), "")
	a.walk()
	a.agrees("Approved", true)
	return a
}

// wants changes what is to be filed.
func (a *applicant) wants(change func(*v1alpha1.IcpFilingSpec)) {
	change(&a.filing.Spec)
	a.filing.Generation++
}

// asks wants something by an annotation that names an attempt.
func (a *applicant) asks(key string, attempt int) { a.annotate(key, strconv.Itoa(attempt)) }

// walks goes on until the filing rests, and checks what it was seen at.
func (a *applicant) walks(want ...string) {
	a.d.t.Helper()
	if diff := cmp.Diff(want, a.walk()); diff != "" {
		a.d.t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// agrees checks that the newest order stands where the filing says, and that both say whether it is in force.
func (a *applicant) agrees(stage string, inForce bool) {
	a.d.t.Helper()
	o, _ := a.d.NewestOrder(a.filing.Spec.Domain.Name)
	open := meta.IsStatusConditionTrue(a.filing.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	if o.Stage != stage || o.InForce != inForce || open != inForce {
		a.d.t.Errorf("the order is at %s, in force %v; the filing at %s, open %v; want %s, in force %v", o.Stage, o.InForce, a.filing.Status.Stage, open, stage, inForce)
	}
}

// planned is a decision that is taken in place of a pass.
func (d *desk) planned(step simulator.Step) {
	d.t.Helper()
	step.Domain = "new.example.com"
	if err := d.Learn(simulator.Known{Plan: []simulator.Step{step}}); err != nil {
		d.t.Fatal(err)
	}
}

func renamed(spec *v1alpha1.IcpFilingSpec) { spec.Website.Name += "新" }

func TestTheProcedureAndTheSimulatorAgreeOnChanges(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*applicant){
		"the website": func(a *applicant) { a.wants(renamed) },
		"the website's files": func(a *applicant) {
			a.wants(func(s *v1alpha1.IcpFilingSpec) {
				renamed(s)
				s.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialAuxiliary}}
			})
		},
		"the server": func(a *applicant) {
			a.wants(func(s *v1alpha1.IcpFilingSpec) { s.Server = v1alpha1.Server{ServiceNumber: "sn-2"} })
		},
		"the subject's name": func(a *applicant) { a.wants(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name += "改" }) },
		"the certificate": func(a *applicant) {
			a.wants(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Certificate.Number = "91330106MA2NEXT" })
		},
		"a person's Secret": func(a *applicant) { a.persons.Website, a.persons.Versions = "a-third", "2" },
		"both persons' phone": func(a *applicant) {
			a.persons.Subject, a.persons.Website, a.persons.OnePhone, a.persons.Versions = "a-third", "a-fourth", true, "2"
		},
	} {
		t.Run("changed "+name+" is reviewed and filed", func(t *testing.T) {
			t.Parallel()
			a := approvedApplicant(t, simulator.Options{})
			number, since := a.filing.Status.WebsiteNumber, a.filing.Status.ApprovedAt
			change(a)
			a.walks("2 Changing", "2 Approved")
			a.agrees("Approved", true)
			if a.filing.Status.WebsiteNumber != number || !a.filing.Status.ApprovedAt.Equal(since) {
				t.Errorf("number %s of %s, want %s of %s", a.filing.Status.WebsiteNumber, a.filing.Status.ApprovedAt, number, since)
			}
			a.walks("2 Approved")
		})
	}
	for _, stage := range []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview} {
		t.Run(fmt.Sprintf("a change that is returned at %s is mended, and the old facts stand meanwhile", stage), func(t *testing.T) {
			t.Parallel()
			a := approvedApplicant(t, simulator.Options{})
			a.d.planned(simulator.Step{Attempt: 2, Stage: stage, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
			a.wants(renamed)
			a.walks("2 Changing")
			a.agrees("Returned", true)
			a.wants(renamed)
			a.walks("3 Changing", "3 Approved")
			a.agrees("Approved", true)
		})
	}
	t.Run("a change that is put back before it is confirmed is taken back, and another one can follow", func(t *testing.T) {
		t.Parallel()
		a := approvedApplicant(t, simulator.Options{})
		before := a.filing.Spec.Website.Name
		a.wants(renamed)
		a.work()
		a.wants(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = before })
		a.walk()
		a.agrees("Returned", true)
		if a.filing.Status.Stage != v1alpha1.StageApproved {
			t.Errorf("the filing is at %s, want Approved", a.filing.Status.Stage)
		}
		a.wants(renamed)
		a.walks("3 Changing", "3 Approved")
		a.agrees("Approved", true)
	})
	t.Run("a change that is withdrawn and put back leaves what was filed", func(t *testing.T) {
		t.Parallel()
		a := approvedApplicant(t, simulator.Options{})
		a.d.planned(simulator.Step{Attempt: 2, Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed, After: &metav1.Duration{Duration: 1000 * time.Hour}})
		before := a.filing.Spec.Website.Name
		a.wants(renamed)
		a.walks("2 Changing")
		a.wants(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = before })
		a.asks(v1alpha1.WithdrawAnnotation, 2)
		a.walks("2 Approved")
		a.agrees("Returned", true)
	})
}

func TestTheProcedureAndTheSimulatorAgreeOnImports(t *testing.T) {
	t.Parallel()
	claim := func(subject, number string) func(*provider.Application) {
		return func(a *provider.Application) {
			a.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: subject, AccessProvider: v1alpha1.ThisProvider}
			a.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: number, AccessProvider: v1alpha1.ThisProvider}
		}
	}
	d := newFiledDesk(t, simulator.Options{Delay: time.Hour})
	a := newApplicant(d, as(company("here.example.com", "91330106MA2FILEDHERE"), claim("浙ICP备12345678号", "浙ICP备12345678号-1")), "")
	a.walks("1 Approved")
	a.agrees("Approved", true)
	if a.filing.Status.WebsiteNumber != "浙ICP备12345678号-1" || a.filing.Status.SubjectNumber != "浙ICP备12345678号" {
		t.Errorf("imported as %s, %s", a.filing.Status.SubjectNumber, a.filing.Status.WebsiteNumber)
	}
	a.wants(renamed)
	a.walks("2 Changing", "2 Approved")
	a.agrees("Approved", true)
}

func TestTheProcedureAndTheSimulatorAgreeOnWithdrawals(t *testing.T) {
	t.Parallel()
	for _, stage := range []v1alpha1.StageName{v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview} {
		t.Run(fmt.Sprintf("withdrawn at %s, submitted again when asked for, and approved", stage), func(t *testing.T) {
			t.Parallel()
			d := newFiledDesk(t, simulator.Options{Delay: time.Hour, SMSWindow: 2000 * time.Hour})
			d.planned(simulator.Step{Stage: stage, Decision: v1alpha1.DecisionPassed, After: &metav1.Duration{Duration: 1000 * time.Hour}})
			a := newApplicant(d, company("new.example.com", "91330106MA2NEW"), "")
			a.walk()
			a.agrees(string(stage), false)
			a.asks(v1alpha1.WithdrawAnnotation, 1)
			a.walk()
			a.agrees("Returned", false)
			a.asks(v1alpha1.ResubmitAnnotation, 2)
			seen := a.walk()
			if last := seen[len(seen)-1]; last != "2 Approved" {
				t.Errorf("asked for again, the filing was seen at %v", seen)
			}
			a.agrees("Approved", true)
		})
	}
}

func TestTheProcedureAndTheSimulatorAgreeOnEndsAndOnFilingAnew(t *testing.T) {
	t.Parallel()
	for _, end := range []simulator.Ruling{
		{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"WebsiteCancelled"}},
		{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"SubjectCancelled"}},
		{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"AccessCancelled"}},
		{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"ShellFiling"}},
	} {
		for name, before := range map[string]func(*applicant){
			"in force": func(*applicant) {},
			"while it is being changed": func(a *applicant) {
				a.wants(renamed)
				a.work()
			},
		} {
			t.Run(fmt.Sprintf("%s as %s %s, filed anew, and changed", end.Decision, end.Reasons[0], name), func(t *testing.T) {
				t.Parallel()
				a := approvedApplicant(t, simulator.Options{})
				before(a)
				attempt := int(a.filing.Status.Attempt)
				end.Stage = v1alpha1.StageApproved
				a.d.decide(a.filing.Status.OrderID, end)
				a.walks(fmt.Sprintf("%d %s", attempt, end.Decision))
				a.agrees(string(end.Decision), false)
				a.asks(v1alpha1.ResubmitAnnotation, attempt+1)
				seen := a.walk()
				if last := seen[len(seen)-1]; last != fmt.Sprintf("%d Approved", attempt+1) {
					t.Fatalf("filed anew, the filing was seen at %v", seen)
				}
				a.agrees("Approved", true)
				a.wants(renamed)
				a.walks(fmt.Sprintf("%d Changing", attempt+2), fmt.Sprintf("%d Approved", attempt+2))
				a.agrees("Approved", true)
			})
		}
	}
}

func TestTheProcedureAndTheSimulatorAgreeOnADeletionThatCancels(t *testing.T) {
	t.Parallel()
	a := approvedApplicant(t, simulator.Options{})
	a.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
	deleted := metav1.NewTime(a.d.Now())
	a.filing.DeletionTimestamp = &deleted
	a.walks("1 Cancelled")
	a.agrees("Cancelled", false)
	facts := procedure.Facts{Filing: a.filing, Provider: procedure.Provider{Name: "simulator", Hand: procedure.ByOperator}, Rules: a.rules, Persons: a.persons}
	if outcome := procedure.Next(facts, a.d.Now()); outcome.Hold || outcome.Ask != procedure.AskNothing {
		t.Errorf("cancelled, the filing is held %v and asks for %q", outcome.Hold, outcome.Ask)
	}
}
