package year_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// papers are so many for each of the two persons; a third of them end, the others are long-term (长期).
const (
	papers   = 10
	longTerm = "long-term"
)

// TestAYearOfRemindersIsGivenOnceEachHoweverOftenTheOperatorIsKilled lives through a year, day by day: on each, people submit
// and renew, the clock comes to nine, and the operator is killed at random among the reminders that it gives.
func TestAYearOfRemindersIsGivenOnceEachHoweverOftenTheOperatorIsKilled(t *testing.T) {
	const ns = "year"
	chance := rand.New(rand.NewPCG(*seed, 0))
	place(t, ns)
	ends := make([][2]int, papers)
	for i := range papers {
		for of := range 2 {
			until := longTerm
			if i%3 == 0 {
				ends[i][of] = 61 + chance.IntN(*lasting)
				until = date(ends[i][of])
			}
			person(t, ns, fmt.Sprintf("person-%d-%d", of, i), of, until)
		}
	}
	lives := make([]life, *count)
	for i := range lives {
		lives[i] = draw(chance, i, ends[i%papers])
	}
	began := time.Now()
	witness := watchAll(t, ns)
	running := start(t)
	defer func() { running.kill(); <-running.ended }()
	imports(t, ns, *count, func(i int, f *v1alpha1.IcpFiling) { lives[i].write(i, f) })
	seeded := time.Since(began)

	byDay, all := map[int]int{}, map[string]reminder{}
	for _, l := range lives {
		for _, r := range l.reminders(*lasting) {
			byDay[r.day]++
			all[l.event(r)] = r
		}
	}
	kills := map[int]int{}
	for range *restarts {
		kills[1+chance.IntN(*lasting)]++
	}
	expected, killed := 0, 0
	for day := 1; day <= *lasting; day++ {
		act(t, ns, lives, day, witness)
		now.SetTime(clockAt(day, calendar.ReminderHour, 0))
		for range kills[day] {
			waitFor(t, witness, expected+chance.IntN(byDay[day]+1), day)
			running = running.again(t)
			killed++
		}
		expected += byDay[day]
		waitFor(t, witness, expected, day)
	}
	missed, twice, unasked := witness.judge(all)
	t.Logf("seed %d: %d filings live through %d days, the operator killed and started again %d times at random: %d reminders fell due; %d missed, %d given more than once, %d that nobody asked for; %d versions of the filings; %.0f s, of which %.0f s to make them",
		*seed, *count, *lasting, killed, len(all), len(missed), len(twice), len(unasked), witness.seen(), time.Since(began).Seconds(), seeded.Seconds())
	for what, list := range map[string][]string{"missed": missed, "given more than once": twice, "that nobody asked for": unasked} {
		if len(list) > 0 {
			t.Errorf("%d reminders %s, as %s", len(list), what, strings.Join(list[:min(len(list), 5)], ", "))
		}
	}
}

// draw makes up a life.
func draw(chance *rand.Rand, i int, papersEnd [2]int) life {
	l := life{name: site(i), opened: 1 + chance.IntN(*lasting), ends: map[string]int{}, renewed: map[string]int{}}
	l.submitted = l.opened + 1 + chance.IntN(45)
	names := []string{"Domain", "Server", "Certificate"}
	if i%3 == 0 {
		names = append(names, "IcpLicense")
	}
	for _, name := range names {
		if chance.IntN(2) == 0 {
			continue // nobody said when it ends
		}
		l.ends[name] = 61 + chance.IntN(*lasting)
		if chance.IntN(3) > 0 {
			l.renewed[name] = l.ends[name] - 20 + chance.IntN(30)
		}
	}
	if i%4 == 0 {
		l.ends["PreApprovalPublishing"] = 61 + chance.IntN(*lasting)
	}
	for of, name := range []string{"SubjectPersonPaper", "WebsitePersonPaper"} {
		if papersEnd[of] > 0 {
			l.ends[name] = papersEnd[of]
		}
	}
	return l
}

