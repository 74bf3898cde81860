package journey_test

import (
	"context"
	nethttp "net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// providerIs waits until a provider's status is as it should be.
func providerIs(t *testing.T, name string, check func(gomega.Gomega, *v1alpha1.FilingProvider)) *v1alpha1.FilingProvider {
	t.Helper()
	var fp v1alpha1.FilingProvider
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		fp = v1alpha1.FilingProvider{}
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: name}, &fp)).To(gomega.Succeed())
		check(g, &fp)
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
	return &fp
}

// conditionIs expects a provider's condition.
func conditionIs(kind string, status metav1.ConditionStatus, reason string) func(gomega.Gomega, *v1alpha1.FilingProvider) {
	return func(g gomega.Gomega, fp *v1alpha1.FilingProvider) {
		c := meta.FindStatusCondition(fp.Status.Conditions, kind)
		g.Expect(c).NotTo(gomega.BeNil())
		g.Expect(c.Status).To(gomega.Equal(status), c.Message)
		g.Expect(c.Reason).To(gomega.Equal(reason), c.Message)
	}
}

// feed is a server whose feed is empty and ends at one cursor. It keeps the cursors that it is asked with.
type feed struct {
	end string
	mu  sync.Mutex
	// asked are the cursors, each once.
	asked map[string]bool
}

// ServeHTTP implements http.Handler.
func (f *feed) ServeHTTP(w nethttp.ResponseWriter, r *nethttp.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[r.URL.Query().Get("after")] = true
	w.Header().Set("Content-Type", "application/vnd.beian.filing.v1+json")
	events := `[]`
	if r.URL.Query().Get("after") != f.end {
		events = `[{"cursor":"` + f.end + `","orderID":"O1","account":"","domain":"nobodys.cn","at":"2026-03-02T01:00:00Z"}]`
	}
	_, _ = w.Write([]byte(`{"events":` + events + `,"next":"` + f.end + `","more":false}`))
}

func (f *feed) askedWith(cursor string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[cursor]
}

func newFeed(t *testing.T, end string) (*feed, string) {
	t.Helper()
	f := &feed{end: end, asked: map[string]bool{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return f, server.URL + "/v1"
}

func TestTheCursorOfOneServerIsNeverTakenToAnother(t *testing.T) {
	t.Parallel()
	_, old := newFeed(t, "of-the-old-one")
	moved, url := newFeed(t, "of-the-new-one")
	providerAt(t, "moves", old)
	fp := providerIs(t, "moves", func(g gomega.Gomega, fp *v1alpha1.FilingProvider) {
		g.Expect(fp.Status.Cursor).To(gomega.Equal("of-the-old-one"))
	})
	patch(t, fp, `{"spec":{"http":{"url":"`+url+`"}}}`)
	providerIs(t, "moves", func(g gomega.Gomega, fp *v1alpha1.FilingProvider) {
		g.Expect(fp.Status.Cursor).To(gomega.Equal("of-the-new-one"))
		g.Expect(fp.Status.CursorOf).To(gomega.Equal(url))
	})
	if moved.askedWith("of-the-old-one") || !moved.askedWith("") {
		t.Errorf("the new server was asked with the cursors %v, want from the beginning", moved.asked)
	}
}

func TestAFeedThatComesToNoEndIsReadAtABoundedPace(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	n := 0
	answering(t, "endless", func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		mu.Lock()
		defer mu.Unlock()
		n++
		w.Header().Set("Content-Type", "application/vnd.beian.filing.v1+json")
		_, _ = w.Write([]byte(`{"events":[],"next":"` + time.Now().Format(time.RFC3339Nano) + `","more":true}`))
	})
	gomega.NewWithT(t).Eventually(func() int { mu.Lock(); defer mu.Unlock(); return n }).WithTimeout(within).Should(gomega.BeNumerically(">", 0))
	mu.Lock()
	before := n
	mu.Unlock()
	gomega.NewWithT(t).Consistently(func() int { mu.Lock(); defer mu.Unlock(); return n - before }).WithTimeout(watched).WithPolling(100 * time.Millisecond).
		// Twenty pages at a time, and ten times a second as the provider's interval says.
		Should(gomega.BeNumerically("<=", 20*(int(watched/(100*time.Millisecond))+2)))
}

func TestTheNewsOfASuspendedFilingHoldsNoCursorBackAndIsHeardOnceItGoesOn(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "paused", byReviews)
	filing(t, "paused", "f", "paused.cn", with("paused"))
	eventually(t, "paused", "f", atStage(v1alpha1.StageBureauReview))
	amend(t, "paused", "f", `{"suspend":true}`)
	eventually(t, "paused", "f", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonSuspended))
	before := providerIs(t, "paused", func(gomega.Gomega, *v1alpha1.FilingProvider) {}).Status.Cursor
	pass(t, at, "paused.cn", v1alpha1.StageBureauReview)
	providerIs(t, "paused", func(g gomega.Gomega, fp *v1alpha1.FilingProvider) {
		g.Expect(fp.Status.Cursor).NotTo(gomega.Equal(before))
	})
	f, err := filingOf(t.Context(), "paused", "f")
	if err != nil || f.Status.Stage != v1alpha1.StageBureauReview {
		t.Errorf("a suspended filing went on to %s (%v)", f.Status.Stage, err)
	}
	amend(t, "paused", "f", `{"suspend":false}`)
	eventually(t, "paused", "f", inForce)
}

func TestANewTokenIsTriedAtOnceAndADownProviderSaysSinceWhen(t *testing.T) {
	t.Parallel()
	const name = "rotated"
	at, err := simulator.New(simulator.Options{Token: token})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(at.Protocol())
	t.Cleanup(server.Close)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: v1alpha1.OperatorNamespace, Name: name}, StringData: map[string]string{"token": "an-old-one"}}
	if err := admin.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	fp := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{HTTP: &v1alpha1.HTTPProvider{
		URL: server.URL + "/v1", CredentialsSecretRef: &v1alpha1.SecretReference{Name: name},
		// By itself it would not be asked again before the test is over.
		PollInterval: &metav1.Duration{Duration: time.Hour},
	}}}
	if err := admin.Create(t.Context(), fp); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin.Delete(context.Background(), fp); err != nil {
			t.Error(err)
		}
	})
	namespace(t, name, everySecret...)
	tell(t, at, name, "f")
	filing(t, name, "f", "rotated.cn", with(name))
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonMisconfigured), says(v1alpha1.ConditionReady, "Unauthorized")))
	providerIs(t, name, conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonMisconfigured))
	patch(t, secret, `{"stringData":{"token":"`+token+`"}}`)
	providerIs(t, name, conditionIs(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonAvailable))
	eventually(t, name, "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) { g.Expect(f.Status.OrderID).NotTo(gomega.BeEmpty()) })
}
