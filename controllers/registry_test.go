package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// book is a registry that counts its calls, and answers what it is told to.
type book struct {
	clock *clocktesting.FakePassiveClock
	pace  *pace
	most  int
	// calls are the times of the calls, asked the domains of each.
	calls []time.Time
	asked [][]string
	// answer gives what is said of a domain; nil: filed. down fails every call.
	answer func(domain string) procedure.RegistryAnswer
	down   error
}

// Batch implements registry.Registry.
func (b *book) Batch() int { return b.most }

// Lookup implements registry.Registry.
func (b *book) Lookup(_ context.Context, domains []string) ([]registry.Answer, error) {
	answers := make([]registry.Answer, len(domains))
	if !b.pace.Take() {
		for i, d := range domains {
			answers[i] = registry.Answer{Domain: d, NotAsked: true}
		}
		return answers, nil
	}
	b.calls, b.asked = append(b.calls, b.clock.Now()), append(b.asked, slices.Clone(domains))
	if b.down != nil {
		return nil, b.down
	}
	for i, d := range domains {
		answers[i] = registry.Answer{Domain: d, RegistryAnswer: procedure.RegistryAnswer{Finding: procedure.FoundFiled}}
		if b.answer != nil {
			answers[i].RegistryAnswer = b.answer(d)
		}
	}
	return answers, nil
}

// turns lets a registry have its turns until a time, and gives how often something new was heard of a filing.
func (b *book) turns(t *testing.T, l *Lookups, how rhythm, until time.Time) (news map[string]int) {
	t.Helper()
	news = map[string]int{}
	for b.clock.Now().Before(until) {
		told, wait := l.turn(t.Context(), "p", b, b.pace, how)
		for _, key := range told {
			news[key.Name]++
		}
		if wait <= 0 {
			t.Fatal("the registry has no next turn")
		}
		at := b.clock.Now().Add(wait)
		if at.After(until) {
			at = until
		}
		b.clock.SetTime(at)
	}
	return news
}

