package controllers

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/registry"
)

// defaultCallsPerMinute is how often a registry is asked at most.
const defaultCallsPerMinute = 60

// Retries of a registry that fails begin here and double up to the most.
const (
	firstLookupRetry = 30 * time.Second
	mostLookupRetry  = 5 * time.Minute
)

// pace lets calls to one registry through, evenly: never more in a minute than were set. After a failure it lets none
// through for a while, for all domains alike.
type pace struct {
	clock   clock.PassiveClock
	limiter *rate.Limiter

	mu       sync.Mutex
	until    time.Time
	failures int
}

var _ registry.Pace = (*pace)(nil)

func newPace(now clock.PassiveClock, perMinute *int32) *pace {
	n := int32(defaultCallsPerMinute)
	if perMinute != nil && *perMinute > 0 {
		n = *perMinute
	}
	return &pace{clock: now, limiter: rate.NewLimiter(rate.Every(time.Minute/time.Duration(n)), 1)}
}

// Take implements registry.Pace.
func (p *pace) Take() bool { return p.limiter.AllowN(p.clock.Now(), 1) }

// wait is how long no call may be made; 0 where one may.
func (p *pace) wait() time.Duration {
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := p.until.Sub(now); left > 0 {
		return left
	}
	missing := 1 - p.limiter.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	// Rounded up, so that what was waited for is there.
	return time.Duration(math.Ceil(missing/float64(p.limiter.Limit())*1000)) * time.Millisecond
}

// answered says that the registry answers.
func (p *pace) answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures, p.until = 0, time.Time{}
}

// failed says that it does not, and perhaps for how long it asks to be left alone.
func (p *pace) failed(leaveAlone, interval time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	back := min(firstLookupRetry<<min(p.failures, 8), mostLookupRetry, interval)
	p.failures++
	p.until = p.clock.Now().Add(max(back, leaveAlone))
}
