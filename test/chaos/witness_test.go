package chaos_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

// witness sees every version of every filing, Event, Namespace and route, and says what must never be and was.
type witness struct {
	// promise is the gate's.
	promise  *promise.Watcher
	followed []*cluster.Following

	mu     sync.Mutex
	states map[client.ObjectKey]*state
	// clearances are those of each Namespace, risen how often each domain came to be cleared there.
	clearances map[string]exposure.Clearances
	risen      map[string]int
	told       map[string]map[string]int
	// notes are what was told of each filing, in the order in which it was seen.
	notes map[string][]string
	// kept are the reminders that each filing's annotations tell of, and remembered all that they ever told of.
	kept, remembered map[client.ObjectKey]map[string]bool
	wrong            []string
}

// state is what is seen of a filing, and of the route of its name.
type state struct {
	stage    v1alpha1.StageName
	attempt  int32
	order    string
	clears   bool
	returned bool
	gone     bool
	// openings are the times at which the filing's site was seen to open.
	openings []string
	// served is since when the route is served, zero while it is not, and dark when it was last parked.
	served, dark time.Time
}

// watchAll begins to watch.
func watchAll(t *testing.T) *witness {
	t.Helper()
	w := &witness{
		states: map[client.ObjectKey]*state{}, clearances: map[string]exposure.Clearances{}, risen: map[string]int{}, told: map[string]map[string]int{}, notes: map[string][]string{},
		kept: map[client.ObjectKey]map[string]bool{}, remembered: map[client.ObjectKey]map[string]bool{},
	}
	var err error
	if w.promise, w.followed, err = promise.Follow(t.Context(), admin, admission.SettingsOf(nil)); err != nil {
		t.Fatal(err)
	}
	for _, list := range []func() client.ObjectList{
		func() client.ObjectList { return &v1alpha1.IcpFilingList{} }, func() client.ObjectList { return &networkingv1.IngressList{} },
		func() client.ObjectList { return &corev1.NamespaceList{} }, func() client.ObjectList { return &eventsv1.EventList{} },
	} {
		following, err := cluster.Follow(t.Context(), admin, list, w.see)
		if err != nil {
			t.Fatal(err)
		}
		w.followed = append(w.followed, following)
	}
	return w
}

func (w *witness) see(event watch.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	deleted := event.Type == watch.Deleted
	switch o := event.Object.(type) {
	case *v1alpha1.IcpFiling:
		w.seeFiling(o, w.state(client.ObjectKeyFromObject(o)), deleted)
	case *networkingv1.Ingress:
		w.seeRoute(o, w.state(client.ObjectKeyFromObject(o)), deleted)
	case *corev1.Namespace:
		w.seeNamespace(o)
	case *eventsv1.Event:
		w.seeEvent(o, deleted)
	}
}

// order is that of the stages.
var order = []v1alpha1.StageName{
	"", v1alpha1.StagePreparation, v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation,
	v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview, v1alpha1.StageMaterialMailing,
	v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview, v1alpha1.StageApproved, v1alpha1.StageRevoked, v1alpha1.StageCancelled,
}

// seeFiling holds a filing's new version to the one before: nothing goes back but by a return, and its order is one.
func (w *witness) seeFiling(f *v1alpha1.IcpFiling, s *state, deleted bool) {
	returned := slices.ContainsFunc(f.Status.Stages, func(stage v1alpha1.StageStatus) bool { return stage.State == v1alpha1.StageReturned })
	now, before := slices.Index(order, f.Status.Stage), slices.Index(order, s.stage)
	if f.Status.Attempt < s.attempt || f.Status.Attempt == s.attempt && now < before && !returned && !expiredBeforeItsOrder(f) {
		w.fault("%s/%s, version %s, went back from %s, attempt %d, to %s, attempt %d, with %v", f.Namespace, f.Name, f.ResourceVersion, s.stage, s.attempt, f.Status.Stage, f.Status.Attempt, f.Status.Conditions)
	}
	if s.order != "" && f.Status.OrderID != s.order {
		w.fault("%s/%s had order %s, and then %q", f.Namespace, f.Name, s.order, f.Status.OrderID)
	}
	s.stage, s.attempt, s.order, s.clears, s.gone = f.Status.Stage, f.Status.Attempt, f.Status.OrderID, procedure.Clears(f) && !deleted, deleted
	s.returned = s.returned || returned
	w.seeOpening(f, s)
	w.seeReminders(f)
}

// seeOpening holds the times at which a site opened to each other. A clock that was behind saw it open before its filing was approved:
// once it is right, the site opens then. That happens once.
func (w *witness) seeOpening(f *v1alpha1.IcpFiling, s *state) {
	opening := f.Annotations[v1alpha1.OpenedAtAnnotation]
	if opening == "" || slices.Contains(s.openings, opening) {
		return
	}
	if s.openings = append(s.openings, opening); len(s.openings) > 2 {
		w.fault("%s/%s, version %s, opened again: %v", f.Namespace, f.Name, f.ResourceVersion, s.openings)
	}
}

// expiredBeforeItsOrder says that a filing is being prepared again because, by the operator's clock, its domain expired before an order
// was made: nothing of it was at the provider.
func expiredBeforeItsOrder(f *v1alpha1.IcpFiling) bool {
	prepared := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
	return f.Status.Stage == v1alpha1.StagePreparation && f.Status.OrderID == "" && f.Status.SubmittedFacts == "" &&
		prepared != nil && prepared.Status == metav1.ConditionFalse && prepared.Reason == rules.ReasonDomainExpired
}

