package gate

import (
	"context"
	"fmt"
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
// namespace with 10,000 cleared domains, against the same on a control plane without the gate. The variants take turns
// within one run. Medians and 99th percentiles, in milliseconds.
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
	variants := benchVariants(b, bare)
	took := map[string][]time.Duration{}
	for b.Loop() {
		for _, v := range variants {
			object := v.ingress.DeepCopy()
			start := time.Now()
			if err := v.writer.Create(b.Context(), object, client.DryRunAll); err != nil {
				b.Fatalf("%s: %v", v.name, err)
			}
			took[v.name] = append(took[v.name], time.Since(start))
			if exposure.Read(object).Parked {
				b.Fatalf("%s: a cleared route was parked", v.name)
			}
		}
	}
	for _, v := range variants {
		slices.Sort(took[v.name])
		n := len(took[v.name])
		b.ReportMetric(took[v.name][n/2].Seconds()*1000, v.name+"-p50-ms")
		b.ReportMetric(took[v.name][n*99/100].Seconds()*1000, v.name+"-p99-ms")
	}
}

type benchVariant struct {
	name    string
	writer  client.Client
	ingress *networkingv1.Ingress
}

const benchDomains = 10_000

func benchVariants(b *testing.B, bare *cluster.Cluster) []benchVariant {
	b.Helper()
	ungated, err := client.New(bare.Config(), client.Options{Scheme: shared.scheme})
	if err != nil {
		b.Fatal(err)
	}
	even := repeat(benchDomains, func(i int) string { return fmt.Sprintf("%c%c-%07d-shop.cn", 'a'+i%26, 'a'+i/26%26, i) })
	crowded := repeat(benchDomains, func(i int) string { return fmt.Sprintf("a-shop-%07d-a.cn", i) })
	var variants []benchVariant
	for _, hosts := range []int{1, 50} {
		variants = append(variants, newVariant(b, fmt.Sprintf("none-%d", hosts), ungated, "off", even, hosts))
		for _, mode := range []string{v1alpha1.GateOff, v1alpha1.GateDeny, v1alpha1.GateHold} {
			variants = append(variants, newVariant(b, fmt.Sprintf("%s-%d", mode, hosts), shared.operator, mode, even, hosts))
		}
		variants = append(variants, newVariant(b, fmt.Sprintf("deny-crowded-%d", hosts), shared.operator, v1alpha1.GateDeny, crowded, hosts))
	}
	return variants
}

func newVariant(b *testing.B, name string, writer client.Client, mode string, domains []string, hosts int) benchVariant {
	b.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "bench-" + strings.ToLower(name), Labels: map[string]string{v1alpha1.GateLabel: mode},
		Annotations: admission.Encode(exposure.NewClearances(domains...)),
	}}
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
