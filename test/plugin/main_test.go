// Package plugin_test runs the commands of kubectl icp on a real API server, with the operator beside it, and compares what
// people read with testdata, in both languages.
package plugin_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/plugin"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What every test of the package stands on.
var (
	plane *cluster.Cluster
	// admin is a cluster admin's client.
	admin client.WithWatch
	// now is the operator's clock, and the commands'.
	now = clocktesting.NewFakeClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	// stopOperator ends the operator. Only benchmarks may: tests run beside others.
	stopOperator context.CancelFunc
	// samples are the objects of config/samples.
	samples []*unstructured.Unstructured
)

// within is how long a test waits for what takes a moment, unless the machine is busy.
const within = 2 * time.Minute

var update = flag.Bool("update", false, "write testdata anew")

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{}, setup)
}

// setup installs what production installs and runs the operator. The provider by-hand, of people, is the default.
func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	if samples, err = cluster.Kustomize(filepath.Join(root, "config", "samples")); err != nil {
		return err
	}
	if err := c.Install(ctx); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	own, cancel := context.WithCancel(ctx)
	stopOperator = cancel
	if err := startOperator(own); err != nil {
		return err
	}
	byHand := &v1alpha1.FilingProvider{
		ObjectMeta: metav1.ObjectMeta{Name: "by-hand", Annotations: map[string]string{v1alpha1.DefaultProviderAnnotation: "true"}},
		Spec:       v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}},
	}
	if err := admin.Create(ctx, byHand); err != nil {
		return err
	}
	return cluster.UntilGated(ctx, admin)
}

// startOperator runs the operator in this process, under its own service account, as main does but for the clock.
func startOperator(ctx context.Context) error {
	own, err := plane.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(own, ctrl.Options{Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	if _, err := controllers.Setup(ctx, mgr, now, controllers.Settings{}); err != nil {
		return err
	}
	go func() {
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return nil
}

// said is what a run of the program wrote, and what it ended with.
type said struct {
	out, err string
	code     int
}

// icp runs the program as a cluster admin, in a language.
func icp(t *testing.T, language string, args ...string) said {
	t.Helper()
	return icpAs(t, plane.Kubeconfig(), "", language, args...)
}

// icpAs runs the program with a kubeconfig and what it reads from its standard input.
func icpAs(t *testing.T, kubeconfig, in, language string, args ...string) said {
	t.Helper()
	var out, complaints bytes.Buffer
	streams := genericiooptions.IOStreams{In: strings.NewReader(in), Out: &out, ErrOut: &complaints}
	args = append([]string{"kubectl-icp", "--kubeconfig", kubeconfig, "--lang", language}, args...)
	code := plugin.Run(t.Context(), args, func(string) string { return "" }, streams, now)
	return said{out.String(), complaints.String(), code}
}

// kubeconfigOf writes a kubeconfig of a user, who may do what RBAC gives them.
func kubeconfigOf(t *testing.T, user string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	writeKubeconfig(t, path, plane.ConfigFor(user))
	return path
}

func writeKubeconfig(t *testing.T, path string, config *rest.Config) {
	t.Helper()
	if err := cluster.WriteKubeconfig(path, config); err != nil {
		t.Fatal(err)
	}
}

// namespace makes a namespace with a mode of the gate; with none where it is "".
func namespace(t testing.TB, name, mode string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if mode != "" {
		ns.Labels = map[string]string{v1alpha1.GateLabel: mode}
	}
	create(t, ns)
}

func create(t testing.TB, objects ...client.Object) {
	t.Helper()
	for _, o := range objects {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatalf("create %T %s: %v", o, client.ObjectKeyFromObject(o), err)
		}
	}
}

// golden compares text with a file of testdata; -update writes it.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -args -update", err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
