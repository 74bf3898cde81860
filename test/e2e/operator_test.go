package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// operator is the built program under its own service account. There is one at a time, so it needs no lease: that of a
// killed one would keep the next from acting for 15 s, where in production the other replica waits for it.
type operator struct {
	mu      sync.Mutex
	program *cluster.Program
	starts  int
	// working is when its exposure controller was at work; begins is the longest that it took to begin.
	working []span
	begins  time.Duration
	// provoked asks a torment to kill soon.
	provoked chan struct{}
}

// start starts the operator.
func (o *operator) start(ctx context.Context) error {
	config, err := plane.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(dir, "operator.kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, config); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.starts++
	log := filepath.Join(dir, "logs", fmt.Sprintf("operator-%d.log", o.starts))
	o.program, _, err = cluster.StartProgram(cluster.ProgramOptions{
		Path: filepath.Join(root, "bin", "icp-operator"), Env: []string{"KUBECONFIG=" + kubeconfig}, Log: log,
		Args: []string{"--leader-elect=false", "--metrics-bind-address=0", "--health-probe-bind-address=0"},
	})
	if err != nil {
		return err
	}
	go o.noteWork(o.program, log)
	return nil
}

// revive starts the operator where a test has left it dead.
func (o *operator) revive(ctx context.Context) error {
	select {
	case <-o.program.Done():
		return o.start(ctx)
	default:
		return nil
	}
}

// noteWork reads in the program's log when its exposure controller begins to work, and notes until when it did.
func (o *operator) noteWork(program *cluster.Program, log string) {
	started := time.Now()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for begun := false; !begun; {
		select {
		case <-program.Done():
			return
		case <-poll.C:
		}
		content, err := os.ReadFile(log)
		if err != nil {
			return
		}
		for line := range strings.Lines(string(content)) {
			begun = begun || strings.Contains(line, "Starting workers") && strings.Contains(line, `"controller":"exposure"`)
		}
	}
	o.mu.Lock()
	n := len(o.working)
	o.working = append(o.working, span{from: time.Now()})
	o.begins = max(o.begins, time.Since(started))
	o.mu.Unlock()
	<-program.Done()
	o.mu.Lock()
	o.working[n].till = time.Now()
	o.mu.Unlock()
}

// kill ends the operator where it stands.
func (o *operator) kill() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.program != nil {
		o.program.Kill()
	}
}

// worked tells when the operator was at work so far.
func (o *operator) worked() []span {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]span(nil), o.working...)
}

// takesToBegin is the longest that it took to begin its work so far.
func (o *operator) takesToBegin() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.begins
}

func (o *operator) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.program == nil {
		return "no operator was started"
	}
	return o.program.Tail()
}

// torment kills the operator at random and starts it again, until the returned function is called, which tells how often
// and then leaves one running. It kills within half a second of each decision of the bureau, which is how long acting on
// one takes; else after up to four seconds and what it takes to begin, sometimes not even waiting until the operator works.
func (o *operator) torment(t *testing.T) (stop func() int) {
	t.Helper()
	chosen := *seed
	if chosen == 0 {
		chosen = rand.Uint64()
	}
	t.Logf("-seed=%d", chosen)
	random := rand.New(rand.NewPCG(chosen, 0))
	upTo := func(most time.Duration) <-chan time.Time {
		return time.After(time.Duration(random.Int64N(int64(most))))
	}
	ctx := context.WithoutCancel(t.Context()) // it ends by stop, so that an operator is left
	quit, done := make(chan struct{}), make(chan struct{})
	kills := 0
	var failed error
	go func() {
		defer close(done)
		for failed == nil {
			select {
			case <-quit:
				return
			case <-o.provoked:
				<-upTo(500 * time.Millisecond)
			case <-upTo(4*time.Second + 2*o.takesToBegin()):
			}
			o.kill()
			kills++
			<-upTo(time.Second)
			failed = o.start(ctx)
		}
	}()
	return sync.OnceValue(func() int {
		close(quit)
		<-done
		if failed != nil {
			t.Errorf("starting the operator again: %v", failed)
		}
		return kills
	})
}

// provoke has a torment, if there is one, kill the operator soon.
func (o *operator) provoke() {
	select {
	case o.provoked <- struct{}{}:
	default:
	}
}
