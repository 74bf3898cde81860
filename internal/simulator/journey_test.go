package simulator_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestAFirstFilingWalksTheProcedureInItsOwnTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Delay: time.Hour})
	a := company("shop.example.com", "91330106MA2EXAMPLE")
	a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}, {Kind: v1alpha1.MaterialResponsiblePersonCertificate}, {Kind: v1alpha1.MaterialResponsiblePersonCertificate}}

	o := d.create(a)
	expect := func(when string, lines ...string) {
		t.Helper()
		if diff := cmp.Diff(lines, story(d.get(o.ID))); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", when, diff)
		}
	}
	whole := []string{"1 TypeDetermination Passed"}
	expect("after the order was made", whole...)

	d.later(time.Hour)
	whole = append(whole, "1 ProductVerification Passed", "1 SubjectAndWebsiteInformation Reported")
	expect("after the product was verified", whole...)

	for i, slot := range provider.Slots(&a.Spec) {
		d.later(time.Hour)
		expect("before all files are there", whole...)
		file := provider.File{Kind: slot.Kind, Part: slot.Part, Body: []byte{0xff, 0xd8, 0xff, byte(i)}}
		if err := d.client.Upload(t.Context(), provider.Key("", o.Domain, 1, v1alpha1.StageMaterialsAndAuthenticity, file.ContentType, string(rune('a'+i))), o.ID, file); err != nil {
			t.Fatal(err)
		}
	}
	whole = append(whole, "1 MaterialsAndAuthenticity Reported")
	expect("once all files are there", whole...)
	d.later(time.Hour)
	whole = append(whole, "1 MaterialsAndAuthenticity Passed")
	expect("after the check on the phone", whole...)

	d.later(100 * time.Hour)
	expect("before the confirmation, however late", whole...)
	if _, err := d.client.Confirm(t.Context(), "confirmation-of-1", o.ID, 1); err != nil {
		t.Fatal(err)
	}
	whole = append(whole, "1 Confirmation Reported")
	expect("once it is confirmed", whole...)
	d.later(time.Hour)
	whole = append(whole, "1 PreliminaryReview Passed", "1 SmsVerification ActionRequested VerifyBySms")
	expect("after the preliminary review", whole...)
	d.later(time.Hour)
	whole = append(whole, "1 SmsVerification Passed")
	expect("after the SMS was answered", whole...)
	d.later(time.Hour)
	whole = append(whole, "1 BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-1")
	expect("after the bureau's review", whole...)
	d.later(10000 * time.Hour)
	expect("ever after", whole...)
}

func TestTimesAreThoseAtWhichThingsFellDueNotAtWhichSomebodyAsked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Delays: map[v1alpha1.StageName]time.Duration{
		v1alpha1.StagePreliminaryReview: 5 * time.Hour, v1alpha1.StageSmsVerification: time.Hour, v1alpha1.StageBureauReview: 72 * time.Hour,
	}})
	o := d.confirmed(company("shop.example.com", "91330106MA2EXAMPLE"))
	d.later(1000 * time.Hour)
	history := d.get(o.ID).History
	var got []time.Duration
	for _, e := range history[len(history)-4:] {
		got = append(got, e.At.Sub(begin))
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Hour, 5 * time.Hour, 6 * time.Hour, 78 * time.Hour}, got); diff != "" {
		t.Errorf("times differ (-want +got):\n%s", diff)
	}
	sms := history[len(history)-3]
	if want := sms.At.Add(24 * time.Hour); !sms.DueAt.Equal(want) {
		t.Errorf("the SMS is due at %s, want %s", sms.DueAt, want)
	}
}

