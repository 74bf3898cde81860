// Package metrics_test holds the operator's metrics to what stands on a real API server: the operator under its own service
// account, the provider over HTTP, the metrics over HTTP as Prometheus reads them.
package metrics_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What every test of the package stands on.
var (
	plane *cluster.Cluster
	// admin is a cluster admin's client.
	admin client.Client
	// sim is the provider. The bureau's review waits for a decision by hand.
	sim *simulator.Simulator
	// leader and second are the addresses of the metrics of two operators, of which the first leads.
	leader, second string
)

const token = "not-a-secret-outside-a-test"

// within is how long a test waits for what takes some seconds, unless the machine is busy.
const within = 2 * time.Minute

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr), zap.Level(zapcore.ErrorLevel), zap.StacktraceLevel(zapcore.DPanicLevel)))
	cluster.Main(m, cluster.Options{}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	sim, err = simulator.New(simulator.Options{Token: token, Delay: 200 * time.Millisecond, Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}})
	if err != nil {
		return err
	}
	server, err := simulator.Start(ctx, sim, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if leader, err = startOperator(ctx); err != nil {
		return err
	}
	if err := cluster.UntilGated(ctx, admin); err != nil {
		return err
	}
	if second, err = startOperator(ctx); err != nil {
		return err
	}
	return applySamples(ctx, server.ProtocolURL)
}

// startOperator runs an operator until ctx ends, as main does, and serves its metrics.
func startOperator(ctx context.Context) (string, error) {
	own, err := plane.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return "", err
	}
	mgr, err := ctrl.NewManager(own, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		LeaderElection: true, LeaderElectionID: "icp-operator.beian.dev", LeaderElectionNamespace: "icp-system",
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return "", err
	}
	operator, err := controllers.Setup(ctx, mgr, clock.RealClock{}, controllers.Settings{})
	if err != nil {
		return "", err
	}
	if err := controllers.AddNotifiers(ctx, mgr, clock.RealClock{}, nil, reach.Networks{}); err != nil {
		return "", err
	}
	page := serve.NewPage(prometheus.NewPedanticRegistry())
	if err := controllers.AddMetrics(mgr, operator, page); err != nil {
		return "", err
	}
	server := httptest.NewServer(page)
	go func() {
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return server.URL, nil
}

// applySamples applies config/samples, with the simulator's address and token.
func applySamples(ctx context.Context, url string) error {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	samples, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return err
	}
	for _, o := range samples {
		switch o.GetKind() + " " + o.GetName() {
		case "FilingProvider simulator":
			if err = unstructured.SetNestedField(o.Object, url, "spec", "http", "url"); err == nil {
				err = unstructured.SetNestedField(o.Object, "200ms", "spec", "http", "pollInterval")
			}
		case "Secret simulator-token":
			err = unstructured.SetNestedField(o.Object, token, "stringData", "token")
		}
		if err == nil {
			err = admin.Apply(ctx, client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("kubectl"), client.ForceOwnership)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
