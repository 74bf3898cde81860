package simulator_test

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// applicant goes through the procedure as the operator does, but for the cluster: it asks what the procedure says,
// until there is nothing to ask, and writes the status down.
type applicant struct {
	d      *desk
	filing *v1alpha1.IcpFiling
	rules  rules.Set
	person provider.Person
	// persons are what the procedure knows of the responsible persons.
	persons procedure.Persons
}

func newApplicant(d *desk, a provider.Application, ruleSet string) *applicant {
	d.t.Helper()
	set, err := rules.Lookup(ruleSet)
	if err != nil {
		d.t.Fatal(err)
	}
	f := &v1alpha1.IcpFiling{Spec: a.Spec}
	f.Namespace, f.Name, f.Generation, f.CreationTimestamp = "shop", "filing", 1, metav1.NewTime(d.Now())
	return &applicant{d: d, filing: f, rules: set, person: a.SubjectPerson,
		persons: procedure.Persons{Known: true, Subject: "a-digest", Website: "another", Key: "a-key", Versions: "1"}}
}

// work passes over the filing once, as after an event of the feed.
func (a *applicant) work() {
	a.d.t.Helper()
	facts := procedure.Facts{Filing: a.filing, Provider: procedure.Provider{Name: "simulator", Hand: procedure.ByOperator}, Rules: a.rules,
		Checked: true, News: true, Persons: a.persons}
	for range 20 {
		outcome := procedure.Next(facts, a.d.Now())
		if outcome.Ask == procedure.AskNothing {
			a.write(outcome)
			return
		}
		if outcome.Ask == procedure.AskToPersist {
			a.write(outcome)
			continue
		}
		if err := a.ask(&facts, outcome); err != nil {
			a.d.t.Fatalf("%s at %s: %v", outcome.Ask, outcome.Status.Stage, err)
		}
	}
	a.d.t.Fatalf("the procedure goes on asking at %s", a.filing.Status.Stage)
}

func (a *applicant) write(outcome procedure.Outcome) {
	a.filing.Status = outcome.Status
	a.filing.Status.ObservedGeneration = a.filing.Generation
	if outcome.OrderID != "" {
		a.annotate(v1alpha1.OrderAnnotation, outcome.OrderID)
	}
	if outcome.Filed != "" {
		a.annotate(v1alpha1.FiledAnnotation, outcome.Filed)
	}
}

func (a *applicant) annotate(key, value string) {
	if a.filing.Annotations == nil {
		a.filing.Annotations = map[string]string{}
	}
	a.filing.Annotations[key] = value
}

func (a *applicant) ask(facts *procedure.Facts, outcome procedure.Outcome) (err error) {
	ctx, c, spec, sub := a.d.t.Context(), a.d.client, a.filing.Spec, outcome.Submission
	key := func(stage v1alpha1.StageName, extra ...string) string {
		return provider.Key("", spec.Domain.Name, sub.Attempt, stage, append(extra, sub.OrderID, sub.Previous)...)
	}
	application := provider.Application{FilingType: outcome.Status.FilingType, Spec: spec, SubjectPerson: a.person, WebsitePerson: a.person}
	switch outcome.Ask {
	case procedure.AskFind:
		facts.Order, err = c.Find(ctx, "", spec.Domain.Name)
		facts.OrderSought = true
	case procedure.AskType:
		var d procedure.Determination
		d, err = c.Determine(ctx, provider.TypeQuestion{Spec: spec, SubjectPerson: a.person})
		facts.Determination = &d
	case procedure.AskCreate:
		facts.Order, err = c.Create(ctx, key(v1alpha1.StageProductVerification), application)
		facts.Sent = outcome.Status.Attempt
	case procedure.AskResubmit:
		facts.Order, err = c.Resubmit(ctx, key(v1alpha1.StageSubjectAndWebsiteInformation), sub.OrderID, sub.Attempt, application)
		facts.Sent = outcome.Status.Attempt
	case procedure.AskState:
		facts.Order, err = c.Get(ctx, sub.OrderID)
	case procedure.AskConfirm:
		facts.Order, err = c.Confirm(ctx, key(v1alpha1.StageConfirmation), sub.OrderID, sub.Attempt)
	case procedure.AskChange:
		facts.Order, err = c.Change(ctx, key(v1alpha1.StageChanging), sub.OrderID, sub.Attempt, application, sub.Changed)
		facts.Sent = outcome.Status.Attempt
	case procedure.AskImport:
		question := provider.TypeQuestion{Spec: spec, SubjectPerson: a.person}
		facts.Order, err = c.Import(ctx, key(v1alpha1.StageApproved), question, spec.Existing.Website.Number, spec.Existing.Subject.Number)
		facts.Sent = outcome.Status.Attempt
	case procedure.AskWithdraw:
		facts.Order, err = c.Withdraw(ctx, key(v1alpha1.StagePreliminaryReview), sub.OrderID, sub.Attempt)
	case procedure.AskCancel:
		facts.Order, err = c.Cancel(ctx, key(v1alpha1.StageCancelled), sub.OrderID)
	case procedure.AskUpload:
		for _, slot := range provider.Slots(&spec) {
			file := provider.File{Kind: slot.Kind, Part: slot.Part, Body: []byte("a scan")}
			if err = c.Upload(ctx, key(v1alpha1.StageMaterialsAndAuthenticity, string(slot.Kind), fmt.Sprint(slot.Part)), sub.OrderID, file); err != nil {
				return err
			}
		}
		facts.Uploaded = outcome.Status.Attempt
		facts.Order, err = c.Get(ctx, sub.OrderID)
	default:
		err = fmt.Errorf("nobody can be asked for %s", outcome.Ask)
	}
	return err
}

