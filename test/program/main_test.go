// Package program runs the built operator as production does: its processes under its own service account, of which one leads.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/collector"
)

// The figures that are promised, on a machine that has nothing else to do; by default, what a busy one keeps, too.
var (
	readyWithin      = flag.Duration("ready", 2*time.Minute, "how long it may take from installing until the operator is ready and the gate in force")
	actsWithin       = flag.Duration("takeover", 2*time.Minute, "how long after the leader was killed the next one may take to act")
	handedOverWithin = flag.Duration("handover", 2*time.Minute, "the same after it was told to end")
)

// within is how long a test waits for what takes a moment, unless the machine is busy.
const within = 2 * time.Minute

// What every test of the package stands on. They run one after the other, since some kill operators.
var (
	root, dir string
	plane     *cluster.Cluster
	// admin is a cluster admin's client.
	admin client.WithWatch
	// samples are what the samples' filing needs.
	samples *sampled
	// running are the operators.
	running = &operators{}
	// told is where they send their traces.
	told *collector.Collector
)

// auditPolicy has the API server write down what the operator asks for, of which right, and what is refused.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  users: ["system:serviceaccount:icp-system:icp-operator"]
- level: None
`

func TestMain(m *testing.M) {
	flag.Parse()
	ctrl.SetLogger(logr.Discard())
	told = collector.Start()
	err := os.Setenv("OTEL_BSP_SCHEDULE_DELAY", "200") // milliseconds, after which operators send what they have
	if err == nil {
		root, err = cluster.Root()
	}
	if err == nil {
		dir = filepath.Join(root, "bin", "program")
		err = prepare()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	cluster.Main(tests{m}, cluster.Options{Dir: dir, APIServerArgs: []string{
		"--audit-policy-file=" + filepath.Join(dir, "operator-audit.yaml"), "--audit-log-path=" + requestLog(), "--audit-log-mode=blocking",
	}}, setup)
}

// requestLog is the file that the API server writes the operator's requests to.
func requestLog() string { return filepath.Join(dir, "requests.log") }

func prepare() error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.RemoveAll(requestLog()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "operator-audit.yaml"), []byte(auditPolicy), 0o600)
}

// tests end the operators before the control plane ends.
type tests struct{ m *testing.M }

// Run implements cluster.Runner.
func (r tests) Run() int {
	code := r.m.Run()
	defer told.Close()
	if err := running.stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// setup installs what production installs, and starts two operators.
func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	defer func() {
		if err != nil {
			err = errors.Join(err, running.stop())
		}
	}()
	if err := c.InstallGatewayAPI(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if samples, err = readSamples(); err != nil {
		return err
	}
	begun := time.Now()
	if err := c.Apply(ctx, filepath.Join(root, "config", "default")); err != nil {
		return err
	}
	for range 2 {
		metrics, err := freeAddress(ctx)
		if err != nil {
			return err
		}
		metricsAddresses = append(metricsAddresses, metrics)
		// At every level there is: what is logged is looked through for persons.
		if _, err := running.start(ctx, "--zap-log-level=10", "--board-bind-address=127.0.0.1:0", "--metrics-bind-address="+metrics); err != nil {
			return err
		}
	}
	if err := cluster.UntilGated(ctx, admin); err != nil {
		return fmt.Errorf("%w\n%s", err, running.tails())
	}
	if err := running.untilReady(ctx); err != nil {
		return err
	}
	installed = time.Since(begun)
	return nil
}

// metricsAddresses are where the first two operators serve metrics, which they do not say themselves.
var metricsAddresses []string

// freeAddress is one of this machine's that nobody listens at.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// installed is how long it took from installing until the operators were ready and the gate in force.
var installed time.Duration

func TestTheOperatorIsReadySoonAfterItWasInstalled(t *testing.T) {
	t.Logf("from applying config/default until both operators are ready and every policy of the gate is in force: %.1f s", installed.Seconds())
	if installed > *readyWithin {
		t.Errorf("it took %s, want at most %s", installed, *readyWithin)
	}
}
