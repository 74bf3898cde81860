// Package operator runs the operator in the process of a test.
package operator

import (
	"context"
	"fmt"
	"os"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// workers is how many filings it works on at once, as main has it by default.
const workers = 4

// Running is an operator in this process; the zero value is none.
type Running struct {
	// Kill ends it where it stands: its calls fail, and what it has not written it never will.
	Kill func()
	// Ended is closed once it has.
	Ended <-chan struct{}
}

// End ends it, and returns once it has ended. None that runs is none to end.
func (r Running) End() {
	if r.Kill == nil {
		return
	}
	r.Kill()
	<-r.Ended
}

// Start runs an operator on a control plane under its own service account, as main does, until ctx ends. networks are where it may
// have people told, beside public addresses.
func Start(ctx context.Context, plane *cluster.Cluster, now clock.PassiveClock, networks reach.Networks) (Running, error) {
	own, err := plane.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return Running{}, err
	}
	mgr, err := ctrl.NewManager(own, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		LeaderElection: true, LeaderElectionID: "icp-operator.beian.dev", LeaderElectionNamespace: v1alpha1.OperatorNamespace, LeaderElectionReleaseOnCancel: true,
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return Running{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	_, err = controllers.Setup(ctx, mgr, now, controllers.Settings{Workers: workers})
	if err == nil {
		err = controllers.AddNotifiers(ctx, mgr, now, nil, networks)
	}
	if err != nil {
		cancel()
		return Running{}, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return Running{cancel, ended}, nil
}
