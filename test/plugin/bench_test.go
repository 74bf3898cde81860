package plugin_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// objects is how many routes, and how many filings, the benchmarks have; make bench-audit has as many as the figures speak of.
var objects = flag.Int("objects", 200, "routes, and filings, in the benchmarks")

// perNamespace is how many of each stand in a namespace.
const perNamespace = 100

// BenchmarkAudit runs the built program on many routes and filings, and tells how long it takes and how much memory it has at most.
func BenchmarkAudit(b *testing.B) {
	crowd := newCrowd(b)
	for _, row := range []struct {
		name string
		args []string
	}{
		{"table", []string{"audit"}},
		{"one namespace", []string{"audit", "-n", crowd.namespace(0)}},
		{"explain", []string{"explain", "www." + crowd.domain(1)}},
	} {
		b.Run(row.name, func(b *testing.B) { measure(b, row.args) })
	}
}

// measure runs the program again and again.
func measure(b *testing.B, args []string) {
	root, err := cluster.Root()
	if err != nil {
		b.Fatal(err)
	}
	var took, busy []float64
	most := 0
	for b.Loop() {
		var out bytes.Buffer
		cmd := exec.CommandContext(b.Context(), filepath.Join(root, "bin", "kubectl-icp"), append(args, "--kubeconfig", plane.Kubeconfig())...)
		cmd.Stdout = &out
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		peak := watchMemory(cmd.Process.Pid)
		err := cmd.Wait()
		took = append(took, time.Since(begun).Seconds())
		busy = append(busy, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
		most = max(most, <-peak)
		if err != nil && cmd.ProcessState.ExitCode() != 1 {
			b.Fatalf("%v: %s", err, out.String())
		}
		if lines := strings.Count(out.String(), "\n"); args[0] == "audit" && len(args) == 1 && lines < *objects {
			b.Fatalf("of %d routes, %d lines", *objects, lines)
		}
	}
	slices.Sort(took)
	slices.Sort(busy)
	b.ReportMetric(took[len(took)/2], "s-median")
	b.ReportMetric(took[len(took)-1], "s-max")
	b.ReportMetric(busy[len(busy)/2], "CPU-s-median")
	b.ReportMetric(float64(most)/1024, "MiB-RSS")
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		b.Logf("load: %s", strings.TrimSpace(string(load)))
	}
}

// watchMemory tells, once a process has ended, how much memory it had at most, in KiB. What the process says of itself in the end
// (getrusage) counts the memory of whoever started it.
func watchMemory(pid int) <-chan int {
	peak := make(chan int, 1)
	go func() {
		most := 0
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, after, there := strings.Cut(string(status), "VmHWM:")
			if err != nil || !there { // it has ended
				peak <- most
				return
			}
			var at int
			_, _ = fmt.Sscan(after, &at)
			most = max(most, at)
			<-time.After(5 * time.Millisecond)
		}
	}()
	return peak
}

// crowd is very many filings and routes: every second filing is in force, and every second namespace is gated.
type crowd struct {
	operator client.Client
	// patterns are filings that the operator brought to where they stand.
	patterns []v1alpha1.IcpFiling
}

func (*crowd) namespace(i int) string { return fmt.Sprintf("crowd-%03d", i/perNamespace) }
func (*crowd) domain(i int) string    { return fmt.Sprintf("crowd-%05d.cn", i) }

// newCrowd has the operator bring two filings to where they stand, stops it, and makes all others stand beside them.
func newCrowd(b *testing.B) *crowd {
	b.Helper()
	namespace(b, "crowd", v1alpha1.GateHold)
	secrets(b, "crowd")
	inForce(b, "crowd", "in-force", "crowd-in-force.cn", "浙ICP备26000201号-1")
	filing(b, "crowd", "waiting", "crowd-waiting.cn")
	atStage(b, "crowd", "waiting", v1alpha1.StageProductVerification)
	stopOperator()
	c := &crowd{patterns: make([]v1alpha1.IcpFiling, 2)}
	for i, name := range []string{"in-force", "waiting"} {
		if err := admin.Get(b.Context(), client.ObjectKey{Namespace: "crowd", Name: name}, &c.patterns[i]); err != nil {
			b.Fatal(err)
		}
	}
	own, err := plane.TokenConfig(b.Context(), v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		b.Fatal(err)
	}
	if c.operator, err = client.New(own, client.Options{Scheme: controllers.Scheme()}); err != nil {
		b.Fatal(err)
	}
	for i := 0; i < *objects; i += perNamespace {
		mode := v1alpha1.GateHold
		if i/perNamespace%2 == 1 {
			mode = v1alpha1.GateOff
		}
		namespace(b, c.namespace(i), mode)
		c.clear(b, i)
	}
	guarded := unguarded(b)
	c.untilStatusesAreKept(b)
	c.each(b, c.sow)
	guarded()
	c.each(b, c.route)
	return c
}

