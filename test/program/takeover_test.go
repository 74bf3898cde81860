package program

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

var (
	kills  = flag.Int("kills", 1, "times that the leader is killed")
	walked = flag.Int("filings", 20, "filings that walk meanwhile")
)

// lastWords is how long after its end a request of a process may still be answered: what is written so soon may be its own.
const lastWords = time.Second

func TestTheNextLeaderActsSoonAfterTheLeaderEndsOrIsKilledAndAsksForNothingTwice(t *testing.T) {
	const ns = "takeover"
	desk := openDesk(t, ns, simulator.Options{Delay: time.Second})
	walk := func(from, to int) {
		for i := from; i < to; i++ {
			file(t, ns, fmt.Sprintf("%s-%d.cn", ns, i), 1000+i)
		}
	}
	walk(0, *walked/2)
	g := gomega.NewWithT(t)
	g.Eventually(func() int { return len(desk.Orders()) }).WithTimeout(within).Should(gomega.BeNumerically(">=", *walked/4), "orders under way")
	took := leaderless(t, running.end)
	t.Logf("the next leader acted %.1f s after the leader was told to end", took.Seconds())
	if took > *handedOverWithin {
		t.Errorf("it took %s, want at most %s", took, *handedOverWithin)
	}
	walk(*walked/2, *walked)
	for range *kills {
		took := leaderless(t, func(leader *operator) error { running.kill(leader); return nil })
		t.Logf("the next leader acted %.1f s after the leader was killed", took.Seconds())
		if took > *actsWithin {
			t.Errorf("it took %s, want at most %s", took, *actsWithin)
		}
	}
	g.Eventually(func(g gomega.Gomega) {
		var list v1alpha1.IcpFilingList
		g.Expect(admin.List(t.Context(), &list, client.InNamespace(ns))).To(gomega.Succeed())
		stages := map[v1alpha1.StageName]int{}
		for i := range list.Items {
			stages[list.Items[i].Status.Stage]++
		}
		g.Expect(stages).To(gomega.Equal(map[v1alpha1.StageName]int{v1alpha1.StageApproved: *walked}))
	}).WithTimeout(2*within).WithPolling(200*time.Millisecond).Should(gomega.Succeed(), "all filings are approved")

	domains := map[string]int{}
	for _, order := range desk.Orders() {
		domains[order.Order.Domain]++
	}
	asked := desk.Requests()
	t.Logf("%d filings were approved by %d orders; %d of %d requests came with a key that had come before; second orders asked for: %d",
		*walked, len(desk.Orders()), asked.RepeatedKeys, asked.Total, len(asked.Duplicates))
	if len(desk.Orders()) != *walked || len(domains) != *walked || len(asked.Duplicates) != 0 {
		t.Errorf("orders of domains: %v; second ones asked for: %v; want one of each", domains, asked.Duplicates)
	}
}

// leaderless has the leader go, starts another operator in its place, and returns how long it took until the next leader wrote something.
func leaderless(t *testing.T, goes func(leader *operator) error) time.Duration {
	t.Helper()
	g := gomega.NewWithT(t)
	if err := running.untilReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	var leader *operator
	g.Eventually(func() *operator { leader = running.leader(); return leader }).WithTimeout(within).ShouldNot(gomega.BeNil(), "an operator that leads")
	begun := time.Now()
	if err := goes(leader); err != nil {
		t.Fatal(err)
	}
	after := time.Now().Add(lastWords)
	if _, err := running.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var acted time.Time
	g.Eventually(func() bool {
		all := requests(t)
		first := slices.IndexFunc(all, func(r request) bool {
			return r.at.After(after) && (r.Verb == "patch" || r.Verb == "create" || r.Verb == "update") && r.Resource != "leases"
		})
		if first >= 0 {
			acted = all[first].at
		}
		return first >= 0
	}).WithTimeout(within).WithPolling(100*time.Millisecond).Should(gomega.BeTrue(), "a write of the next leader")
	return acted.Sub(begun)
}
