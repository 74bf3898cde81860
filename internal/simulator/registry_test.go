package simulator_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// filed is what the registry knows in these tests.
const filed = `
subjects:
- number: 浙ICP备12345678号
  certificate: {type: UnifiedSocialCreditCode, number: 91330106MA2FILEDHERE}
  access: [ThisProvider]
  websites:
  - {domain: here.example.com, number: 浙ICP备12345678号-1, access: [ThisProvider]}
  - {domain: fourth.example.com, number: 浙ICP备12345678号-4, access: [ThisProvider]}
- number: 沪ICP备2020000001号
  certificate: {type: UnifiedSocialCreditCode, number: 91310106MA2ELSEWHERE}
  access: [Other]
  websites:
  - {domain: elsewhere.example.com, number: 沪ICP备2020000001号-2, access: [Other]}
  - {domain: shell.example.com, number: 沪ICP备2020000001号-3}
- number: 京ICP备11111111号
  certificate: {type: ResidentID, number: 330106199001010003}
  access: [ThisProvider]
- number: 粤ICP备22222222号
  access: [Other]
`

func newFiledDesk(t *testing.T, options simulator.Options) *desk {
	t.Helper()
	known, err := simulator.ParseKnown([]byte(filed))
	if err != nil {
		t.Fatal(err)
	}
	options.Known = known
	return newDesk(t, options)
}