// each does something for each object, many at once.
func (c *crowd) each(b *testing.B, do func(b *testing.B, i int) error) {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(16)
	for i := range *objects {
		group.Go(func() error { return do(b, i) })
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// clear writes on a namespace which of its domains are cleared.
func (c *crowd) clear(b *testing.B, from int) {
	b.Helper()
	var domains []string
	for i := from; i < from+perNamespace; i += 2 {
		domains = append(domains, c.domain(i))
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": admission.Encode(exposure.NewClearances(domains...))}})
	if err != nil {
		b.Fatal(err)
	}
	ns := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: c.namespace(from)}}
	if err := c.operator.Patch(b.Context(), ns, client.RawPatch("application/merge-patch+json", patch)); err != nil {
		b.Fatal(err)
	}
}

// sow makes the i-th filing stand where its pattern does.
func (c *crowd) sow(b *testing.B, i int) error {
	pattern := c.patterns[i%len(c.patterns)]
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace(i), Name: fmt.Sprintf("site-%05d", i)}, Spec: *pattern.Spec.DeepCopy()}
	f.Spec.Domain.Name, f.Spec.Website.Homepage = c.domain(i), "www."+c.domain(i)
	f.Status = *pattern.Status.DeepCopy()
	return admin.Create(b.Context(), f)
}

// unguarded takes away what would judge each write, and lets a filing be written with its status at once: the crowd is made in a
// third of the time. It returns what brings the status's own writes back.
func unguarded(b *testing.B) (guarded func()) {
	b.Helper()
	for _, bindings := range []client.Object{&admissionregistrationv1.ValidatingAdmissionPolicyBinding{}, &admissionregistrationv1.MutatingAdmissionPolicyBinding{}} {
		if err := admin.DeleteAllOf(b.Context(), bindings); err != nil {
			b.Fatal(err)
		}
	}
	subresources := func(want map[string]any) {
		crd := &unstructured.Unstructured{}
		crd.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
		if err := admin.Get(b.Context(), client.ObjectKey{Name: "icpfilings.icp.beian.dev"}, crd); err != nil {
			b.Fatal(err)
		}
		versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
		versions[0].(map[string]any)["subresources"] = want
		if err := unstructured.SetNestedSlice(crd.Object, versions, "spec", "versions"); err != nil {
			b.Fatal(err)
		}
		if err := admin.Update(b.Context(), crd); err != nil {
			b.Fatal(err)
		}
	}
	subresources(nil)
	return func() { subresources(map[string]any{"status": map[string]any{}}) }
}

// untilStatusesAreKept waits until a filing may be written with its status, by nobody's judgement.
func (c *crowd) untilStatusesAreKept(b *testing.B) {
	b.Helper()
	gomega.NewWithT(b).Eventually(func(g gomega.Gomega) {
		f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "crowd", GenerateName: "probe-"}, Spec: c.patterns[0].Spec, Status: c.patterns[0].Status}
		f.Spec.Domain.Name = "crowd-probe.cn"
		f.Spec.Website.Homepage = "www.crowd-probe.cn"
		g.Expect(admin.Create(b.Context(), f, client.DryRunAll)).To(gomega.Succeed())
		g.Expect(f.Status.Stage).To(gomega.Equal(v1alpha1.StageApproved))
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
}

// route makes the i-th route, of one kind or another, with a host of the i-th domain.
func (c *crowd) route(b *testing.B, i int) error {
	host, clears := "www."+c.domain(i), i%2 == 0
	var o client.Object
	switch {
	case i%10 < 6:
		o = verdicts.Ingress(host, c.domain(i))
	case i%10 < 8:
		o = verdicts.HTTPRoute(host)
	case i%20 == 8 && clears:
		service := verdicts.Service(verdicts.Note("external-dns.alpha.kubernetes.io/hostname", host))
		service.Spec.ClusterIP = corev1.ClusterIPNone // addresses are few
		o = service
	case i%10 == 8:
		o = verdicts.GRPCRoute(host)
	default:
		o = verdicts.TLSRoute(host)
	}
	o.SetNamespace(c.namespace(i))
	o.SetName(fmt.Sprintf("route-%05d", i))
	return admin.Create(b.Context(), o)
}
