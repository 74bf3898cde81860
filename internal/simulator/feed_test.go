package simulator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func (d *desk) events(c *providerhttp.Client, cursor string, limit int) provider.Page {
	d.t.Helper()
	page, err := c.Events(d.t.Context(), cursor, limit)
	if err != nil {
		d.t.Fatal(err)
	}
	return page
}

func domains(events []provider.Event) []string {
	var list []string
	for _, e := range events {
		list = append(list, e.Domain)
	}
	return list
}

func TestTheFeedTellsEveryChangeInOrderAndOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Delays: map[v1alpha1.StageName]time.Duration{v1alpha1.StageProductVerification: time.Minute}, Manual: []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity}})
	empty := d.events(d.client, "", 10)
	if len(empty.Events) != 0 || empty.More || empty.Next == "" {
		t.Errorf("before anything happened the feed says %+v", empty)
	}
	for i := range 3 {
		d.create(company(fmt.Sprintf("site%d.example.com", i), fmt.Sprint("91330106MA2", i)))
		d.later(time.Second)
	}
	d.later(time.Hour)

	// Each order: its type, then a minute later the product, the information and the files that are there.
	want := []string{"site0.example.com", "site1.example.com", "site2.example.com"}
	for i := range 3 {
		site := fmt.Sprintf("site%d.example.com", i)
		want = append(want, site, site, site)
	}
	var got []string
	cursor, calls := empty.Next, 0
	for more := true; more; calls++ {
		// Each page is asked for by a client that knows nothing but the cursor.
		page := d.events(d.newClient(providerhttp.Options{}), cursor, 5)
		got = append(got, domains(page.Events)...)
		cursor, more = page.Next, page.More
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events differ (-want +got):\n%s", diff)
	}
	if calls != 3 {
		t.Errorf("%d calls for %d events, want 3", calls, len(want))
	}
	again := d.events(d.client, cursor, 5)
	if len(again.Events) != 0 || again.Next != cursor {
		t.Errorf("at its end the feed says %+v", again)
	}
}

func TestTheFeedGoesOnAfterAnyOfItsEvents(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{})
	for i := range 4 {
		d.create(company(fmt.Sprintf("site%d.example.com", i), fmt.Sprint("91330106MA2", i)))
	}
	whole := d.events(d.client, "", 1000)
	for i, e := range whole.Events {
		if diff := cmp.Diff(whole.Events[i+1:], d.events(d.client, e.Cursor, 1000).Events); diff != "" && i+1 < len(whole.Events) {
			t.Errorf("after event %d (-want +got):\n%s", i, diff)
		}
		if i > 0 && e.At.Before(whole.Events[i-1].At) {
			t.Errorf("event %d is of a time before the one before it", i)
		}
	}
}

func TestACursorOfAnotherFeedIsUnknown(t *testing.T) {
	t.Parallel()
	d, other := newDesk(t, simulator.Options{}), newDesk(t, simulator.Options{})
	o := d.create(company(domain, "91330106MA2EXAMPLE"))
	other.create(company(domain, "91330106MA2EXAMPLE"))
	good := d.events(d.client, "", 10).Next
	for name, cursor := range map[string]string{
		"made up":         "made-up",
		"no base64":       "***",
		"of another feed": other.events(other.client, "", 10).Next,
		"an order's id":   o.ID,
	} {
		_, err := d.client.Events(t.Context(), cursor, 10)
		if provider.ReasonOf(err) != "UnknownCursor" || provider.ClassOf(err) != provider.Rejected {
			t.Errorf("a cursor %s: %v", name, err)
		}
	}
	if page := d.events(d.client, good, 10); len(page.Events) != 0 {
		t.Error("a good cursor was disturbed")
	}
}

func TestTenThousandWaitingOrdersCostOneCallAPoll(t *testing.T) {
	t.Parallel()
	const waiting = 10_000
	d := newHostileDesk(t, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}, ParallelOrders: true})
	for i := range waiting {
		if err := d.AddOrder(simulator.NewOrder{Domain: fmt.Sprintf("site%d.example.com", i), Confirmed: true}); err != nil {
			t.Fatal(err)
		}
	}
	cursor := ""
	for more := true; more; {
		page := d.events(d.client, cursor, 1000)
		cursor, more = page.Next, page.More
	}
	d.ForgetRequests()
	newest, _ := d.NewestOrder("site5000.example.com")
	d.decide(newest.Order.ID, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
	page := d.events(d.client, cursor, 1000)
	if diff := cmp.Diff([]string{"site5000.example.com"}, domains(page.Events)); diff != "" {
		t.Errorf("events of the poll (-want +got):\n%s", diff)
	}
	if got := d.Requests().Total; got != 1 {
		t.Errorf("the poll took %d calls, want 1", got)
	}
}
