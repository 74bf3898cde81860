package chaos_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// operators are the processes of the built operator. Most of the time there is one that needs no lease: that of a killed one would
// keep the next from working for its 12 s, and a thousand kills would take hours.
type operators struct {
	// path is the program; env and args are given to it beside what every operator here has.
	path      string
	env, args []string
	// name tells their logs from others'.
	name string

	mu            sync.Mutex
	alive         []*operator
	starts, kills int
	// ended are those that ended by themselves.
	ended []string
	// working is when the gate's part of an operator was at work, and away when the API server was not.
	working []*span
	away    []span
}

// operator is one process.
type operator struct {
	*cluster.Program
	log string
	// elects says that it waits for the lease.
	elects bool
	// begun is closed when it works.
	begun chan struct{}
}

// span is a time; one without end lasts.
type span struct{ from, till time.Time }

// start starts one, which waits for the lease or does not.
func (o *operators) start(elect bool) (*operator, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.starts++
	log := filepath.Join(plane.Dir(), "logs", fmt.Sprintf("operator-%s-%d.log", o.name, o.starts))
	program, _, err := cluster.StartProgram(cluster.ProgramOptions{
		Path: o.path, Env: append([]string{"KUBECONFIG=" + operatorConfig}, o.env...), Log: log,
		Args: append([]string{fmt.Sprintf("--leader-elect=%t", elect), "--metrics-bind-address=0", "--health-probe-bind-address=0"}, o.args...),
	})
	if err != nil {
		return nil, err
	}
	p := &operator{program, log, elect, make(chan struct{})}
	o.alive = append(o.alive, p)
	go o.noteWork(p)
	return p, nil
}

// noteWork reads in its log when the controller that closes routes begins to work, and notes until when it did.
func (o *operators) noteWork(p *operator) {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for begun := false; !begun; {
		select {
		case <-p.Done():
			return
		case <-look.C:
		}
		content, err := os.ReadFile(p.log)
		if err != nil {
			return
		}
		for line := range strings.Lines(string(content)) {
			begun = begun || strings.Contains(line, "Starting workers") && strings.Contains(line, `"controller":"exposure"`)
		}
	}
	works := &span{from: time.Now()}
	o.mu.Lock()
	o.working = append(o.working, works)
	o.mu.Unlock()
	close(p.begun)
	<-p.Done()
	o.mu.Lock()
	works.till = time.Now()
	o.mu.Unlock()
}

// work notes that an operator in this process works from now on, and rest that it ends.
func (o *operators) work() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.working = append(o.working, &span{from: time.Now()})
}

func (o *operators) rest() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.working[len(o.working)-1].till = time.Now()
}

// kill ends one where it stands.
func (o *operators) kill(p *operator) {
	p.Kill()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kills++
	o.alive = slices.DeleteFunc(o.alive, func(other *operator) bool { return other == p })
}

// killed is how often one was killed.
func (o *operators) killed() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.kills
}

// killAll ends all.
func (o *operators) killAll() {
	for _, p := range o.running() {
		o.kill(p)
	}
}

func (o *operators) running() []*operator {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.alive)
}

// revive starts another in place of each that ended by itself, as a kubelet does, with how it ended.
func (o *operators) revive() error {
	for _, p := range o.running() {
		select {
		case <-p.Done():
			o.mu.Lock()
			o.ended = append(o.ended, p.Ended().Error())
			o.alive = slices.DeleteFunc(o.alive, func(other *operator) bool { return other == p })
			o.mu.Unlock()
			if _, err := o.start(p.elects); err != nil {
				return err
			}
		default:
		}
	}
	return nil
}

// leader waits for one of those that run to work.
func (o *operators) leader() (*operator, error) {
	for deadline := time.Now().Add(*within); time.Now().Before(deadline); {
		for _, p := range o.running() {
			select {
			case <-p.begun:
				return p, nil
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	return nil, errors.New("no operator came to work")
}

// withoutAPIServer notes a time in which no operator can do anything.
func (o *operators) withoutAPIServer(from, till time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.away = append(o.away, span{from, till})
}

// idle is how much of a time no operator could work, be it that none ran or that it had no API server.
func (o *operators) idle(from, till time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	left := till.Sub(from)
	for _, works := range o.working {
		ends := works.till
		if ends.IsZero() {
			ends = till
		}
		left -= common(span{from, till}, span{works.from, ends})
		for _, away := range o.away {
			begins, over := later(works.from, from), earlier(ends, till)
			left += common(span{begins, over}, away)
		}
	}
	return left
}

// common is how long two times have in common.
func common(a, b span) time.Duration {
	return max(0, earlier(a.till, b.till).Sub(later(a.from, b.from)))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
