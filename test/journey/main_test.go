// Package journey_test walks filings through the operator on a real API server: the operator under its own service
// account, the provider over HTTP.
package journey_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What every test of the package stands on.
var (
	plane *cluster.Cluster
	// admin is a cluster admin's client.
	admin client.WithWatch
	// sim is the provider, the bureau and the registry. Its decisions are far enough apart that the feed tells each alone.
	sim *simulator.Simulator
	// now is the operator's clock.
	now = clocktesting.NewFakePassiveClock(time.Now())
	// operator is the one that runs. Only tests that run alone may kill it.
	operator process
	// samples is the folder config/samples.
	samples string
)

const token = "not-a-secret-outside-a-test"

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(&logs), zap.UseDevMode(true)))
	cluster.Main(m, cluster.Options{Audit: true}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	samples = filepath.Join(root, "config", "samples")
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	filed, err := os.ReadFile(filepath.Join(root, "hack", "demo", "filed.yaml"))
	if err != nil {
		return err
	}
	known, err := simulator.ParseKnown(filed)
	if err != nil {
		return err
	}
	if sim, err = simulator.New(simulator.Options{Token: token, Known: known, Delay: 400 * time.Millisecond}); err != nil {
		return err
	}
	server, err := simulator.Start(ctx, sim, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if operator, err = newOperator(ctx); err != nil {
		return err
	}
	if err := applyProvider(ctx, server.ProtocolURL); err != nil {
		return err
	}
	return cluster.UntilGated(ctx, admin)
}

// newOperator starts the operator of the tests under its own service account, until ctx ends.
func newOperator(ctx context.Context) (process, error) {
	config, err := plane.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return process{}, err
	}
	own, cancel := context.WithCancel(ctx)
	ended, err := startOperator(own, config)
	if err != nil {
		cancel()
		return process{}, err
	}
	return process{ctx: ctx, kill: cancel, ended: ended}, nil
}

// process is an operator that runs in this process.
type process struct {
	// ctx is what it was started with.
	ctx context.Context
	// kill ends it where it stands: its calls fail, and what it has not written it never will.
	kill func()
	// ended is closed once it has.
	ended <-chan struct{}
}

// startOperator runs the operator in this process until the context ends, as main does but for the clock.
func startOperator(ctx context.Context, c *rest.Config) (<-chan struct{}, error) {
	mgr, err := ctrl.NewManager(c, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		LeaderElection: true, LeaderElectionID: "icp-operator.beian.dev", LeaderElectionNamespace: "icp-system", LeaderElectionReleaseOnCancel: true,
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return nil, err
	}
	if _, err := controllers.Setup(ctx, mgr, now, controllers.Settings{Footers: footers}); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return ended, nil
}

// applyProvider applies the samples' namespaces and provider, with the simulator's address and token.
func applyProvider(ctx context.Context, url string) error {
	objects, err := cluster.Kustomize(samples)
	if err != nil {
		return err
	}
	for _, o := range objects {
		switch o.GetKind() {
		case "FilingProvider":
			if err := unstructured.SetNestedField(o.Object, url, "spec", "http", "url"); err != nil {
				return err
			}
			if err := unstructured.SetNestedField(o.Object, "200ms", "spec", "http", "pollInterval"); err != nil {
				return err
			}
		case "Secret":
			if o.GetName() == "simulator-token" {
				if err := unstructured.SetNestedField(o.Object, token, "stringData", "token"); err != nil {
					return err
				}
			}
		case "Namespace", "Service":
		default:
			continue
		}
		if err := apply(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

func apply(ctx context.Context, o *unstructured.Unstructured) error {
	return admin.Apply(ctx, client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("kubectl"), client.ForceOwnership)
}
