package scale_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What is promised of so many filings in force, each with a route. It is counted by the API server and the provider, and by
// Linux for the operator, which runs as a process of its own.
func TestAPlatformOfManyFilingsAndRoutesCostsHardlyAnything(t *testing.T) {
	p := sowPlatform(t, *many)
	before := counted(t)
	program := p.program(t)
	kept := profileCPU(t, "started", 10*time.Second)
	caughtUp := p.untilIdle(t, program)
	kept()
	writes := counted(t).Since(before)
	report(t, fmt.Sprintf("cold start over %d + %d, until it is idle; the operator's CPU", *many, *many), fmt.Sprintf("%.1f s; %.1f s", caughtUp.Seconds(), usage(t, program).CPU.Seconds()), "≤ 5 s")
	report(t, "writes during it", fmt.Sprint(total(writes)), "0")
	t.Logf("a start wrote %v", writes)
	held(t, "writes of a start over what stands", float64(total(writes)))

	profile(t, "heap", "started")
	p.rest(t, program, "asking its feed each second", "")
	if *resting > 30*time.Second {
		p.poll(t, nil)
		p.untilIdle(t, program)
		p.rest(t, program, "as by default", "< 1 %")
		p.poll(t, &metav1.Duration{Duration: time.Second})
		p.untilIdle(t, program)
	}
	p.approveOneByOne(t, program)
	kept = profileCPU(t, "revoked", 20*time.Second)
	p.revokeManyAtOnce(t)
	kept()
	profile(t, "allocs", "all")

	used := usage(t, program)
	report(t, fmt.Sprintf("the operator's memory over all of it, at %d + %d (RSS; its peak)", *many, *many), fmt.Sprintf("%d MiB; %d MiB", used.Resident>>20, used.Peak>>20), "≤ 150 MiB")
}

// rest watches the platform while nothing happens. How often the feed is asked decides what is taken of a core.
func (p *platform) rest(t *testing.T, program *cluster.Program, asking, goal string) {
	t.Helper()
	before, used := counted(t), usage(t, program)
	p.desk.ForgetRequests()
	since := time.Now()
	pass(t, *resting)
	after, took := usage(t, program), time.Since(since)
	asked := p.desk.Requests()
	writes := total(counted(t).Since(before))
	share := 100 * (after.CPU - used.CPU).Seconds() / took.Seconds()
	report(t, fmt.Sprintf("steady state, %.0f s: writes", took.Seconds()), fmt.Sprint(writes), "0")
	report(t, "steady state: provider calls a poll interval", fmt.Sprintf("%.2f", float64(asked.Total)/float64(max(asked.Operations["listEvents"], 1))), "≤ 2")
	report(t, "steady state, "+asking+": of a core", fmt.Sprintf("%.2f %%", share), goal)
	report(t, "steady state: the operator's memory (RSS)", fmt.Sprintf("%d MiB", after.Resident>>20), "≤ 150 MiB")
	held(t, "writes while nothing happens", float64(writes))
	// The interval's edges are not the watch's: two calls more may be in it.
	held(t, "provider calls in a poll interval", float64(asked.Total-2)/float64(max(asked.Operations["listEvents"], 1)))
}

