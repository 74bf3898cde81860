package scale_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestWaitingFilingsTakeTwoCallsAPollHoweverManyTheyAre(t *testing.T) {
	const (
		ns    = "waiting"
		polls = 10
		// pollsBefore are those at the slow pace before the count.
		pollsBefore = 6
		// askedBefore is how many orders may have been asked for, by polls, before the count begins, and are read after it.
		askedBefore = 3
	)
	began := time.Now()
	at, served := standing(t, ns, *waiting)
	sown := time.Since(began)
	g := gomega.NewWithT(t)
	stood := versions(t, g, ns)
	// The operator hears of every order, and reads each; then it keeps a cursor behind which nothing comes.
	var fp v1alpha1.FilingProvider
	g.Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: ns}, &fp)).To(gomega.Succeed())
		g.Expect(behind(t, served, fp.Status.Cursor)).To(gomega.BeZero(), "events that it has not worked through")
	}).WithTimeout(*within).WithPolling(time.Second).Should(gomega.Succeed())
	g.Expect(at.Requests().Operations["getOrder"]).To(gomega.BeNumerically(">=", *waiting))
	caughtUp := time.Since(began)
	// An order that a poll has read again may be read after the next polls, on a busy machine. So they are counted from a few polls on, at
	// a slow pace, but for those of which it was asked before.
	g.Expect(admin.Patch(t.Context(), &fp, client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"http":{"pollInterval":"1s"}}}`)))).To(gomega.Succeed())
	count := func() (read, feed int) {
		h := at.Requests()
		return h.Total - h.Operations["listEvents"], h.Operations["listEvents"]
	}
	after := func(begun, n int) {
		g.Eventually(func() int { _, feed := count(); return feed - begun }).WithTimeout(2*time.Minute).WithPolling(10*time.Millisecond).Should(gomega.BeNumerically(">=", n), "polls")
	}
	_, begun := count()
	after(begun, pollsBefore)
	readBefore, begun := count()
	after(begun, polls)
	read, feed := count()
	read, feed = read-readBefore, feed-begun
	t.Logf("%d filings wait at one provider: %d calls in %d poll intervals (%.2f an interval)", *waiting, read+feed, feed, float64(read+feed)/float64(feed))
	if read > feed+askedBefore {
		t.Errorf("%d orders were read in %d poll intervals, want one an interval", read, feed)
	}
	moved := 0
	for name, version := range versions(t, g, ns) {
		if stood[name] != version {
			moved++
		}
	}
	t.Logf("%d filings were sown in %.0f s; %.0f s later the operator had read every order; it wrote %d of them", *waiting, sown.Seconds(), (caughtUp - sown).Seconds(), moved)
	if moved > 0 {
		t.Errorf("the operator wrote %d filings that stood as it would have them", moved)
	}
	for _, f := range filings(t.Context(), g, ns) {
		if f.Status.Stage != v1alpha1.StagePreliminaryReview {
			t.Errorf("%s went on to %s, and nobody decided", f.Name, f.Status.Stage)
		}
	}
}

// versions are the filings' resource versions, by name.
func versions(t *testing.T, g gomega.Gomega, ns string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, f := range filings(t.Context(), g, ns) {
		all[name] = f.ResourceVersion
	}
	return all
}

// behind counts the events that a provider has after a cursor, up to a page of them.
func behind(t *testing.T, provider http.Handler, cursor string) int {
	t.Helper()
	w := httptest.NewRecorder()
	provider.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/events?after="+url.QueryEscape(cursor), nil))
	var page struct {
		Events []json.RawMessage `json:"events"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
		t.Fatalf("reading the feed: %d %s", w.Code, w.Body)
	}
	return len(page.Events)
}
