package simulator_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestAnEndSaysWhatEndedAndTheDomainIsFiledAnew(t *testing.T) {
	t.Parallel()
	here := company(domain, owner)
	both := company("elsewhere.example.com", "91310106MA2ELSEWHERE")
	access := typed(both, v1alpha1.AccessFiling)
	tests := map[string]struct {
		application provider.Application
		end         simulator.Ruling
		want        string
		access      []v1alpha1.AccessProvider
		filed       bool
		next        v1alpha1.FilingType
	}{
		"a website is cancelled": {
			application: here, end: simulator.Ruling{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"WebsiteCancelled"}},
			want: "1 Approved Cancelled WebsiteCancelled", next: v1alpha1.NewWebsiteFiledHere,
		},
		"a subject is cancelled": {
			application: here, end: simulator.Ruling{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"SubjectCancelled"}},
			want: "1 Approved Cancelled SubjectCancelled", next: v1alpha1.FirstFiling,
		},
		"the only access is cancelled, which leaves a shell": {
			application: here, end: simulator.Ruling{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"AccessCancelled"}},
			want: "1 Approved Cancelled AccessCancelled ShellFiling", filed: true, next: v1alpha1.AccessFiling,
		},
		"one access of two is cancelled": {
			application: access, end: simulator.Ruling{Decision: v1alpha1.DecisionCancelled, Reasons: []string{"AccessCancelled"}},
			want: "1 Approved Cancelled AccessCancelled", filed: true, access: []v1alpha1.AccessProvider{v1alpha1.OtherProvider}, next: v1alpha1.AccessFiling,
		},
		"a filing is revoked after a random check": {
			application: here, end: simulator.Ruling{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}},
			want: "1 Approved Revoked RandomCheckFailed", next: v1alpha1.NewWebsiteFiledHere,
		},
		"a filing is revoked whoever else gives access": {
			application: access, end: simulator.Ruling{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"ShellFiling"}},
			want: "1 Approved Revoked ShellFiling", next: v1alpha1.NewWebsiteFiledHere,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newFiledDesk(t, waiting())
			o := d.approved(test.application)
			d.decide(o.ID, test.end)
			if got := ending(d.get(o.ID)); got != test.want {
				t.Errorf("the history ends with %q, want %q", got, test.want)
			}
			filed, err := d.client.LookUp(t.Context(), o.Domain)
			if err != nil || filed.Filed != test.filed || cmp.Diff(test.access, filed.Access) != "" {
				t.Errorf("filed %t through %v, %v", filed.Filed, filed.Access, err)
			}
			if got := d.determine(test.application).Type; got != test.next {
				t.Errorf("filed anew it is a %s, want %s", got, test.next)
			}
			key := provider.Key("", o.Domain, 1, v1alpha1.StageProductVerification, o.ID)
			anew, err := d.client.Create(t.Context(), key, typed(test.application, test.next))
			if err != nil {
				t.Fatal(err)
			}
			if anew.ID == o.ID || anew.Attempt != 1 {
				t.Errorf("filed anew it is order %s, attempt %d", anew.ID, anew.Attempt)
			}
			d.confirm(anew.ID, 1)
			d.passAll(anew)
		})
	}
}

func TestTheClientsCancellationEndsOnlyTheAccessWhereThereIsAnother(t *testing.T) {
	t.Parallel()
	d := newFiledDesk(t, simulator.Options{})
	o := d.approved(typed(company("elsewhere.example.com", "91310106MA2ELSEWHERE"), v1alpha1.AccessFiling))
	o, err := d.client.Cancel(t.Context(), "cancellation-of-it", o.ID)
	if err != nil || ending(o) != "1 Approved Cancelled AccessCancelled" {
		t.Errorf("the history ends with %v, %v", o, err)
	}
}

func TestTheEndOfASubjectEndsAllItsOrders(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	first := d.approved(company("one.example.com", owner))
	returned := d.confirmed(typed(company("two.example.com", owner), v1alpha1.NewWebsiteFiledHere))
	d.decide(returned.ID, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
	underWay := d.confirmed(typed(company("three.example.com", owner), v1alpha1.NewWebsiteFiledHere))
	other := d.approved(company("four.example.com", "91330106MA2OTHER"))

	d.decide(first.ID, simulator.Ruling{Decision: v1alpha1.DecisionRevoked, Reasons: []string{"SubjectCancelled"}})
	want := map[string]string{
		first.ID:    "1 Approved Revoked SubjectCancelled",
		returned.ID: "1 PreliminaryReview Cancelled SubjectCancelled",
		underWay.ID: "1 PreliminaryReview Cancelled SubjectCancelled",
		other.ID:    "1 BureauReview Passed 浙ICP备26000002号 浙ICP备26000002号-1",
	}
	for id, line := range want {
		if got := ending(d.get(id)); got != line {
			t.Errorf("%s ends with %q, want %q", d.get(id).Domain, got, line)
		}
	}
	events := d.events(d.client, "", 1000).Events
	last := []string{events[len(events)-3].OrderID, events[len(events)-2].OrderID, events[len(events)-1].OrderID}
	if diff := cmp.Diff([]string{first.ID, returned.ID, underWay.ID}, last); diff != "" {
		t.Errorf("the feed tells of other ends (-want +got):\n%s", diff)
	}
}

func TestTenWebsitesOfOneSubjectAreFiledOneAfterAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	site := func(i int) provider.Application { return company(fmt.Sprintf("site%d.example.com", i), owner) }
	for i := range 10 {
		want := v1alpha1.NewWebsiteFiledHere
		if i == 0 {
			want = v1alpha1.FirstFiling
		}
		if got := d.determine(site(i)).Type; got != want {
			t.Fatalf("website %d is a %s, want %s", i, got, want)
		}
		o := d.confirmed(typed(site(i), want))
		for waiting := i + 1; waiting < 10; waiting++ {
			_, err := d.client.Create(t.Context(), provider.Key("", site(waiting).Spec.Domain.Name, 1, v1alpha1.StageProductVerification), typed(site(waiting), d.determine(site(waiting)).Type))
			refused(t, err, "OrderInProgress")
		}
		line := fmt.Sprintf("1 BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-%d", i+1)
		if got := ending(d.passAll(o)); got != line {
			t.Errorf("website %d ends with %q, want %q", i, got, line)
		}
	}
}

func TestAPlanEndsAFiling(t *testing.T) {
	t.Parallel()
	known, err := simulator.ParseKnown([]byte(`plan: [{domain: shop.example.com, stage: Approved, decision: Cancelled, reasons: [AccessCancelled]}]`))
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, simulator.Options{Known: known})
	if got := ending(d.confirmed(company(domain, owner))); got != "1 Approved Cancelled AccessCancelled ShellFiling" {
		t.Errorf("the history ends with %q", got)
	}
}
