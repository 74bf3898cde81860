package operator

import (
	"context"
	"time"

	. "github.com/onsi/gomega"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// quietFor is for how long nothing must have been written for the operator to count as having settled: where filings stand
// is told 5 s after the last write of a Namespace, and on a busy machine somewhat later.
const quietFor = 10 * time.Second

// restart starts the gate's controllers again.
func (p place) restart() {
	p.Helper()
	started, err := startGate(context.Background(), p.plane)
	p.must(err)
	p.running = started
	seen = time.Now()
}

// seen is from when on the operator's writes are looked at.
var seen time.Time

// untilQuiet waits until the operator has written nothing for a while.
func (p place) untilQuiet() {
	p.Helper()
	p.Eventually(func() time.Duration {
		last := time.Time{}
		for _, write := range p.writesSince(time.Time{}) {
			last = write.At
		}
		return time.Since(last)
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(BeNumerically(">", quietFor))
	seen = time.Now()
}

// operatorWrites lists what the operator has written since it was quiet, but for Events and its lease.
func (p place) operatorWrites() []cluster.Write { return p.writesSince(seen) }

func (p place) writesSince(since time.Time) []cluster.Write {
	p.Helper()
	writes, err := p.plane.Writes(func(w cluster.Write) bool {
		return w.User == operatorUser && !w.DryRun && w.Resource != "events" && w.At.After(since)
	})
	p.must(err)
	return writes
}
