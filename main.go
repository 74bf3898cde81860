// Command icp-operator moves ICP filings (ICP备案) through their procedure and keeps hosts without a filing in force from
// being exposed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/footer/probe"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/internal/traces"
	"github.com/beian-dev/icp-operator/internal/version"
)

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "icp-operator:", err)
		os.Exit(2)
	case o.version:
		fmt.Println(version.Line("icp-operator"))
		return
	}
	err = run(o)
	if errors.Is(err, controllers.ErrNamespacesMove) {
		ctrl.Log.Info("beginning anew", "because", err.Error())
		err = again()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "icp-operator:", err)
		os.Exit(1)
	}
}

// again begins the process anew, where it stands. What it kept of namespaces that go to another shard goes with it, and whoever starts
// operators sees none end, and so does not wait with the next.
func again() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("beginning anew: %w", err)
	}
	return fmt.Errorf("beginning anew: %w", syscall.Exec(self, os.Args, os.Environ())) // #nosec G204 -- itself, as it was started
}

// collectAt is how much the heap may grow beyond what is in use, in percent, before it is collected: the operator holds much and does
// little. GOGC says otherwise.
const collectAt = 40

// startTakes is how long an operator starts, among ten thousand filings: much that it then needed it never needs again.
const startTakes = time.Minute

// giveBack gives what starting took back to the system.
func giveBack(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-time.After(startTakes):
		debug.FreeOSMemory()
	}
	return nil
}

func run(o *options) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	watch := watchFile(o, startLogging(o))
	ctrl.Log.Info("starting", "version", version.Line("icp-operator"))
	book, err := readRules(o.rulesDir)
	if err != nil {
		return err
	}
	ctx := ctrl.SetupSignalHandler()
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("finding the cluster: %w", err)
	}
	config.UserAgent = "icp-operator"
	if o.shard != "" {
		config.UserAgent += "/" + o.shard // an audit tells by it whose write it was
	}
	// API priority and fairness at the server does what a client-side limit would.
	config.QPS = -1
	tracing, err := traces.Start(ctx, o.tracesEndpoint, ctrl.Log.WithName("traces"))
	if err != nil {
		return err
	}
	defer tracing.End(ctrl.Log.WithName("traces"))
	page := serve.NewPage(ctrlmetrics.Registry)
	shard, err := controllers.NewShard(ctx, config, o.shard)
	if err != nil {
		return err
	}
	if o.shard == "" && !o.shards && !shard.Others() {
		shard = nil // the whole cluster is this operator's
	}
	mgr, err := ctrl.NewManager(config, managerOptions(o, shard, page, tracing))
	if err != nil {
		return fmt.Errorf("building the manager: %w", err)
	}
	if watch != nil {
		if err := mgr.Add(watch); err != nil {
			return err
		}
	}
	if err := errors.Join(mgr.AddHealthzCheck("ping", healthz.Ping), controllers.AddReadiness(mgr)); err != nil {
		return err
	}
	footers := controllers.Footers{Prober: probe.Prober{Networks: reach.Networks{Deny: o.networks.Deny}}}
	operator, err := controllers.Setup(ctx, mgr, clock.RealClock{}, controllers.Settings{Shard: shard, Workers: o.workers, Rules: book, Footers: footers, Traces: tracing})
	if err != nil {
		return err
	}
	if err := controllers.AddNotifiers(ctx, mgr, clock.RealClock{}, shard, o.networks); err != nil {
		return err
	}
	if _, err := controllers.AddCalendar(ctx, mgr, clock.RealClock{}, o.calendar); err != nil {
		return err
	}
	if _, err := controllers.AddBoard(ctx, mgr, clock.RealClock{}, operator.Routes, o.board); err != nil {
		return err
	}
	if err := controllers.AddMetrics(mgr, operator, page); err != nil {
		return err
	}
	if err := mgr.Add(manager.RunnableFunc(giveBack)); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

func managerOptions(o *options, shard *controllers.Shard, page *serve.Page, tracing *traces.Traces) ctrl.Options {
	// One that is killed is followed within 20 s: the lease, a look or two at it, and what it takes to begin.
	lease, renew, retry := 12*time.Second, 8*time.Second, 2*time.Second
	return ctrl.Options{
		Scheme:                        controllers.Scheme(),
		Metrics:                       controllers.MetricsAt(o.metrics, page),
		HealthProbeBindAddress:        o.probes,
		PprofBindAddress:              o.profiling,
		LeaderElection:                o.leaderElection,
		LeaderElectionID:              controllers.LeaseOf(o.shard),
		LeaderElectionNamespace:       v1alpha1.OperatorNamespace,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &lease, RenewDeadline: &renew, RetryPeriod: &retry,
		Cache: shard.Cache(), NewClient: tracing.NewClient,
	}
}
