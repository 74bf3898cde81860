// Package restore_test loses a whole cluster and restores it by manifests alone: what it was is exported as kubectl or Velero
// would, without statuses, and brought back on another API server, where every object has another UID. The provider is the same.
package restore_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/reach"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/operator"
)

// within is how long a test waits for what takes some seconds, unless the machine is busy.
const within = 2 * time.Minute

// now is the operators' clock. It is moved once, before anything is lost.
var now = clocktesting.NewFakePassiveClock(time.Now())

// lost is the cluster as it was, and what stands beside it: the provider, and who is told.
var lost *origin

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr), zap.Level(zapcore.ErrorLevel), zap.StacktraceLevel(zapcore.DPanicLevel)))
	os.Exit(run(m))
}

// run loses the cluster before the tests, each of which restores it on a control plane of its own.
func run(m *testing.M) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var err error
	if lost, err = loseCluster(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "the cluster that is to be lost:", err)
		return 1
	}
	return m.Run()
}

// site is a control plane, with an operator while one runs.
type site struct {
	plane *cluster.Cluster
	// admin is a cluster admin's client.
	admin    client.WithWatch
	operator operator.Running
}

// newSite brings up a control plane that has the Gateway API and nothing else.
func newSite(ctx context.Context) (*site, error) {
	plane, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return nil, err
	}
	s := &site{plane: plane}
	if s.admin, err = client.NewWithWatch(plane.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return s, err
	}
	return s, plane.InstallGatewayAPI(ctx)
}

// installOperator applies config/default.
func (s *site) installOperator(ctx context.Context) error {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	return s.plane.Apply(ctx, filepath.Join(root, "config", "default"))
}

// startOperator runs an operator, which may send to this machine.
func (s *site) startOperator(ctx context.Context) (err error) {
	s.operator, err = operator.Start(ctx, s.plane, now, reach.Networks{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	return err
}
