package simulator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// filedBefore is what the provider had in force before anybody asked for it.
const filedBefore = `
subjects:
- number: 浙ICP备12345678号
  certificate: {type: UnifiedSocialCreditCode, number: 91330106MA2FILEDHERE}
  access: [ThisProvider]
  websites:
  - {domain: dated.example.com, number: 浙ICP备12345678号-1, access: [ThisProvider], approvedAt: 2024-05-06T07:08:09Z}
  - {domain: undated.example.com, number: 浙ICP备12345678号-2, access: [ThisProvider, Other]}
  - {domain: elsewhere.example.com, number: 浙ICP备12345678号-3, access: [Other]}
- number: 京ICP备11111111号
  certificate: {type: ResidentID, number: 330106199001010003}
  websites: [{domain: blog.example.com, number: 京ICP备11111111号-1, access: [ThisProvider]}]
- number: 浙ICP备33333333号
  certificate: {type: UnifiedSocialCreditCode, number: 91330106MA2GUARDED0}
  responsiblePerson: {type: ResidentID, number: 110101198001010000}
  websites: [{domain: guarded.example.com, number: 浙ICP备33333333号-1, access: [ThisProvider]}]
- number: 粤ICP备22222222号
  websites: [{domain: unknown.example.com, number: 粤ICP备22222222号-1, access: [ThisProvider]}]
`

func newDeskWithFilings(t *testing.T) *desk {
	t.Helper()
	known, err := simulator.ParseKnown([]byte(filedBefore))
	if err != nil {
		t.Fatal(err)
	}
	return newDesk(t, simulator.Options{Known: known})
}

// importing asks for an import with the subject's number left out.
func (d *desk) importing(a provider.Application, number string) (*procedure.Order, error) {
	d.t.Helper()
	return d.client.Import(d.t.Context(), "import-of-"+a.Spec.Domain.Name, questionOf(a), number, "")
}

func TestAnImportIsAnOrderThatBeginsWithItsApproval(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		application provider.Application
		number      string
		want        string
		at          time.Time
	}{
		"of an organization, dated as the bureau approved it": {
			company("dated.example.com", "91330106MA2FILEDHERE"), "浙ICP备12345678号-1",
			"1 BureauReview Passed 浙ICP备12345678号 浙ICP备12345678号-1", time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC),
		},
		"of an organization, dated now where that is not known": {
			company("undated.example.com", "91330106MA2FILEDHERE"), "浙ICP备12345678号-2",
			"1 BureauReview Passed 浙ICP备12345678号 浙ICP备12345678号-2", begin,
		},
		"of an individual, by their own paper": {
			individual("blog.example.com"), "京ICP备11111111号-1", "1 BureauReview Passed 京ICP备11111111号 京ICP备11111111号-1", begin,
		},
		"of a subject whose paper nobody knew, by its number": {
			company("unknown.example.com", "91440106MA2NEW"), "粤ICP备22222222号-1", "1 BureauReview Passed 粤ICP备22222222号 粤ICP备22222222号-1", begin,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeskWithFilings(t)
			o, err := d.importing(test.application, test.number)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{test.want}, story(o)); diff != "" {
				t.Errorf("the history differs (-want +got):\n%s", diff)
			}
			if !o.Imported || o.FilingType != "" || o.Attempt != 1 || !o.History[0].At.Equal(test.at) {
				t.Errorf("imported %t as %q, attempt %d, at %s, want %s", o.Imported, o.FilingType, o.Attempt, o.History[0].At, test.at)
			}
			if diff := cmp.Diff(o, d.get(o.ID)); diff != "" {
				t.Errorf("the order is read otherwise than it was given (-given +read):\n%s", diff)
			}
			if events := d.events(d.client, "", 10).Events; len(events) != 1 || events[0].OrderID != o.ID || !events[0].At.Equal(begin) {
				t.Errorf("the feed says %v", events)
			}
		})
	}
}

