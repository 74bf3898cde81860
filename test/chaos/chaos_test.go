package chaos_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// TestNoFaultLosesRepeatsOrExposesAnything first has one filing of each fate and mode walk undisturbed, which says how each must end;
// then many, while faults of every kind come.
func TestNoFaultLosesRepeatsOrExposesAnything(t *testing.T) {
	t.Logf("-seed=%d -filings=%d -for=%s -kills=%d -changes=%d", *seed, *filings, *lasting, *kills, *changes)
	perDesk := len(modes) * max(1, *filings/50)
	calm := openDesk(t, "calm", len(modes), simulator.Options{Known: plans("calm", len(modes)*len(fates)), Delay: 100 * time.Millisecond})
	probed := openDesk(t, "probed", 1, simulator.Options{})
	faulty := openDesk(t, "faulty", perDesk, simulator.Options{Known: plans("faulty", *filings), Delay: 300 * time.Millisecond})
	seen := watchAll(t)
	processes := &operators{name: "storm", path: shipped()}
	t.Cleanup(processes.killAll)
	if _, err := processes.start(false); err != nil {
		t.Fatal(err)
	}
	if err := cluster.UntilGated(t.Context(), admin); err != nil {
		t.Fatal(err)
	}

	s := &storm{
		enough: min(12, *filings/8), operators: processes, seen: seen, desk: faulty, probed: probed, random: chances(1), times: map[string]int{}, recovered: map[string][]time.Duration{},
	}
	expected := undisturbed(t, calm, seen, 1000)
	baseline, err := s.probe(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}

	if err := faulty.SetRandomFaults(simulator.RandomFaults{Rate: 0.2, Seed: *seed, Faults: waysToFail()}); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	s.crowd = &crowd{lives: bear(faulty, *filings, perDesk, 20000, *lasting*5/6, chances(2))}
	stop := s.crowd.live(t.Context(), seen)
	defer stop()
	tenant := intrude(t, faulty, perDesk)
	s.rage(t.Context(), t, begun.Add(*lasting), *changes)
	raged := time.Since(begun)
	untilEnded(t, s, expected)
	ended := time.Since(begun)
	intrusions := tenant()
	report(t, s, faulty, raged, ended, baseline, intrusions)
	judge(t, s, faulty, *filings)
	if h := faulty.Requests(); h.RepeatedKeys == 0 || h.Statuses[0] == 0 {
		t.Error("no fault of the provider made itself felt")
	}
	if len(front.told()) == 0 {
		t.Error("no fault of the API server made itself felt")
	}
}

// waysToFail are those of the provider: all that the simulator knows, with lost events where they are asked for.
func waysToFail() (all []simulator.Fault) {
	for _, kind := range simulator.FaultKinds() {
		if *lose || kind != simulator.FaultLoseEvents {
			all = append(all, simulator.Fault{Kind: kind, Delay: metav1.Duration{Duration: 50 * time.Millisecond}})
		}
	}
	return all
}

// undisturbed has one filing of each fate and mode walk, of subjects from a number on, and returns how it went, by mode and fate.
func undisturbed(t *testing.T, at *desk, w *witness, subject int) map[bool][]story {
	t.Helper()
	c := &crowd{lives: bear(at, len(modes)*len(fates), len(modes), subject, 0, chances(3))}
	stop := c.live(t.Context(), w)
	defer stop()
	var all []story
	gomega.NewWithT(t).Eventually(func() (open []string) {
		c.revokeTogether(w)
		all = stories(c.lives, w)
		for i, l := range c.lives {
			if !all[i].ends(fates[l.fate]) {
				open = append(open, fmt.Sprintf("%s, which %s: %+v", l.key, fates[l.fate].name, all[i]))
			}
		}
		return open
	}).WithTimeout(*within).WithPolling(100*time.Millisecond).Should(gomega.BeEmpty(), "filings that do not end as their fate has it, undisturbed")
	expected := map[bool][]story{true: make([]story, len(fates)), false: make([]story, len(fates))}
	for i, l := range c.lives {
		expected[l.hold][l.fate] = all[i]
	}
	return expected
}

// untilEnded waits until every filing has ended as it does undisturbed.
func untilEnded(t *testing.T, s *storm, expected map[bool][]story) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() string {
		s.crowd.revokeTogether(s.seen)
		if err := s.operators.revive(); err != nil {
			return err.Error()
		}
		var open []string
		all := stories(s.crowd.lives, s.seen)
		for i, l := range s.crowd.lives {
			if diff := cmp.Diff(expected[l.hold][l.fate], all[i]); diff != "" {
				open = append(open, fmt.Sprintf("%s, which %s (-undisturbed +now):\n%s", l.key, fates[l.fate].name, diff))
			}
		}
		if len(open) == 0 {
			return ""
		}
		return fmt.Sprintf("%d filings, such as\n%s", len(open), strings.Join(open[:min(3, len(open))], "\n"))
	}).WithTimeout(*within).WithPolling(500*time.Millisecond).Should(gomega.BeEmpty(), "filings that have not ended as they do undisturbed")
}

