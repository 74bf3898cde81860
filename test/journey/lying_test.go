package journey_test

import (
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// A provider that mixes its orders up, or was made to, says of a filing's order that it is another domain's, which is approved.
func TestAnOrderThatBecomesAnotherDomainsApprovesNothing(t *testing.T) {
	t.Parallel()
	at := now.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	own := protocol.Order{ID: "O1", Domain: "mixed-up.cn", FilingType: protocol.FilingTypeFirstFiling, Attempt: 1, CreatedAt: at,
		History: []protocol.HistoryEntry{{ID: "e1", Attempt: 1, Stage: protocol.StageTypeDetermination, Decision: protocol.DecisionPassed, At: at}}}
	other := own
	other.Domain = "bank.cn"
	other.History = append(other.History, protocol.HistoryEntry{ID: "e2", Attempt: 1, Stage: protocol.StageBureauReview, Decision: protocol.DecisionPassed,
		SubjectNumber: "浙ICP备26000001号", WebsiteNumber: "浙ICP备26000001号-1", At: at.Add(time.Minute)})
	var lied atomic.Bool
	answering(t, "mixed-up", func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Type", protocol.MediaType)
		switch {
		case strings.HasSuffix(r.URL.Path, "/events"):
			_, _ = w.Write([]byte(`{"events":[],"next":"","more":false}`))
		case strings.HasSuffix(r.URL.Path, "/type-determinations"):
			_, _ = w.Write([]byte(`{"filingType":"FirstFiling","reason":"NothingFiled"}`))
		case strings.HasSuffix(r.URL.Path, "/orders") && r.Method == nethttp.MethodPost:
			w.WriteHeader(nethttp.StatusCreated)
			_ = json.NewEncoder(w).Encode(own)
		case strings.HasSuffix(r.URL.Path, "/orders"):
			_, _ = w.Write([]byte(`{"orders":[]}`))
		case strings.Contains(r.URL.Path, "/materials/"):
			w.WriteHeader(nethttp.StatusNoContent)
		default:
			lied.Store(true)
			_ = json.NewEncoder(w).Encode(other)
		}
	})
	namespace(t, "mixed-up", everySecret...)
	filing(t, "mixed-up", "f", "mixed-up.cn", with("mixed-up"))
	shut := staysShut(t, "mixed-up", "f")
	eventually(t, "mixed-up", "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonProviderUnavailable), says(v1alpha1.ConditionReady, "of another domain than the filing")))
	if !lied.Load() {
		t.Error("the order was never told to be another's")
	}
	shut()
}

// What the bureau gives is the bureau's to say: numbers of another province, and one that another filing has, are shown as they
// are. The registry is what tells whether they are right.
func TestNumbersOfAnotherProvinceAndOfAnotherFilingAreTakenAsTheBureauGivesThem(t *testing.T) {
	t.Parallel()
	const number = "粤ICP备26000001号-1"
	at := deskFor(t, "odd-number", byReviews)
	for i, name := range []string{"f", "g"} {
		domain := fmt.Sprintf("odd-number-%d.cn", i)
		filing(t, "odd-number", name, domain, with("odd-number"))
		decide(t, at, domain, simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed, SubjectNumber: "粤ICP备26000001号", WebsiteNumber: number})
		f := eventually(t, "odd-number", name, isReady)
		if f.Status.WebsiteNumber != number {
			t.Errorf("%s is filed as %s", name, f.Status.WebsiteNumber)
		}
	}
}

// A provider's clock is its own. A decision of the next century, or of the last, counts, is written once, and keeps nobody busy.
func TestDecisionsOfAnotherCenturyCountAndKeepNobodyBusy(t *testing.T) {
	t.Parallel()
	for name, year := range map[string]int{"next-century": 2150, "last-century": 1995} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clocktesting.NewFakePassiveClock(time.Date(year, 6, 1, 8, 0, 0, 0, time.UTC))
			deskFor(t, name, simulator.Options{Clock: clock})
			filing(t, name, "f", name+".cn", with(name))
			f := eventually(t, name, "f", isReady)
			if f.Status.ApprovedAt.Year() != year {
				t.Errorf("it was approved at %s", f.Status.ApprovedAt)
			}
			gomega.NewWithT(t).Consistently(func() (string, error) {
				again, err := filingOf(t.Context(), name, "f")
				return again.ResourceVersion, err
			}).WithTimeout(watched).WithPolling(200 * time.Millisecond).Should(gomega.Equal(f.ResourceVersion))
		})
	}
}

// A provider's feed wakes nobody but its own filings, whatever domain it names; and tells nothing but that they are to be read.
func TestAFeedThatTellsOfAnothersOrderChangesNothing(t *testing.T) {
	t.Parallel()
	deskFor(t, "told-of", simulator.Options{})
	filing(t, "told-of", "f", "told-of.cn", with("told-of"))
	f := eventually(t, "told-of", "f", isReady)
	var read atomic.Int32
	answering(t, "tells-lies", func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Type", protocol.MediaType)
		if !strings.HasSuffix(r.URL.Path, "/events") {
			t.Errorf("%s %s is asked of a provider that has no filing", r.Method, r.URL.Path)
		}
		n := read.Add(1)
		_, _ = fmt.Fprintf(w, `{"events":[{"cursor":"c%d","orderID":%q,"account":"","domain":"told-of.cn","at":"2026-03-02T09:00:00Z"},{"cursor":"c%d","orderID":"O-none","account":"","domain":"nobody.cn","at":"2150-03-02T09:00:00Z"}],"next":"c%d","more":false}`,
			n, f.Status.OrderID, n, n)
	})
	gomega.NewWithT(t).Eventually(read.Load).WithTimeout(within).Should(gomega.BeNumerically(">", 10))
	again, err := filingOf(t.Context(), "told-of", "f")
	if err != nil || again.ResourceVersion != f.ResourceVersion || !meta.IsStatusConditionTrue(again.Status.Conditions, v1alpha1.ConditionExposureAllowed) {
		t.Errorf("another provider's feed has changed the filing: %+v, %v", again.Status, err)
	}
}