func TestAnImportThatTheRegistryDoesNotBearOutIsRefused(t *testing.T) {
	t.Parallel()
	ours := "91330106MA2FILEDHERE"
	tests := map[string]struct {
		application            provider.Application
		website, subjectNumber string
		reason                 string
	}{
		"a domain that is not filed":                   {company("new.example.com", ours), "浙ICP备12345678号-9", "", "NotFiledHere"},
		"a domain without access here":                 {company("elsewhere.example.com", ours), "浙ICP备12345678号-3", "", "NotFiledHere"},
		"a domain of another subject":                  {company("dated.example.com", "91330106MA2OTHER"), "浙ICP备12345678号-1", "", "SubjectConflict"},
		"a domain of another subject, an individual's": {individual("dated.example.com"), "浙ICP备12345678号-1", "", "SubjectConflict"},
		"public facts, without the responsible person": {company("guarded.example.com", "91330106MA2GUARDED0"), "浙ICP备33333333号-1", "", "SubjectConflict"},
		"another website's number":                     {company("dated.example.com", ours), "浙ICP备12345678号-2", "", "NumberMismatch"},
		"another subject's number":                     {company("dated.example.com", ours), "浙ICP备12345678号-1", "京ICP备11111111号", "NumberMismatch"},
		"a guessed number of an unknown subject":       {company("unknown.example.com", "91440106MA2NEW"), "粤ICP备22222222号-2", "", "NumberMismatch"},
		"a known subject's paper for one unknown":      {company("unknown.example.com", ours), "粤ICP备22222222号-1", "", "SubjectConflict"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeskWithFilings(t)
			_, err := d.client.Import(t.Context(), "a-key-of-its-own", questionOf(test.application), test.website, test.subjectNumber)
			refused(t, err, test.reason)
			if n := len(d.Orders()); n != 0 {
				t.Errorf("%d orders were made all the same", n)
			}
		})
	}
}

func TestAFilingIsNotImportedTwice(t *testing.T) {
	t.Parallel()
	d := newDeskWithFilings(t)
	a := company("dated.example.com", "91330106MA2FILEDHERE")
	first, err := d.importing(a, "浙ICP备12345678号-1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.client.Import(t.Context(), "another-key-for-it", questionOf(a), "浙ICP备12345678号-1", "浙ICP备12345678号")
	if err != nil || again.ID != first.ID {
		t.Errorf("imported again it is %v, %v", again, err)
	}
	filed := d.approved(company("new.example.com", "91330106MA2NEW"))
	same, err := d.importing(company("new.example.com", "91330106MA2NEW"), filed.History[len(filed.History)-1].WebsiteNumber)
	if err != nil || same.ID != filed.ID || same.Imported {
		t.Errorf("an import of what was filed here is %v, %v", same, err)
	}
	if n := len(d.Orders()); n != 2 {
		t.Errorf("%d orders, want 2", n)
	}
}

func TestAnImportedOrderIsLikeAnyOther(t *testing.T) {
	t.Parallel()
	a := company("dated.example.com", "91330106MA2FILEDHERE")
	tests := map[string]struct {
		do   func(d *desk, id string) error
		want []string
	}{
		"it is changed": {func(d *desk, id string) error {
			d.mustChange(id, 2, typed(a, ""), procedure.PartWebsite)
			d.confirm(id, 2)
			return nil
		}, []string{
			"2 SubjectAndWebsiteInformation Reported", "2 MaterialsAndAuthenticity Reported", "2 MaterialsAndAuthenticity Passed", "2 Confirmation Reported",
			"2 PreliminaryReview Passed", "2 SmsVerification ActionRequested VerifyBySms", "2 SmsVerification Passed",
			"2 BureauReview Passed 浙ICP备12345678号 浙ICP备12345678号-1",
		}},
		"it is cancelled": {func(d *desk, id string) error {
			_, err := d.client.Cancel(d.t.Context(), "cancellation-of-it", id)
			return err
		}, []string{"1 Approved Cancelled WebsiteCancelled"}},
		"it is rectified and revoked": {func(d *desk, id string) error {
			for _, r := range []simulator.Ruling{
				{Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskRectify}, {Decision: v1alpha1.DecisionReported},
				{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}},
			} {
				if err := d.Decide(id, r); err != nil {
					return fmt.Errorf("%s: %w", r.Decision, err)
				}
			}
			return nil
		}, []string{"1 Approved ActionRequested Rectify", "1 Approved Reported Rectify", "1 Approved Revoked RandomCheckFailed"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeskWithFilings(t)
			o, err := d.importing(a, "浙ICP备12345678号-1")
			if err != nil {
				t.Fatal(err)
			}
			if err := test.do(d, o.ID); err != nil {
				t.Fatal(err)
			}
			d.expectStory(o.ID, 1, test.want...)
		})
	}
}
