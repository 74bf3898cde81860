package controllers

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

var (
	stood = v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Provider: "tencent", Conditions: []metav1.Condition{{Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionTrue}}}
	shut  = v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Provider: "tencent", Conditions: []metav1.Condition{{Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionFalse}}}
	fell  = v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageRevoked, Provider: "tencent", Conditions: []metav1.Condition{{Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionFalse}}}
)

// fallsAt are falls of an operator that has just started, with its clock.
func fallsAt() (*Falls, *clocktesting.FakePassiveClock) {
	now := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	f := newFalls(NewNews(), make(chan event.TypedGenericEvent[*v1alpha1.IcpFiling], 1))
	f.clock = now
	return f, now
}

// to is what a pass decides that comes to a status.
func to(status v1alpha1.IcpFilingStatus) *procedure.Outcome {
	return &procedure.Outcome{Status: status}
}

func siteOf(i int, status v1alpha1.IcpFilingStatus) *v1alpha1.IcpFiling {
	return &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: string(rune('a' + i))}, Status: status}
}

func TestAFallIsDecidedBeforeItsStatusSaysSoAndWakesItsNamespacesOnce(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	site := siteOf(0, stood)
	for range 3 {
		f.found(t.Context(), site, to(fell), true)
	}
	if n := len(f.fell); n != 1 {
		t.Errorf("its namespaces are woken %d times", n)
	}
	if procedure.Clears(f.decided(site)) || !procedure.Clears(site) {
		t.Error("what the cache has of a filing that fell counts, or was changed")
	}
	if other := siteOf(1, stood); f.decided(other) != other {
		t.Error("another filing fell with it")
	}
}

func TestAFallEndsWhereTheFilingStandsAgainOrItsStatusSaysSo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		then func(*Falls, *v1alpha1.IcpFiling)
		left bool
	}{
		"a pass that could not read the order says nothing":      {func(f *Falls, s *v1alpha1.IcpFiling) { f.found(t.Context(), s, to(stood), false) }, true},
		"a pass that found it in force takes it back":            {func(f *Falls, s *v1alpha1.IcpFiling) { f.found(t.Context(), s, to(stood), true) }, false},
		"the cache has its status":                               {func(f *Falls, s *v1alpha1.IcpFiling) { f.decided(as(s, &fell)) }, false},
		"a pass over what was written does not wait for a cache": {func(f *Falls, s *v1alpha1.IcpFiling) { f.found(t.Context(), as(s, &fell), to(fell), true) }, true},
		"the filing is gone":                                     {func(f *Falls, s *v1alpha1.IcpFiling) { f.forget(client.ObjectKeyFromObject(s)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := fallsAt()
			site := siteOf(0, stood)
			f.found(t.Context(), site, to(fell), true)
			test.then(f, site)
			if f.any() != test.left {
				t.Errorf("it is kept: %v, want %v", f.any(), test.left)
			}
		})
	}
}

func TestAFallOutlastsWhatWasReadOfTheFilingBeforeItWasInForce(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	version := func(of string, status v1alpha1.IcpFilingStatus) *v1alpha1.IcpFiling {
		site := siteOf(0, status)
		site.ResourceVersion = of
		return site
	}
	f.found(t.Context(), version("41", stood), to(fell), true)
	if procedure.Clears(f.decided(version("40", shut))) || !f.any() {
		t.Error("a version that was read before the approval ends the fall: with the approval the domain would be cleared")
	}
	if procedure.Clears(f.decided(version("41", stood))) {
		t.Error("the fall does not count for the version that it was decided on")
	}
	if f.decided(version("42", fell)); f.any() {
		t.Error("a fall is kept that the status tells")
	}
}

func TestAFilingThatStandsAgainBeforeAStatusToldOfItsFallWakesItsNamespacesAgain(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	site := siteOf(0, stood)
	f.found(t.Context(), site, to(fell), true)
	for range 2 {
		f.found(t.Context(), site, to(stood), true)
	}
	if n := len(f.fell); n != 2 {
		t.Errorf("its namespaces are woken %d times, want once as it fell and once as it stood again: no status tells them", n)
	}
}

func TestAnEndThatWasReadIsWrittenThoughTheOrderCannotBeReadAgain(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	site := siteOf(0, stood)
	end := to(fell)
	end.Filed = "with the end"
	f.found(t.Context(), site, end, true)
	for _, later := range []v1alpha1.IcpFilingStatus{stood, shut, stood} {
		o := to(later)
		f.found(t.Context(), site, o, false)
		if o.Status.Stage != v1alpha1.StageRevoked || o.Filed != end.Filed || procedure.Clears(f.decided(site)) {
			t.Fatalf("a pass that could not read the order comes to %s, which it keeps as %q; the domain is cleared: %v", o.Status.Stage, o.Filed, procedure.Clears(f.decided(site)))
		}
	}
	o := to(stood)
	f.found(t.Context(), as(site, &fell), o, false)
	if o.Status.Stage != v1alpha1.StageApproved {
		t.Error("what was written is decided again")
	}
}

func TestAGateThatWasShutBesideTheOrderOpensAgainWithoutReadingIt(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	site := siteOf(0, stood)
	f.found(t.Context(), site, to(shut), true)
	f.found(t.Context(), site, to(stood), false)
	if !procedure.Clears(f.decided(site)) {
		t.Error("it stays shut until the provider answers, which has nothing to say of it")
	}
}

