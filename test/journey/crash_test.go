package journey_test

import (
	"fmt"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// killer stands between the operator and a desk. It kills the operator at each new effect that is asked for, once before
// the effect and once after it, when only its answer is missing.
type killer struct {
	next nethttp.Handler

	mu    sync.Mutex
	seen  map[string]int
	kills int
}

// ServeHTTP implements http.Handler.
func (k *killer) ServeHTTP(w nethttp.ResponseWriter, r *nethttp.Request) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || strings.Contains(r.URL.Path, "/materials/") && !strings.HasSuffix(r.URL.Path, "/SubjectCertificate") {
		// The upload of one file stands for those of the others.
		k.next.ServeHTTP(w, r)
		return
	}
	switch k.times(key) {
	case 0:
		k.kill()
		panic(nethttp.ErrAbortHandler)
	case 1:
		k.next.ServeHTTP(httptest.NewRecorder(), r)
		k.kill()
		panic(nethttp.ErrAbortHandler)
	}
	k.next.ServeHTTP(w, r)
}

func (k *killer) times(key string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen[key]++
	return k.seen[key] - 1
}

// kill ends the operator. The call of one that is dead already may come late, while the next one is started: that one lives.
func (k *killer) kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kills++
	operator.kill()
}

// revive starts an operator whenever the one before has ended, until the returned function is called, which leaves one
// running.
func (k *killer) revive(t *testing.T) (stop func()) {
	t.Helper()
	quit, done := make(chan struct{}), make(chan struct{})
	running := operator
	go func() {
		defer close(done)
		for {
			select {
			case <-running.ended:
			case <-quit:
				select {
				case <-running.ended:
				default:
					return
				}
			}
			next, err := newOperator(running.ctx)
			if err != nil {
				t.Errorf("starting the operator again: %v", err)
				return
			}
			k.mu.Lock()
			operator, running = next, next
			k.mu.Unlock()
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}

// TestAnOperatorThatIsKilledAtEveryEffectLeavesOneOfEach runs before the parallel tests, since it kills the operator that
// they share.
func TestAnOperatorThatIsKilledAtEveryEffectLeavesOneOfEach(t *testing.T) {
	calm := walkAll(t, "calm", func(h nethttp.Handler) nethttp.Handler { return h })
	k := &killer{seen: map[string]int{}}
	stop := func() {}
	killed := walkAll(t, "killed", func(h nethttp.Handler) nethttp.Handler {
		k.next = h
		stop = k.revive(t)
		return k
	})
	stop()
	t.Logf("killed %d times at %d effects", k.kills, len(k.seen))
	if len(k.seen) < 17 || k.kills < 2*len(k.seen) {
		t.Errorf("killed %d times at %d effects, want every effect to be tried", k.kills, len(k.seen))
	}
	if diff := cmp.Diff(calm, killed); diff != "" {
		t.Errorf("what the provider was asked for differs (-undisturbed +killed):\n%s", diff)
	}
}

// walkAll takes four filings through a change, an import, a cancellation and a withdrawal, and tells what became of their
// orders.
func walkAll(t *testing.T, name string, between func(nethttp.Handler) nethttp.Handler) map[string][]string {
	t.Helper()
	const long = 5 * time.Minute // the operator is killed some forty times on the way
	code := creditCode(t)
	held := metav1.Duration{Duration: time.Hour}
	at, err := simulator.New(simulator.Options{Known: simulator.Known{
		Subjects: []simulator.KnownSubject{{
			Number: "浙ICP备24000003号", Access: hereBefore, Certificate: &simulator.KnownCertificate{Type: "UnifiedSocialCreditCode", Number: code},
			Websites: []simulator.KnownWebsite{{Domain: name + "-import.cn", Number: "浙ICP备24000003号-1", Access: hereBefore}},
		}},
		Plan: []simulator.Step{{Domain: name + "-withdraw.cn", Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed, After: &held}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(between(at.Protocol()))
	t.Cleanup(server.Close)
	providerAt(t, name, server.URL+"/v1")
	namespace(t, name, everySecret...)
	tell(t, at, name, "change")

	filing(t, name, "change", name+"-change.cn", with(name))
	filing(t, name, "import", name+"-import.cn", claiming(name, "浙ICP备24000003号", "浙ICP备24000003号-1", certificate, code))
	filing(t, name, "cancel", name+"-cancel.cn", with(name, "spec.deletionPolicy", "CancelFiling"))
	filing(t, name, "withdraw", name+"-withdraw.cn", with(name))
	patiently(t, long, name, "import", imported)
	patiently(t, long, name, "change", inForce)
	patiently(t, long, name, "withdraw", next(v1alpha1.ActorBureau, "BureauReview"))
	f := patiently(t, long, name, "cancel", inForce)

	amend(t, name, "change", `{"website":{"name":"示例商城二"}}`)
	annotate(t, name, "withdraw", v1alpha1.WithdrawAnnotation, "1")
	if err := admin.Delete(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	patiently(t, long, name, "change", is(atAttempt(2), inForce))
	patiently(t, long, name, "withdraw", hasReason(v1alpha1.ConditionSubmitted, v1alpha1.ReasonWithdrawn))
	annotate(t, name, "withdraw", v1alpha1.ResubmitAnnotation, "2")
	patiently(t, long, name, "withdraw", is(atAttempt(2), inForce))
	gomega.NewWithT(t).Eventually(func() error {
		_, err := filingOf(t.Context(), name, "cancel")
		return err
	}).WithTimeout(long).Should(gomega.HaveOccurred())
	return stories(at, name+"-")
}

// stories tells of each domain's orders how they went, without their times and numbers.
func stories(at *simulator.Simulator, prefix string) map[string][]string {
	told := map[string][]string{}
	for _, o := range at.Orders() {
		domain := strings.TrimPrefix(o.Order.Domain, prefix)
		told[domain] = append(told[domain], "order")
		for _, e := range o.Order.History {
			told[domain] = append(told[domain], fmt.Sprintf("%d %s %s %v %s", e.Attempt, e.Stage, e.Decision, e.Reasons, e.Task))
		}
	}
	return told
}
