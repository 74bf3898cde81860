package scale_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// platform is what a company has that hosts many sites: a hundred filings and routes in each namespace, all filed through one
// provider. Nearly all are in force and served; some wait for the bureau, their routes parked.
type platform struct {
	desk   *simulator.Simulator
	served http.Handler
	seen   *witness
	// n filings, of which the last ones wait.
	n       int
	waiting []int
	orders  []string
}

// desks is the name of the platform's provider, and the beginning of its namespaces' and domains' names.
const desks = "platform"

// eachNamespace is how many filings a namespace has.
const eachNamespace = 100

func (p *platform) namespaces() int        { return (p.n + eachNamespace - 1) / eachNamespace }
func (p *platform) namespace(i int) string { return fmt.Sprintf("%s-%04d", desks, i%p.namespaces()) }
func (p *platform) key(i int) client.ObjectKey {
	return client.ObjectKey{Namespace: p.namespace(i), Name: site(i)}
}

// spread is the i-th of n filings in force that stand all over the platform.
func (p *platform) spread(i, n int) int { return i * ((p.n - len(p.waiting)) / n) }

// sowPlatform makes a platform of n filings and routes. One filing of each namespace walks to where it is in force, and one to where
// it waits; all others are made to stand beside them. The operator of this process is down afterwards; whatever it would still have
// written, a run of it has.
func sowPlatform(t *testing.T, n int) *platform {
	t.Helper()
	p := &platform{n: n, orders: make([]string, n)}
	var rec recording
	still := clocktesting.NewFakePassiveClock(time.Now().Truncate(time.Second))
	p.desk, p.served = deskOf(t, desks, 200*time.Millisecond, simulator.Options{Clock: still, Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}}, rec.of)
	each(t, p.namespaces(), func(ctx context.Context, i int) error { return p.makeNamespace(ctx, i) })

	begun, last := time.Now(), n-1
	p.begin(t, last)
	waits := p.walked(t, last, v1alpha1.StageBureauReview)
	asked := rec.taken()
	p.orders[last] = waits.Status.OrderID
	inForce, filed := p.walkToForce(t)
	if err := operator.stop(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := operator.start(context.WithoutCancel(t.Context())); err != nil { // for the tests that follow
			t.Error(err)
		}
	})

	for i := n - min(50, n/4); i < n; i++ {
		p.waiting = append(p.waiting, i)
	}
	sow := func(pattern *v1alpha1.IcpFiling, from, to int, then func(i int, order string) ([]string, error)) {
		s := &seeds{
			ns: desks, pattern: pattern, asked: renamed(asked, waits, pattern), desk: p.served, then: then,
			in: p.namespace, filed: func(i int) procedure.Record { return filed[i%p.namespaces()] },
		}
		each(t, to-from, func(ctx context.Context, i int) error { return s.sow(ctx, from+i) })
	}
	sow(inForce, p.namespaces(), p.waiting[0], func(i int, order string) ([]string, error) {
		p.orders[i] = order
		return p.numbers(inForce, order)
	})
	sow(waits, p.waiting[0], last, func(i int, order string) ([]string, error) { p.orders[i] = order; return nil, nil })
	p.clear(t)
	each(t, last-p.namespaces(), func(ctx context.Context, i int) error { return admin.Create(ctx, p.route(p.namespaces()+i)) })
	p.readFeed(t)
	t.Logf("%d filings and routes were sown in %.0f s", n, time.Since(begun).Seconds())

	before, begun := counted(t), time.Now()
	settles := p.program(t)
	p.untilIdle(t, settles)
	settles.Kill()
	t.Logf("what the operator had to add to what was sown, in %.0f s: %v", time.Since(begun).Seconds(), counted(t).Since(before))
	p.seen = watchPlatform(t, n)
	return p
}

// walkToForce has the first filing of each namespace walk to its approval, and returns the very first, and what was written of each.
func (p *platform) walkToForce(t *testing.T) (*v1alpha1.IcpFiling, []procedure.Record) {
	t.Helper()
	for i := range p.namespaces() {
		p.begin(t, i)
	}
	for i := range p.namespaces() {
		p.orders[i] = p.walked(t, i, v1alpha1.StageBureauReview).Status.OrderID
		if err := p.desk.Decide(p.orders[i], simulator.Ruling{Decision: v1alpha1.DecisionPassed}); err != nil {
			t.Fatal(err)
		}
	}
	var first *v1alpha1.IcpFiling
	filed := make([]procedure.Record, p.namespaces())
	for i := range filed {
		f := p.walked(t, i, v1alpha1.StageApproved)
		if err := json.Unmarshal([]byte(f.Annotations[v1alpha1.FiledAnnotation]), &filed[i]); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = f
		}
	}
	return first, filed
}

