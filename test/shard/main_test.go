// Package shard_test runs the operators of several shards of one cluster as programs, on a real API server, and holds them to this: what
// stands in a namespace is written by the operator of its shard alone, also while the namespace goes from one to another.
package shard_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// within is how long a test waits for what takes a moment, unless the machine is busy.
const within = 2 * time.Minute

// What every test of the package stands on. They run one after the other, since they share the operators.
var (
	plane *cluster.Cluster
	root  string
	// admin is a cluster admin's client.
	admin client.WithWatch
	// sample is the samples' filing, and secrets are what it needs.
	sample  *v1alpha1.IcpFiling
	secrets []*unstructured.Unstructured
	// kubeconfig is the operators'.
	kubeconfig string
	// running are the operators, by shard.
	running = map[string]*cluster.Program{}
)

// The shards: that of the operator that is of none, and two others.
const (
	none, east, west = "", "east", "west"
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	cluster.Main(tests{m}, cluster.Options{Audit: true}, setup)
}

// tests end the operators before the control plane ends.
type tests struct{ m *testing.M }

// Run implements cluster.Runner.
func (r tests) Run() int {
	code := r.m.Run()
	for _, p := range running {
		if err := p.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	return code
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	plane = c
	if err := c.Install(ctx); err != nil {
		return err
	}
	if root, err = cluster.Root(); err != nil {
		return err
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if sample, secrets, err = cluster.Sample(); err != nil {
		return err
	}
	own, err := c.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return err
	}
	kubeconfig = filepath.Join(c.Dir(), "operator.kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, own); err != nil {
		return err
	}
	for _, shard := range []string{none, east, west} {
		err = errors.Join(err, start(shard))
	}
	if err == nil {
		err = cluster.UntilGated(ctx, admin)
	}
	return err
}

// logOf is where the operator of a shard logs.
func logOf(shard string) string { return filepath.Join(plane.Dir(), "operator-"+shard+".log") }

// start starts the operator of a shard.
func start(shard string) error {
	p, _, err := cluster.StartProgram(cluster.ProgramOptions{
		Path: filepath.Join(root, "bin", "icp-operator"), Env: []string{"KUBECONFIG=" + kubeconfig}, Log: logOf(shard),
		Args: []string{"--shard=" + shard, "--shards", "--metrics-bind-address=0", "--health-probe-bind-address=0"},
	})
	running[shard] = p
	return err
}

// starts counts how often the operator of a shard began, since it was started last.
func starts(g gomega.Gomega, shard string) int {
	log, err := os.ReadFile(logOf(shard))
	g.Expect(err).NotTo(gomega.HaveOccurred())
	return strings.Count(string(log), `"starting","version"`)
}

// leads waits until the operator of a shard leads.
func leads(t *testing.T, shards ...string) {
	t.Helper()
	for _, shard := range shards {
		gomega.NewWithT(t).Eventually(func() bool {
			log, err := os.ReadFile(logOf(shard))
			return err == nil && strings.Contains(string(log), "Successfully acquired lease")
		}).WithTimeout(within).Should(gomega.BeTrue(), "the operator of shard %q leads", shard)
	}
}

// desk is a provider that everybody may use.
func desk(t *testing.T, name string) *simulator.Simulator {
	t.Helper()
	own, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(own.Protocol())
	t.Cleanup(server.Close)
	create(t, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
		HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", PollInterval: &metav1.Duration{Duration: 200 * time.Millisecond}},
	}})
	return own
}

func create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, o := range objects {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// open makes a namespace of a shard, which holds what is not cleared and has what filings need.
func open(t *testing.T, name, shard string) {
	t.Helper()
	labels := map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}
	if shard != none {
		labels[v1alpha1.ShardLabel] = shard
	}
	create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}})
	for _, s := range secrets {
		s = s.DeepCopy()
		s.SetNamespace(name)
		create(t, s)
	}
}

var subjects int

// file makes a filing of a domain at a provider, of a subject that has no other, and a route of its host.
func file(t *testing.T, namespace, domain, provider string, change ...func(*v1alpha1.IcpFiling)) client.ObjectKey {
	t.Helper()
	subjects++
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "site"}, Spec: *sample.Spec.DeepCopy()}
	f.Spec.ProviderRef = &v1alpha1.ProviderReference{Name: provider}
	f.Spec.Domain.Name, f.Spec.Website.Homepage = domain, "www."+domain
	f.Spec.Subject.Certificate.Number = cluster.CreditCode(subjects)
	for _, c := range change {
		c(f)
	}
	key := client.ObjectKeyFromObject(f)
	create(t, f, cluster.Ingress(key, "www."+domain))
	return key
}

// stands waits until a filing is at a stage, and its route as that stage has it.
func stands(t *testing.T, key client.ObjectKey, at v1alpha1.StageName) *v1alpha1.IcpFiling {
	t.Helper()
	f := &v1alpha1.IcpFiling{}
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), key, f)).To(gomega.Succeed())
		g.Expect(f.Status.Stage).To(gomega.Equal(at))
		g.Expect(parked(t, g, key)).To(gomega.Equal(at != v1alpha1.StageApproved))
	}).WithTimeout(within).WithPolling(100*time.Millisecond).Should(gomega.Succeed(), "%s at %s", key, at)
	return f
}

func parked(t *testing.T, g gomega.Gomega, key client.ObjectKey) bool {
	t.Helper()
	var route networkingv1.Ingress
	g.Expect(admin.Get(t.Context(), key, &route)).To(gomega.Succeed())
	return exposure.Read(&route).Parked
}

// writers are the shards whose operators wrote, in order, each as often as it came after another.
func writers(t *testing.T, of func(cluster.Write) bool) []string {
	t.Helper()
	var shards []string
	writes, err := plane.Writes(func(w cluster.Write) bool {
		return strings.HasPrefix(w.UserAgent, "icp-operator") && w.Code < 300 && !w.DryRun && of(w)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range writes {
		_, shard, _ := strings.Cut(w.UserAgent, "/")
		if len(shards) == 0 || shards[len(shards)-1] != shard {
			shards = append(shards, shard)
		}
	}
	return shards
}

// in is what is written in a namespace, Events and what stands on the Namespace excepted.
func in(namespace string) func(cluster.Write) bool {
	return func(w cluster.Write) bool {
		return w.Namespace == namespace && w.Resource != "namespaces" && w.Resource != "events"
	}
}

// on is what is written on a Namespace itself.
func on(namespace string) func(cluster.Write) bool {
	return func(w cluster.Write) bool { return w.Resource == "namespaces" && w.Name == namespace }
}