// approveOneByOne has the bureau approve the filings that wait, one after the other, and measures how soon each one's route is
// released, and what the operator spends on each.
func (p *platform) approveOneByOne(t *testing.T, program *cluster.Program) {
	t.Helper()
	kept := profileCPU(t, "approved", 10*time.Second)
	defer kept()
	used, before, read := usage(t, program), counted(t), reads(t)
	var took []time.Duration
	for _, i := range p.waiting {
		key := p.key(i)
		if err := p.desk.Decide(p.orders[i], simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed}); err != nil {
			t.Fatal(err)
		}
		open := p.seen.until(t, opened, key)
		took = append(took, p.seen.until(t, released, key).Sub(open))
	}
	n := len(p.waiting)
	spent := (usage(t, program).CPU - used.CPU) / time.Duration(n)
	asked := reads(t).Since(read)
	slices.Sort(took)
	report(t, fmt.Sprintf("one approval among %d → its route released, p50, p99", *many), fmt.Sprintf("%d, %d ms", took[n/2].Milliseconds(), took[n*99/100].Milliseconds()), "≤ 100, ≤ 500 ms")
	report(t, fmt.Sprintf("one approval among %d: writes, reads past the watches, the operator's CPU", *many),
		fmt.Sprintf("%.1f, %.1f, %d ms", float64(total(counted(t).Since(before)))/float64(n), float64(total(asked))/float64(n), spent.Milliseconds()), "as much as among few")
	t.Logf("it read %v", asked)
	held(t, "writes of one approval", float64(total(counted(t).Since(before)))/float64(n))
	held(t, "reads past the watches of one approval", float64(total(asked))/float64(n))
}

// revokeManyAtOnce has the bureau revoke filings all over the platform at the same time, and measures how long it takes until
// the last of their routes is parked, from the provider's first word.
func (p *platform) revokeManyAtOnce(t *testing.T) {
	t.Helper()
	n := min(1000, *many/2)
	before, start := counted(t), time.Now()
	for i := range n {
		if err := p.desk.Decide(p.orders[p.spread(i, n)], simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}}); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("the provider decided within %.1f s", time.Since(start).Seconds())
	took := make([]time.Duration, n)
	for i := range n {
		took[i] = p.seen.until(t, parked, p.key(p.spread(i, n))).Sub(start)
	}
	slices.Sort(took)
	report(t, fmt.Sprintf("%d revoked at once over %d namespaces → the last route parked", n, min(n, p.namespaces())), fmt.Sprintf("%.1f s", took[n-1].Seconds()), "≤ 10 s")
	t.Logf("the first after %.1f s, a tenth %.1f, half %.1f, nine tenths %.1f; until then: %v",
		took[0].Seconds(), took[n/10].Seconds(), took[n/2].Seconds(), took[n*9/10].Seconds(), counted(t).Since(before))
}

// endOfFeed is the cursor behind which a provider has no event.
func endOfFeed(t *testing.T, provider http.Handler) string {
	t.Helper()
	for cursor := ""; ; {
		w := httptest.NewRecorder()
		provider.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/events?limit=500&after="+url.QueryEscape(cursor), nil))
		var page struct {
			Next string `json:"next"`
			More bool   `json:"more"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
			t.Fatalf("reading the feed: %d %s", w.Code, w.Body)
		}
		if cursor = page.Next; !page.More {
			return cursor
		}
	}
}

// pass lets a time pass in which nothing is expected to happen: that is what is measured.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

func counted(t *testing.T) cluster.Counters {
	t.Helper()
	counters, err := plane.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counters
}

// reads are what the API server was asked for past the watches.
func reads(t *testing.T) cluster.Counters {
	t.Helper()
	counters, err := plane.Reads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counters
}

// total counts the requests that are the operator's doing: not the control plane's own for leases, accounts and Deployments.
func total(requests cluster.Counters) int {
	n := 0
	for request, count := range requests {
		if request.Resource != "leases" && request.Resource != "serviceaccounts" && request.Group != "apps" {
			n += count
		}
	}
	return n
}

// report logs a figure, and puts it into the table of make bench.
func report(t *testing.T, name, got, goal string) {
	t.Helper()
	t.Logf("%s: %s (goal: %s)", name, got, goal)
	if err := cluster.Figure(name, got, goal); err != nil {
		t.Fatal(err)
	}
}

// until waits until a filing or its route is seen in a state, and returns since when.
func (w *witness) until(t *testing.T, state state, key client.ObjectKey) time.Time {
	t.Helper()
	var at time.Time
	gomega.NewWithT(t).Eventually(func() bool {
		var is bool
		at, is = w.since(state, key)
		return is
	}).WithTimeout(*within).WithPolling(time.Millisecond).Should(gomega.BeTrue(), "%s is never %s", key, state)
	return at
}
