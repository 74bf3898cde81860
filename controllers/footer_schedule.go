package controllers

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// FooterRhythm says how often a home page is asked. Zero fields stand for the defaults.
type FooterRhythm struct {
	// Every is the time between two probes of a page that shows its numbers. Default a day.
	Every time.Duration
	// Lacking is after how long one that lacks a number is asked again; twice as long each further time. Default an hour.
	Lacking time.Duration
	// Failing is after how long one that could not be seen is asked again, likewise; and over how long those that were never
	// asked are spread. Default ten minutes.
	Failing time.Duration
}

func (r FooterRhythm) defaulted() FooterRhythm {
	for _, x := range []struct {
		field *time.Duration
		by    time.Duration
	}{{&r.Every, 24 * time.Hour}, {&r.Lacking, time.Hour}, {&r.Failing, 10 * time.Minute}} {
		if *x.field <= 0 {
			*x.field = x.by
		}
	}
	return r
}

// backoff is a pause that doubles with every time but the first, up to a whole round.
func (r FooterRhythm) backoff(first time.Duration, times int) time.Duration {
	for ; times > 1 && first < r.Every; times-- {
		first *= 2
	}
	return min(first, r.Every)
}

// homePage is one page that is asked.
type homePage struct {
	asked footer.Question
	seen  procedure.FooterSeen
	due   time.Time
	// again counts the probes since it last showed everything.
	again int
}

// HomePages is which home pages are asked, when, and what they were found to show. What it holds is lost with the process:
// what was found stands in the filings' statuses.
type HomePages struct {
	mu  sync.Mutex
	all map[types.NamespacedName]*homePage
}

// NewHomePages makes an empty one.
func NewHomePages() *HomePages { return &HomePages{all: map[types.NamespacedName]*homePage{}} }

// Of is what a filing's home page was found to show.
func (h *HomePages) Of(filing types.NamespacedName) procedure.FooterSeen {
	h.mu.Lock()
	defer h.mu.Unlock()
	if page, ok := h.all[filing]; ok {
		return page.seen
	}
	return procedure.FooterSeen{}
}

// due is when a filing's home page is to be asked. One that was found before this process began has its turn when it comes;
// any other, and one that is asked for other numbers now, soon.
func (h *HomePages) due(filing *v1alpha1.IcpFiling, q footer.Question, r FooterRhythm, now time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := client.ObjectKeyFromObject(filing)
	page, ok := h.all[key]
	if ok && page.asked == q {
		return page.due
	}
	spread := rhythm{interval: min(r.Failing, r.Every)}
	if before := meta.FindStatusCondition(filing.Status.Conditions, v1alpha1.ConditionFooterShown); !ok && before != nil && before.Status != metav1.ConditionUnknown {
		spread.interval = r.Every
	}
	page = &homePage{asked: q, due: spread.slot(q.Page, now)}
	h.all[key] = page
	return page.due
}

// see takes in what a page was found to show, or why it could not be seen, and says whether that is new.
func (h *HomePages) see(filing types.NamespacedName, seen procedure.FooterSeen, r FooterRhythm, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	page, ok := h.all[filing]
	if !ok || page.asked != seen.Of {
		return false // it is asked something else by now, or nothing
	}
	news := page.seen != seen
	page.seen = seen
	page.again++
	switch {
	case seen.Why != "":
		page.due = now.Add(r.backoff(r.Failing, page.again))
	case !seen.Finding.Complete():
		page.due = now.Add(r.backoff(r.Lacking, page.again))
	default:
		page.again = 0
		page.due = rhythm{interval: r.Every}.slot(seen.Of.Page, now.Add(r.Every/2))
	}
	return news
}

// forget drops a filing.
func (h *HomePages) forget(filing types.NamespacedName) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, filing)
}