// renamed are the requests that were made for one filing, as they would have been for another.
func renamed(asked []asked, from, to *v1alpha1.IcpFiling) []asked {
	name := strings.NewReplacer(from.Spec.Domain.Name, to.Spec.Domain.Name, from.Spec.Subject.Certificate.Number, to.Spec.Subject.Certificate.Number, from.Status.OrderID, to.Status.OrderID)
	all := slices.Clone(asked)
	for i := range all {
		all[i].path = name.Replace(all[i].path)
		all[i].body = []byte(name.Replace(string(all[i].body)))
	}
	return all
}

func (p *platform) makeNamespace(ctx context.Context, i int) error {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%04d", desks, i), Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}}}
	err := admin.Create(ctx, ns)
	for _, s := range secrets {
		s = s.DeepCopy()
		s.SetNamespace(ns.Name)
		err = errors.Join(err, admin.Create(ctx, s))
	}
	return err
}

// begin makes the i-th filing and its route.
func (p *platform) begin(t *testing.T, i int) {
	t.Helper()
	f := filingOf(&sample.Spec, desks, i)
	f.Namespace = p.namespace(i)
	create(t, f)
	create(t, p.route(i))
}

// walked waits until the i-th filing is at a stage, and its route as that stage has it.
func (p *platform) walked(t *testing.T, i int, to v1alpha1.StageName) *v1alpha1.IcpFiling {
	t.Helper()
	f, route := &v1alpha1.IcpFiling{}, &networkingv1.Ingress{}
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), p.key(i), f)).To(gomega.Succeed())
		g.Expect(f.Status.Stage).To(gomega.Equal(to))
		g.Expect(f.Status.ObservedGeneration).To(gomega.Equal(f.Generation))
		g.Expect(admin.Get(t.Context(), p.key(i), route)).To(gomega.Succeed())
		g.Expect(exposure.Read(route).Parked).To(gomega.Equal(to != v1alpha1.StageApproved))
		g.Expect(f.Status.Exposure).NotTo(gomega.BeNil())
		g.Expect(f.Status.Exposure.ServedHosts + f.Status.Exposure.HeldHosts).To(gomega.BeEquivalentTo(1))
		g.Expect(f.Status.Exposure.ServedHosts == 1).To(gomega.Equal(to == v1alpha1.StageApproved))
	}).WithTimeout(*within).WithPolling(200 * time.Millisecond).Should(gomega.Succeed())
	return f
}

// numbers has the bureau approve an order, and gives the numbers that it got in place of the pattern's.
func (p *platform) numbers(pattern *v1alpha1.IcpFiling, order string) ([]string, error) {
	if err := p.desk.Decide(order, simulator.Ruling{Decision: v1alpha1.DecisionPassed}); err != nil {
		return nil, err
	}
	filed, _ := p.desk.Order(order)
	for _, e := range filed.Order.History {
		if e.WebsiteNumber != "" {
			return []string{pattern.Status.SubjectNumber, e.SubjectNumber}, nil
		}
	}
	return nil, fmt.Errorf("order %s was approved and has no number", order)
}

func (p *platform) route(i int) *networkingv1.Ingress {
	return cluster.Ingress(p.key(i), "www."+domainOf(desks, i))
}

// clear writes the clearances of the filings that do not wait.
func (p *platform) clear(t *testing.T) {
	t.Helper()
	domains := map[string][]string{}
	for i := range p.waiting[0] {
		domains[p.namespace(i)] = append(domains[p.namespace(i)], domainOf(desks, i))
	}
	each(t, p.namespaces(), func(ctx context.Context, i int) error {
		name := p.namespace(i)
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": admission.Encode(exposure.NewClearances(domains[name]...))}})
		if err != nil {
			return err
		}
		return operatorsOwn.Patch(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, client.RawPatch("application/merge-patch+json", patch))
	})
}

// poll sets how often the provider's feed is asked; nil, as often as by default.
func (p *platform) poll(t *testing.T, every *metav1.Duration) {
	t.Helper()
	var fp v1alpha1.FilingProvider
	if err := admin.Get(t.Context(), client.ObjectKey{Name: desks}, &fp); err != nil {
		t.Fatal(err)
	}
	before := fp.DeepCopy()
	fp.Spec.HTTP.PollInterval = every
	if err := admin.Patch(t.Context(), &fp, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// readFeed has the operator stand at the end of the provider's feed, which it asks each second.
func (p *platform) readFeed(t *testing.T) {
	t.Helper()
	var fp v1alpha1.FilingProvider
	if err := admin.Get(t.Context(), client.ObjectKey{Name: desks}, &fp); err != nil {
		t.Fatal(err)
	}
	p.poll(t, &metav1.Duration{Duration: time.Second})
	before := fp.DeepCopy()
	fp.Status.Cursor = endOfFeed(t, p.served)
	if err := operatorsOwn.Status().Patch(t.Context(), &fp, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}
