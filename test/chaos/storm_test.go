package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// storm is what befalls the operator, one fault after the other.
type storm struct {
	operators *operators
	seen      *witness
	crowd     *crowd
	// desk is the provider of the crowd, probed that of the filings which tell when all works again.
	desk, probed *desk
	random       *rand.Rand
	probes       int
	times        map[string]int
	recovered    map[string][]time.Duration
	// enough are as many as the bureau revokes at once, at least; masses is how often it did, and atOnce the most that it did.
	enough, masses, atOnce int
}

// fault is a kind of what befalls it. What it returns is how long it took from the fault until a filing made then was in force and
// its route served; zero where nobody looked.
type fault struct {
	name   string
	weight int
	befall func(context.Context) (time.Duration, error)
}

// usual is the weight of what comes most often.
const usual = 100

func (s *storm) kinds() []fault {
	return []fault{
		{"the operator is killed", usual, s.kill},
		{"the operator is killed, and a filing is made", 1, s.killMeasured},
		{"the API server is killed", 1, func(ctx context.Context) (time.Duration, error) { return s.restart(ctx, plane.RestartAPIServer) }},
		{"etcd is killed", 1, func(ctx context.Context) (time.Duration, error) { return s.restart(ctx, plane.RestartEtcd) }},
		{"the providers break every connection for one to five seconds", 1, s.loseProvider},
		{"the API server misbehaves towards the operator for two to six seconds", 2, s.misbehave},
		{"etcd's disk is full for one to four seconds", 1, s.fillDisk},
		{"many are revoked at once, and the operator is killed", 8, s.killInAFall},
	}
}

// another is what changes of the leader are called.
const another = "the leader of two operators is killed"

// rage has every kind of fault befall once, that of many filings last, then others by chance until the time is over and the operator
// was killed as often as is asked for, with the changes of the leader between them.
func (s *storm) rage(ctx context.Context, t *testing.T, until time.Time, changes int) {
	t.Helper()
	kinds := s.kinds()
	for _, i := range append(s.random.Perm(len(kinds)-1), len(kinds)-1) {
		s.befall(ctx, t, kinds[i])
	}
	sum := 0
	for _, k := range kinds {
		sum += k.weight
	}
	begun := time.Now()
	for left := changes; time.Now().Before(until) || left > 0 || s.operators.killed() < *kills; {
		if due := begun.Add(until.Sub(begun) / time.Duration(changes+1) * time.Duration(changes-left+1)); left > 0 && time.Now().After(due) {
			s.befall(ctx, t, fault{name: another, befall: s.changeLeader})
			left--
			continue
		}
		chosen := s.random.IntN(sum)
		for _, k := range kinds {
			if chosen -= k.weight; chosen < 0 {
				s.befall(ctx, t, k)
				break
			}
		}
	}
}

func (s *storm) befall(ctx context.Context, t *testing.T, k fault) {
	t.Helper()
	begun := time.Now()
	took, err := k.befall(ctx)
	if k.weight < usual {
		t.Logf("%s: %.1f s, the operator was killed %d times by now", k.name, time.Since(begun).Seconds(), s.operators.killed())
	}
	if err = errors.Join(err, s.operators.revive()); err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	s.times[k.name]++
	if took > 0 {
		s.recovered[k.name] = append(s.recovered[k.name], took)
	}
}

// again kills the operator and starts it.
func (s *storm) again() (*operator, error) {
	s.operators.killAll()
	return s.operators.start(false)
}

// kill kills it and starts it: mostly it comes to work then and has up to two seconds for it, sometimes it is not let.
func (s *storm) kill(ctx context.Context) (time.Duration, error) {
	if _, err := s.again(); err != nil {
		return 0, err
	}
	if s.random.IntN(4) == 0 {
		pass(ctx, upTo(s.random, time.Second))
		return 0, nil
	}
	_, err := s.operators.leader()
	pass(ctx, upTo(s.random, 2*time.Second))
	return 0, err
}

func (s *storm) killMeasured(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	if _, err := s.again(); err != nil {
		return 0, err
	}
	return s.probe(ctx, begun)
}

