package journey_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// logs holds every line that the operator of these tests has logged, at every level.
var logs lines

type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

// String is all that was logged.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// byReviews are the stages that a test decides by hand, each when it likes.
var byReviews = simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}}

// desk is a provider of a test's own, over HTTP, that decides at once what is not left to the test.
func desk(t *testing.T, name string, options simulator.Options) *simulator.Simulator {
	t.Helper()
	own, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(own.Protocol())
	t.Cleanup(server.Close)
	providerAt(t, name, server.URL+"/v1")
	return own
}

// deskFor is a desk with a namespace of its name that has all that a filing needs. A failure tells of the filing f there.
func deskFor(t *testing.T, name string, options simulator.Options) *simulator.Simulator {
	t.Helper()
	own := desk(t, name, options)
	namespace(t, name, everySecret...)
	tell(t, own, name, "f")
	return own
}

// providerAt makes a FilingProvider that is reached over HTTP.
func providerAt(t *testing.T, name, url string) {
	t.Helper()
	fp := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
		HTTP: &v1alpha1.HTTPProvider{URL: url, PollInterval: &metav1.Duration{Duration: 100 * time.Millisecond}},
	}}
	if err := admin.Create(t.Context(), fp); err != nil {
		t.Fatal(err)
	}
	// One that answers no more would be asked again and again.
	t.Cleanup(func() {
		if err := admin.Delete(context.Background(), fp); client.IgnoreNotFound(err) != nil {
			t.Errorf("deleting FilingProvider %s: %v", name, err)
		}
	})
}

// with says that a filing uses a provider, and what else is set in it.
func with(provider string, more ...string) map[string]string {
	changes := map[string]string{"spec.providerRef.name": provider}
	for i := 0; i+1 < len(more); i += 2 {
		changes[more[i]] = more[i+1]
	}
	return changes
}

// decide takes a decision by hand once the domain's newest order stands where the decision is to be taken.
func decide(t *testing.T, desk *simulator.Simulator, domain string, r simulator.Ruling) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		o, ok := desk.NewestOrder(domain)
		g.Expect(ok).To(gomega.BeTrue(), "there is no order of "+domain)
		g.Expect(r.Stage == "" || o.Stage == string(r.Stage) || r.Stage == v1alpha1.StageApproved && o.InForce).To(gomega.BeTrue(), "the order is at %s", o.Stage)
		g.Expect(desk.Decide(o.Order.ID, r)).To(gomega.Succeed())
	}).WithTimeout(within).WithPolling(20 * time.Millisecond).Should(gomega.Succeed())
}

// pass has a stage of the domain's order passed.
func pass(t *testing.T, desk *simulator.Simulator, domain string, stage v1alpha1.StageName) {
	t.Helper()
	decide(t, desk, domain, simulator.Ruling{Stage: stage, Decision: v1alpha1.DecisionPassed})
}

// ordersAre checks how many orders a desk has of a domain, and at which attempt the newest is.
func ordersAre(t *testing.T, desk *simulator.Simulator, domain string, orders int, attempt int32) {
	t.Helper()
	n, last := 0, int32(0)
	for _, o := range desk.Orders() {
		if o.Order.Domain == domain {
			n, last = n+1, o.Order.Attempt
		}
	}
	if n != orders || last != attempt {
		t.Errorf("%s has %d orders, the newest at attempt %d; want %d, at attempt %d", domain, n, last, orders, attempt)
	}
	if d := desk.Requests().Duplicates; len(d) > 0 {
		t.Errorf("second orders were asked for: %+v", d)
	}
}

// asked is how often an operation of the protocol was called.
func asked(desk *simulator.Simulator, operation string) int {
	return desk.Requests().Operations[operation]
}

// check is what a filing is expected to be.
type check = func(gomega.Gomega, *v1alpha1.IcpFiling)

func is(checks ...check) check {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		for _, c := range checks {
			c(g, f)
		}
	}
}

func atStage(stage v1alpha1.StageName) check {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) { g.Expect(f.Status.Stage).To(gomega.Equal(stage)) }
}

func atAttempt(attempt int32) check {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.Attempt).To(gomega.Equal(attempt))
	}
}

func next(actor v1alpha1.Actor, task string) check {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.NextAction).NotTo(gomega.BeNil())
		g.Expect(f.Status.NextAction.Actor).To(gomega.Equal(actor))
		g.Expect(f.Status.NextAction.Task).To(gomega.Equal(task))
	}
}

func says(kind, words string) check {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		c := meta.FindStatusCondition(f.Status.Conditions, kind)
		g.Expect(c).NotTo(gomega.BeNil())
		g.Expect(c.Message).To(gomega.ContainSubstring(words))
	}
}