// busiest is the most calls in any minute.
func (b *book) busiest() int {
	most := 0
	for i := range b.calls {
		n := 0
		for _, at := range b.calls[i:] {
			if at.Sub(b.calls[i]) < time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func newBook(perMinute int32, most int) *book {
	c := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
	return &book{clock: c, pace: newPace(c, &perMinute), most: most}
}

// inForce is a filing that the registry is asked about.
func inForce(name, domain string) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{}
	f.Namespace, f.Name, f.Spec.Domain.Name = "ns", name, domain
	f.Status.Provider, f.Status.Stage, f.Status.ApprovedAt = "p", v1alpha1.StageApproved, &metav1.Time{Time: time.Unix(1, 0)}
	f.Status.SubjectNumber, f.Status.WebsiteNumber = "浙ICP备24000001号", "浙ICP备24000001号-1"
	return f
}

func manyInForce(n int) []*v1alpha1.IcpFiling {
	filings := make([]*v1alpha1.IcpFiling, n)
	for i := range filings {
		filings[i] = inForce(fmt.Sprintf("f%d", i), fmt.Sprintf("d%d.com", i))
	}
	return filings
}

var daily = rhythm{interval: 24 * time.Hour, recheck: 10 * time.Minute}

func TestTenThousandDomainsTakeACallForFiftyOfThemAndNeverMoreThanTheRate(t *testing.T) {
	t.Parallel()
	const domains, perMinute, days = 10_000, 60, 3
	for _, most := range []int{50, 100} {
		t.Run(fmt.Sprintf("%d at once", most), func(t *testing.T) {
			t.Parallel()
			b, l := newBook(perMinute, most), NewLookups()
			begin := b.clock.Now()
			l.follow("p", manyInForce(domains), daily, begin)
			b.turns(t, l, daily, begin.Add(time.Hour))
			first := len(b.calls)
			if first != domains/most {
				t.Errorf("the first round took %d calls, want %d", first, domains/most)
			}
			took := b.calls[first-1].Sub(begin)
			for day := range days {
				before := len(b.calls)
				news := b.turns(t, l, daily, begin.Add(time.Hour+time.Duration(day+1)*24*time.Hour))
				calls := len(b.calls) - before
				if allowed := domains / 50; calls > allowed+1 {
					t.Errorf("day %d: %d calls, more than one for each 50 domains (%d)", day, calls, allowed)
				}
				if day > 0 && len(news) > 0 {
					t.Errorf("day %d: %d filings were woken by answers that say nothing new", day, len(news))
				}
			}
			asked := map[string]int{}
			for _, batch := range b.asked {
				for _, d := range batch {
					asked[d]++
				}
			}
			for d, n := range asked {
				if n < days || n > days+2 {
					t.Errorf("%s was asked about %d times in %d days", d, n, days)
				}
			}
			if len(asked) != domains || b.busiest() > perMinute {
				t.Errorf("%d domains were asked about, at most %d calls in a minute; want %d and %d", len(asked), b.busiest(), domains, perMinute)
			}
			spread := 0
			for hour := range days * 24 {
				since := begin.Add(time.Hour + time.Duration(hour)*time.Hour)
				n := 0
				for _, at := range b.calls {
					if !at.Before(since) && at.Before(since.Add(time.Hour)) {
						n++
					}
				}
				spread = max(spread, n)
			}
			if hourly := domains / most / 24; spread > 3*hourly {
				t.Errorf("%d calls in one hour, where %d are its share", spread, hourly)
			}
			t.Logf("%d domains, %d at once: %d calls in the first round (%s), %d in %d days after it: %.4f calls for each 50 domains and day; at most %d calls in a minute (%d are allowed), %d in an hour",
				domains, most, first, took, len(b.calls)-first, days, float64(len(b.calls)-first)/days/(domains/50), b.busiest(), perMinute, spread)
		})
	}
}

func TestNoMoreCallsAreMadeThanAreAllowedWhateverTheRegistrySays(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*book){
		"it disagrees with every filing": func(b *book) {
			b.answer = func(string) procedure.RegistryAnswer {
				return procedure.RegistryAnswer{Finding: procedure.FoundNothing}
			}
		},
		"it cannot tell of any": func(b *book) {
			b.answer = func(string) procedure.RegistryAnswer { return procedure.RegistryAnswer{Why: "x"} }
		},
		"it fails":                func(b *book) { b.down = errors.New("down") },
		"it wants to be in peace": func(b *book) { b.down = &provider.Error{Class: provider.Transient, RetryAfter: time.Second} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, l := newBook(6, 50), NewLookups()
			change(b)
			begin := b.clock.Now()
			l.follow("p", manyInForce(2_000), daily, begin)
			b.turns(t, l, daily, begin.Add(2*time.Hour))
			if b.busiest() > 6 {
				t.Errorf("%d calls in a minute, 6 are allowed", b.busiest())
			}
		})
	}
}

func TestARegistryThatFailsIsAskedMoreAndMoreSeldomAndAsItWishes(t *testing.T) {
	t.Parallel()
	b, l := newBook(600, 50), NewLookups()
	b.down = errors.New("down")
	begin := b.clock.Now()
	l.follow("p", manyInForce(1), daily, begin)
	b.turns(t, l, rhythm{24 * time.Hour, time.Second}, begin.Add(30*time.Minute))
	var pauses []time.Duration
	for i := 1; i < len(b.calls); i++ {
		pauses = append(pauses, b.calls[i].Sub(b.calls[i-1]).Round(time.Second))
	}
	s := time.Second
	want := []time.Duration{30 * s, 60 * s, 120 * s, 240 * s, 300 * s, 300 * s, 300 * s, 300 * s}
	if diff := cmp.Diff(want, pauses[:min(len(want), len(pauses))]); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
	b.down = &provider.Error{Class: provider.Transient, RetryAfter: 40 * time.Minute}
	b.turns(t, l, daily, b.clock.Now().Add(time.Hour))
	last := b.calls[len(b.calls)-2:]
	if got := last[1].Sub(last[0]); got < 40*time.Minute {
		t.Errorf("asked again after %s, where it wished for 40 minutes", got)
	}
}

