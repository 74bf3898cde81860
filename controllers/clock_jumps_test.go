package controllers

import (
	"context"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// shelf lists filings.
type shelf struct {
	client.Reader
	filings []v1alpha1.IcpFiling
}

func (s shelf) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	list.(*v1alpha1.IcpFilingList).Items = s.filings
	return nil
}

func TestEveryFilingIsLookedAtAgainWhenTheClockIsSetEitherWay(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{"forwards": 3 * time.Hour, "backwards": -3 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
			woken := make(chan event.TypedGenericEvent[*v1alpha1.IcpFiling], 2)
			jumps := clockJumps{reader: shelf{filings: []v1alpha1.IcpFiling{*siteOf(0, stood), *siteOf(1, shut)}}, clock: now, every: 10 * time.Millisecond, tell: woken}
			go func() { _ = jumps.Start(t.Context()) }()
			for seen := map[string]bool{}; len(seen) < 2; {
				select {
				case e := <-woken:
					seen[e.Object.Namespace+"/"+e.Object.Name] = true
				case <-time.After(50 * time.Millisecond):
					now.SetTime(now.Now().Add(by)) // it may not have begun to look when it was set before
				}
			}
		})
	}
}