func TestHowOrdersFare(t *testing.T) {
	t.Parallel()
	const domain = "shop.example.com"
	// Up to the confirmation every attempt that begins anew is the same.
	opening := []string{
		"1 TypeDetermination Passed", "1 ProductVerification Passed", "1 SubjectAndWebsiteInformation Reported",
		"1 MaterialsAndAuthenticity Reported", "1 MaterialsAndAuthenticity Passed", "1 Confirmation Reported",
	}
	passes := []string{"1 PreliminaryReview Passed", "1 SmsVerification ActionRequested VerifyBySms", "1 SmsVerification Passed"}
	approved := "1 BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-1"
	minute := metav1.Duration{Duration: time.Minute}
	tests := map[string]struct {
		options simulator.Options
		plan    []simulator.Step
		want    []string
	}{
		"where SMS is asked for by no rule the bureau follows at once": {
			options: simulator.Options{RuleSet: rulesWithoutBeijingSms},
			want:    append(opening[:6:6], "1 PreliminaryReview Passed", "1 BureauReview Passed 京ICP备26000001号 京ICP备26000001号-1"),
		},
		"papers are mailed inside the preliminary review": {
			plan: []simulator.Step{{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskMailMaterials, Due: minute}},
			want: append(append(append(opening[:6:6], "1 PreliminaryReview ActionRequested MailMaterials", "1 MaterialMailing Reported"), passes...), approved),
		},
		"a supplement that is asked for without a return is waited for": {
			plan: []simulator.Step{{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskSupplement}},
			want: append(opening[:6:6], "1 PreliminaryReview ActionRequested Supplement"),
		},
		"the preliminary review returns the order": {
			plan: []simulator.Step{{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid", "FaceCheckFailed"}}},
			want: append(opening[:6:6], "1 PreliminaryReview Returned WebsiteNameInvalid FaceCheckFailed"),
		},
		"the reviewer asks first, and returns the order after": {
			plan: []simulator.Step{
				{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskVerifyByPhone},
				{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"PhoneUnreachableOrReused"}},
			},
			want: append(opening[:6:6], "1 PreliminaryReview ActionRequested VerifyByPhone", "1 PreliminaryReview Returned PhoneUnreachableOrReused"),
		},
		"the bureau returns the order": {
			plan: []simulator.Step{{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"SiteReachableBeforeFiling"}}},
			want: append(append(opening[:6:6], passes...), "1 BureauReview Returned SiteReachableBeforeFiling"),
		},
		"the check on the phone fails": {
			plan: []simulator.Step{{Stage: v1alpha1.StageMaterialsAndAuthenticity, Decision: v1alpha1.DecisionReturned, Reasons: []string{"FaceCheckFailed"}}},
			want: append(opening[:4:4], "1 MaterialsAndAuthenticity Returned FaceCheckFailed"),
		},
		"an SMS that nobody answers returns the order": {
			options: simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StageSmsVerification}},
			want:    append(append(opening[:6:6], passes[:2]...), "1 SmsVerification Returned SmsExpired"),
		},
		"an SMS that is answered too late returns the order": {
			options: simulator.Options{Delays: map[v1alpha1.StageName]time.Duration{v1alpha1.StageSmsVerification: 25 * time.Hour}},
			want:    append(append(opening[:6:6], passes[:2]...), "1 SmsVerification Returned SmsExpired"),
		},
		"rectification is asked for after approval, then the filing is revoked": {
			plan: []simulator.Step{
				{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskRectify, Due: minute, After: &minute},
				{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"PhoneUnreachableOrReused"}, After: &minute},
			},
			want: append(append(append(opening[:6:6], passes...), approved), "1 Approved ActionRequested Rectify", "1 Approved Revoked PhoneUnreachableOrReused"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.plan {
				test.plan[i].Domain = domain
			}
			test.options.Known = simulator.Known{Plan: test.plan}
			a := company(domain, "91330106MA2EXAMPLE")
			if test.options.RuleSet != "" {
				a.Spec.Subject.Province = "Beijing"
			}
			// The order is made before anything delays it.
			d := newDesk(t, test.options)
			o := d.confirmedOrNot(a)
			d.later(1000 * time.Hour)
			if diff := cmp.Diff(test.want, story(d.get(o.ID))); diff != "" {
				t.Errorf("the order fared otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// rulesWithoutBeijingSms is a rule set by which filings in Beijing need no SMS.
const rulesWithoutBeijingSms = "2019-09-16"

// confirmedOrNot makes an order and confirms it if it comes so far.
func (d *desk) confirmedOrNot(a provider.Application) *procedure.Order {
	d.t.Helper()
	o := d.create(a)
	if len(o.History) > 0 && o.History[len(o.History)-1].Decision == v1alpha1.DecisionReturned {
		return o
	}
	o, err := d.client.Confirm(d.t.Context(), "confirmation-of-1", o.ID, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

func TestAReturnedOrderGoesBackToTheStepThatMustBePutRight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reasons []string
		want    []string
	}{
		"a wrong name has the information given again": {
			reasons: []string{"WebsiteNameInvalid"},
			want:    []string{"2 SubjectAndWebsiteInformation Reported", "2 MaterialsAndAuthenticity Reported", "2 MaterialsAndAuthenticity Passed"},
		},
		"a failed check is repeated alone": {
			reasons: []string{"FaceCheckFailed"},
			want:    []string{"2 MaterialsAndAuthenticity Reported", "2 MaterialsAndAuthenticity Passed"},
		},
		"of several reasons the earliest step counts": {
			reasons: []string{"FaceCheckFailed", "WebsiteNameInvalid"},
			want:    []string{"2 SubjectAndWebsiteInformation Reported", "2 MaterialsAndAuthenticity Reported", "2 MaterialsAndAuthenticity Passed"},
		},
		"an expired SMS needs the confirmation alone": {reasons: []string{"SmsExpired"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}})
			a := company("shop.example.com", "91330106MA2EXAMPLE")
			o := d.confirmed(a)
			d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: test.reasons})
			before := len(d.get(o.ID).History)
			o = d.resubmit(a, o.ID, 2)
			if diff := cmp.Diff(append([]string{}, test.want...), story(o)[before:]); diff != "" {
				t.Errorf("the second attempt differs (-want +got):\n%s", diff)
			}
			if _, err := d.client.Confirm(t.Context(), "confirmation-of-2", o.ID, 2); err != nil {
				t.Fatal(err)
			}
			d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionPassed})
			lines := story(d.get(o.ID))
			if got, want := lines[len(lines)-1], "2 BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-1"; got != want {
				t.Errorf("the second attempt ends as %q, want %q", got, want)
			}
		})
	}
}