func TestAnAnswerThatDisagreesIsHeardAgainNotBeforeTheRecheck(t *testing.T) {
	t.Parallel()
	b, l := newBook(60, 50), NewLookups()
	b.answer = func(d string) procedure.RegistryAnswer {
		if d == "d7.com" {
			return procedure.RegistryAnswer{Finding: procedure.FoundNothing}
		}
		return procedure.RegistryAnswer{Finding: procedure.FoundFiled}
	}
	begin := b.clock.Now()
	l.follow("p", manyInForce(20), daily, begin)
	b.turns(t, l, daily, begin.Add(5*time.Minute))
	key := requestFor(inForce("f7", "")).NamespacedName
	if h := l.Of(key, "p"); h.Mismatch() != v1alpha1.ReasonNotFound || h.Again {
		t.Errorf("after the first look-up: %+v", h)
	}
	b.turns(t, l, daily, begin.Add(15*time.Minute))
	if h := l.Of(key, "p"); !h.Again {
		t.Errorf("after the second look-up: %+v", h)
	}
	if diff := cmp.Diff([]string{"d7.com"}, b.asked[1]); diff != "" {
		t.Errorf("the second call was about others, too, whose turn has just been (-want +got):\n%s", diff)
	}
	if got := b.calls[1].Sub(b.calls[0]); got < daily.recheck {
		t.Errorf("asked again after %s, before the recheck", got)
	}
	if h := l.Of(key, "another"); !h.Since.IsZero() {
		t.Error("what one provider's registry said counts for another's")
	}
}

func TestWhatWasVerifiedBeforeARestartWaitsForItsTurnAndTheRestIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	b, l := newBook(60, 50), NewLookups()
	var filings []*v1alpha1.IcpFiling
	for i, status := range []metav1.ConditionStatus{metav1.ConditionTrue, metav1.ConditionFalse, metav1.ConditionUnknown} {
		f := inForce(fmt.Sprint("f", i), fmt.Sprintf("d%d.com", i))
		f.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionRegistryVerified, Status: status}}
		filings = append(filings, f)
	}
	begin := b.clock.Now()
	l.follow("p", filings[:1], daily, begin)
	if when := l.soonest("p"); !when.After(begin) || when.After(begin.Add(daily.interval)) || len(l.next("p", 50, daily, begin)) != 0 {
		t.Errorf("asked about at %s, %s after the start", when, when.Sub(begin))
	}
	l.follow("p", filings, daily, begin)
	domains := l.next("p", 2, daily, begin)
	slices.Sort(domains)
	if diff := cmp.Diff([]string{"d1.com", "d2.com"}, domains); diff != "" {
		t.Errorf("asked at once (-want +got):\n%s", diff)
	}
}

func TestOtherNumbersAreAskedAboutAtOnceAndWhatIsGoneIsNot(t *testing.T) {
	t.Parallel()
	b, l := newBook(60, 50), NewLookups()
	begin := b.clock.Now()
	l.follow("p", manyInForce(3), daily, begin)
	b.turns(t, l, daily, begin.Add(time.Minute))
	changed := manyInForce(3)
	changed[1].Status.WebsiteNumber = "浙ICP备24000001号-2"
	changed[2].Status.Stage = v1alpha1.StageRevoked
	l.follow("p", changed, daily, b.clock.Now())
	b.turns(t, l, daily, b.clock.Now().Add(time.Minute))
	if diff := cmp.Diff([]string{"d1.com"}, b.asked[1]); diff != "" {
		t.Errorf("asked about (-want +got):\n%s", diff)
	}
	if h := l.Of(requestFor(changed[2]).NamespacedName, "p"); !h.Since.IsZero() {
		t.Errorf("of what ended something is kept: %+v", h)
	}
	l.forget("p")
	if when := l.soonest("p"); !when.IsZero() {
		t.Errorf("of a provider that is gone somebody is asked about at %s", when)
	}
}

func TestTwoFilingsOfOneDomainAreOneQuestion(t *testing.T) {
	t.Parallel()
	b, l := newBook(60, 50), NewLookups()
	begin := b.clock.Now()
	l.follow("p", []*v1alpha1.IcpFiling{inForce("a", "one.com"), inForce("b", "one.com")}, daily, begin)
	news := b.turns(t, l, daily, begin.Add(time.Minute))
	if diff := cmp.Diff([][]string{{"one.com"}}, b.asked); diff != "" {
		t.Errorf("asked about (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"a": 1, "b": 1}, news); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