// killInAFall has the bureau revoke at once all that is served and waits for it, where that is many, and kills the operator up to three times meanwhile.
func (s *storm) killInAFall(ctx context.Context) (time.Duration, error) {
	if s.crowd.served(s.seen) < s.enough {
		return s.kill(ctx)
	}
	s.masses, s.atOnce = s.masses+1, max(s.atOnce, s.crowd.revokeTogether(s.seen))
	for range 1 + s.random.IntN(3) {
		pass(ctx, upTo(s.random, 1500*time.Millisecond))
		if _, err := s.again(); err != nil {
			return 0, err
		}
		if _, err := s.operators.leader(); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func (s *storm) restart(ctx context.Context, restart func() error) (time.Duration, error) {
	begun := time.Now()
	if err := restart(); err != nil {
		return 0, err
	}
	took, err := s.probe(ctx, begun)
	s.operators.withoutAPIServer(begun, time.Now())
	return took, err
}

func (s *storm) loseProvider(ctx context.Context) (time.Duration, error) {
	s.desk.down.Store(true)
	s.probed.down.Store(true)
	p := s.makeProbe(ctx)
	pass(ctx, time.Second+upTo(s.random, 4*time.Second))
	s.desk.down.Store(false)
	s.probed.down.Store(false)
	back := time.Now()
	return s.untilServed(ctx, p, back)
}

// misbehave has the API server misbehave, and cut every watch now and then; one operator in three begins among that.
func (s *storm) misbehave(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	front.misbehave(true)
	p := s.makeProbe(ctx)
	if s.random.IntN(3) == 0 {
		if _, err := s.again(); err != nil {
			return 0, err
		}
	}
	for over := begun.Add(2*time.Second + upTo(s.random, 4*time.Second)); time.Now().Before(over); {
		pass(ctx, 300*time.Millisecond+upTo(s.random, time.Second))
		front.cut()
		if err := s.operators.revive(); err != nil {
			return 0, err
		}
	}
	front.misbehave(false)
	good := time.Now()
	took, err := s.untilServed(ctx, p, good)
	s.operators.withoutAPIServer(begun, time.Now())
	return max(took, time.Millisecond), err // it may have been served meanwhile
}

// fillDisk has etcd take no more writes for a while, and the bureau revoke meanwhile what it can; one operator in three begins among that.
func (s *storm) fillDisk(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	if err := plane.FillDisk(ctx); err != nil {
		return 0, err
	}
	if s.masses > 0 {
		s.crowd.revokeTogether(s.seen) // else they are kept for the first fall of many
	}
	if s.random.IntN(3) == 0 {
		if _, err := s.again(); err != nil {
			return 0, err
		}
	}
	pass(ctx, time.Second+upTo(s.random, 3*time.Second))
	if err := admin.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.probed.namespace(0), Name: "full"}}); err == nil {
		return 0, errors.New("etcd took a write though its disk was full")
	}
	if err := plane.FreeDisk(ctx); err != nil {
		return 0, err
	}
	free := time.Now()
	took, err := s.probe(ctx, free)
	s.operators.withoutAPIServer(begun, time.Now())
	return took, err
}

// changeLeader has two operators run, kills the one that leads, and goes on with one that needs no lease.
func (s *storm) changeLeader(ctx context.Context) (time.Duration, error) {
	s.operators.killAll()
	for range 2 {
		if _, err := s.operators.start(true); err != nil {
			return 0, err
		}
	}
	leads, err := s.operators.leader()
	if err != nil {
		return 0, err
	}
	pass(ctx, upTo(s.random, 3*time.Second))
	begun := time.Now()
	s.operators.kill(leads)
	if _, err := s.operators.start(true); err != nil {
		return 0, err
	}
	took, err := s.probe(ctx, begun)
	if err != nil {
		return 0, err
	}
	_, err = s.again()
	return took, err
}

// probe makes a filing and its route, and returns how long after a time the route is served.
func (s *storm) probe(ctx context.Context, since time.Time) (time.Duration, error) {
	return s.untilServed(ctx, s.makeProbe(ctx), since)
}

func (s *storm) makeProbe(ctx context.Context) *life {
	p := &life{
		at: s.probed, key: client.ObjectKey{Namespace: s.probed.namespace(0), Name: fmt.Sprintf("probe-%04d", s.probes)},
		domain: fmt.Sprintf("%s-%04d.cn", s.probed.name, s.probes), subject: 50000 + s.probes, hold: true,
	}
	s.probes++
	for !p.routed && ctx.Err() == nil {
		p.lead(ctx, s.seen)
		pass(ctx, 10*time.Millisecond)
	}
	return p
}

func (s *storm) untilServed(ctx context.Context, p *life, since time.Time) (time.Duration, error) {
	for deadline := time.Now().Add(*within); time.Now().Before(deadline); pass(ctx, 10*time.Millisecond) {
		if err := s.operators.revive(); err != nil {
			return 0, err
		}
		if served := s.seen.of(p.key).served; !served.IsZero() {
			return served.Sub(since), nil
		}
	}
	return 0, fmt.Errorf("the route of %s was not served within %s", p.domain, *within)
}

// names are those of every kind of fault.
func (s *storm) names() (names []string) {
	for _, k := range s.kinds() {
		names = append(names, k.name)
	}
	return append(names, another)
}

// table tells how often each came of what befell the operator, and how long it took until all worked again.
func (s *storm) table(names ...string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%-70s %6s %9s %9s\n", "", "times", "median", "longest")
	for _, name := range names {
		fmt.Fprintf(&text, "%-70s %6d", name, s.times[name])
		if took := slices.Sorted(slices.Values(s.recovered[name])); len(took) > 0 {
			fmt.Fprintf(&text, " %7.1f s %7.1f s", took[len(took)/2].Seconds(), took[len(took)-1].Seconds())
		}
		text.WriteString("\n")
	}
	return text.String()
}
