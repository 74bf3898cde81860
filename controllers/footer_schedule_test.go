package controllers

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

func pageOf(f *v1alpha1.IcpFiling) footer.Question {
	return footer.Question{Page: f.Spec.Domain.Name, Filing: footer.Want{Number: f.Status.WebsiteNumber}}
}

var begun = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func TestTenThousandHomePagesAreAskedOnceADayEachAtItsOwnTime(t *testing.T) {
	t.Parallel()
	const pages = 10_000
	h, how := NewHomePages(), FooterRhythm{}.defaulted()
	filings := manyInForce(pages)
	hours := map[int]int{}
	soonest, latest := how.Every, time.Duration(0)
	for _, f := range filings {
		q, key := pageOf(f), client.ObjectKeyFromObject(f)
		first := h.due(f, q, how, begun)
		soonest, latest = min(soonest, first.Sub(begun)), max(latest, first.Sub(begun))
		at, times := first, 0
		for at.Before(begun.Add(72 * time.Hour)) {
			if at != first && at.Before(begun.Add(48*time.Hour)) && !at.Before(begun.Add(24*time.Hour)) {
				hours[at.Hour()]++
			}
			h.see(key, procedure.FooterSeen{Of: q, Finding: footer.Finding{Filing: footer.Linked}}, how, at)
			times++
			at = h.due(f, q, how, at)
		}
		if times < 3 || times > 4 {
			t.Errorf("%s was asked %d times in three days", q.Page, times)
		}
	}
	if latest > how.Failing || soonest > time.Second {
		t.Errorf("first asked between %s and %s after the start, want them spread over %s", soonest, latest, how.Failing)
	}
	for hour, n := range hours {
		if n > 2*pages/24 {
			t.Errorf("%d of %d are asked in hour %d", n, pages, hour)
		}
	}
	if len(hours) != 24 {
		t.Errorf("asked in %d hours of the day", len(hours))
	}
}

func TestAHomePageThatLacksSomethingOrFailsIsAskedMoreAndMoreSeldom(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		seen procedure.FooterSeen
		want []time.Duration
	}{
		"it fails": {procedure.FooterSeen{Why: "down"}, []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 320 * time.Minute, 640 * time.Minute, 1280 * time.Minute, 24 * time.Hour, 24 * time.Hour}},
		"it lacks its number": {procedure.FooterSeen{Finding: footer.Finding{Filing: footer.Missing}},
			[]time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 24 * time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, how, f := NewHomePages(), FooterRhythm{}.defaulted(), inForce("f", "example.com")
			q, key := pageOf(f), client.ObjectKeyFromObject(f)
			tc.seen.Of = q
			at := h.due(f, q, how, begun)
			var pauses []time.Duration
			for i := range tc.want {
				if news := h.see(key, tc.seen, how, at); news != (i == 0) {
					t.Errorf("probe %d is news: %t", i, news)
				}
				next := h.due(f, q, how, at)
				pauses = append(pauses, next.Sub(at))
				at = next
			}
			if diff := cmp.Diff(tc.want, pauses); diff != "" {
				t.Errorf("pauses (-want +got):\n%s", diff)
			}
			h.see(key, procedure.FooterSeen{Of: q, Finding: footer.Finding{Filing: footer.Linked}}, how, at)
			if next := h.due(f, q, how, at).Sub(at); next < how.Every/2 {
				t.Errorf("once it shows everything it is asked again after %s", next)
			}
		})
	}
}

func TestAHomePageThatWasFoundBeforeARestartWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	how := FooterRhythm{}.defaulted()
	for status, soon := range map[metav1.ConditionStatus]bool{metav1.ConditionTrue: false, metav1.ConditionFalse: false, metav1.ConditionUnknown: true} {
		late := 0
		for i := range 100 {
			f := inForce("f", fmt.Sprintf("d%d.com", i))
			f.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionFooterShown, Status: status}}
			if NewHomePages().due(f, pageOf(f), how, begun).Sub(begun) > how.Failing {
				late++
			}
		}
		if soon && late > 0 || !soon && late < 90 {
			t.Errorf("%s: %d of 100 wait for their turn of the day", status, late)
		}
	}
}

func TestAHomePageThatIsAskedForAnotherNumberIsAskedSoonAndTheOldFindingIsNotOne(t *testing.T) {
	t.Parallel()
	h, how, f := NewHomePages(), FooterRhythm{}.defaulted(), inForce("f", "example.com")
	old, key := pageOf(f), client.ObjectKeyFromObject(f)
	h.due(f, old, how, begun)
	h.see(key, procedure.FooterSeen{Of: old, Finding: footer.Finding{Filing: footer.Linked}}, how, begun)
	q := old
	q.Filing.Number += "2"
	if wait := h.due(f, q, how, begun).Sub(begun); wait > how.Failing {
		t.Errorf("asked after %s", wait)
	}
	if h.see(key, procedure.FooterSeen{Of: old, Finding: footer.Finding{Filing: footer.Missing}}, how, begun) {
		t.Error("an answer to the old question is news")
	}
	h.forget(key)
	if seen := h.Of(key); seen != (procedure.FooterSeen{}) {
		t.Errorf("of what was forgotten is kept: %+v", seen)
	}
}
