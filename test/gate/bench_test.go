package gate

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// BenchmarkGate measures what the gate adds to a write: dry-run creates of an Ingress whose hosts are all cleared, in a
// namespace with 10,000 cleared domains, against the same on a control plane without the gate, and against what the fastest
// webhook adds there, and the least that any policy would. The variants take turns within one run, and each writes a few times
// before it is timed: see docs/adr/0004-gate-policies.md. `make bench-gate` prints the table.
//
//	go test -run '^$' -bench Gate -benchtime 300x ./test/gate
func BenchmarkGate(b *testing.B) {
	bare, err := cluster.Start(b.Context(), cluster.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := bare.Stop(); err != nil {
			b.Error(err)
		}
	}()
	without := &world{Cluster: bare, scheme: shared.scheme}
	if err := without.installTypes(b.Context()); err != nil {
		b.Fatal(err)
	}
	variants := benchVariants(b, bare)
	took := timings{}
	chance := rand.New(rand.NewPCG(1, 0))
	for b.Loop() {
		// In another order each time: what one variant leaves to be collected, the next pays for.
		chance.Shuffle(len(variants), func(i, j int) { variants[i], variants[j] = variants[j], variants[i] })
		for _, v := range variants {
			for range benchWarming {
				v.write(b)
			}
			took[v.name] = append(took[v.name], v.write(b))
		}
	}
	for name := range took {
		slices.Sort(took[name])
	}
	fmt.Print(took.table(b.N))
	took.note(b)
}

// note puts the figures that have a goal into the table of make bench.
func (t timings) note(b *testing.B) {
	b.Helper()
	for _, name := range slices.Sorted(maps.Keys(benchGoals)) {
		hosts := name[strings.LastIndexByte(name, '-')+1:]
		none := t.at("none-"+hosts, 50)
		got := (t.at(name, 50) - none) / (t.at("webhook-"+hosts, 50) - none)
		if err := cluster.Figure("what the gate adds to a write, by what the fastest webhook does: "+name, fmt.Sprintf("%.2f", got), benchGoals[name]); err != nil {
			b.Fatal(err)
		}
	}
	if err := cluster.Figure("10,000 domains crowded as badly as they can, by evenly", fmt.Sprintf("%.2f", t.crowding()), "≤ 2"); err != nil {
		b.Fatal(err)
	}
}

// crowding is what a route of 50 hosts costs where all domains crowd, by what it costs where they do not.
func (t timings) crowding() float64 {
	return (t.at("deny-crowded-50", 50) - t.at("none-50", 50)) / (t.at("deny-50", 50) - t.at("none-50", 50))
}

// timings are how long the writes of each variant took, sorted.
type timings map[string][]time.Duration

func (t timings) at(name string, percent int) float64 {
	return t[name][len(t[name])*percent/100].Seconds() * 1000
}

// table shows medians and 99th percentiles in milliseconds, what each variant adds to the ungated write's median, and that
// as a part of what the fastest webhook adds, beside the goal.
func (t timings) table(n int) string {
	var table strings.Builder
	fmt.Fprintf(&table, "\n%d dry-run creates of each variant, in turns, each after %d that are not timed; %s cleared domains; %d cores\n", n, benchWarming, "10,000", runtime.NumCPU())
	fmt.Fprintf(&table, "%-16s %9s %9s %9s %9s  %s\n", "variant", "p50 ms", "p99 ms", "adds ms", "/webhook", "goal")
	for _, hosts := range []int{1, 50} {
		of := func(name string) string { return fmt.Sprintf("%s-%d", name, hosts) }
		webhook := t.at(of("webhook"), 50) - t.at(of("none"), 50)
		for _, name := range []string{"none", "webhook", "off", leastDeny, "deny", "deny-crowded", leastHold, "hold"} {
			adds := t.at(of(name), 50) - t.at(of("none"), 50)
			fmt.Fprintf(&table, "%-16s %9.2f %9.2f %9.2f %9.2f  %s\n", of(name), t.at(of(name), 50), t.at(of(name), 99), adds, adds/webhook, benchGoals[of(name)])
		}
	}
	fmt.Fprintf(&table, "crowded / even   %9s %9s %9s %9.2f  ≤ 2\n", "", "", "", t.crowding())
	return table.String()
}

