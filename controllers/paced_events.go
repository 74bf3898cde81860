package controllers

import (
	"context"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
)

// How many Events about routes are written at once, and a second from then on, and how many may wait. Where a thousand
// filings fall together, a thousand routes must be closed first, and told of after.
const (
	eventsAtOnce  = 25
	eventsASecond = 10
	eventsWaiting = 20_000
)

// pacedEvents is a recorder of Events that gives way to what is more urgent.
type pacedEvents struct {
	events.EventRecorder
	waiting chan func()
}

func newPacedEvents(recorder events.EventRecorder) *pacedEvents {
	return &pacedEvents{EventRecorder: recorder, waiting: make(chan func(), eventsWaiting)}
}

// Eventf has an Event written when its turn comes. One that finds too many waiting is left out: the routes say the same in
// their annotations.
func (p *pacedEvents) Eventf(regarding, related runtime.Object, eventtype, reason, action, note string, args ...any) {
	write := func() { p.EventRecorder.Eventf(regarding, related, eventtype, reason, action, note, args...) }
	select {
	case p.waiting <- write:
	default:
		ctrl.Log.Info("too many Events wait: one is left out", "reason", reason)
	}
}

// Start writes the Events, until ctx ends.
func (p *pacedEvents) Start(ctx context.Context) error {
	pace := rate.NewLimiter(eventsASecond, eventsAtOnce)
	for {
		select {
		case <-ctx.Done():
			return nil
		case write := <-p.waiting:
			if pace.Wait(ctx) == nil { // it fails when ctx ends
				write()
			}
		}
	}
}
