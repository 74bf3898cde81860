package controllers

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/watchlist"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// drawer lists n filings by pages, as an API server does; the page of the number breaks, from 1 on, fails.
type drawer struct {
	n, breaks int
	asked     []metav1.ListOptions
	// watched is what is watched last.
	watched *watch.FakeWatcher
}

var errBroken = errors.New("the page is gone")

func (s *drawer) list(_ context.Context, options metav1.ListOptions) (runtime.Object, error) {
	s.asked = append(s.asked, options)
	if len(s.asked) == s.breaks {
		return nil, errBroken
	}
	from := 0
	if options.Continue != "" {
		var err error
		if from, err = strconv.Atoi(options.Continue); err != nil {
			return nil, err
		}
	}
	page, to := &v1alpha1.IcpFilingList{}, min(from+int(options.Limit), s.n)
	page.ResourceVersion = "7"
	for i := from; i < to; i++ {
		page.Items = append(page.Items, *inForceFiling(i))
	}
	if to < s.n {
		page.Continue = strconv.Itoa(to)
	}
	return page, nil
}

func (s *drawer) pages() *pages {
	return &pages{toolscache.ToListerWatcherWithContext(&toolscache.ListWatch{
		ListWithContextFunc: s.list,
		WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) {
			s.watched = watch.NewFake()
			return s.watched, nil
		},
	})}
}

func TestACacheIsFilledByPagesAndHoldsEveryObjectOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, pageSize, pageSize + 1, 2*pageSize + 200} {
		s := &drawer{n: n}
		list, err := s.pages().ListWithContext(t.Context(), metav1.ListOptions{ResourceVersion: "0"})
		if err != nil {
			t.Fatal(err)
		}
		items, err := meta.ExtractList(list)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, o := range items {
			filing := o.(*v1alpha1.IcpFiling)
			seen[filing.Name] = true
			if filing.ManagedFields != nil {
				t.Errorf("%s has come with its managed fields", filing.Name)
			}
		}
		if read, err := meta.ListAccessor(list); err != nil || len(items) != n || len(seen) != n || read.GetResourceVersion() != "7" || read.GetContinue() != "" {
			t.Errorf("of %d filings, %d were read, %d of them once: %v", n, len(items), len(seen), err)
		}
		if want := max(1, (n+pageSize-1)/pageSize); len(s.asked) != want {
			t.Errorf("of %d filings, %d pages were asked for, want %d", n, len(s.asked), want)
		}
		for _, options := range s.asked {
			if options.ResourceVersion != "" || options.Limit != pageSize {
				t.Errorf("a page was asked for with %+v: an API server answers an old version in one piece", options)
			}
		}
	}
}

func TestAPageThatCannotBeReadIsAnErrorAndNothingIsTakenForAll(t *testing.T) {
	t.Parallel()
	list, err := (&drawer{n: 3 * pageSize, breaks: 2}).pages().ListWithContext(t.Context(), metav1.ListOptions{})
	if !errors.Is(err, errBroken) || list != nil {
		t.Errorf("listed %v, %v; want the page's error alone", list, err)
	}
}

func TestWhatIsWatchedIsMadeSmallAndTheRestPasses(t *testing.T) {
	t.Parallel()
	s := &drawer{}
	seen, err := s.pages().WatchWithContext(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer seen.Stop()
	for kind, sent := range map[watch.EventType]runtime.Object{
		watch.Added: inForceFiling(1), watch.Modified: &metav1.PartialObjectMetadata{ObjectMeta: inForceFiling(2).ObjectMeta}, watch.Deleted: inForceFiling(3),
		watch.Bookmark: &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "7"}}, watch.Error: &metav1.Status{Code: 410},
	} {
		go s.watched.Action(kind, sent.DeepCopyObject())
		got := <-seen.ResultChan()
		want := sent.DeepCopyObject()
		if o, is := want.(metav1.Object); is {
			o.SetManagedFields(nil)
		}
		if diff := cmp.Diff(want, got.Object); got.Type != kind || diff != "" {
			t.Errorf("sent %s, came %s (-want +come):\n%s", kind, got.Type, diff)
		}
	}
}

func TestNoCacheIsFilledByAWatch(t *testing.T) {
	t.Parallel()
	if !watchlist.DoesClientNotSupportWatchListSemantics((&drawer{}).pages()) {
		t.Error("client-go would fill it by a watch")
	}
}
