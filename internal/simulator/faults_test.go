package simulator_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestAFaultLooksToTheClientLikeWhatItIs(t *testing.T) {
	t.Parallel()
	second := metav1.Duration{Duration: time.Second}
	tests := map[string]struct {
		fault  simulator.Fault
		class  provider.Class
		reason string
		wait   time.Duration
	}{
		"an overloaded server":         {simulator.Fault{Kind: simulator.FaultStatus, Reason: "Unavailable", RetryAfter: second}, provider.Transient, "Unavailable", time.Second},
		"an overloaded proxy":          {simulator.Fault{Kind: simulator.FaultStatus, Status: 502, RetryAfter: second}, provider.Transient, "HTTP502", time.Second},
		"a server that is hurried":     {simulator.Fault{Kind: simulator.FaultStatus, Status: 429, Reason: "TooManyRequests"}, provider.Transient, "TooManyRequests", 0},
		"a token that was withdrawn":   {simulator.Fault{Kind: simulator.FaultStatus, Status: 401, Reason: "Unauthorized"}, provider.Misconfigured, "Unauthorized", 0},
		"a refusal":                    {simulator.Fault{Kind: simulator.FaultStatus, Status: 422, Reason: "WebsiteNameInvalid"}, provider.Rejected, "WebsiteNameInvalid", 0},
		"a connection that breaks":     {simulator.Fault{Kind: simulator.FaultDrop}, provider.Transient, provider.ReasonUnreachable, 0},
		"an answer that is lost":       {simulator.Fault{Kind: simulator.FaultDropAfterEffect}, provider.Transient, provider.ReasonUnreachable, 0},
		"a sign-in page":               {simulator.Fault{Kind: simulator.FaultWrongContentType}, provider.Transient, provider.ReasonWrongMediaType, 0},
		"half an answer":               {simulator.Fault{Kind: simulator.FaultMalformed}, provider.Transient, provider.ReasonMalformedAnswer, 0},
		"an answer without end":        {simulator.Fault{Kind: simulator.FaultOversized}, provider.Transient, provider.ReasonAnswerTooLarge, 0},
		"an answer that comes late":    {simulator.Fault{Kind: simulator.FaultDelay, Delay: metav1.Duration{Duration: time.Hour}}, provider.Transient, provider.ReasonTimeout, 0},
		"a request that comes twice":   {simulator.Fault{Kind: simulator.FaultDuplicate}, "", "", 0},
		"a delay within the patience":  {simulator.Fault{Kind: simulator.FaultDelay, Delay: metav1.Duration{Duration: time.Microsecond}}, "", "", 0},
		"a fault of another operation": {simulator.Fault{Kind: simulator.FaultDrop, Operation: "getOrder"}, "", "", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newHostileDesk(t, simulator.Options{})
			test.fault.Times = 100
			if err := d.AddFault(test.fault); err != nil {
				t.Fatal(err)
			}
			patience := time.Minute
			if test.reason == provider.ReasonTimeout {
				patience = 100 * time.Millisecond // whoever waits for nothing need not wait for long
			}
			_, err := d.newClient(providerhttp.Options{Timeout: patience, Tries: 1}).LookUp(t.Context(), domain)
			if provider.ClassOf(err) != test.class || provider.ReasonOf(err) != test.reason || provider.RetryAfterOf(err) != test.wait {
				t.Errorf("got %v, want %s %s, wait %s", err, test.class, test.reason, test.wait)
			}
		})
	}
}

func TestScriptedFaultsComeInTheirOrderAndEnd(t *testing.T) {
	t.Parallel()
	d := newHostileDesk(t, simulator.Options{})
	c := d.newClient(providerhttp.Options{Tries: 1})
	for _, f := range []simulator.Fault{
		{Kind: simulator.FaultStatus, Status: 500, Times: 2},
		{Kind: simulator.FaultStatus, Status: 501, Operation: "getOrder"},
		{Kind: simulator.FaultStatus, Status: 502},
	} {
		if err := d.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for range 4 {
		_, err := c.LookUp(t.Context(), domain)
		got = append(got, provider.ReasonOf(err))
	}
	if diff := cmp.Diff([]string{"HTTP500", "HTTP500", "HTTP502", ""}, got); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s", diff)
	}
	script, _ := d.Faults()
	if len(script) != 1 || script[0].Operation != "getOrder" {
		t.Errorf("faults left: %+v", script)
	}
}

func TestRandomFaultsAreThoseOfTheirSeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64, rate float64) []string {
		d := newHostileDesk(t, simulator.Options{})
		if err := d.SetRandomFaults(simulator.RandomFaults{Rate: rate, Seed: seed, Faults: []simulator.Fault{{Kind: simulator.FaultStatus, Status: 500}, {Kind: simulator.FaultMalformed}}}); err != nil {
			t.Fatal(err)
		}
		c := d.newClient(providerhttp.Options{Tries: 1})
		var got []string
		for range 60 {
			_, err := c.LookUp(t.Context(), domain)
			got = append(got, provider.ReasonOf(err))
		}
		return got
	}
	first := run(7, 0.3)
	if diff := cmp.Diff(first, run(7, 0.3)); diff != "" {
		t.Errorf("the same seed fails otherwise (-first +second):\n%s", diff)
	}
	if cmp.Equal(first, run(8, 0.3)) {
		t.Error("another seed fails alike")
	}
	faults := 0
	for _, reason := range first {
		if reason != "" {
			faults++
		}
	}
	if faults < 6 || faults > 36 {
		t.Errorf("%d of 60 calls failed at a rate of 0.3", faults)
	}
	for _, reason := range run(7, 0) {
		if reason != "" {
			t.Errorf("at the rate 0 a call failed as %s", reason)
		}
	}
}

