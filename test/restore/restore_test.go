package restore_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/operator"
)

// Each of these tests has a control plane of its own, and they tell by the provider's requests what was repeated: they run one
// after the other.

func TestTheDocumentedOrderBringsEverythingBackAndClosesNothing(t *testing.T) { //nolint:paralleltest // see above
	r := begin(t)
	namespaces := r.manifests("Namespace")
	for _, namespace := range namespaces {
		labels := namespace.GetLabels()
		delete(labels, v1alpha1.GateLabel)
		namespace.SetLabels(labels)
	}
	r.bringBack(namespaces...)
	r.must(r.installOperator(t.Context()))
	r.bringBack(r.manifests("Secret", "FilingProvider", "ExposurePolicy", "IcpReview", "IcpFiling", "FilingNotifier")...)
	r.must(r.startOperator(t.Context()))
	r.untilBack()
	r.must(cluster.UntilGated(t.Context(), r.admin))
	for _, namespace := range r.manifests("Namespace") {
		label := fmt.Sprintf(`{"metadata":{"labels":{%q:%q}}}`, v1alpha1.GateLabel, namespace.GetLabels()[v1alpha1.GateLabel])
		r.must(r.restorer.Patch(t.Context(), namespace.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(label))))
	}
	intruder, routes := r.intrude(), r.watchRoutes()
	r.bringBack(r.manifests("Ingress", "HTTPRoute")...)
	r.everythingIsBack()
	routes()
	intruder()
	if diff := cmp.Diff(r.messages, lost.told.messages()); diff != "" {
		t.Errorf("people were told (-before +after):\n%s", diff)
	}
}

func TestTheWorstOrderBringsEverythingBackOnceTheRoutesAreTriedAgain(t *testing.T) { //nolint:paralleltest // see above
	r := begin(t)
	r.must(r.installOperator(t.Context()))
	r.must(r.startOperator(t.Context()))
	r.must(cluster.UntilGated(t.Context(), r.admin))
	r.bringBack(r.manifests("Namespace")...)
	intruder, watched := r.intrude(), r.watchRoutes()
	routes := r.manifests("Ingress", "HTTPRoute")
	for _, route := range routes {
		err := bringBack(t.Context(), r.restorer, route)
		served := lost.routes[client.ObjectKey{Namespace: route.GetNamespace(), Name: route.GetKind() + " " + route.GetName()}]
		if refused := apierrors.IsForbidden(err); refused != served || err != nil && !refused {
			t.Errorf("%s %s, which was served: %v, before its clearance: %v", route.GetKind(), route.GetName(), served, err)
		}
	}
	r.bringBack(r.manifests("FilingProvider", "IcpFiling")...)
	r.untilSeen()
	r.bringBack(r.manifests("Secret", "ExposurePolicy", "FilingNotifier")...)
	r.untilSeen()
	r.bringBack(r.manifests("IcpReview")...)
	r.untilBack()
	for _, route := range routes {
		r.must(untilAdmitted(t.Context(), r.restorer, route))
	}
	r.everythingIsBack()
	watched()
	intruder()
	for id, before := range r.messages {
		if after := lost.told.messages()[id]; after != before {
			t.Errorf("message %s was sent %d times, %d of them before the cluster was lost", id, after, before)
		}
	}
}

// recovery is a new cluster, and the person who restores there.
type recovery struct {
	*testing.T
	*site
	restorer client.Client
	// messages are what people had been told before.
	messages map[string]int
	orders   int
}

