package controllers

import (
	"errors"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

func TestAProviderTellsSinceWhenItsRegistryFails(t *testing.T) {
	t.Parallel()
	b, l := newBook(60, 50), NewLookups()
	l.follow("p", manyInForce(1), daily, b.clock.Now())
	r := &FilingProviderReconciler{Clock: b.clock, Lookups: l}
	fp := &v1alpha1.FilingProvider{Spec: v1alpha1.FilingProviderSpec{Registry: &v1alpha1.Registry{}}}
	fp.Name = "p"
	var status v1alpha1.FilingProviderStatus
	is := func(want metav1.ConditionStatus, reason string, since time.Time) {
		t.Helper()
		r.setRegistryReady(&status, fp)
		c := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionRegistryReady)
		if c == nil || c.Status != want || c.Reason != reason || !c.LastTransitionTime.Time.Equal(since) {
			t.Errorf("RegistryReady is %+v, want %s, %s since %s", c, want, reason, since)
		}
	}
	r.setRegistryReady(&status, fp)
	if len(status.Conditions) > 0 {
		t.Errorf("it was not asked yet, and is said to be %+v", status.Conditions)
	}
	b.down = errors.New("no route to the registry from port 4711")
	failed := b.clock.Now()
	b.turns(t, l, daily, failed.Add(time.Second))
	since := b.clock.Now()
	is(metav1.ConditionFalse, v1alpha1.ReasonProviderUnavailable, since)
	said := status.DeepCopy()

	b.down = errors.New("no route to the registry from port 4712")
	b.turns(t, l, daily, failed.Add(time.Hour))
	is(metav1.ConditionFalse, v1alpha1.ReasonProviderUnavailable, since)
	if got, want := status.Conditions[0].Message, said.Conditions[0].Message; got != want {
		t.Errorf("the same failure is told in other words, which is a write each time: %q, then %q", want, got)
	}
	b.down = &provider.Error{Class: provider.Misconfigured, Reason: "Unauthorized", Op: "look up"}
	b.turns(t, l, daily, failed.Add(2*time.Hour))
	is(metav1.ConditionFalse, v1alpha1.ReasonMisconfigured, since)

	b.down = nil
	b.turns(t, l, daily, failed.Add(3*time.Hour))
	is(metav1.ConditionTrue, v1alpha1.ReasonAvailable, b.clock.Now())
	fp.Spec.Registry = nil
	r.setRegistryReady(&status, fp)
	if len(status.Conditions) > 0 {
		t.Errorf("it has no registry any more, and is said to have %+v", status.Conditions)
	}
}

func TestWhatThePaceLetNobodyAskSaysNothingOfTheRegistry(t *testing.T) {
	t.Parallel()
	l := NewLookups()
	l.judge("p", nil, errors.New("down"))
	before := l.healthOf("p")
	l.judge("p", []registry.Answer{{Domain: "a.cn", NotAsked: true}}, nil)
	if l.healthOf("p") != before {
		t.Errorf("nobody was asked, and the registry is %+v, was %+v", l.healthOf("p"), before)
	}
}

func TestARegistryWithOtherCredentialsIsAskedAtOnceAboutWhatFailed(t *testing.T) {
	t.Parallel()
	b, l := newBook(60, 50), NewLookups()
	l.follow("p", manyInForce(3), daily, b.clock.Now())
	b.down = &provider.Error{Class: provider.Misconfigured, Reason: "Unauthorized", Op: "look up"}
	b.turns(t, l, daily, b.clock.Now().Add(time.Second))
	if len(b.calls) != 1 {
		t.Fatalf("%d calls, want one that failed", len(b.calls))
	}
	b.down, b.pace = nil, newPace(b.clock, new(int32(60)))
	l.release("p", b.clock.Now())
	b.turns(t, l, daily, b.clock.Now().Add(time.Second))
	if len(b.calls) != 2 || len(b.asked[1]) != 3 {
		t.Errorf("%d calls, asked %v; want all of them asked about again at once", len(b.calls), b.asked)
	}
	l.release("p", b.clock.Now())
	b.turns(t, l, daily, b.clock.Now().Add(time.Minute))
	if len(b.calls) != 2 {
		t.Errorf("%d calls: what was answered is asked about again", len(b.calls))
	}
}