// benchGoals are the goals for the last column.
var benchGoals = map[string]string{"deny-1": "≤ 0.33", "hold-1": "≤ 0.67", "deny-50": "≤ 1.5"}

type benchVariant struct {
	name    string
	writer  client.Client
	ingress *networkingv1.Ingress
}

const benchDomains = 10_000

// benchWarming is how often a variant writes before it is timed. An API server that has just worked answers faster than one that
// others' work has pushed out of the processor's caches: of two control planes, the one that was asked more rarely would seem dearer.
const benchWarming = 4

// write is how long a write takes.
func (v benchVariant) write(b *testing.B) time.Duration {
	b.Helper()
	object := v.ingress.DeepCopy()
	start := time.Now()
	if err := v.writer.Create(b.Context(), object, client.DryRunAll); err != nil {
		b.Fatalf("%s: %v", v.name, err)
	}
	took := time.Since(start)
	if exposure.Read(object).Parked {
		b.Fatalf("%s: a cleared route was parked", v.name)
	}
	return took
}

func benchVariants(b *testing.B, bare *cluster.Cluster) []benchVariant {
	b.Helper()
	ungated, err := client.New(bare.Config(), client.Options{Scheme: shared.scheme})
	if err != nil {
		b.Fatal(err)
	}
	even := repeat(benchDomains, func(i int) string { return fmt.Sprintf("%c%c-%07d-shop.cn", 'a'+i%26, 'a'+i/26%26, i) })
	crowded := repeat(benchDomains, func(i int) string { return fmt.Sprintf("a-shop-%07d-a.cn", i) })
	fastestWebhook(b, ungated, even)
	leastPolicies(b, ungated)
	var variants []benchVariant
	for _, hosts := range []int{1, 50} {
		variants = append(variants, newVariant(b, fmt.Sprintf("none-%d", hosts), ungated, "off", even, hosts))
		webhook := newVariant(b, fmt.Sprintf("webhook-%d", hosts), ungated, "off", even, hosts)
		untilJudged(b, ungated, webhook.ingress.Namespace)
		variants = append(variants, webhook)
		for _, least := range []string{leastDeny, leastHold} {
			variants = append(variants, newLeastVariant(b, fmt.Sprintf("%s-%d", least, hosts), least, ungated, even, hosts))
		}
		for _, mode := range []string{v1alpha1.GateOff, v1alpha1.GateDeny, v1alpha1.GateHold} {
			variants = append(variants, newVariant(b, fmt.Sprintf("%s-%d", mode, hosts), shared.operator, mode, even, hosts))
		}
		variants = append(variants, newVariant(b, fmt.Sprintf("deny-crowded-%d", hosts), shared.operator, v1alpha1.GateDeny, crowded, hosts))
	}
	return variants
}

func newVariant(b *testing.B, name string, writer client.Client, mode string, domains []string, hosts int, label ...string) benchVariant {
	b.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "bench-" + strings.ToLower(name), Labels: map[string]string{
			v1alpha1.GateLabel: mode, webhookLabel: fmt.Sprint(strings.HasPrefix(name, "webhook")),
		},
		Annotations: admission.Encode(exposure.NewClearances(domains...)),
	}}
	if len(label) == 2 {
		namespace.Labels[label[0]] = label[1]
	}
	if err := writer.Create(context.Background(), namespace); err != nil {
		b.Fatal(err)
	}
	list := make([]string, hosts)
	for i := range list {
		list[i] = "www." + domains[i*len(domains)/hosts]
	}
	ingress := ingressFor(list...)
	ingress.Namespace = namespace.Name
	if writer == shared.operator { // it alone may write clearances; routes are written by others
		writer = shared.admin
	}
	return benchVariant{name: name, writer: writer, ingress: ingress}
}
