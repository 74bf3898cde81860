package send

import (
	"sync"
	"time"
)

// Pace keeps the messages to one receiver apart, as its operator documents. It is safe for concurrent use.
type Pace struct {
	mu   sync.Mutex
	next map[string]time.Time
}

// Take lets one message to a receiver pass, and the next one no sooner than apart later; else it says how long to wait.
func (p *Pace) Take(receiver string, apart time.Duration, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if next := p.next[receiver]; next.After(now) {
		return next.Sub(now)
	}
	p.set(receiver, now.Add(apart), now)
	return 0
}

// Hold lets nothing to a receiver pass for so long.
func (p *Pace) Hold(receiver string, wait time.Duration, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set(receiver, now.Add(wait), now)
}

// mostReceivers is how many receivers are remembered before those that need not wait are forgotten.
const mostReceivers = 1024

func (p *Pace) set(receiver string, next, now time.Time) {
	if p.next == nil {
		p.next = map[string]time.Time{}
	}
	if len(p.next) >= mostReceivers {
		for r, t := range p.next {
			if !t.After(now) {
				delete(p.next, r)
			}
		}
	}
	p.next[receiver] = next
}
