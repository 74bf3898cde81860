package conformance_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/conformance"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

const token = "not-a-secret-outside-a-test"

// served is a simulator that leaves the reviews to a person, behind what a test puts before it.
func served(t *testing.T, before func(http.Handler) http.Handler) (conformance.Options, *simulator.Simulator) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Token: token, Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview}})
	if err != nil {
		t.Fatal(err)
	}
	handler := sim.Protocol()
	if before != nil {
		handler = before(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	clock := pauses{clocktesting.NewFakeClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
	return conformance.Options{URL: server.URL + "/v1", Token: token, Run: "t1", Patience: 5 * time.Second, Clock: clock, Decide: byHand(sim)}, sim
}

// pauses is a clock on which nothing takes time but pauses, and those are over at once: patience is at its end after so many
// tries, however busy the machine is.
type pauses struct{ *clocktesting.FakeClock }

// After implements clock.Clock.
func (p pauses) After(d time.Duration) <-chan time.Time {
	over := p.FakeClock.After(d)
	p.Step(d)
	return over
}

func byHand(sim *simulator.Simulator) conformance.Decide {
	return func(_ context.Context, d conformance.Decision) error {
		return sim.Decide(d.OrderID, simulator.Ruling{Stage: v1alpha1.StageName(d.Stage), Decision: v1alpha1.Decision(d.Decision), Reasons: d.Reasons})
	}
}

func run(t *testing.T, o conformance.Options) map[string]conformance.Result {
	t.Helper()
	results, err := conformance.Run(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]conformance.Result{}
	for _, r := range results {
		if _, twice := all[r.Case.Name]; twice {
			t.Errorf("two cases have the name %q", r.Case.Name)
		}
		all[r.Case.Name] = r
	}
	return all
}

func TestTheSimulatorKeepsTheProtocol(t *testing.T) {
	t.Parallel()
	o, sim := served(t, nil)
	for name, r := range run(t, o) {
		switch {
		case r.Outcome == conformance.Passed:
		case r.Outcome == conformance.NotTested && strings.Contains(r.Message, "second client's token"):
		default:
			t.Errorf("%s: %s: %s\n%s", r.Outcome, name, r.Message, strings.Join(r.Exchanges, "\n"))
		}
	}
	for _, order := range sim.Orders() {
		if order.Stage != string(v1alpha1.StageCancelled) {
			t.Errorf("order %s is left behind at %s", order.Order.ID, order.Stage)
		}
	}
}

func TestWhatNeedsADecisionIsNotTestedWithoutOne(t *testing.T) {
	t.Parallel()
	o, _ := served(t, nil)
	o.Decide, o.Only = nil, regexp.MustCompile("returned names its reasons|approval brings")
	results := run(t, o)
	if len(results) != 2 {
		t.Fatalf("%d cases were run, want 2", len(results))
	}
	for name, r := range results {
		if r.Outcome != conformance.NotTested || r.Message == "" {
			t.Errorf("%s: %s: %s", r.Outcome, name, r.Message)
		}
	}
}

func TestASecondRunMeetsNothingOfTheFirst(t *testing.T) {
	t.Parallel()
	o, _ := served(t, nil)
	o.Only = regexp.MustCompile("one effect|open order")
	for _, name := range []string{"one", "two"} {
		o.Run = name
		for name, r := range run(t, o) {
			if r.Outcome != conformance.Passed {
				t.Errorf("run %s: %s: %s", o.Run, name, r.Message)
			}
		}
	}
}

func TestAServerThatIsNotThereOrDoesNotTakeTheTokenIsNoResult(t *testing.T) {
	t.Parallel()
	o, _ := served(t, nil)
	for what, change := range map[string]func(*conformance.Options){
		"an address that is none":     func(o *conformance.Options) { o.URL = "provider.example.com" },
		"an address nobody answers":   func(o *conformance.Options) { o.URL = "http://127.0.0.1:1/v1" },
		"a token that is not taken":   func(o *conformance.Options) { o.Token = "another" },
		"no token where one is asked": func(o *conformance.Options) { o.Token = "" },
	} {
		broken := o
		change(&broken)
		if results, err := conformance.Run(t.Context(), broken, nil); err == nil {
			t.Errorf("%s: %d results, and no error", what, len(results))
		}
	}
}

func TestEveryCaseNamesAClauseOfTheDocumentationAndARemedy(t *testing.T) {
	t.Parallel()
	page := documentation(t)
	for _, c := range conformance.Cases() {
		if !strings.Contains(page, "\n## "+c.Clause+"\n") {
			t.Errorf("%s: the documentation has no heading %q", c.Name, c.Clause)
		}
		if c.Remedy == "" {
			t.Errorf("%s: no remedy", c.Name)
		}
	}
}
