package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

const (
	// clockLookedAt is how often it is looked whether the clock was set, and clockJumped by how much it must have been to matter.
	clockLookedAt = 10 * time.Second
	clockJumped   = time.Minute
)

// clockJumps wakes every filing when the clock was set, or the machine slept: a filing waits for what falls due by a timer, which sees
// neither, and would be late by as much.
type clockJumps struct {
	reader client.Reader
	clock  clock.PassiveClock
	every  time.Duration
	tell   chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]
}

// Start looks until ctx ends.
func (j clockJumps) Start(ctx context.Context) error {
	if _, own := timersOf(j.clock); own {
		return nil // who moves that clock moves the timers with it
	}
	var timers clock.RealClock
	look := timers.NewTicker(j.every)
	defer look.Stop()
	for said, since := j.clock.Now().Round(0), timers.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C():
		}
		now := j.clock.Now().Round(0)
		jumped := now.Sub(said) - timers.Since(since)
		said, since = now, timers.Now()
		if jumped.Abs() < clockJumped {
			continue
		}
		logOf(ctx).Info("the clock was set: every filing is looked at again", "by", jumped.Round(time.Second).String())
		if err := j.wakeAll(ctx); err != nil {
			logOf(ctx).Error(err, "waking every filing")
		}
	}
}

func (j clockJumps) wakeAll(ctx context.Context) error {
	var list v1alpha1.IcpFilingList
	if err := j.reader.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing the filings: %w", err)
	}
	for i := range list.Items {
		filing := &v1alpha1.IcpFiling{}
		filing.Namespace, filing.Name = list.Items[i].Namespace, list.Items[i].Name
		select {
		case j.tell <- event.TypedGenericEvent[*v1alpha1.IcpFiling]{Object: filing}:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// timersOf are a clock's own timers; false for the real one, and for one that has none.
func timersOf(c clock.PassiveClock) (clock.WithTicker, bool) {
	timers, has := c.(clock.WithTicker)
	if _, usual := c.(clock.RealClock); usual {
		return nil, false
	}
	return timers, has
}
