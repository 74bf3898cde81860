// Package upgrade_test upgrades what a release has stored to the present definitions and the present operator, and goes back: on a
// real API server, nothing may be lost, refused or rewritten.
//
// A release is frozen under testdata: its definitions, and objects of each kind with their statuses, as a cluster of it had them.
// At each release, freeze it with
//
//	go test ./test/upgrade -args -freeze=v0.2.0
package upgrade_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/test/cluster"
)

var freeze = flag.String("freeze", "", "freeze the present state of things under testdata as a release, such as v0.2.0, and test nothing")

// within is how long a test waits for what takes some seconds, unless the machine is busy.
const within = 2 * time.Minute

// What every test of the package stands on.
var (
	plane *cluster.Cluster
	// admin is a cluster admin's client.
	admin client.Client
)

func TestMain(m *testing.M) {
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr), zap.Level(zapcore.ErrorLevel), zap.StacktraceLevel(zapcore.DPanicLevel)))
	cluster.Main(tests{m}, cluster.Options{Audit: true}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	if admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if err := c.InstallGatewayAPI(ctx); err != nil {
		return err
	}
	if *freeze != "" {
		return freezeAs(ctx, *freeze)
	}
	return nil
}

// tests are run unless something is frozen.
type tests struct{ m *testing.M }

// Run implements cluster.Runner.
func (r tests) Run() int {
	if *freeze != "" {
		return 0
	}
	return r.m.Run()
}

// startOperator runs an operator under its own service account, as main does, at a time that stands still. The returned function ends
// it.
func startOperator(ctx context.Context, at time.Time) (func(), error) {
	own, err := plane.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(own, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return nil, err
	}
	now := clocktesting.NewFakePassiveClock(at)
	run, cancel := context.WithCancel(ctx)
	_, err = controllers.Setup(run, mgr, now, controllers.Settings{})
	if err == nil {
		err = controllers.AddNotifiers(run, mgr, now, nil, reach.Networks{})
	}
	if err != nil {
		cancel()
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := mgr.Start(run); err != nil && run.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return func() {
		cancel()
		<-ended
	}, nil
}
