package http

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// longestWait is the most that a server can silence its client for; a mistaken year would wedge every filing.
const longestWait = time.Hour

// wait keeps every call from a server that asked to be left alone, not only the one that was told so.
type wait struct {
	clock clock.PassiveClock
	mu    sync.Mutex
	until time.Time
}

// ask notes that the server wants to be left alone for d.
func (w *wait) ask(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := w.clock.Now().Add(d); until.After(w.until) {
		w.until = until
	}
}

// left is how long it still does.
func (w *wait) left() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(0, w.until.Sub(w.clock.Now()))
}
