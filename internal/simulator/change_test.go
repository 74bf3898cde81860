package simulator_test

import (
	"fmt"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

const owner = "91330106MA2EXAMPLE"

// change begins a change of a filing.
func (d *desk) change(id string, attempt int32, a provider.Application, parts ...procedure.Part) (*procedure.Order, error) {
	d.t.Helper()
	return d.client.Change(d.t.Context(), fmt.Sprintf("change-of-%s-%d-%d-parts", id, attempt, len(parts)), id, attempt, a, parts)
}

// mustChange begins a change that is taken.
func (d *desk) mustChange(id string, attempt int32, a provider.Application, parts ...procedure.Part) *procedure.Order {
	d.t.Helper()
	o, err := d.change(id, attempt, a, parts...)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// inForce says whether an order's filing is.
func (d *desk) inForce(id string) bool {
	o, _ := d.Order(id)
	return o.InForce
}

const approvedFirst = "BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-1"

func TestAChangeGoesThroughTheStagesThatItsPartsAskFor(t *testing.T) {
	t.Parallel()
	informed := []string{"2 SubjectAndWebsiteInformation Reported", "2 MaterialsAndAuthenticity Reported", "2 MaterialsAndAuthenticity Passed"}
	reviewed := []string{"2 Confirmation Reported", "2 PreliminaryReview Passed"}
	sms := []string{"2 SmsVerification ActionRequested VerifyBySms", "2 SmsVerification Passed"}
	tests := map[string]struct {
		parts   []procedure.Part
		ruleSet string
		want    [][]string
	}{
		"a changed website begins at the information": {
			parts: []procedure.Part{procedure.PartWebsite}, want: [][]string{informed, reviewed, sms, {"2 " + approvedFirst}},
		},
		"a changed person does, too": {
			parts: []procedure.Part{procedure.PartSubjectPerson, procedure.PartWebsitePerson}, want: [][]string{informed, reviewed, sms, {"2 " + approvedFirst}},
		},
		"a changed server is verified first": {
			parts: []procedure.Part{procedure.PartWebsite, procedure.PartServer},
			want:  [][]string{{"2 ProductVerification Passed"}, informed, reviewed, sms, {"2 " + approvedFirst}},
		},
		"where the province asks for no SMS, a change has none": {
			parts: []procedure.Part{procedure.PartPreApprovals}, ruleSet: rulesWithoutBeijingSms,
			want: [][]string{informed, reviewed, {"2 BureauReview Passed 京ICP备26000001号 京ICP备26000001号-1"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, simulator.Options{RuleSet: test.ruleSet})
			a := company(domain, owner)
			if test.ruleSet != "" {
				a.Spec.Subject.Province = "Beijing"
			}
			o := d.approved(a)
			before := len(o.History)
			a.Spec.Website.Name, a.FilingType = "示例商城二", ""
			d.mustChange(o.ID, 2, a, test.parts...)
			if !d.inForce(o.ID) {
				t.Error("the filing is not in force while its change waits for the confirmation")
			}
			d.confirm(o.ID, 2)
			var want []string
			for _, lines := range test.want {
				want = append(want, lines...)
			}
			d.expectStory(o.ID, before, want...)
		})
	}
}

func TestAChangeWantsTheFilesThatItNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{})
	a := company(domain, owner)
	o := d.approved(a)
	a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}}
	d.mustChange(o.ID, 2, a, procedure.PartSubject)
	_, err := d.client.Confirm(t.Context(), "confirmation-too-early", o.ID, 2)
	refused(t, err, "MaterialsMissing")
	if err := d.upload(o.ID, "upload-of-attempt-2"); err != nil {
		t.Fatal(err)
	}
	if got := ending(d.confirm(o.ID, 2)); got != "2 "+approvedFirst {
		t.Errorf("the history ends with %q", got)
	}
}

