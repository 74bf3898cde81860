// Package operator holds the gate's controllers to the gate's promise, on a real API server with everything that
// production installs, under the operator's own service account. The filing controller does not run: the tests say
// which filings are in force.
package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

// world is a control plane on which the gate's controllers run.
type world struct {
	plane *cluster.Cluster
	// admin is a cluster admin; operator has the operator's identity.
	admin, operator client.WithWatch
	// running are the controllers.
	running *gate
}

var (
	shared  *world
	watcher *promise.Watcher
)

var operatorUser = cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{Audit: true}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	if shared, err = newWorld(ctx, c); err != nil {
		return err
	}
	if watcher, err = promise.Watch(ctx, shared.admin, admission.SettingsOf(nil)); err != nil {
		return err
	}
	return cluster.UntilGated(ctx, shared.admin)
}

// newWorld installs what production installs, and starts the gate's controllers.
func newWorld(ctx context.Context, c *cluster.Cluster) (*world, error) {
	w := &world{plane: c}
	err := c.Install(ctx)
	if err != nil {
		return nil, err
	}
	if w.admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return nil, err
	}
	if w.operator, err = client.NewWithWatch(c.ConfigFor(operatorUser), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return nil, err
	}
	w.running, err = startGate(ctx, c)
	return w, err
}

// gate is a run of the gate's controllers.
type gate struct {
	stop  context.CancelFunc
	ended chan error
}

func startGate(ctx context.Context, c *cluster.Cluster) (*gate, error) {
	token, err := c.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return nil, err
	}
	token.UserAgent = "icp-operator"
	mgr, err := ctrl.NewManager(token, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return nil, err
	}
	routes, err := controllers.NewRoutes(ctx, mgr)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(controllers.AddFilingIndexes(ctx, mgr.GetFieldIndexer()), controllers.AddGate(mgr, routes, 4)); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	g := &gate{stop: stop, ended: make(chan error, 1)}
	go func() {
		err := mgr.Start(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, "the gate's controllers:", err)
		}
		g.ended <- err
	}()
	return g, nil
}

// end stops the controllers and waits until they have.
func (g *gate) end() error {
	g.stop()
	select {
	case err := <-g.ended:
		return err
	case <-time.After(within):
		return errors.New("the gate's controllers do not end")
	}
}
