// Command icp-operator moves ICP filings (ICP备案) through their procedure and keeps hosts without a filing in force from
// being exposed.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"go.uber.org/zap/zapcore"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/footer/probe"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/internal/version"
)

// options are the flags of the operator.
type options struct {
	metrics, probes string
	leaderElection  bool
	version         bool
	workers         int
	rulesDir        string
	allow, deny     string
	calendar, board controllers.ServeOptions
	zap             zap.Options
}

func main() {
	var o options
	flag.StringVar(&o.metrics, "metrics-bind-address", ":8080", "address that serves /metrics; 0 serves none")
	flag.StringVar(&o.probes, "health-probe-bind-address", ":8081", "address that serves /healthz and /readyz; 0 serves none")
	flag.BoolVar(&o.leaderElection, "leader-elect", true, "let one of several operators act at a time")
	flag.IntVar(&o.workers, "workers", 4, "filings that are worked on at once")
	flag.StringVar(&o.rulesDir, "filing-rules-dir", "", "directory whose files add rows to the built-in rules of filing; none where it is empty (see docs/rules.md)")
	flag.StringVar(&o.allow, "notify-allow-networks", "", "networks, separated by commas, that FilingNotifiers may send to though they are not public, also without TLS: 10.1.0.0/16,fd00:1::/64 (see docs/notifications.md)")
	flag.StringVar(&o.deny, "notify-deny-networks", "", "networks that FilingNotifiers may not send to, and home pages may not be asked at, though they are public, such as a cluster's own")
	flag.StringVar(&o.calendar.Address, "calendar-bind-address", "0", "address that serves the coming dates of filings at /calendar.ics; 0 serves none (see docs/calendar.md)")
	flag.StringVar(&o.calendar.CertDir, "calendar-cert-dir", "", "directory of the calendars' tls.crt and tls.key; plain HTTP where it is empty, for something in front that speaks TLS")
	flag.StringVar(&o.board.Address, "board-bind-address", "0", "address that serves the board of filings; 0 serves none (see docs/board.md)")
	flag.StringVar(&o.board.CertDir, "board-cert-dir", "", "directory of the board's tls.crt and tls.key; plain HTTP where it is empty, for something in front that speaks TLS")
	flag.BoolVar(&o.version, "version", false, "print which version this is, and end; so does the argument version")
	o.zap.BindFlags(flag.CommandLine)
	flag.Parse()
	switch {
	case o.version || flag.NArg() == 1 && flag.Arg(0) == "version":
		fmt.Println(version.Line("icp-operator"))
		return
	case flag.NArg() > 0:
		fmt.Fprintf(os.Stderr, "icp-operator: unexpected argument %q: everything is said by flags\n", flag.Arg(0))
		os.Exit(2)
	}
	if o.zap.StacktraceLevel == nil {
		// An error says what was tried, on what; where in the code is for panics.
		o.zap.StacktraceLevel = zapcore.DPanicLevel
	}
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&o.zap)))
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "icp-operator:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	book, err := readRules(o.rulesDir)
	if err != nil {
		return err
	}
	networks, err := notifyNetworks(o)
	if err != nil {
		return err
	}
	ctx := ctrl.SetupSignalHandler()
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("finding the cluster: %w", err)
	}
	config.UserAgent = "icp-operator"
	// API priority and fairness at the server does what a client-side limit would.
	config.QPS = -1
	mgr, err := ctrl.NewManager(config, managerOptions(o))
	if err != nil {
		return fmt.Errorf("building the manager: %w", err)
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	if err := mgr.AddReadyzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	footers := controllers.Footers{Prober: probe.Prober{Networks: reach.Networks{Deny: networks.Deny}}}
	operator, err := controllers.Setup(ctx, mgr, clock.RealClock{}, o.workers, book, footers)
	if err != nil {
		return err
	}
	if err := controllers.AddNotifiers(ctx, mgr, clock.RealClock{}, networks); err != nil {
		return err
	}
	if _, err := controllers.AddCalendar(ctx, mgr, clock.RealClock{}, o.calendar); err != nil {
		return err
	}
	if _, err := controllers.AddBoard(ctx, mgr, clock.RealClock{}, operator.Routes, o.board); err != nil {
		return err
	}
	if err := controllers.AddMetrics(mgr, operator, ctrlmetrics.Registry); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

func managerOptions(o options) ctrl.Options {
	lease, renew, retry := 15*time.Second, 10*time.Second, 2*time.Second
	return ctrl.Options{
		Scheme:                        controllers.Scheme(),
		Metrics:                       metricsserver.Options{BindAddress: o.metrics},
		HealthProbeBindAddress:        o.probes,
		LeaderElection:                o.leaderElection,
		LeaderElectionID:              "icp-operator.beian.dev",
		LeaderElectionNamespace:       v1alpha1.OperatorNamespace,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &lease, RenewDeadline: &renew, RetryPeriod: &retry,
		Cache: controllers.Cache(),
	}
}

// notifyNetworks are the networks that FilingNotifiers may send to, beside the public Internet, and may not.
func notifyNetworks(o options) (networks reach.Networks, err error) {
	if networks.Allow, err = reach.Parse(o.allow); err != nil {
		return networks, fmt.Errorf("--notify-allow-networks: %w", err)
	}
	if networks.Deny, err = reach.Parse(o.deny); err != nil {
		return networks, fmt.Errorf("--notify-deny-networks: %w", err)
	}
	return networks, nil
}