func TestEventsThatComeTwiceCarryTheSameCursor(t *testing.T) {
	t.Parallel()
	d := newHostileDesk(t, simulator.Options{})
	d.create(company(domain, "91330106MA2EXAMPLE"))
	once := d.events(d.client, "", 100)
	if err := d.AddFault(simulator.Fault{Kind: simulator.FaultDuplicate, Operation: "listEvents"}); err != nil {
		t.Fatal(err)
	}
	twice := d.events(d.client, "", 100)
	var want []provider.Event
	for _, e := range once.Events {
		want = append(want, e, e)
	}
	if diff := cmp.Diff(provider.Page{Events: want, Next: once.Next}, twice); diff != "" {
		t.Errorf("the page differs (-want +got):\n%s", diff)
	}
}

func TestTheEventsOfAPageMayComeBackwardsOrNeverAndTheFeedGoesOn(t *testing.T) {
	t.Parallel()
	for kind, want := range map[simulator.FaultKind]func([]provider.Event) []provider.Event{
		simulator.FaultReorderEvents: func(events []provider.Event) []provider.Event {
			backwards := slices.Clone(events)
			slices.Reverse(backwards)
			return backwards
		},
		simulator.FaultLoseEvents: func([]provider.Event) []provider.Event { return []provider.Event{} },
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			d := newHostileDesk(t, simulator.Options{})
			d.create(company(domain, "91330106MA2EXAMPLE"))
			d.create(company("second.example.com", "91330106MA2SECONDX"))
			all := d.events(d.client, "", 100)
			if len(all.Events) < 2 {
				t.Fatalf("%d events, want some to change", len(all.Events))
			}
			if err := d.AddFault(simulator.Fault{Kind: kind}); err != nil {
				t.Fatal(err)
			}
			if _, err := d.client.LookUp(t.Context(), domain); err != nil {
				t.Errorf("a call that tells of no events suffers from it: %v", err)
			}
			got := d.events(d.client, "", 100)
			if diff := cmp.Diff(provider.Page{Events: want(all.Events), Next: all.Next}, got); diff != "" {
				t.Errorf("the page differs (-want +got):\n%s", diff)
			}
			if after := d.events(d.client, got.Next, 100); len(after.Events) != 0 {
				t.Errorf("%d events came again", len(after.Events))
			}
		})
	}
}

func TestASlowBodyIsReadAsLongAsItComesInTime(t *testing.T) {
	t.Parallel()
	d := newHostileDesk(t, simulator.Options{})
	for _, delay := range []time.Duration{20 * time.Millisecond, time.Minute} {
		if err := d.AddFault(simulator.Fault{Kind: simulator.FaultSlowBody, Delay: metav1.Duration{Duration: delay}}); err != nil {
			t.Fatal(err)
		}
	}
	c := d.newClient(providerhttp.Options{Tries: 1})
	if _, err := c.LookUp(t.Context(), domain); err != nil {
		t.Errorf("a body that takes 20 ms: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := c.LookUp(ctx, domain); provider.ClassOf(err) != provider.Transient {
		t.Errorf("a body that takes longer than the call may: %v, want a failure that passes", err)
	}
}

func TestOrdersEndAsTheyShouldAmongFaultsOfEveryKind(t *testing.T) {
	t.Parallel()
	const orders = 40
	d := newHostileDesk(t, simulator.Options{})
	if err := d.SetRandomFaults(simulator.RandomFaults{Rate: 0.2, Seed: 42}); err != nil {
		t.Fatal(err)
	}
	patient := d.newClient(providerhttp.Options{})
	// insist asks until it is answered, as a reconciler does.
	insist := func(what string, do func() error) {
		t.Helper()
		var err error
		for range 50 {
			if err = do(); err == nil {
				return
			}
			if provider.ClassOf(err) != provider.Transient {
				t.Fatalf("%s: %v", what, err)
			}
		}
		t.Fatalf("%s still fails: %v", what, err)
	}
	for i := range orders {
		a := company(fmt.Sprintf("site%d.example.com", i), fmt.Sprint("91330106MA2", i))
		id := ""
		insist("create", func() error {
			o, err := patient.Create(t.Context(), provider.Key("", a.Spec.Domain.Name, 1, "ProductVerification"), a)
			if err == nil {
				id = o.ID
			}
			return err
		})
		insist("confirm", func() error {
			_, err := patient.Confirm(t.Context(), provider.Key("", a.Spec.Domain.Name, 1, "Confirmation"), id, 1)
			return err
		})
	}
	history := d.Requests()
	approved := 0
	for _, o := range d.Orders() {
		if o.Stage == "Approved" {
			approved++
		}
	}
	if approved != orders || len(d.Orders()) != orders || len(history.Duplicates) != 0 {
		t.Errorf("%d orders, %d approved, duplicates %v; want %d of each and none", len(d.Orders()), approved, history.Duplicates, orders)
	}
	if history.Total <= 2*orders {
		t.Errorf("%d requests for %d effects: no fault made itself felt", history.Total, 2*orders)
	}
}

func TestFaultsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	d := newHostileDesk(t, simulator.Options{})
	if err := d.AddFault(simulator.Fault{Kind: "Sulk"}); err == nil {
		t.Error("an unknown kind was taken")
	}
	if err := d.AddFault(simulator.Fault{Kind: simulator.FaultStatus, Status: 99}); err == nil {
		t.Error("an impossible status was taken")
	}
	if err := d.SetRandomFaults(simulator.RandomFaults{Rate: 2}); err == nil {
		t.Error("a rate of 2 was taken")
	}
	if err := d.SetRandomFaults(simulator.RandomFaults{Rate: 1, Faults: []simulator.Fault{{Kind: "Sulk"}}}); err == nil {
		t.Error("an unknown kind was taken for chance")
	}
}
