package scale_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// An operator that ends between a fall and its status leaves a filing that says it is in force, in a namespace that no longer clears
// its domain. So does one that ends between an approval and the clearance. The next operator must tell them apart before it writes.
func TestAnOperatorThatEndsBeforeAStatusIsWrittenLeavesNoDomainToBeClearedAgain(t *testing.T) {
	for name, ns := range map[string]string{"whose provider tells of it again": "fallen", "of which nobody tells again": "fallen-unheard"} {
		t.Run(name, func(t *testing.T) { endsBeforeAStatus(t, ns, ns != "fallen") })
	}
}

func endsBeforeAStatus(t *testing.T, ns string, unheard bool) {
	t.Helper()
	const n = 3
	at := desk(t, ns, 200*time.Millisecond, simulator.Options{})
	apply(t, ns, n, nil)
	g := gomega.NewWithT(t)
	cleared := func() []bool {
		var namespace corev1.Namespace
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &namespace)).To(gomega.Succeed())
		return clearedOf(&namespace, ns, n)
	}
	g.Eventually(cleared).WithTimeout(*within).WithPolling(50*time.Millisecond).Should(gomega.Equal([]bool{true, true, true}), "of filings in force")

	g.Expect(operator.stop()).To(gomega.Succeed())
	fell := filings(t.Context(), g, ns)[site(0)]
	var namespace corev1.Namespace
	g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &namespace)).To(gomega.Succeed())
	bare := namespace.DeepCopy()
	for name := range bare.Annotations {
		if admission.IsClearance(name) {
			delete(bare.Annotations, name)
		}
	}
	g.Expect(operatorsOwn.Patch(t.Context(), bare, client.MergeFrom(&namespace))).To(gomega.Succeed())
	g.Expect(at.Decide(fell.Status.OrderID, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}})).To(gomega.Succeed())
	if unheard {
		g.Expect(at.AddFault(simulator.Fault{Kind: simulator.FaultLoseEvents, Operation: "listEvents", Times: 1000})).To(gomega.Succeed())
	}
	events, err := admin.Watch(t.Context(), &corev1.NamespaceList{})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	again := make(chan int)
	go func() {
		n := 0
		for event := range events.ResultChan() {
			if seen, is := event.Object.(*corev1.Namespace); is && event.Type == watch.Modified && seen.Name == ns && clearedOf(seen, ns, 1)[0] {
				n++
			}
		}
		again <- n
	}()

	g.Expect(operator.start(t.Context())).To(gomega.Succeed())
	g.Eventually(cleared).WithTimeout(*within).WithPolling(50*time.Millisecond).Should(gomega.Equal([]bool{false, true, true}), "of one that was revoked meanwhile, and two in force")
	g.Eventually(func() v1alpha1.StageName { return filings(t.Context(), g, ns)[site(0)].Status.Stage }).
		WithTimeout(*within).WithPolling(50 * time.Millisecond).Should(gomega.Equal(v1alpha1.StageRevoked))
	g.Expect(cleared()).To(gomega.Equal([]bool{false, true, true}))
	events.Stop()
	if n := <-again; n > 0 {
		t.Errorf("the domain of a revoked filing was cleared again, as %d versions of the namespace had it", n)
	}
}

// The statuses of many that fall together wait for their routes. What was read of their orders is not lost when nothing can be read by then.
func TestOrdersThatCanBeReadOnceAreWrittenAsRevokedAllTheSame(t *testing.T) {
	const ns, n = "once", 15
	once := &readOnce{told: map[string]bool{}}
	at, _ := deskOf(t, ns, 200*time.Millisecond, simulator.Options{}, once.of)
	apply(t, ns, n, nil)
	g := gomega.NewWithT(t)
	stages := func() map[v1alpha1.StageName]int {
		count := map[v1alpha1.StageName]int{}
		for _, f := range filings(t.Context(), g, ns) {
			count[f.Status.Stage]++
		}
		return count
	}
	g.Eventually(stages).WithTimeout(*within).WithPolling(50 * time.Millisecond).Should(gomega.Equal(map[v1alpha1.StageName]int{v1alpha1.StageApproved: n}))
	for _, f := range filings(t.Context(), g, ns) {
		g.Expect(at.Decide(f.Status.OrderID, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}})).To(gomega.Succeed())
	}
	g.Eventually(stages).WithTimeout(*within).WithPolling(50 * time.Millisecond).Should(gomega.Equal(map[v1alpha1.StageName]int{v1alpha1.StageRevoked: n}))
	var namespace corev1.Namespace
	g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &namespace)).To(gomega.Succeed())
	g.Expect(clearedOf(&namespace, ns, n)).NotTo(gomega.ContainElement(true))
}

// readOnce answers once that an order was revoked, and then no more where it is asked for that.
type readOnce struct {
	mu   sync.Mutex
	told map[string]bool
}

func (r *readOnce) of(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet || !orderPath.MatchString(req.URL.Path) {
			next.ServeHTTP(w, req)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, req)
		if strings.Contains(answer.Body.String(), string(v1alpha1.DecisionRevoked)) {
			r.mu.Lock()
			told := r.told[req.URL.Path]
			r.told[req.URL.Path] = true
			r.mu.Unlock()
			if told {
				http.Error(w, "no more", http.StatusServiceUnavailable)
				return
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // the client that is gone does not hear it
	})
}

var orderPath = regexp.MustCompile(`/orders/[^/]+$`)

// clearedOf says of the domains of a test's first filings which are cleared on a namespace.
func clearedOf(namespace *corev1.Namespace, ns string, n int) []bool {
	stand, all := admission.Decode(namespace.Annotations), []bool{}
	for i := range n {
		all = append(all, stand.Has(domainOf(ns, i)))
	}
	return all
}
