// Package gitops applies and compares manifests as Flux, Argo CD and kubectl do, with their own libraries and programs,
// while the exposure gate parks and releases what they applied: on a real API server, with everything that production
// installs and the gate's controllers running. It is a module of its own for what it depends on.
package gitops

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// within bounds every wait: most take a moment, but what a touch has not settled is touched again after a minute at most.
const within = 2 * time.Minute

// world is a control plane on which the gate's controllers run.
type world struct {
	plane *cluster.Cluster
	// admin is a cluster admin, as pipelines are; operator has the operator's identity.
	admin, operator client.Client
	endOperator     func() error
	// whole runs all of the operator, not the gate's controllers alone: filings go on.
	whole bool
}

var shared *world

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{}, func(ctx context.Context, c *cluster.Cluster) (err error) {
		shared, err = newWorld(ctx, c, false)
		return err
	})
}

// newWorld installs what production installs, starts the gate's controllers, or the whole operator, and waits until the gate is
// in force.
func newWorld(ctx context.Context, c *cluster.Cluster, whole bool) (*world, error) {
	w := &world{plane: c, whole: whole}
	if err := c.Install(ctx); err != nil {
		return nil, err
	}
	var err error
	if w.admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return nil, err
	}
	operator := cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if w.operator, err = client.New(c.ConfigFor(operator), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return nil, err
	}
	if err := w.startOperator(ctx); err != nil {
		return nil, err
	}
	return w, cluster.UntilGated(ctx, w.admin)
}

// startOperator runs the operator's controllers with its own service account.
func (w *world) startOperator(ctx context.Context) error {
	token, err := w.plane.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(token, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return err
	}
	if err := w.addControllers(ctx, mgr); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	w.endOperator = func() error {
		stop()
		select {
		case err := <-ended:
			return err
		case <-time.After(within):
			return errors.New("the gate's controllers do not end")
		}
	}
	return nil
}

func (w *world) addControllers(ctx context.Context, mgr ctrl.Manager) error {
	if w.whole {
		if _, err := controllers.Setup(ctx, mgr, clock.RealClock{}, controllers.Settings{}); err != nil {
			return err
		}
		return controllers.AddNotifiers(ctx, mgr, clock.RealClock{}, nil, reach.Networks{})
	}
	routes, err := controllers.NewRoutes(ctx, mgr)
	if err != nil {
		return err
	}
	return errors.Join(controllers.AddFilingIndexes(ctx, mgr.GetFieldIndexer()), controllers.AddGate(mgr, routes, 4))
}