// intrude has a tenant try to have a host served that is filed nowhere, over and over, until the function is called that it returns,
// which tells how often that was refused, parked, and lost with the API server.
func intrude(t *testing.T, at *desk, namespaces int) (stop func() [3]int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	var refused, parked, lost atomic.Int64
	go func() {
		defer close(done)
		for i := 0; ctx.Err() == nil; i++ {
			o := cluster.Ingress(client.ObjectKey{Namespace: at.namespace(i % namespaces), Name: fmt.Sprintf("intruder-%05d", i)}, fmt.Sprintf("www.intruder-%05d.cn", i))
			switch err := admin.Create(ctx, o); {
			case err == nil:
				parked.Add(1) // whether it is, the witness says
				_ = admin.Delete(ctx, o)
			case apierrors.IsForbidden(err):
				refused.Add(1)
			default:
				lost.Add(1)
				pass(ctx, 20*time.Millisecond) // the first writes that an API server takes are those to try
				continue
			}
			pass(ctx, 200*time.Millisecond)
		}
	}()
	return func() [3]int64 {
		cancel()
		<-done
		return [3]int64{refused.Load(), parked.Load(), lost.Load()}
	}
}

func report(t *testing.T, s *storm, at *desk, raged, ended, baseline time.Duration, intrusions [3]int64) {
	t.Helper()
	h, processes := at.Requests(), s.operators
	versions, gaps, missed := s.seen.seen()
	again, told := s.seen.twice()
	t.Logf("%d filings of %d fates in two modes; faults for %.1f min, all ended as undisturbed after %.1f min; the operator was killed %d times, and ended by itself %d times",
		*filings, len(fates), raged.Minutes(), ended.Minutes(), processes.kills, len(processes.ended))
	t.Logf("the provider had %d requests, answered %v, %d with a key that had come before; %d orders, %d second ones asked for", h.Total, h.Statuses, h.RepeatedKeys, len(at.Orders()), len(h.Duplicates))
	t.Logf("the API server misbehaved towards the operators: %v", front.told())
	t.Logf("watches told of %d versions and were cut %d times; %d objects were in another version afterwards, or gone", versions, gaps, missed)
	t.Logf("a tenant's host that is filed nowhere was refused %d times and parked %d times; %d tries were lost", intrusions[0], intrusions[1], intrusions[2])
	t.Logf("%d Events of stages and reminders, %d of them more than once; filings were revoked together %d times, %d at most", told, len(again), s.masses, s.atOnce)
	if took := s.crowd.fell(s.seen); len(took) > 0 {
		t.Logf("from a revocation until its route was parked, faults and dead operators included: median %.1f s, longest %.1f s, of %d", took[len(took)/2].Seconds(), took[len(took)-1].Seconds(), len(took))
	}
	for _, end := range processes.ended {
		t.Log("ended by itself: ", end)
	}
	t.Logf("from each fault until a filing made then was in force and its route served (without a fault: %.1f s):\n%s", baseline.Seconds(), s.table(s.names()...))
}

// judge says what was seen that must never be, of so many filings at a desk.
func judge(t *testing.T, s *storm, at *desk, made int) {
	t.Helper()
	h, domains := at.Requests(), map[string]bool{}
	for _, o := range at.Orders() {
		domains[o.Order.Domain] = true
	}
	if len(at.Orders()) != made || len(domains) != made || len(h.Duplicates) != 0 {
		t.Errorf("%d orders of %d domains, second ones asked for: %v; want %d of each, and none", len(at.Orders()), len(domains), h.Duplicates, made)
	}
	if again, _ := s.seen.twice(); len(again) > 0 {
		t.Errorf("told more than once: %s", strings.Join(again, "; "))
	}
	for _, broken := range s.seen.broken() {
		t.Error(broken)
	}
	uncovered, route := s.seen.promise.LongestUncoveredBut("", time.Now(), s.operators.idle)
	t.Logf("the longest that a route was served without its clearance while an operator worked: %.2f s (%s)", uncovered.Seconds(), route)
	if uncovered > *dark {
		t.Errorf("%s was served for %s without its clearance while an operator worked, want at most %s", route, uncovered, *dark)
	}
}