func TestAnAttemptThatGoesThroughTheMaterialsWantsItsFilesAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		again  bool
	}{
		"a certificate that is unclear is uploaded again":          {"CertificateUnclearOrExpiring", true},
		"a wrong name leads through the upload again":              {"WebsiteNameInvalid", true},
		"an expired SMS leads to the confirmation, past the files": {"SmsExpired", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}})
			a := company("shop.example.com", "91330106MA2EXAMPLE")
			a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}}
			file := provider.File{Kind: v1alpha1.MaterialSubjectCertificate, Body: []byte("a scan")}
			o := d.create(a)
			confirm := func(key string, attempt int32) error {
				_, err := d.client.Confirm(t.Context(), key, o.ID, attempt)
				return err
			}
			if err := errors.Join(d.client.Upload(t.Context(), "upload-of-attempt-1", o.ID, file), confirm("confirmation-of-1", 1)); err != nil {
				t.Fatal(err)
			}
			d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{test.reason}})
			refused(t, d.client.Upload(t.Context(), "upload-in-between", o.ID, file), "NotSubmittable")
			d.resubmit(a, o.ID, 2)
			if test.again {
				refused(t, confirm("confirmation-of-2", 2), "MaterialsMissing")
				if err := d.client.Upload(t.Context(), "upload-of-attempt-2", o.ID, file); err != nil {
					t.Fatal(err)
				}
			}
			if err := confirm("confirmation-of-2", 2); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWithdrawalTakesAnOpenAttemptBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	a := company("shop.example.com", "91330106MA2EXAMPLE")
	o := d.create(a)
	if _, err := d.client.Confirm(t.Context(), "confirmation-of-1", o.ID, 1); err != nil {
		t.Fatal(err)
	}
	_, err := d.client.Withdraw(t.Context(), "withdrawal-of-another", o.ID, 2)
	refused(t, err, "AttemptMismatch")
	o, err = d.client.Withdraw(t.Context(), "withdrawal-of-attempt-1", o.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	lines := story(o)
	if got, want := lines[len(lines)-1], "1 Confirmation Returned Withdrawn"; got != want {
		t.Errorf("the history ends with %q, want %q", got, want)
	}
	if o = d.resubmit(a, o.ID, 2); o.Attempt != 2 {
		t.Errorf("attempt %d after the resubmission, want 2", o.Attempt)
	}
}

func TestCancellationEndsAnOrderOrItsFiling(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	a := company("shop.example.com", "91330106MA2EXAMPLE")

	given := d.create(a)
	given, err := d.client.Cancel(t.Context(), "cancellation-of-one", given.ID)
	if err != nil {
		t.Fatal(err)
	}
	lines := story(given)
	if got, want := lines[len(lines)-1], "1 Confirmation Cancelled"; got != want {
		t.Errorf("the first history ends with %q, want %q", got, want)
	}
	_, err = d.client.Cancel(t.Context(), "cancellation-again", given.ID)
	refused(t, err, "NotSubmittable")

	anew, err := d.client.Create(t.Context(), provider.Key("", a.Spec.Domain.Name, 1, v1alpha1.StageProductVerification, given.ID), a)
	if err != nil {
		t.Fatalf("an order after a cancelled one: %v", err)
	}
	if _, err := d.client.Confirm(t.Context(), "confirmation-of-two", anew.ID, 1); err != nil {
		t.Fatal(err)
	}
	d.decide(anew.ID, simulator.Ruling{Decision: v1alpha1.DecisionPassed})
	if filed, err := d.client.LookUp(t.Context(), "shop.example.com"); err != nil || !filed.Filed {
		t.Fatalf("approved, and filed: %t, %v", filed.Filed, err)
	}
	if anew, err = d.client.Cancel(t.Context(), "cancellation-of-two", anew.ID); err != nil {
		t.Fatal(err)
	}
	lines = story(anew)
	if got, want := lines[len(lines)-1], "1 Approved Cancelled WebsiteCancelled"; got != want {
		t.Errorf("the second history ends with %q, want %q", got, want)
	}
	if filed, err := d.client.LookUp(t.Context(), "shop.example.com"); err != nil || filed.Filed {
		t.Errorf("cancelled, and filed: %t, %v", filed.Filed, err)
	}
}
