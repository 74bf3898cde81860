package simulator_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

const domain = "shop.example.com"

// waiting is a desk whose reviewers wait for decisions by hand.
func waiting() simulator.Options {
	return simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}}
}

func TestTheSameKeyTwiceIsOneEffect(t *testing.T) {
	t.Parallel()
	for name, e := range effects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, waiting())
			id := e.ready(d)
			for range 3 {
				if err := e.do(t.Context(), d.client, "a-key-of-its-own", id); err != nil {
					t.Fatal(err)
				}
			}
			if got := e.count(d); got != 1 {
				t.Errorf("%d effects, want 1", got)
			}
			if h := d.Requests(); h.RepeatedKeys != 2 {
				t.Errorf("%d repeated keys were counted, want 2", h.RepeatedKeys)
			}
		})
	}
}

func TestAnEffectWhoseAnswerIsLostHappensOnce(t *testing.T) {
	t.Parallel()
	kinds := []simulator.FaultKind{
		simulator.FaultDropAfterEffect, simulator.FaultDrop, simulator.FaultStatus, simulator.FaultDuplicate,
		simulator.FaultWrongContentType, simulator.FaultMalformed, simulator.FaultOversized,
	}
	for name, e := range effects() {
		for _, kind := range kinds {
			t.Run(name+" with the fault "+string(kind), func(t *testing.T) {
				t.Parallel()
				d := newHostileDesk(t, waiting())
				id := e.ready(d)
				// More faults than one call tries: the call fails, as it does when the operator dies in its middle.
				if err := d.AddFault(simulator.Fault{Kind: kind, Operation: e.operation, Times: 4}); err != nil {
					t.Fatal(err)
				}
				lost := e.do(t.Context(), d.client, "a-key-of-its-own", id)
				if provider.ClassOf(lost) == provider.Rejected || provider.ClassOf(lost) == provider.Misconfigured {
					t.Errorf("a lost answer is taken for a refusal: %v", lost)
				}
				d.ClearFaults()
				if err := e.do(t.Context(), d.newClient(providerhttp.Options{}), "a-key-of-its-own", id); err != nil {
					t.Fatalf("asked again: %v", err)
				}
				if got := e.count(d); got != 1 {
					t.Errorf("%d effects, want 1", got)
				}
				if h := d.Requests(); len(h.Duplicates) != 0 {
					t.Errorf("a second order was asked for: %v", h.Duplicates)
				}
			})
		}
	}
}

func TestOneLostAnswerIsMadeGoodWithinTheCall(t *testing.T) {
	t.Parallel()
	for name, e := range effects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newHostileDesk(t, waiting())
			id := e.ready(d)
			if err := d.AddFault(simulator.Fault{Kind: simulator.FaultDropAfterEffect, Operation: e.operation}); err != nil {
				t.Fatal(err)
			}
			if err := e.do(t.Context(), d.client, "a-key-of-its-own", id); err != nil {
				t.Fatal(err)
			}
			if got := e.count(d); got != 1 {
				t.Errorf("%d effects, want 1", got)
			}
		})
	}
}

func TestAKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	a := company(domain, "91330106MA2EXAMPLE")
	if _, err := d.client.Create(t.Context(), "a-key-of-its-own", a); err != nil {
		t.Fatal(err)
	}
	other := company(domain, "91330106MA2EXAMPLE")
	other.Spec.Website.Name = "另一商城"
	_, err := d.client.Create(t.Context(), "a-key-of-its-own", other)
	refused(t, err, "IdempotencyKeyReused")
	_, err = d.client.Create(t.Context(), "another-key-for-it", a)
	refused(t, err, "OrderExists")
	want := []simulator.Duplicate{{Domain: domain, Refused: 1}}
	if diff := cmp.Diff(want, d.Requests().Duplicates); diff != "" {
		t.Errorf("duplicates (-want +got):\n%s", diff)
	}
}

func TestWhatWasRefusedCanBeAskedForAgainWithTheSameKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	a := company(domain, "91330106MA2EXAMPLE")
	a.Spec.Domain.RealNameVerified = false
	_, err := d.client.Create(t.Context(), "a-key-of-its-own", a)
	refused(t, err, "DomainNotRealNameVerified")
	a.Spec.Domain.RealNameVerified = true
	if _, err := d.client.Create(t.Context(), "a-key-of-its-own", a); err != nil {
		t.Error(err)
	}
}

func TestARestoredClusterFindsItsOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	find := func(account, domain string) *procedure.Order {
		t.Helper()
		o, err := d.client.Find(t.Context(), account, domain)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := find("", domain); o != nil {
		t.Errorf("before there is an order, %s is found", o.ID)
	}
	first := d.create(company(domain, "91330106MA2EXAMPLE"))
	if _, err := d.client.Cancel(t.Context(), "cancellation-of-1", first.ID); err != nil {
		t.Fatal(err)
	}
	second, err := d.client.Create(t.Context(), "the-order-after-it", company(domain, "91330106MA2EXAMPLE"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(second, find("", domain)); diff != "" {
		t.Errorf("the newest order is found otherwise than it was made (-want +got):\n%s", diff)
	}
	if o := find("another-account", domain); o != nil {
		t.Errorf("another account finds %s", o.ID)
	}
	if o := find("", "other.example.com"); o != nil {
		t.Errorf("another domain finds %s", o.ID)
	}
}

func TestOrdersTakeAnEffectOnlyInItsTime(t *testing.T) {
	t.Parallel()
	file := provider.File{Kind: v1alpha1.MaterialAuxiliary, Part: 2, Body: []byte("a scan")}
	tests := map[string]struct {
		do     func(d *desk) error
		reason string
		class  provider.Class
	}{
		"an order that does not exist is not read": {
			do: func(d *desk) error { _, err := d.client.Get(d.t.Context(), "O99"); return err }, reason: "UnknownOrder",
		},
		"an order that does not exist is not confirmed": {
			do: func(d *desk) error {
				_, err := d.client.Confirm(d.t.Context(), "a-key-of-its-own", "O99", 1)
				return err
			}, reason: "UnknownOrder",
		},
		"a confirmation waits for the files that were announced": {
			do: func(d *desk) error {
				a := company(domain, "91330106MA2EXAMPLE")
				a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}}
				_, err := d.client.Confirm(d.t.Context(), "a-key-of-its-own", d.create(a).ID, 1)
				return err
			}, reason: "MaterialsMissing",
		},
		"a confirmation that comes too early passes by itself": {
			do: func(d *desk) error {
				if err := d.SetManual(v1alpha1.StageProductVerification, true); err != nil {
					return err
				}
				_, err := d.client.Confirm(d.t.Context(), "a-key-of-its-own", d.create(company(domain, "91330106MA2EXAMPLE")).ID, 1)
				return err
			}, reason: "NotYet", class: provider.Transient,
		},
		"a second confirmation with another key is refused": {
			do: func(d *desk) error {
				_, err := d.client.Confirm(d.t.Context(), "a-key-of-its-own", d.confirmed(company(domain, "91330106MA2EXAMPLE")).ID, 1)
				return err
			}, reason: "NotSubmittable",
		},
		"a confirmation of another attempt is refused": {
			do: func(d *desk) error {
				_, err := d.client.Confirm(d.t.Context(), "a-key-of-its-own", d.create(company(domain, "91330106MA2EXAMPLE")).ID, 2)
				return err
			}, reason: "AttemptMismatch",
		},
		"an order that nobody returned is not resubmitted": {
			do: func(d *desk) error {
				a := company(domain, "91330106MA2EXAMPLE")
				_, err := d.client.Resubmit(d.t.Context(), "a-key-of-its-own", d.confirmed(a).ID, 2, a)
				return err
			}, reason: "NotSubmittable",
		},
		"an attempt is not left out": {
			do: func(d *desk) error {
				a := company(domain, "91330106MA2EXAMPLE")
				id := d.confirmed(a).ID
				d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
				_, err := d.client.Resubmit(d.t.Context(), "a-key-of-its-own", id, 3, a)
				return err
			}, reason: "AttemptMismatch",
		},
		"an order does not change its domain": {
			do: func(d *desk) error {
				id := d.confirmed(company(domain, "91330106MA2EXAMPLE")).ID
				d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
				_, err := d.client.Resubmit(d.t.Context(), "a-key-of-its-own", id, 2, company("other.example.com", "91330106MA2EXAMPLE"))
				return err
			}, reason: "InvalidFacts",
		},
		"a file is not taken once the order is confirmed": {
			do: func(d *desk) error {
				return d.client.Upload(d.t.Context(), "a-key-of-its-own", d.confirmed(company(domain, "91330106MA2EXAMPLE")).ID, file)
			}, reason: "NotSubmittable",
		},
		"a file is taken while a supplement is asked for": {
			do: func(d *desk) error {
				id := d.confirmed(company(domain, "91330106MA2EXAMPLE")).ID
				d.decide(id, simulator.Ruling{Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskSupplement, Due: metav1.Duration{Duration: 1e9}})
				return d.client.Upload(d.t.Context(), "a-key-of-its-own", id, file)
			},
		},
		"an empty file is not sent at all": {
			do: func(d *desk) error {
				return d.client.Upload(d.t.Context(), "a-key-of-its-own", "O1", provider.File{Kind: v1alpha1.MaterialAuxiliary})
			}, reason: "TooLarge",
		},
		"a file that is too large is not sent at all": {
			do: func(d *desk) error {
				body := []byte(strings.Repeat("x", 10<<20+1))
				return d.client.Upload(d.t.Context(), "a-key-of-its-own", "O1", provider.File{Kind: v1alpha1.MaterialAuxiliary, Body: body})
			}, reason: "TooLarge",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.do(newDesk(t, waiting()))
			want := test.class
			if want == "" && test.reason != "" {
				want = provider.Rejected
			}
			if provider.ReasonOf(err) != test.reason || provider.ClassOf(err) != want {
				t.Errorf("got %v, want %s %s", err, want, test.reason)
			}
		})
	}
}
