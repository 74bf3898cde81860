package chaos_test

import (
	"context"
	"slices"
	"sync"
	"time"
)

// crowd are lives that go on by themselves.
type crowd struct {
	mu    sync.Mutex
	lives []*life
}

func (c *crowd) all() []*life {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lives)
}

// live has them go on until the function that it returns is called.
func (c *crowd) live(ctx context.Context, w *witness) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ; ctx.Err() == nil; pass(ctx, 50*time.Millisecond) {
			for _, l := range c.all() {
				c.mu.Lock()
				l.lead(ctx, w)
				c.mu.Unlock()
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// revokeTogether has the bureau revoke at once what is served of the fates that wait for it, and says how many.
func (c *crowd) revokeTogether(w *witness) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lives {
		if l.falls(w) {
			l.revoke()
			n++
		}
	}
	return n
}

// served says how many wait to be revoked together.
func (c *crowd) served(w *witness) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lives {
		if l.falls(w) {
			n++
		}
	}
	return n
}

// falls says that it waits to be revoked together with others.
func (l *life) falls(w *witness) bool {
	return fates[l.fate].together && !l.ended && !w.of(l.key).served.IsZero()
}

// fell are how long it took from each revocation until the route was parked, the shortest first.
func (c *crowd) fell(w *witness) (took []time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lives {
		if dark := w.of(l.key).dark; !l.revokedAt.IsZero() && dark.After(l.revokedAt) {
			took = append(took, dark.Sub(l.revokedAt))
		}
	}
	slices.Sort(took)
	return took
}