// knowFiled teaches a desk what the registry knows in these tests.
func (d *desk) knowFiled() {
	d.t.Helper()
	known, err := simulator.ParseKnown([]byte(filed))
	if err == nil {
		err = d.Learn(known)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) determine(a provider.Application) procedure.Determination {
	d.t.Helper()
	answer, err := d.client.Determine(d.t.Context(), provider.TypeQuestion{Spec: a.Spec, SubjectPerson: a.SubjectPerson})
	if err != nil {
		d.t.Fatal(err)
	}
	return answer
}

func TestTheTypeIsDeterminedByWhatIsFiled(t *testing.T) {
	t.Parallel()
	claiming := func(number string) func(*provider.Application) {
		return func(a *provider.Application) { a.Spec.Existing.Subject.Number = number }
	}
	tests := map[string]struct {
		application provider.Application
		want        procedure.Determination
	}{
		"neither subject nor domain is filed": {
			company("new.example.com", "91330106MA2NEW"),
			procedure.Determination{Type: v1alpha1.FirstFiling, Reason: "NeitherFiled"},
		},
		"both are filed, the domain through another provider": {
			company("elsewhere.example.com", "91310106MA2ELSEWHERE"),
			procedure.Determination{Type: v1alpha1.AccessFiling, Reason: "SubjectAndDomainFiled", SubjectNumber: "沪ICP备2020000001号", WebsiteNumber: "沪ICP备2020000001号-2"},
		},
		"both are filed, the domain without any access": {
			company("shell.example.com", "91310106MA2ELSEWHERE"),
			procedure.Determination{Type: v1alpha1.AccessFiling, Reason: "SubjectAndDomainFiled", SubjectNumber: "沪ICP备2020000001号", WebsiteNumber: "沪ICP备2020000001号-3"},
		},
		"the subject is filed elsewhere": {
			company("new.example.com", "91310106MA2ELSEWHERE"),
			procedure.Determination{Type: v1alpha1.NewWebsiteFiledElsewhere, Reason: "SubjectFiledElsewhere", SubjectNumber: "沪ICP备2020000001号"},
		},
		"the subject is filed here": {
			company("new.example.com", "91330106MA2FILEDHERE"),
			procedure.Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectFiledHere", SubjectNumber: "浙ICP备12345678号"},
		},
		"a number in small letters is the same": {
			company("new.example.com", "91330106ma2filedhere"),
			procedure.Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectFiledHere", SubjectNumber: "浙ICP备12345678号"},
		},
		"an individual is known by their own paper": {
			individual("new.example.com"),
			procedure.Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectFiledHere", SubjectNumber: "京ICP备11111111号"},
		},
		"a subject whose paper is not known is found by the number that it claims": {
			as(company("new.example.com", "91440106MA2NEW"), claiming("粤ICP备22222222号")),
			procedure.Determination{Type: v1alpha1.NewWebsiteFiledElsewhere, Reason: "SubjectFiledElsewhere", SubjectNumber: "粤ICP备22222222号"},
		},
		"nobody gets another's filing by claiming its number": {
			as(company("new.example.com", "91440106MA2NEW"), claiming("浙ICP备12345678号")),
			procedure.Determination{Type: v1alpha1.FirstFiling, Reason: "NeitherFiled"},
		},
		"the domain is filed under another subject": {
			company("here.example.com", "91310106MA2ELSEWHERE"),
			procedure.Determination{Conflict: procedure.ConflictOtherSubject, Reason: "DomainFiledByOtherSubject"},
		},
		"the domain is filed, the subject is not": {
			company("here.example.com", "91330106MA2NEW"),
			procedure.Determination{Conflict: procedure.ConflictOtherSubject, Reason: "DomainFiledByOtherSubject"},
		},
		"subject and domain are filed here": {
			company("here.example.com", "91330106MA2FILEDHERE"),
			procedure.Determination{Conflict: procedure.ConflictAlreadyFiledHere, Reason: "AlreadyFiled", SubjectNumber: "浙ICP备12345678号", WebsiteNumber: "浙ICP备12345678号-1"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newFiledDesk(t, simulator.Options{}).determine(test.application)
			if got.Message == "" {
				t.Error("the determination says nothing to people")
			}
			got.Message = ""
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("determination differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEachTypeGetsTheNumbersThatItIsDue(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		application provider.Application
		want        string
	}{
		"a first filing gets a new subject number of its province, and site 1": {
			as(company("new.example.com", "91330106MA2NEW"), func(a *provider.Application) { a.Spec.Subject.Province = "Guangdong" }),
			"1 BureauReview Passed 粤ICP备26000001号 粤ICP备26000001号-1",
		},
		"an access filing keeps both numbers": {
			typed(company("elsewhere.example.com", "91310106MA2ELSEWHERE"), v1alpha1.AccessFiling),
			"1 BureauReview Passed 沪ICP备2020000001号 沪ICP备2020000001号-2",
		},
		"a new website of a subject filed elsewhere gets its next site number": {
			typed(company("new.example.com", "91310106MA2ELSEWHERE"), v1alpha1.NewWebsiteFiledElsewhere),
			"1 BureauReview Passed 沪ICP备2020000001号 沪ICP备2020000001号-4",
		},
		"a new website of a subject filed here, too": {
			typed(company("new.example.com", "91330106MA2FILEDHERE"), v1alpha1.NewWebsiteFiledHere),
			"1 BureauReview Passed 浙ICP备12345678号 浙ICP备12345678号-5",
		},
		"a first website of an individual's filing is site 1": {
			typed(individual("new.example.com"), v1alpha1.NewWebsiteFiledHere),
			"1 BureauReview Passed 京ICP备11111111号 京ICP备11111111号-1",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newFiledDesk(t, simulator.Options{})
			lines := story(d.confirmed(test.application))
			if got := lines[len(lines)-1]; got != test.want {
				t.Errorf("the history ends with %q, want %q", got, test.want)
			}
		})
	}
}

func TestTheRegistryFollowsWhatTheBureauDecides(t *testing.T) {
	t.Parallel()
	d := newFiledDesk(t, simulator.Options{})
	lookUp := func(domain string) provider.Filed {
		t.Helper()
		f, err := d.client.LookUp(t.Context(), domain)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	expect := func(what string, got, want provider.Filed) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	expect("a domain that was never filed", lookUp("new.example.com"), provider.Filed{Domain: "new.example.com"})
	expect("a shell", lookUp("shell.example.com"),
		provider.Filed{Domain: "shell.example.com", Filed: true, SubjectNumber: "沪ICP备2020000001号", WebsiteNumber: "沪ICP备2020000001号-3"})

	first := company("new.example.com", "91330106MA2NEW")
	o := d.confirmed(first)
	expect("once it is approved", lookUp("new.example.com"), provider.Filed{
		Domain: "new.example.com", Filed: true, SubjectNumber: "浙ICP备26000001号", WebsiteNumber: "浙ICP备26000001号-1",
		Access: []v1alpha1.AccessProvider{v1alpha1.ThisProvider},
	})
	if got := d.determine(company("second.example.com", "91330106MA2NEW")); got.Type != v1alpha1.NewWebsiteFiledHere {
		t.Errorf("the subject's next website is a %q", got.Type)
	}
	second := d.confirmed(typed(company("second.example.com", "91330106MA2NEW"), v1alpha1.NewWebsiteFiledHere))
	if lines := story(second); lines[len(lines)-1] != "1 BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-2" {
		t.Errorf("the subject's next website is approved as %q", lines[len(lines)-1])
	}

	d.confirmed(typed(company("elsewhere.example.com", "91310106MA2ELSEWHERE"), v1alpha1.AccessFiling))
	added := lookUp("elsewhere.example.com")
	expect("an access filing adds access", added, provider.Filed{
		Domain: "elsewhere.example.com", Filed: true, SubjectNumber: "沪ICP备2020000001号", WebsiteNumber: "沪ICP备2020000001号-2",
		Access: []v1alpha1.AccessProvider{v1alpha1.OtherProvider, v1alpha1.ThisProvider},
	})
	access, _ := d.NewestOrder("elsewhere.example.com")
	d.decide(access.Order.ID, simulator.Ruling{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"AccessCancelled"}})
	added.Access = added.Access[:1]
	expect("taken back, the other access stays", lookUp("elsewhere.example.com"), added)

	d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"PhoneUnreachableOrReused"}})
	expect("once it is revoked", lookUp("new.example.com"), provider.Filed{Domain: "new.example.com"})
}