func TestAChangeThatFailsLeavesTheFilingInForce(t *testing.T) {
	t.Parallel()
	a := company(domain, owner)
	begun := func(t *testing.T) (*desk, string) {
		t.Helper()
		d := newDesk(t, waiting())
		id := d.approved(a).ID
		d.mustChange(id, 2, a, procedure.PartServer)
		return d, id
	}
	filedStill := func(d *desk, id string) {
		d.t.Helper()
		if f, err := d.client.LookUp(d.t.Context(), domain); err != nil || !f.Filed || !d.inForce(id) {
			d.t.Errorf("filed %t, in force %t, %v", f.Filed, d.inForce(id), err)
		}
	}
	t.Run("returned, it is resubmitted at the step to be put right, and passes", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		d.confirm(id, 2)
		d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
		filedStill(d, id)
		before := len(d.get(id).History)
		d.resubmit(a, id, 3)
		d.confirm(id, 3)
		d.passAll(d.get(id))
		d.expectStory(id, before, "3 SubjectAndWebsiteInformation Reported", "3 MaterialsAndAuthenticity Reported", "3 MaterialsAndAuthenticity Passed",
			"3 Confirmation Reported", "3 PreliminaryReview Passed", "3 SmsVerification ActionRequested VerifyBySms", "3 SmsVerification Passed", "3 "+approvedFirst)
	})
	t.Run("returned for what lies before a change's first step, it begins at that step", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		d.confirm(id, 2)
		d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"DomainExpired"}})
		before := len(d.get(id).History)
		if o := d.resubmit(a, id, 3); story(o)[before] != "3 ProductVerification Passed" {
			t.Errorf("the resubmitted change begins with %q", story(o)[before])
		}
	})
	t.Run("withdrawn under review, it is left, and another change follows", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		d.confirm(id, 2)
		o, err := d.client.Withdraw(t.Context(), "withdrawal-of-the-change", id, 2)
		if err != nil || ending(o) != "2 Confirmation Returned Withdrawn" {
			t.Fatalf("the history ends with %v, %v", o, err)
		}
		filedStill(d, id)
		d.mustChange(id, 3, a, procedure.PartWebsite)
		d.confirm(id, 3)
		if got := ending(d.passAll(d.get(id))); got != "3 "+approvedFirst {
			t.Errorf("the other change ends with %q", got)
		}
	})
	t.Run("it can be withdrawn before it is confirmed", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		if _, err := d.client.Withdraw(t.Context(), "withdrawal-of-the-change", id, 2); err != nil {
			t.Fatal(err)
		}
		filedStill(d, id)
	})
	t.Run("cancelled meanwhile, the filing ends with its change", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		o, err := d.client.Cancel(t.Context(), "cancellation-of-it", id)
		if err != nil || ending(o) != "2 Approved Cancelled WebsiteCancelled" || d.inForce(id) {
			t.Errorf("the history ends with %v, %v", o, err)
		}
		_, err = d.change(id, 3, a, procedure.PartWebsite)
		refused(t, err, "NotChangeable")
	})
	t.Run("cancelled by hand meanwhile, it ends as a filing", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		d.confirm(id, 2)
		d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"WebsiteCancelled"}})
		if f, err := d.client.LookUp(t.Context(), domain); err != nil || f.Filed || ending(d.get(id)) != "2 Approved Cancelled WebsiteCancelled" {
			t.Errorf("filed %t, %v; the history ends with %q", f.Filed, err, ending(d.get(id)))
		}
	})
	t.Run("a filing is rectified and revoked while its change is under way", func(t *testing.T) {
		t.Parallel()
		d, id := begun(t)
		before := len(d.get(id).History)
		d.decide(id, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskRectify})
		d.decide(id, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionReported})
		d.confirm(id, 2)
		d.decide(id, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}})
		d.expectStory(id, before, "2 Approved ActionRequested Rectify", "2 Approved Reported Rectify", "2 Confirmation Reported", "2 Approved Revoked RandomCheckFailed")
	})
}

