package chaos_test

import (
	"flag"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
	inprocess "github.com/beian-dev/icp-operator/test/operator"
)

var jumped = flag.Int("jumps", 4, "times that the operator's clock is set wrong")

// wrongClock is a clock that is set wrong by so much. It is worse than a real one: by that, what a process itself has measured stands.
type wrongClock struct{ by atomic.Int64 }

// Now implements clock.PassiveClock.
func (c *wrongClock) Now() time.Time { return time.Now().Round(0).Add(time.Duration(c.by.Load())) }

// Since implements clock.PassiveClock.
func (c *wrongClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// jumps are by how much a clock may be wrong, either way: from a time zone that was mistaken to a battery that was empty.
var jumps = []time.Duration{10 * time.Minute, 8 * time.Hour, 3 * 24 * time.Hour, 17 * 24 * time.Hour, 45 * 24 * time.Hour, 80 * 24 * time.Hour, 400 * 24 * time.Hour}

// TestAClockThatJumpsBothWaysLosesRepeatsAndOpensNothing runs an operator in this process, whose clock is set wrong over and over while
// filings of every fate walk, and which is ended and started while it is. Their domains are about to expire, so that people are reminded.
func TestAClockThatJumpsBothWaysLosesRepeatsAndOpensNothing(t *testing.T) {
	calm := openDesk(t, "clock-calm", len(modes), simulator.Options{Known: plans("clock-calm", len(modes)*len(fates)), Delay: 100 * time.Millisecond})
	at := openDesk(t, "clock", len(modes), simulator.Options{Known: plans("clock", *filings), Delay: 300 * time.Millisecond})
	probed := openDesk(t, "clock-probed", 1, simulator.Options{})
	// Sooner, and nobody would file them; later, and no jump would come to a reminder of that.
	calm.expires, at.expires = time.Now().AddDate(0, 0, 100), time.Now().AddDate(0, 0, 100)
	s := &storm{
		operators: &operators{}, seen: watchAll(t), desk: at, probed: probed, probes: 8000, random: chances(6), times: map[string]int{}, recovered: map[string][]time.Duration{},
	}
	now := &wrongClock{}
	running := startInProcess(t, s, now)
	defer func() { running.End() }()
	expected := undisturbed(t, calm, s.seen, 5000)

	s.crowd = &crowd{lives: bear(at, *filings, len(modes), 90000, time.Duration(*jumped)*time.Second/2, chances(7))}
	stop := s.crowd.live(t.Context(), s.seen)
	defer stop()
	ended := 0
	for range *jumped {
		by := jumps[s.random.IntN(len(jumps))]
		name := "the clock is set forwards"
		if s.random.IntN(2) == 0 {
			by, name = -by, "the clock is set back"
		}
		begun := time.Now()
		now.by.Store(int64(by))
		s.times[name]++
		if s.random.IntN(4) == 0 {
			s.operators.rest()
			running.End()
			running = startInProcess(t, s, now)
			ended++
		}
		took, err := s.probe(t.Context(), begun)
		if err != nil {
			t.Fatalf("%s, by %s: %v", name, by, err)
		}
		s.recovered[name] = append(s.recovered[name], took)
		s.crowd.revokeTogether(s.seen)
		pass(t.Context(), upTo(s.random, time.Second))
	}
	now.by.Store(0)
	right := time.Now()
	untilEnded(t, s, expected)
	t.Logf("%d filings; the clock was set %d times, the operator ended and started %d times; all had ended as undisturbed %.1f s after the clock was put right", *filings, *jumped, ended, time.Since(right).Seconds())
	t.Logf("until a filing made then was in force and its route served:\n%s", s.table("the clock is set forwards", "the clock is set back"))
	judge(t, s, at, *filings)
}

// startInProcess starts an operator in this process, and notes from when it works.
func startInProcess(t *testing.T, s *storm, now *wrongClock) inprocess.Running {
	t.Helper()
	running, err := inprocess.Start(t.Context(), plane, now, reach.Networks{})
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.UntilGated(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	if _, err := s.probe(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	s.operators.work()
	return running
}