func TestWhatTheRegistryKnowsStopsAnOrder(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		application provider.Application
		reason      string
	}{
		"a type that is not the one determined": {company("new.example.com", "91330106MA2FILEDHERE"), "WrongFilingType"},
		"a domain of another subject":           {company("here.example.com", "91330106MA2NEW"), "SubjectConflict"},
		"a domain that is filed here already":   {typed(company("here.example.com", "91330106MA2FILEDHERE"), v1alpha1.NewWebsiteFiledHere), "AlreadyFiled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newFiledDesk(t, simulator.Options{})
			_, err := d.client.Create(t.Context(), "a-key-of-its-own", test.application)
			refused(t, err, test.reason)
			if n := len(d.Orders()); n != 0 {
				t.Errorf("%d orders were made all the same", n)
			}
		})
	}
}

func TestASubjectHasOneOrderUnderWayAtATime(t *testing.T) {
	t.Parallel()
	manual := []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}
	first, second := company("one.example.com", "91330106MA2NEW"), company("two.example.com", "91330106MA2NEW")
	create := func(ctx context.Context, d *desk, a provider.Application) error {
		_, err := d.client.Create(ctx, provider.Key("", a.Spec.Domain.Name, 1, v1alpha1.StageProductVerification), a)
		return err
	}
	t.Run("a second one is refused while the first is under way, and taken once it is sent back", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, simulator.Options{Manual: manual})
		o := d.confirmed(first)
		refused(t, create(t.Context(), d, second), "OrderInProgress")
		d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
		if err := create(t.Context(), d, second); err != nil {
			t.Errorf("after the first was sent back: %v", err)
		}
		_, err := d.client.Resubmit(t.Context(), "resubmission-of-1", o.ID, 2, first)
		refused(t, err, "OrderInProgress")
	})
	t.Run("orders of different subjects do not wait for each other", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, simulator.Options{Manual: manual})
		d.confirmed(first)
		if err := create(t.Context(), d, company("two.example.com", "91330106MA2OTHER")); err != nil {
			t.Error(err)
		}
	})
	t.Run("where several are allowed, none is refused", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, simulator.Options{Manual: manual, ParallelOrders: true})
		d.confirmed(first)
		if err := create(t.Context(), d, second); err != nil {
			t.Error(err)
		}
	})
}