// write puts a life's dates into a filing.
func (l life) write(i int, f *v1alpha1.IcpFiling) {
	at := func(day int) *metav1.Time { return new(metav1.NewTime(clockAt(day, 12, 0))) }
	ends := func(name string) *metav1.Time {
		if day, has := l.ends[name]; has {
			return at(day)
		}
		return nil
	}
	s := &f.Spec
	s.Website.OpenedAt = new(metav1.NewTime(clockAt(l.opened, 8, 30)))
	s.Domain.ExpiresAt, s.Server.Instance.ExpiresAt, s.Subject.Certificate.ExpiresAt = ends("Domain"), ends("Server"), ends("Certificate")
	if end, has := l.ends["IcpLicense"]; has {
		s.Website.Commercial, s.IcpLicense = true, v1alpha1.IcpLicense{Number: "浙B2-20200001", ExpiresAt: at(end)}
	}
	if end, has := l.ends["PreApprovalPublishing"]; has {
		s.Website.PreApprovalCategories = []v1alpha1.PreApprovalCategory{v1alpha1.PreApprovalPublishing}
		s.PreApprovals = []v1alpha1.PreApproval{{Category: v1alpha1.PreApprovalPublishing, Authority: "某局", Number: "1", ExpiresAt: at(end)}}
	}
	s.Subject.ResponsiblePersonRef = &v1alpha1.SecretReference{Name: fmt.Sprintf("person-0-%d", i%papers)}
	s.Website.ResponsiblePersonRef = &v1alpha1.SecretReference{Name: fmt.Sprintf("person-1-%d", i%papers)}
}

// act has people do what they do on a day, before nine, and waits until the operator has taken it in.
func act(t *testing.T, ns string, lives []life, day int, w *witness) {
	t.Helper()
	acting := slices.DeleteFunc(slices.Clone(lives), func(l life) bool {
		return l.submitted != day && !slices.Contains(slices.Collect(maps.Values(l.renewed)), day)
	})
	each(t, len(acting), func(ctx context.Context, i int) error {
		body, err := json.Marshal(map[string]any{"spec": acting[i].deeds(day)})
		if err != nil {
			return err
		}
		f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: acting[i].name}}
		return admin.Patch(ctx, f, client.RawPatch("application/merge-patch+json", body))
	})
	gomega.NewWithT(t).Eventually(func() []string {
		now.Step(time.Second) // pauses after a failure are over
		var waiting []string
		for _, l := range acting {
			if !w.knows(l, day) {
				waiting = append(waiting, l.name)
			}
		}
		return waiting
	}).WithTimeout(2*time.Minute).WithPolling(20*time.Millisecond).Should(gomega.BeEmpty(), "what people did on day %d is taken in", day)
}

// deeds are what people write into a spec on a day.
func (l life) deeds(day int) map[string]any {
	deeds := map[string]any{}
	if l.submitted == day {
		deeds["publicSecurity"] = map[string]any{"submittedAt": now.Now().UTC().Format(time.RFC3339)}
	}
	for name, renewed := range l.renewed {
		if renewed != day {
			continue
		}
		ends := map[string]any{"expiresAt": clockAt(l.ends[name]+365, 12, 0).UTC().Format(time.RFC3339)}
		switch name {
		case "Domain":
			deeds["domain"] = ends
		case "Server":
			deeds["server"] = map[string]any{"instance": ends}
		case "Certificate":
			deeds["subject"] = map[string]any{"certificate": ends}
		case "IcpLicense":
			deeds["icpLicense"] = ends
		}
	}
	return deeds
}

// waitFor waits until so many reminders were given since the beginning, and are known to have been.
func waitFor(t *testing.T, w *witness, n, day int) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() [2]int {
		now.Step(time.Second) // pauses after a failure are over
		events, kept := w.given()
		return [2]int{min(events, n), min(kept, n)}
	}).WithTimeout(2*time.Minute).WithPolling(20*time.Millisecond).Should(gomega.Equal([2]int{n, n}), "reminders given by day %d, and kept", day)
}

// judge holds what was given, and what the annotations came to tell of, against what was to be.
func (w *witness) judge(all map[string]reminder) (missed, twice, unasked []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	known := map[string]bool{}
	for event, r := range all {
		kept := event
		if r.deadline == "PublicSecurity" {
			kept = strings.Replace(event, "-"+r.date, "", 1) // whose annotation holds the name alone
		}
		known[event], known[kept] = true, true
		for _, times := range []int{w.events[event], w.kept[kept]} {
			switch {
			case times == 0:
				missed = append(missed, event)
			case times > 1:
				twice = append(twice, event)
			}
		}
	}
	for _, given := range []map[string]int{w.events, w.kept} {
		for name := range given {
			if !known[name] {
				unasked = append(unasked, name)
			}
		}
	}
	return missed, twice, unasked
}
