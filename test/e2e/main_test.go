// Package e2e holds the gate to its promise where it counts: visitors ask a real ingress controller for sites, whose
// filings come and go, while the built operator, under its own service account, is killed and started again. It is a
// module of its own, since it needs a Traefik: make e2e builds one.
package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

const (
	// within is how long a test waits for what takes a second or two.
	within = 2 * time.Minute
	// patiently is how long it waits for a filing that an operator moves which is killed again and again.
	patiently = 5 * time.Minute
)

// seed chooses when the operator is killed.
var seed = flag.Uint64("seed", 0, "when the operator is killed; 0: another in each run")

// What all tests stand on. They run one after the other, since some of them kill the operator.
var (
	root string
	dir  string
	// admin is a cluster admin's client.
	plane *cluster.Cluster
	admin client.WithWatch
	// desk is the provider and the bureau, over HTTP; what the bureau decides is a test's to say.
	desk     *simulator.Simulator
	site     = &backend{hits: map[string]int{}}
	front    *edge
	gatekeep = &operator{provoked: make(chan struct{})}
	cleared  = &ledger{of: map[string][]entry{}, onLoss: map[string]func(){}}
	writes   *promise.Watcher
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	var err error
	if root, err = cluster.Root(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	dir = filepath.Join(root, "bin", "e2e")
	cluster.Main(tests{m}, cluster.Options{Dir: dir}, setup)
}

// tests end what setup started before the control plane ends.
type tests struct{ m *testing.M }

// Run implements cluster.Runner.
func (r tests) Run() int {
	code := r.m.Run()
	if err := end(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

func end() error {
	gatekeep.kill()
	return front.stop()
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	defer func() {
		if err != nil {
			err = errors.Join(err, end())
		}
	}()
	begun := time.Now()
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if writes, err = promise.Watch(ctx, admin, admission.SettingsOf(nil)); err != nil {
		return err
	}
	if err := cleared.record(ctx, admin); err != nil {
		return err
	}
	site.server = httptest.NewServer(site)
	if err := openDesk(ctx); err != nil {
		return err
	}
	if err := gatekeep.start(ctx); err != nil {
		return err
	}
	if err := cluster.UntilGated(ctx, admin); err != nil {
		return fmt.Errorf("%w\n%s", err, gatekeep.tail())
	}
	fmt.Printf("the gate is in force after %s\n", since(begun))
	begun = time.Now()
	if front, err = openEdge(ctx); err != nil {
		return err
	}
	fmt.Printf("Traefik serves an Ingress and an HTTPRoute after %s\n", since(begun))
	return nil
}

// openDesk makes the provider that all filings are made at.
func openDesk(ctx context.Context) (err error) {
	if desk, err = simulator.New(simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}}); err != nil {
		return err
	}
	server := httptest.NewServer(desk.Protocol())
	return admin.Create(ctx, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "desk"}, Spec: v1alpha1.FilingProviderSpec{
		HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", PollInterval: &metav1.Duration{Duration: 100 * time.Millisecond}},
	}})
}

func namespaceOf(name, mode string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: mode}}}
}

// since is how long ago something was, for people.
func since(begun time.Time) time.Duration { return time.Since(begun).Round(time.Millisecond) }
