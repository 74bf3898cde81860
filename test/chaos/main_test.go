// Package chaos_test holds the operator to its promises while it is killed, its API server and etcd are killed, and its provider
// fails: many filings of several fates walk meanwhile, and watches see every version of what is written. By default it is short;
// make chaos takes its time.
package chaos_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/test/cluster"
)

var (
	lasting = flag.Duration("for", 5*time.Second, "how long faults come, once each kind of them has come")
	kills   = flag.Int("kills", 0, "how often the operator is killed at least, among the faults, however long that takes")
	filings = flag.Int("filings", 20, "filings that walk meanwhile")
	changes = flag.Int("changes", 0, "times that two operators run, of which the one that leads is killed: a minute each")
	lose    = flag.Bool("lose", false, "that events of the provider's feed are lost for good, too (see docs/reliability.md)")
	quota   = flag.Int64("quota", 192, "MiB that etcd takes until its disk is full")
	seed    = flag.Uint64("seed", 20261127, "of all chances; 0 takes another each time")
	dark    = flag.Duration("dark", 30*time.Second, "how long a route may be served that lost its clearance, while an operator works: 2 s, on a machine that has nothing else to do")
	within  = flag.Duration("within", 6*time.Minute, "how long it may take until all filings have ended, and each recovery")
)

var (
	plane *cluster.Cluster
	root  string
	admin client.WithWatch
	// sample is the samples' filing, and secrets are what it needs.
	sample  *v1alpha1.IcpFiling
	secrets []*unstructured.Unstructured
	// front is what the operators take for their API server, and operatorConfig is where they find it.
	front          *between
	operatorConfig string
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{EtcdArgs: []string{fmt.Sprintf("--quota-backend-bytes=%d", *quota<<20)}}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if root, err = cluster.Root(); err != nil {
		return err
	}
	own, err := c.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return err
	}
	operatorConfig = filepath.Join(c.Dir(), "operator.kubeconfig")
	if front, err = standBetween(own, operatorConfig); err != nil {
		return err
	}
	sample, secrets, err = cluster.Sample()
	return err
}

// shipped is the operator as it is built for everybody.
func shipped() string { return filepath.Join(root, "bin", "icp-operator") }

// chances are those of a part of the run: each part has its own, so that one does not depend on how another goes.
func chances(part uint64) *rand.Rand { return rand.New(rand.NewPCG(*seed, part)) }

// upTo is a random time.
func upTo(r *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(most)))
}

// pass lets time go by, unless the test ends.
func pass(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
