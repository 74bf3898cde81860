package year_test

import (
	"strings"
	"sync"
	"testing"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// witness sees every version of every filing and Event of a namespace, and counts what was given.
type witness struct {
	mu sync.Mutex
	// events counts the Events of each name, however often they were written; kept how often a filing's annotations came to
	// tell of a reminder.
	events, kept map[string]int
	annotations  map[string]map[string]bool
	// submitted are the filings whose registration counts as submitted, dates the dates of their deadlines.
	submitted map[string]bool
	dates     map[string]map[string]string
	versions  int
}

func watchAll(t *testing.T, ns string) *witness {
	t.Helper()
	w := &witness{events: map[string]int{}, kept: map[string]int{}, annotations: map[string]map[string]bool{}, submitted: map[string]bool{}, dates: map[string]map[string]string{}}
	follow(t, ns, func() client.ObjectList { return &v1alpha1.IcpFilingList{} }, w.see)
	follow(t, ns, func() client.ObjectList { return &eventsv1.EventList{} }, w.see)
	return w
}

// follow watches a namespace's objects until the test ends, taking up again where the API server ends a watch.
func follow(t *testing.T, ns string, list func() client.ObjectList, see func(watch.Event)) {
	t.Helper()
	first := list()
	if err := admin.List(t.Context(), first, client.InNamespace(ns)); err != nil {
		t.Fatal(err)
	}
	version, ctx := first.GetResourceVersion(), t.Context()
	open := func() (watch.Interface, error) {
		return admin.Watch(ctx, list(), client.InNamespace(ns), &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: version}})
	}
	w, err := open()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for ctx.Err() == nil {
			for e := range w.ResultChan() {
				if o, is := e.Object.(client.Object); is {
					version = o.GetResourceVersion()
				}
				see(e)
			}
			if ctx.Err() != nil {
				return
			}
			if w, err = open(); err != nil {
				panic(err) // a witness that is blind proves nothing
			}
		}
	}()
}

func (w *witness) see(e watch.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch o := e.Object.(type) {
	case *eventsv1.Event:
		if e.Type != watch.Deleted && o.Action == "Remind" {
			w.events[o.Name]++
		}
	case *v1alpha1.IcpFiling:
		w.versions++
		w.seeFiling(o)
	}
}

func (w *witness) seeFiling(f *v1alpha1.IcpFiling) {
	told := map[string]bool{}
	for entry := range strings.FieldsSeq(f.Annotations[v1alpha1.DeadlinesAnnotation]) {
		deadline, name, _ := strings.Cut(entry, "/")
		told[f.Name+"."+strings.Replace(deadline, "=", "-", 1)+"-"+name] = true
	}
	if last := f.Annotations[v1alpha1.RemindersAnnotation]; last != "" {
		told[f.Name+".PublicSecurity-"+last] = true
	}
	for reminder := range told {
		if !w.annotations[f.Name][reminder] {
			w.kept[strings.ToLower(reminder)]++
		}
	}
	w.annotations[f.Name] = told
	w.submitted[f.Name] = false
	for _, c := range f.Status.Conditions {
		if c.Type == v1alpha1.ConditionPublicSecurityRegistered && c.Reason == v1alpha1.ReasonSubmitted {
			w.submitted[f.Name] = true
		}
	}
	dates := map[string]string{}
	for _, d := range f.Status.Deadlines {
		dates[d.Name] = d.Date
	}
	w.dates[f.Name] = dates
}

// given is how many different reminders were given as Events, and how many the annotations came to tell of.
func (w *witness) given() (events, kept int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.events), len(w.kept)
}

// knows says that the operator has taken in what people did to a filing on a day.
func (w *witness) knows(l life, day int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l.submitted == day && !w.submitted[l.name] {
		return false
	}
	for name, renewed := range l.renewed {
		if renewed == day && w.dates[l.name][name] != date(l.ends[name]+365) {
			return false
		}
	}
	return true
}

func (w *witness) seen() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.versions
}