// seeReminders holds what a filing's annotations tell of reminders to all that they ever told: what they had left they tell never again.
// Each opening has thirty days, and so reminders, of its own.
func (w *witness) seeReminders(f *v1alpha1.IcpFiling) {
	key, now := client.ObjectKeyFromObject(f), map[string]bool{}
	for entry := range strings.FieldsSeq(f.Annotations[v1alpha1.DeadlinesAnnotation]) {
		now[entry] = true
	}
	if last := f.Annotations[v1alpha1.RemindersAnnotation]; last != "" {
		now["PublicSecurity/"+f.Annotations[v1alpha1.OpenedAtAnnotation]+"/"+last] = true
	}
	if w.remembered[key] == nil {
		w.remembered[key] = map[string]bool{}
	}
	for reminder := range now {
		if w.remembered[key][reminder] && !w.kept[key][reminder] {
			w.fault("%s/%s, version %s, was reminded of %s again", f.Namespace, f.Name, f.ResourceVersion, reminder)
		}
		w.remembered[key][reminder] = true
	}
	w.kept[key] = now
}

// seeRoute notes whether a route is served, which it may be only where the bureau has approved what it serves.
func (w *witness) seeRoute(o *networkingv1.Ingress, s *state, deleted bool) {
	if deleted || !exposure.Read(o).Exposes() {
		if !s.served.IsZero() {
			s.dark = time.Now()
		}
		s.served = time.Time{}
		return
	}
	for _, rule := range o.Spec.Rules {
		if !approved(strings.TrimPrefix(rule.Host, "www.")) {
			w.fault("%s/%s, version %s: %s is served, and no filing of it was ever approved", o.Namespace, o.Name, o.ResourceVersion, rule.Host)
		}
	}
	if s.served.IsZero() {
		s.served = time.Now()
	}
}

// seeNamespace counts how often a domain came to be cleared: each filing here is approved once, so what has fallen comes never back.
func (w *witness) seeNamespace(ns *corev1.Namespace) {
	before, now := w.clearances[ns.Name], admission.Decode(ns.Annotations)
	for _, domain := range now.Domains() {
		if !before.Has(domain) {
			key := ns.Name + " " + domain
			if w.risen[key]++; w.risen[key] > 1 {
				w.fault("%s was cleared again in %s, version %s, after it had fallen", domain, ns.Name, ns.ResourceVersion)
			}
		}
	}
	w.clearances[ns.Name] = now
}

var attemptIn = regexp.MustCompile(`, attempt \d+`)

// seeEvent notes which Events tell the same of a filing: a stage of an attempt, or a reminder.
func (w *witness) seeEvent(e *eventsv1.Event, deleted bool) {
	if e.Regarding.Kind != "IcpFiling" || deleted || e.Action != "Progress" && e.Action != "Remind" {
		return
	}
	what := fmt.Sprintf("%s/%s: %s %s%s", e.Regarding.Namespace, e.Regarding.Name, e.Type, e.Reason, attemptIn.FindString(e.Note))
	if strings.Contains(e.Note, "returned") {
		what += ", returned" // to a stage that was told before, in the same words where both are warnings
	}
	if e.Action == "Remind" {
		what = fmt.Sprintf("%s/%s: %s", e.Regarding.Namespace, e.Regarding.Name, e.Name) // which says the deadline, its date and the reminder
	}
	if w.told[what] == nil {
		w.told[what] = map[string]int{}
	}
	of := what[:strings.Index(what, ":")+1]
	w.told[what][e.Name] = 1
	w.notes[of] = append(w.notes[of], e.EventTime.UTC().Format("15:04:05.000 ")+e.Note)
	if e.Series != nil {
		w.told[what][e.Name] = int(e.Series.Count)
	}
}

func (w *witness) fault(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

func (w *witness) state(key client.ObjectKey) *state {
	if w.states[key] == nil {
		w.states[key] = &state{}
	}
	return w.states[key]
}

// of is what is seen of a filing and its route.
func (w *witness) of(key client.ObjectKey) state {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.state(key)
}

func (w *witness) cleared(namespace, domain string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clearances[namespace].Has(domain)
}

// twice lists what was told more than once, and once how much was told.
func (w *witness) twice() (again []string, once int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for what, names := range w.told {
		n := 0
		for _, times := range names {
			n += times
		}
		if n > 1 {
			again = append(again, fmt.Sprintf("%s (%d times, among %s)", what, n, strings.Join(w.notes[what[:strings.Index(what, ":")+1]], " | ")))
		}
	}
	slices.Sort(again)
	return again, len(w.told)
}

// broken lists what was seen that must never be.
func (w *witness) broken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append(slices.Clone(w.wrong), w.promise.Broken("")...)
}

// seen tells how many versions were seen, and what may have been missed while the API server was away.
func (w *witness) seen() (versions, gaps, missed int) {
	for _, f := range w.followed {
		cut, lost := f.Gaps()
		versions, gaps, missed = versions+f.Versions(), gaps+cut, missed+lost
	}
	return versions, gaps, missed
}
