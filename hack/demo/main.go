// Command demo brings up a real control plane, installs what production installs, starts a simulated access provider and
// the operator under its own service account, applies config/samples, and shows the filing's journey until its number is
// there and its routes are released. With --stay it then stays up for the reader to try things.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"k8s.io/client-go/rest"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// stages of the sample's journey that the simulator delays: the server's verification, the check on the phone, the
// provider's review, the SMS, the bureau.
const delayedStages = 5

type settings struct {
	stay    bool
	dir     string
	delay   time.Duration
	timeout time.Duration
}

func main() {
	// A child's parent-death signal follows the thread that started it: keep to this one.
	runtime.LockOSThread()
	var s settings
	flag.BoolVar(&s.stay, "stay", false, "stay up once the journey is complete, until Ctrl-C")
	flag.StringVar(&s.dir, "dir", filepath.Join("bin", "local"), "folder in the repository for the control plane's data, kubeconfigs and logs")
	flag.DurationVar(&s.delay, "delay", 2*time.Second, "how long each step of the simulated people, provider and bureau takes")
	flag.DurationVar(&s.timeout, "timeout", 3*time.Minute, "how long the journey may take at the most")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s)
	interrupted := ctx.Err() != nil
	stop()
	if err != nil && (!interrupted || !errors.Is(err, context.Canceled)) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
	if interrupted && !s.stay {
		os.Exit(130)
	}
}

func run(ctx context.Context, s settings) (err error) {
	begun := time.Now()
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	dir := filepath.Join(root, s.dir)
	say("starting etcd, kube-apiserver and kube-controller-manager in %s", s.dir)
	plane, err := cluster.Start(ctx, cluster.Options{Dir: dir})
	if err != nil {
		return err
	}
	var started processes
	defer func() {
		err = errors.Join(err, started.stop(), plane.Stop())
	}()
	say("installing the Gateway API's CRDs and config/default")
	if err := plane.Install(ctx); err != nil {
		return err
	}
	say("starting the simulated provider and the operator, under its own service account")
	at, err := startAll(ctx, root, dir, plane, s, &started)
	if err != nil {
		return err
	}
	watched := &journey{config: plane.Config(), from: begun}
	journeyCtx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("the journey was not complete after %s", s.timeout))
	defer cancel()
	if err := watched.walk(journeyCtx, root, at.protocol, started.failed); err != nil {
		return fmt.Errorf("%w\nlogs: %s/logs; %s", err, s.dir, watched.last())
	}
	watched.summary(time.Duration(delayedStages) * s.delay)
	if !s.stay {
		return nil
	}
	tryThis(s.dir, at)
	select {
	case <-ctx.Done():
		say("ending")
		return nil
	case err := <-started.failed:
		return err
	case <-plane.Done():
		return fmt.Errorf("the control plane ended; see %s/logs", s.dir)
	}
}

// addresses are where what was started can be reached.
type addresses struct{ protocol, control, metrics string }

// startAll starts the simulator and the operator.
func startAll(ctx context.Context, root, dir string, plane *cluster.Cluster, s settings, started *processes) (at addresses, err error) {
	started.init(dir)
	listen, err := freeAddress(ctx, "127.0.0.1:8650")
	if err != nil {
		return at, err
	}
	line, err := started.start("simulator", filepath.Join(root, "bin", "icp-simulator"), nil, true,
		"--listen", listen, "--control", "127.0.0.1:0", "--token", "not-a-secret-outside-a-demo",
		"--delay", s.delay.String(), "--filed", filepath.Join(root, "hack", "demo", "filed.yaml"))
	if err != nil {
		return at, err
	}
	if _, err := fmt.Sscanf(line, "listening protocol=%s control=%s", &at.protocol, &at.control); err != nil {
		return at, fmt.Errorf("the simulator says %q: %w", line, err)
	}
	say("the simulated provider speaks the protocol at %s; its control is at %s", at.protocol, at.control)
	config, err := plane.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return at, err
	}
	if at.metrics, err = freeAddress(ctx, "127.0.0.1:8651"); err != nil {
		return at, err
	}
	return at, startOperator(root, dir, config, at.metrics, started)
}

func startOperator(root, dir string, config *rest.Config, metrics string, started *processes) error {
	kubeconfig := filepath.Join(dir, "operator.kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, config); err != nil {
		return err
	}
	_, err := started.start("operator", filepath.Join(root, "bin", "icp-operator"), []string{"KUBECONFIG=" + kubeconfig}, false,
		"--metrics-bind-address", metrics, "--health-probe-bind-address", "0",
		"--notify-allow-networks", "127.0.0.0/8") // all that can be tried with is on this machine
	return err
}

func say(format string, args ...any) { fmt.Printf("• "+format+"\n", args...) }

// tryThis lists things to try.
func tryThis(dir string, at addresses) {
	fmt.Print(`
The control plane, the operator and the simulated provider stay up until Ctrl-C. In another terminal, in this folder:

  export KUBECONFIG=$PWD/` + dir + `/kubeconfig PATH=$PWD/bin:$PATH

  1. see the filing and its stages:        kubectl get icp -A -o wide; kubectl describe icp -n shop example-com
  2. file one of each other type:          kubectl apply -k config/samples/types && kubectl get icp -n shop -w
  3. expose a host that is not filed:      kubectl -n shop create ingress unfiled --class=nginx --rule='www.unfiled.cn/*=web:80' && kubectl -n shop get ingress
     the same where the gate denies:       kubectl -n strict create ingress unfiled --class=nginx --rule='www.unfiled.cn/*=web:80'
  4. make a mistake:                       kubectl -n shop patch icp example-com --type=merge -p '{"spec":{"domain":{"name":"https://other.com"}}}'
  5. hand in the public-security papers:   kubectl -n shop patch icp example-com --type=merge -p '{"spec":{"publicSecurity":{"submittedAt":"` + time.Now().UTC().Format(time.RFC3339) + `"}}}'
                                           kubectl -n shop get icp example-com -o jsonpath='{.status.conditions[?(@.type=="PublicSecurityRegistered")]}'
  6. ask what is to be done, and why:      kubectl icp list -A; kubectl icp explain www.unfiled.cn; kubectl icp audit -A
     the same in a browser:                kubectl icp board
  7. what is monitored of it:              curl -s http://` + at.metrics + `/metrics | grep ^icp_
  8. have the bureau revoke it:            curl -s ` + at.control + `/orders/O00000001/decisions -d '{"stage":"Approved","decision":"Revoked","reasons":["IllegalContent"]}' >/dev/null
                                           kubectl -n shop get icp,ingress; kubectl -n shop describe ingress web
`)
}