// walk lets time go on until the filing rests, and tells the stages that it was seen at.
func (a *applicant) walk() []string {
	a.d.t.Helper()
	var seen []string
	for range 40 {
		a.work()
		at := fmt.Sprintf("%d %s", a.filing.Status.Attempt, a.filing.Status.Stage)
		if len(seen) == 0 || seen[len(seen)-1] != at {
			seen = append(seen, at)
		}
		a.d.later(30 * time.Minute)
	}
	return seen
}

func TestTheProcedureAndTheSimulatorAgree(t *testing.T) {
	t.Parallel()
	app := func(a *provider.Application) { a.Spec.Channel = v1alpha1.ChannelApp }
	files := func(a *provider.Application) {
		a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}, {Kind: v1alpha1.MaterialSubjectCertificate}}
	}
	applications := map[string]provider.Application{
		"a first filing":                                         company("new.example.com", "91330106MA2NEW"),
		"a first filing with files":                              as(company("new.example.com", "91330106MA2NEW"), files),
		"a first filing in the App":                              as(company("new.example.com", "91330106MA2NEW"), app),
		"an access filing":                                       company("elsewhere.example.com", "91310106MA2ELSEWHERE"),
		"a new website of a subject filed here":                  company("new.example.com", "91330106MA2FILEDHERE"),
		"a new website of a subject filed elsewhere":             company("new.example.com", "91310106MA2ELSEWHERE"),
		"a new website of a subject filed elsewhere, in the App": as(company("new.example.com", "91310106MA2ELSEWHERE"), app),
		"an individual's new website":                            individual("new.example.com"),
	}
	whole := []string{"ProductVerification", "MaterialsAndAuthenticity", "PreliminaryReview", "SmsVerification", "BureauReview", "Approved"}
	for name, application := range applications {
		t.Run(name+" walks every stage and is approved", func(t *testing.T) {
			t.Parallel()
			d := newFiledDesk(t, simulator.Options{Delay: time.Hour})
			a := newApplicant(d, application, "")
			want := make([]string, len(whole))
			for i, stage := range whole {
				want[i] = "1 " + stage
			}
			if diff := cmp.Diff(want, a.walk()); diff != "" {
				t.Errorf("stages seen (-want +got):\n%s", diff)
			}
			if a.filing.Status.WebsiteNumber == "" {
				t.Error("approved without a number")
			}
		})
	}
	t.Run("where the province asks for no SMS, neither waits for one", func(t *testing.T) {
		t.Parallel()
		d := newFiledDesk(t, simulator.Options{Delay: time.Hour, RuleSet: rulesWithoutBeijingSms})
		application := as(company("new.example.com", "91330106MA2NEW"), func(a *provider.Application) { a.Spec.Subject.Province = "Beijing" })
		seen := newApplicant(d, application, rulesWithoutBeijingSms).walk()
		want := []string{"1 ProductVerification", "1 MaterialsAndAuthenticity", "1 PreliminaryReview", "1 BureauReview", "1 Approved"}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("stages seen (-want +got):\n%s", diff)
		}
	})
}

func TestTheProcedureAndTheSimulatorAgreeOnReturns(t *testing.T) {
	t.Parallel()
	// Two that no rule knows, and all that the rules know.
	reasons := []string{"Withdrawn", "AReasonThatNoRuleKnows"}
	for _, row := range (rules.Set{}).ReturnReasons() {
		reasons = append(reasons, row.Reason)
	}
	for _, stage := range []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview} {
		for _, reason := range reasons {
			t.Run(fmt.Sprintf("returned at %s as %s, mended, and approved", stage, reason), func(t *testing.T) {
				t.Parallel()
				d := newFiledDesk(t, simulator.Options{Delay: time.Hour})
				application := company("new.example.com", "91330106MA2NEW")
				application.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}}
				if err := d.Learn(simulator.Known{Plan: []simulator.Step{{Domain: "new.example.com", Stage: stage, Decision: v1alpha1.DecisionReturned, Reasons: []string{reason}}}}); err != nil {
					t.Fatal(err)
				}
				a := newApplicant(d, application, "")
				a.walk()
				if o, _ := d.NewestOrder("new.example.com"); o.Stage != "Returned" {
					t.Fatalf("the order is at %s, want Returned", o.Stage)
				}
				a.filing.Spec.Website.Name, a.filing.Generation = "示例商城二", 2
				seen := a.walk()
				if last := seen[len(seen)-1]; last != "2 Approved" {
					t.Errorf("mended, the filing was seen at %v", seen)
				}
			})
		}
	}
}
