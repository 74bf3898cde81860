package plugin_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
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
	b.Helper()
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

// crowd is very many filings and routes, all in namespaces that hold: every second filing is in force.
type crowd struct{ operator client.Client }

func (*crowd) namespace(i int) string { return fmt.Sprintf("throng-%03d", i/perNamespace) }
func (*crowd) domain(i int) string    { return fmt.Sprintf("crowd-%05d.cn", i) }
func (*crowd) filing(i int) string    { return fmt.Sprintf("site-%05d", i) }
func (*crowd) route(i int) string     { return fmt.Sprintf("route-%05d", i) }

// patterns is how many routes are made by the API server and the gate; all others are copies of these.
const patterns = 20

// newCrowd has the operator bring two filings to where they stand, and the API server make a few routes of each kind. All others
// are written into etcd beside them, as they would stand there: making each would take the API server half an hour.
func newCrowd(b *testing.B) *crowd {
	b.Helper()
	c := &crowd{}
	namespace(b, c.namespace(0), v1alpha1.GateHold)
	secrets(b, c.namespace(0))
	inForce(b, c.namespace(0), c.filing(0), c.domain(0), "浙ICP备26000201号-1")
	filing(b, c.namespace(0), c.filing(1), c.domain(1))
	atStage(b, c.namespace(0), c.filing(1), v1alpha1.StageProductVerification)
	stopOperator()
	own, err := plane.TokenConfig(b.Context(), v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		b.Fatal(err)
	}
	if c.operator, err = client.New(own, client.Options{Scheme: controllers.Scheme()}); err != nil {
		b.Fatal(err)
	}
	for i := 0; i < *objects; i += perNamespace {
		if i > 0 {
			namespace(b, c.namespace(i), v1alpha1.GateHold)
		}
		c.clear(b, i)
	}
	const filings = "icp.beian.dev/icpfilings"
	store := newEtcd(b)
	for i := 2; i < *objects; i++ {
		c.copy(store, filings, i, i%2, c.filing)
	}
	for i := range *objects {
		kind, o := c.routeOf(i)
		if i < patterns {
			o.SetNamespace(c.namespace(i))
			o.SetName(c.route(i))
			create(b, o)
			continue
		}
		c.copy(store, kind, i, i%patterns, c.route)
	}
	store.flush()
	c.untilSeen(b)
	return c
}

// untilSeen waits until the API server has heard of all.
func (c *crowd) untilSeen(b *testing.B) {
	b.Helper()
	gomega.NewWithT(b).Eventually(func(g gomega.Gomega) {
		for _, list := range []client.ObjectList{&v1alpha1.IcpFilingList{}, &networkingv1.IngressList{}} {
			g.Expect(admin.List(b.Context(), list, client.Limit(1))).To(gomega.Succeed())
			want := int64(*objects)
			if _, ingresses := list.(*networkingv1.IngressList); ingresses {
				want = want * 6 / 10
			}
			g.Expect(list.GetRemainingItemCount()).NotTo(gomega.BeNil())
			g.Expect(*list.GetRemainingItemCount()).To(gomega.BeNumerically(">=", want-1))
		}
	}).WithTimeout(within).WithPolling(200 * time.Millisecond).Should(gomega.Succeed())
}

// copy writes the i-th object of a kind as the pattern stands; all names are as long as the pattern's, since some kinds are stored
// in protobuf.
func (c *crowd) copy(store *etcd, kind string, i, pattern int, name func(int) string) {
	key := func(i int) string { return "/registry/" + kind + "/" + c.namespace(i) + "/" + name(i) }
	value := store.get(key(pattern))
	uid := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).Find(value)
	for from, to := range map[string]string{
		name(pattern): name(i), c.namespace(pattern): c.namespace(i), c.domain(pattern): c.domain(i), string(uid): string(uuid.NewUUID()),
	} {
		value = bytes.ReplaceAll(value, []byte(from), []byte(to))
	}
	store.put(key(i), value)
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

// routeOf is the i-th route, of one kind or another, with a host of the i-th domain, and where its kind is stored.
func (c *crowd) routeOf(i int) (kind string, o client.Object) {
	const gateway = "gateway.networking.k8s.io/"
	host := "www." + c.domain(i)
	switch {
	case i%10 < 6:
		return "ingress", verdicts.Ingress(host, c.domain(i))
	case i%10 < 8:
		return gateway + "httproutes", verdicts.HTTPRoute(host)
	case i%20 == 8:
		service := verdicts.Service(verdicts.Note("external-dns.alpha.kubernetes.io/hostname", host))
		service.Spec.ClusterIP = corev1.ClusterIPNone // addresses are few
		return "services/specs", service
	case i%10 == 8:
		return gateway + "grpcroutes", verdicts.GRPCRoute(host)
	}
	return gateway + "tlsroutes", verdicts.TLSRoute(host)
}