var (
	gateOpen    check = hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved)
	factsFiled  check = hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonCurrent)
	underChange       = is(atStage(v1alpha1.StageChanging), gateOpen, hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonChanging))
	inForce           = is(atStage(v1alpha1.StageApproved), isReady, gateOpen, factsFiled)
)

// annotate asks for something by an annotation, as people do.
func annotate(t *testing.T, ns, name, key, value string) {
	t.Helper()
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}
	patch(t, f, fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, key, value))
}

func mergePatch(body string) client.Patch { return client.RawPatch(types.MergePatchType, []byte(body)) }

// amend changes a filing's spec.
func amend(t *testing.T, ns, name, spec string) {
	t.Helper()
	patch(t, &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}, `{"spec":`+spec+`}`)
}

// ingress applies the samples' Ingress for other hosts.
func ingress(t *testing.T, ns string, hosts ...string) {
	t.Helper()
	o := sampleOf(t, samples, "Ingress", "web")
	o.SetNamespace(ns)
	if err := setHosts(o, hosts...); err != nil {
		t.Fatal(err)
	}
	applyTo(t, o)
}

// ingressIs waits until the Ingress of a namespace is served, or parked.
func ingressIs(t *testing.T, ns string, served bool) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var i networkingv1.Ingress
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: ns, Name: "web"}, &i)).To(gomega.Succeed())
		g.Expect(exposure.Read(&i).Exposes()).To(gomega.Equal(served))
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
}

// staysServed watches every version of a namespace's Ingress. The returned function ends that, and fails the test where
// one was parked.
func staysServed(t *testing.T, ns string) func() {
	t.Helper()
	return always(t, &networkingv1.IngressList{}, ns, "web", func(o client.Object) bool {
		i, ok := o.(*networkingv1.Ingress)
		return ok && exposure.Read(i).Exposes()
	})
}

// gateStaysOpen does so with a filing's gate.
func gateStaysOpen(t *testing.T, ns, name string) func() {
	t.Helper()
	return always(t, &v1alpha1.IcpFilingList{}, ns, name, func(o client.Object) bool {
		f, ok := o.(*v1alpha1.IcpFiling)
		return ok && meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	})
}

// always watches every version of an object, from the one that is there. The returned function does so up to the one that is
// there then, and fails the test where one was not as it should be.
func always(t *testing.T, list client.ObjectList, ns, name string, holds func(client.Object) bool) func() {
	t.Helper()
	where := []client.ListOption{client.InNamespace(ns), client.MatchingFields{"metadata.name": name}}
	ctx, cancel := context.WithCancel(t.Context())
	w, err := admin.Watch(ctx, list, where...)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen, broken := map[string]bool{}, []string(nil)
	go func() {
		for e := range w.ResultChan() {
			o, ok := e.Object.(client.Object)
			if !ok {
				continue
			}
			mu.Lock()
			seen[o.GetResourceVersion()] = true
			if !holds(o) {
				broken = append(broken, o.GetResourceVersion())
			}
			mu.Unlock()
		}
	}()
	untilSeen := func() {
		t.Helper()
		if err := admin.List(t.Context(), list, where...); err != nil {
			t.Fatal(err)
		}
		err := meta.EachListItem(list, func(o runtime.Object) error {
			gomega.NewWithT(t).Eventually(func() bool {
				mu.Lock()
				defer mu.Unlock()
				return seen[o.(client.Object).GetResourceVersion()]
			}).WithTimeout(within).WithPolling(10 * time.Millisecond).Should(gomega.BeTrue())
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	untilSeen()
	return func() {
		t.Helper()
		untilSeen()
		cancel()
		w.Stop()
		mu.Lock()
		defer mu.Unlock()
		if len(seen) == 0 || len(broken) > 0 {
			t.Errorf("of %d versions of %s/%s these were not as they should be: %v", len(seen), ns, name, broken)
		}
	}
}

// tell prints what was asked of a desk, and how a filing stands, where a test has failed.
func tell(t *testing.T, at *simulator.Simulator, ns, name string) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		for _, q := range at.Requests().Latest {
			if q.Operation != "listEvents" {
				t.Logf("asked: %s %d %s %s %s", q.At.Format("05.000"), q.Status, q.Operation, q.OrderID, q.Key)
			}
		}
		f, err := filingOf(context.Background(), ns, name)
		if err != nil {
			t.Logf("filing: %v", err)
			return
		}
		for _, c := range f.Status.Conditions {
			t.Logf("%s=%s %s: %s", c.Type, c.Status, c.Reason, c.Message)
		}
		t.Logf("stage %s attempt %d next %+v", f.Status.Stage, f.Status.Attempt, f.Status.NextAction)
		for _, st := range f.Status.Stages {
			t.Logf("  %s %s %s %v", st.Name, st.State, st.Reason, st.Tasks)
		}
		t.Logf("annotations %v", f.Annotations)
	})
}

func namespaceNamed(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
}
