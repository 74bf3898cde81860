// Package notify_test has people told of filings by the operator on a real API server: the operator under its own service
// account, mail over a real SMTP server, webhooks over HTTP.
package notify_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What every test of the package stands on.
var (
	plane *cluster.Cluster
	// admin is a cluster admin's client, and asOperator acts as the operator's service account.
	admin, asOperator client.Client
	// operator is the one that runs. Only tests that run alone may end it.
	operator process
	// samples are the objects of config/samples.
	samples []*unstructured.Unstructured
)

const token = "not-a-secret-outside-a-test"

// within is how long a test waits for what takes some seconds, unless the machine is busy.
const within = 2 * time.Minute

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr), zap.Level(zapcore.ErrorLevel), zap.StacktraceLevel(zapcore.DPanicLevel)))
	cluster.Main(m, cluster.Options{Audit: true}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) error {
	plane = c
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	own, err := c.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return err
	}
	if asOperator, err = client.New(own, client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if samples, err = cluster.Kustomize(filepath.Join(root, "config", "samples")); err != nil {
		return err
	}
	sim, err := simulator.New(simulator.Options{Token: token, Delay: 200 * time.Millisecond})
	if err != nil {
		return err
	}
	server, err := simulator.Start(ctx, sim, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := applySamples(ctx, server.ProtocolURL); err != nil {
		return err
	}
	operator, err = startOperator(ctx)
	return err
}

// process is an operator that runs in this process.
type process struct {
	// ctx is what it was started with.
	ctx context.Context
	// end ends it where it stands.
	end func()
	// ended is closed once it has.
	ended <-chan struct{}
}

// startOperator runs an operator until ctx ends, as main does, but that it may send to this machine.
func startOperator(ctx context.Context) (process, error) {
	c, err := plane.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return process{}, err
	}
	mgr, err := ctrl.NewManager(c, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		LeaderElection: true, LeaderElectionID: "icp-operator.beian.dev", LeaderElectionNamespace: "icp-system", LeaderElectionReleaseOnCancel: true,
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return process{}, err
	}
	own, cancel := context.WithCancel(ctx)
	networks := reach.Networks{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if _, err := controllers.Setup(own, mgr, clock.RealClock{}, controllers.Settings{}); err != nil {
		cancel()
		return process{}, err
	}
	if err := controllers.AddNotifiers(own, mgr, clock.RealClock{}, nil, networks); err != nil {
		cancel()
		return process{}, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := mgr.Start(own); err != nil && own.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return process{ctx: ctx, end: cancel, ended: ended}, nil
}

// restart ends the operator and starts another one.
func restart(t *testing.T) {
	t.Helper()
	operator.end()
	<-operator.ended
	next, err := startOperator(operator.ctx)
	if err != nil {
		t.Fatal(err)
	}
	operator = next
}

// applySamples applies the sample's objects but its filing and routes, with the simulator's address and token.
func applySamples(ctx context.Context, url string) error {
	for _, o := range samples {
		var err error
		switch o.GetKind() {
		case "FilingProvider":
			if err = unstructured.SetNestedField(o.Object, url, "spec", "http", "url"); err == nil {
				err = unstructured.SetNestedField(o.Object, "200ms", "spec", "http", "pollInterval")
			}
		case "Secret":
			if o.GetName() == "simulator-token" {
				err = unstructured.SetNestedField(o.Object, token, "stringData", "token")
			}
		case "Namespace":
		default:
			continue
		}
		if err == nil {
			err = apply(ctx, o.DeepCopy())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func apply(ctx context.Context, o *unstructured.Unstructured) error {
	return admin.Apply(ctx, client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("kubectl"), client.ForceOwnership)
}
