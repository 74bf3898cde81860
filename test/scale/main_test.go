// Package scale_test runs many filings through the operator on a real API server, and counts what that costs at their
// provider. By default they are few, so that the tests are quick; make scale takes as many as the figures speak of.
package scale_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

var (
	waiting = flag.Int("waiting", 100, "filings that wait at one provider")
	faulty  = flag.Int("faulty", 50, "filings that go through faults of every kind")
	walking = flag.Int("walking", 50, "filings that walk from their application to their approval, over a hundred namespaces")
	many    = flag.Int("many", 100, "filings of a platform, each with a route")
	resting = flag.Duration("resting", 5*time.Second, "how long the platform is watched while nothing happens")
	within  = flag.Duration("within", 3*time.Minute, "how long the filings of one test may take")
)

var (
	plane *cluster.Cluster
	admin client.WithWatch
	// sample is the samples' filing, and secrets are what it needs.
	sample  *v1alpha1.IcpFiling
	secrets []*unstructured.Unstructured
)

// atOnce is how many calls to the API server the tests make at once.
const atOnce = 16

// operatorWorkers is how many filings the operator works on at once, as main has it by default.
const operatorWorkers = 4

func TestMain(m *testing.M) {
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(unlimited(c.Config()), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if sample, secrets, err = cluster.Sample(); err != nil {
		return err
	}
	own, err := c.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return err
	}
	operator.config = unlimited(own)
	if operatorsOwn, err = client.New(operator.config, client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	return operator.start(ctx)
}

// operator runs in this process under its own service account, as main does.
var operator running

// operatorsOwn writes as the operator does.
var operatorsOwn client.Client

type running struct {
	config *rest.Config
	cancel context.CancelFunc
	ended  chan error
}

// start starts it; it runs until it is stopped, whatever becomes of the context.
func (r *running) start(ctx context.Context) error {
	mgr, err := ctrl.NewManager(r.config, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	if _, err := controllers.Setup(ctx, mgr, clock.RealClock{}, controllers.Settings{Workers: operatorWorkers}); err != nil {
		cancel()
		return err
	}
	r.cancel, r.ended = cancel, make(chan error, 1)
	go func() { r.ended <- mgr.Start(ctx) }()
	return nil
}

// stop returns when the operator has ended.
func (r *running) stop() error {
	r.cancel()
	return <-r.ended
}

// unlimited leaves the pace to the API server.
func unlimited(c *rest.Config) *rest.Config {
	c.QPS = -1
	return c
}

// desk is a provider of a test's own, with a namespace of its name that has what filings need.
func desk(t *testing.T, name string, poll time.Duration, options simulator.Options) *simulator.Simulator {
	t.Helper()
	own, _ := deskOf(t, name, poll, options, journals.of)
	return own
}

// deskOf is a desk behind a handler of the test's, and the protocol as the desk itself has it.
func deskOf(t *testing.T, name string, poll time.Duration, options simulator.Options, behind func(http.Handler) http.Handler) (*simulator.Simulator, http.Handler) {
	t.Helper()
	own, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	protocol := own.Protocol()
	server := httptest.NewServer(behind(protocol))
	t.Cleanup(server.Close)
	create(t, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
		HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", PollInterval: &metav1.Duration{Duration: poll}},
	}})
	create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	for _, s := range secrets {
		s = s.DeepCopy()
		s.SetNamespace(name)
		create(t, s)
	}
	return own, protocol
}

func create(t *testing.T, o client.Object) {
	t.Helper()
	if err := admin.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// site is the name of the i-th filing of a test, and domainOf its domain.
func site(i int) string { return fmt.Sprintf("site-%05d", i) }

func domainOf(ns string, i int) string { return fmt.Sprintf("%s-%05d.cn", ns, i) }

// apply makes so many filings, each of a subject of its own, at the provider of the namespace's name.
func apply(t *testing.T, ns string, n int, change func(i int, f *v1alpha1.IcpFiling)) {
	t.Helper()
	each(t, n, func(ctx context.Context, i int) error {
		f := filingOf(&sample.Spec, ns, i)
		if change != nil {
			change(i, f)
		}
		return admin.Create(ctx, f)
	})
}

// each does something for so many filings, a few at once.
func each(t *testing.T, n int, do func(ctx context.Context, i int) error) {
	t.Helper()
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// filings are those of a namespace, by name.
func filings(ctx context.Context, g gomega.Gomega, ns string) map[string]*v1alpha1.IcpFiling {
	var list v1alpha1.IcpFilingList
	g.Expect(admin.List(ctx, &list, client.InNamespace(ns))).To(gomega.Succeed())
	all := map[string]*v1alpha1.IcpFiling{}
	for i := range list.Items {
		all[list.Items[i].Name] = &list.Items[i]
	}
	return all
}