// mayRestore are the rights that the page on operations says a person needs who restores.
var mayRestore = []rbacv1.PolicyRule{
	{APIGroups: []string{""}, Resources: []string{"namespaces", "secrets"}, Verbs: []string{"create", "patch"}},
	{APIGroups: []string{"networking.k8s.io", "gateway.networking.k8s.io"}, Resources: []string{"ingresses", "httproutes"}, Verbs: []string{"create"}},
	{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpfilings", "icpreviews", "filingproviders", "filingnotifiers", "exposurepolicies"}, Verbs: []string{"create", "patch"}},
	{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpfilings"}, Verbs: []string{"restore"}},
	{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"filingproviders"}, Verbs: []string{"report", "decide"}},
}

func begin(t *testing.T) *recovery {
	t.Helper()
	lost.desk.ForgetRequests()
	r := &recovery{T: t, messages: lost.told.messages(), orders: len(lost.desk.Orders())}
	var err error
	r.site, err = newSite(context.WithoutCancel(t.Context())) // which ends before what is cleaned up
	if r.site != nil {
		t.Cleanup(func() {
			r.operator.End()
			if err := r.plane.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	r.must(err)
	const name = "restorer"
	r.must(create(t.Context(), r.admin, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: mayRestore}, boundTo(name, name)))
	r.restorer, err = client.New(r.plane.ConfigFor(name), client.Options{Scheme: controllers.Scheme()})
	r.must(err)
	return r
}

func (r *recovery) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *recovery) manifests(kinds ...string) []*unstructured.Unstructured {
	r.Helper()
	found, err := lost.manifests.of(kinds...)
	r.must(err)
	if len(found) == 0 {
		r.Fatalf("the backup has no %v", kinds)
	}
	return found
}

// bringBack creates objects, as soon as the role of who restores is known to the API server and their kinds are served.
func (r *recovery) bringBack(objects ...*unstructured.Unstructured) {
	r.Helper()
	gomega.NewWithT(r).Eventually(func() error {
		return bringBack(r.Context(), r.restorer, objects...)
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
}

// untilSeen waits until the operator has judged every filing as it stands.
func (r *recovery) untilSeen() {
	r.Helper()
	gomega.NewWithT(r).Eventually(func(g gomega.Gomega) {
		var filings v1alpha1.IcpFilingList
		g.Expect(r.admin.List(r.Context(), &filings)).To(gomega.Succeed())
		g.Expect(filings.Items).To(gomega.HaveLen(len(lost.filings)))
		for i := range filings.Items {
			g.Expect(meta.FindStatusCondition(filings.Items[i].Status.Conditions, v1alpha1.ConditionReady)).NotTo(gomega.BeNil(), filings.Items[i].Name)
		}
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
}

// untilBack waits until every filing says what it said before.
func (r *recovery) untilBack() {
	r.Helper()
	for key, was := range lost.filings {
		gomega.NewWithT(r).Eventually(func(g gomega.Gomega) {
			f := &v1alpha1.IcpFiling{}
			g.Expect(r.admin.Get(r.Context(), key, f)).To(gomega.Succeed())
			g.Expect(f.UID).NotTo(gomega.Equal(was.UID), "%s is the object that was lost", key)
			// Which routes there are is told once they are back.
			before, after := operator.Remembered(was), operator.Remembered(f)
			before.Exposure, after.Exposure = nil, nil
			g.Expect(cmp.Diff(before, after)).To(gomega.BeEmpty(), "filing %s (-lost +back)", key)
		}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
	}
}

// everythingIsBack checks that filings and routes are as they were, and that nothing was asked for or told a second time.
func (r *recovery) everythingIsBack() {
	r.Helper()
	gomega.NewWithT(r).Eventually(func(g gomega.Gomega) {
		now.SetTime(now.Now().Add(time.Second)) // by which a notifier keeps its pace
		served, err := r.served(r.Context())
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(cmp.Diff(lost.routes, served)).To(gomega.BeEmpty(), "which routes are served (-lost +back)")
		for key, was := range lost.filings {
			f := &v1alpha1.IcpFiling{}
			g.Expect(r.admin.Get(r.Context(), key, f)).To(gomega.Succeed())
			g.Expect(cmp.Diff(operator.Remembered(was), operator.Remembered(f))).To(gomega.BeEmpty(), "filing %s (-lost +back)", key)
		}
		n := &v1alpha1.FilingNotifier{}
		g.Expect(r.admin.Get(r.Context(), client.ObjectKey{Namespace: shop, Name: "hook"}, n)).To(gomega.Succeed())
		g.Expect(meta.IsStatusConditionTrue(n.Status.Conditions, v1alpha1.ConditionReady)).To(gomega.BeTrue())
		g.Expect(n.Status.Waiting).To(gomega.BeZero())
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
	for _, q := range lost.desk.Requests().Latest {
		if q.Key != "" {
			r.Errorf("asked of the provider again: %s %s %s", q.Operation, q.OrderID, q.Key)
		}
	}
	if orders := len(lost.desk.Orders()); orders != r.orders {
		r.Errorf("the provider has %d orders, and had %d before", orders, r.orders)
	}
	var events eventsv1.EventList
	r.must(r.admin.List(r.Context(), &events))
	for _, e := range events.Items {
		if strings.Contains(e.Name, ".publicsecurity-") {
			r.Errorf("reminded again: %s: %s", e.Name, e.Note)
		}
	}
}

// intrude tries again and again to expose a host that nobody has filed, in every namespace. The returned function ends that, and
// fails the test where it was let in once it had been refused, or was never refused.
func (r *recovery) intrude() func() {
	ctx, cancel := context.WithCancel(r.Context())
	var running sync.WaitGroup
	refused := gomega.NewWithT(r)
	for _, namespace := range []string{shop, office} {
		try := func() error {
			return r.admin.Create(ctx, &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "intruder"}, Spec: networkingv1.IngressSpec{
				IngressClassName: new("nginx"), Rules: []networkingv1.IngressRule{{Host: "www.nobody.cn"}},
			}}, client.DryRunAll)
		}
		refused.Eventually(try).WithTimeout(within).Should(gomega.Satisfy(apierrors.IsForbidden), "an unfiled host in %s", namespace)
		running.Go(func() {
			for ctx.Err() == nil {
				if err := try(); err == nil {
					r.Errorf("a host that nobody has filed was let into %s", namespace)
					return
				}
				select {
				case <-ctx.Done():
				case <-time.After(20 * time.Millisecond):
				}
			}
		})
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// watchRoutes watches every version of every route. The returned function ends that, and fails the test where one that was
// covered was parked meanwhile, or one that was parked was served.
func (r *recovery) watchRoutes() func() {
	r.Helper()
	var mu sync.Mutex
	var running sync.WaitGroup
	var watches []interface{ Stop() }
	seen, wrong := map[client.ObjectKey]string{}, map[client.ObjectKey]string{}
	for kind, list := range map[string]client.ObjectList{"Ingress": &networkingv1.IngressList{}, "HTTPRoute": &gatewayv1.HTTPRouteList{}} {
		w, err := r.admin.Watch(r.Context(), list)
		r.must(err)
		watches = append(watches, w)
		running.Go(func() {
			for e := range w.ResultChan() {
				o, is := e.Object.(client.Object)
				if !is {
					continue
				}
				key := client.ObjectKey{Namespace: o.GetNamespace(), Name: kind + " " + o.GetName()}
				mu.Lock()
				seen[key] = o.GetResourceVersion()
				if exposes := exposure.Read(o).Exposes(); exposes != lost.routes[key] {
					wrong[key] = fmt.Sprintf("exposes: %v, in version %s", exposes, o.GetResourceVersion())
				}
				mu.Unlock()
			}
		})
	}
	return func() {
		r.Helper()
		gomega.NewWithT(r).Eventually(func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(seen)
		}).WithTimeout(within).Should(gomega.Equal(len(lost.routes)), "routes that were seen")
		for _, w := range watches {
			w.Stop()
		}
		running.Wait()
		if len(wrong) > 0 {
			r.Errorf("of routes that came back as they were, some were not so on the way: %v", maps.Clone(wrong))
		}
	}
}