func TestAChangeIsTakenOnlyInItsTimeAndOfWhatCanChange(t *testing.T) {
	t.Parallel()
	a := company(domain, owner)
	website := procedure.PartWebsite
	tests := map[string]struct {
		do     func(d *desk) error
		reason string
	}{
		"a filing that is not approved yet is not changed": {func(d *desk) error {
			_, err := d.change(d.confirmed(a).ID, 2, a, website)
			return err
		}, "NotChangeable"},
		"a filing is not changed twice at once": {func(d *desk) error {
			id := d.approved(a).ID
			d.mustChange(id, 2, a, website)
			_, err := d.change(id, 3, a, website)
			return err
		}, "OrderInProgress"},
		"a change waits for the subject's other order": {func(d *desk) error {
			id := d.approved(a).ID
			d.create(typed(company("second.example.com", owner), v1alpha1.NewWebsiteFiledHere))
			_, err := d.change(id, 2, a, website)
			return err
		}, "OrderInProgress"},
		"the subject's other order waits for the change": {func(d *desk) error {
			d.mustChange(d.approved(a).ID, 2, a, website)
			_, err := d.client.Create(d.t.Context(), "a-key-of-its-own", typed(company("second.example.com", owner), v1alpha1.NewWebsiteFiledHere))
			return err
		}, "OrderInProgress"},
		"an attempt is not left out": {func(d *desk) error {
			_, err := d.change(d.approved(a).ID, 3, a, website)
			return err
		}, "AttemptMismatch"},
		"the domain cannot be changed": {func(d *desk) error {
			_, err := d.change(d.approved(a).ID, 2, company("other.example.com", owner), website)
			return err
		}, "InvalidFacts"},
		"nor can the province": {func(d *desk) error {
			_, err := d.change(d.approved(a).ID, 2, as(a, func(a *provider.Application) { a.Spec.Subject.Province = "Beijing" }), procedure.PartProvince)
			return err
		}, "InvalidFacts"},
		"a certificate is not changed by the way": {func(d *desk) error {
			_, err := d.change(d.approved(a).ID, 2, company(domain, "91330106MA2RENEWED"), website)
			return err
		}, "InvalidFacts"},
		"nor into another subject's": {func(d *desk) error {
			id := d.approved(a).ID
			d.knowFiled()
			_, err := d.change(id, 2, company(domain, "91330106MA2FILEDHERE"), procedure.PartCertificate)
			return err
		}, "SubjectConflict"},
		"a change of nothing is not sent": {func(d *desk) error {
			_, err := d.change("O1", 2, a)
			return err
		}, "Malformed"},
		"a change of an unknown part is not sent": {func(d *desk) error {
			_, err := d.change("O1", 2, a, "Colour")
			return err
		}, "Malformed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, test.do(newDesk(t, waiting())), test.reason)
		})
	}
}

func TestAChangedCertificateIsTheSubjectsFromItsApprovalOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	renewed := company(domain, "91330106MA2RENEWED")
	id := d.approved(company(domain, owner)).ID
	typeOf := func(number string) v1alpha1.FilingType {
		return d.determine(company("second.example.com", number)).Type
	}
	d.mustChange(id, 2, renewed, procedure.PartCertificate, procedure.PartName)
	if got := typeOf("91330106MA2RENEWED"); got != v1alpha1.FirstFiling {
		t.Errorf("before the approval, a website under the new certificate is a %s", got)
	}
	d.confirm(id, 2)
	d.passAll(d.get(id))
	if got := typeOf("91330106MA2RENEWED"); got != v1alpha1.NewWebsiteFiledHere {
		t.Errorf("after the approval, a website under the new certificate is a %s", got)
	}
	d.mustChange(id, 3, renewed, procedure.PartWebsite)
	_, err := d.client.Create(t.Context(), "an-order-under-the-old", typed(company("second.example.com", owner), v1alpha1.NewWebsiteFiledHere))
	refused(t, err, "OrderInProgress")
}

func TestAChangeCanBringNewNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Known: simulator.Known{Plan: []simulator.Step{{
		Domain: domain, Attempt: 2, Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed,
		SubjectNumber: "浙ICP备26999999号", WebsiteNumber: "浙ICP备26999999号-1",
	}}}})
	a := company(domain, owner)
	id := d.approved(a).ID
	d.mustChange(id, 2, a, procedure.PartName)
	if got, want := ending(d.confirm(id, 2)), "2 BureauReview Passed 浙ICP备26999999号 浙ICP备26999999号-1"; got != want {
		t.Errorf("the history ends with %q, want %q", got, want)
	}
	if f, err := d.client.LookUp(t.Context(), domain); err != nil || f.WebsiteNumber != "浙ICP备26999999号-1" || f.SubjectNumber != "浙ICP备26999999号" {
		t.Errorf("the registry says %+v, %v", f, err)
	}
	if got := d.determine(company("second.example.com", owner)); got.SubjectNumber != "浙ICP备26999999号" {
		t.Errorf("the subject's next website is of %q", got.SubjectNumber)
	}
}