func TestStatusesOfAMassWaitForTheLastRouteAndThoseOfAFewDoNot(t *testing.T) {
	t.Parallel()
	f, now := fallsAt()
	wait := func(i int) time.Duration {
		return f.wait(types.NamespacedName{Namespace: "shop", Name: string(rune('a' + i))})
	}
	for i := range manyFalls - 1 {
		if w := f.found(t.Context(), siteOf(i, stood), to(fell), true); w > 0 || f.gathering() > 0 || f.pace() != clearEvery {
			t.Fatalf("fall %d waits %s, its namespace %s", i, w, f.gathering())
		}
	}
	if w := f.found(t.Context(), siteOf(manyFalls, stood), to(fell), true); w <= 0 || f.gathering() != fallsQuiet || f.pace() != clearEveryOfMany {
		t.Errorf("the status of a mass waits %s, its namespaces %s and then %s", w, f.gathering(), f.pace())
	}
	now.SetTime(now.Now().Add(fallsQuiet))
	if f.gathering() > 0 {
		t.Errorf("namespaces wait %s when no more falls", f.gathering())
	}
	for range 4 {
		f.touch()
		now.SetTime(now.Now().Add(routesQuiet - time.Millisecond))
		if wait(0) <= 0 {
			t.Error("a status waits no longer while routes are parked")
		}
	}
	now.SetTime(now.Now().Add(time.Millisecond))
	if w := wait(0); w > 0 {
		t.Errorf("it waits %s when the last route is parked", w)
	}
	f.touch()
	now.SetTime(now.Now().Add(routesFirst))
	f.touch()
	if w := wait(0); w > 0 {
		t.Errorf("it waits %s after %s", w, routesFirst)
	}
	if w := f.found(t.Context(), siteOf(20, stood), to(fell), true); w > 0 {
		t.Errorf("one that falls later, alone, waits %s", w)
	}
}

func TestWhatTheRegistryAloneSaidIsWrittenAtOnceInAMassToo(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	for i := range 2 * manyFalls {
		o := to(shut)
		o.Registry = new(`{"mismatch":{"reason":"NotFound"}}`)
		if w := f.found(t.Context(), siteOf(i, stood), o, true); w > 0 {
			t.Fatalf("fall %d waits %s: a crash would leave nobody to tell of it again", i, w)
		}
	}
}

func TestNamespacesOfAMassThatGoesOnAreWrittenAllTheSame(t *testing.T) {
	t.Parallel()
	f, now := fallsAt()
	for i := range 25 {
		f.found(t.Context(), siteOf(i, stood), to(fell), true)
		now.SetTime(now.Now().Add(100 * time.Millisecond))
	}
	if f.gathering() > 0 {
		t.Errorf("after 2.5 s they wait another %s", f.gathering())
	}
}

func TestAnOperatorIsSureOfWhatItHasLookedAtItself(t *testing.T) {
	t.Parallel()
	f, now := fallsAt()
	site := siteOf(0, stood)
	key := client.ObjectKeyFromObject(site)
	sure := func(want bool, why string) {
		t.Helper()
		if f.sure(site) != want {
			t.Errorf("it is sure: %v, %s", !want, why)
		}
	}
	sure(false, "before it has looked")
	f.found(t.Context(), site, to(stood), false)
	f.news.Heard("tencent")
	sure(false, "by a status, without its order")
	delete(f.news.heard, "tencent")
	f.found(t.Context(), site, to(stood), true)
	sure(false, "before it has heard the provider")
	f.news.Tell("tencent", "7", key)
	f.news.Heard("tencent")
	sure(false, "before what it heard of the filing is worked through")
	seq, _ := f.news.Of("tencent", key)
	f.found(t.Context(), site, to(stood), true)
	f.news.Done("tencent", key, seq)
	sure(true, "after that")
	f.found(t.Context(), site, to(fell), true)
	sure(false, "of one that fell")
	now.SetTime(now.Now().Add(sureAfter + time.Second))
	sure(true, "of a status, when it has run for long")
}

func TestWhatAnOperatorIsNotSureOfIsReadOnce(t *testing.T) {
	t.Parallel()
	read := make(chan event.TypedGenericEvent[*v1alpha1.IcpFiling], 3)
	f := newFalls(NewNews(), read)
	site := siteOf(0, stood)
	for range 3 {
		f.doubt(t.Context(), site)
	}
	if len(read) != 1 {
		t.Errorf("it is woken %d times", len(read))
	}
	if _, news := f.news.Of("tencent", client.ObjectKeyFromObject(site)); !news {
		t.Error("its order is not read")
	}
}

func TestWhereNothingIsDecidedAStatusCountsAsItIsWritten(t *testing.T) {
	t.Parallel()
	none, site := noFalls(), siteOf(0, stood)
	if !none.sure(site) || none.decided(site) != site || none.any() || none.gathering() > 0 || none.pace() != clearEvery {
		t.Error("it doubts, or waits")
	}
}

func TestWhoeverFilesDuringAMassDoesNotWaitForItsStatuses(t *testing.T) {
	t.Parallel()
	f, _ := fallsAt()
	for i := range manyFalls {
		f.found(t.Context(), siteOf(i, stood), to(fell), true)
	}
	r := &IcpFilingReconciler{Falls: f}
	result, err := r.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKeyFromObject(siteOf(0, stood))})
	if err != nil || result.RequeueAfter <= 0 || result.Priority == nil || *result.Priority >= 0 {
		t.Errorf("a status of a mass is looked at again after %s, at priority %v, %v; want later than what comes meanwhile", result.RequeueAfter, result.Priority, err)
	}
}
