package e2e

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// place is a namespace that holds what is not filed, with one domain's filing and routes. Visitors ask for its hosts from
// their first route on; at the test's end all that they saw is judged.
type place struct {
	t            *testing.T
	name, domain string
	visitors     map[string]*visitor
	// approved is when the bureau approved the filing.
	approved []time.Time
}

// visitor asks for a host again and again.
type visitor struct {
	mu     sync.Mutex
	visits []visit
	failed error
}

// openPlace makes the namespace, with a backend and all that a filing needs.
func openPlace(t *testing.T, name string) *place {
	t.Helper()
	p := &place{t: t, name: name, domain: name + ".cn", visitors: map[string]*visitor{}}
	p.must(gatekeep.revive(t.Context()))
	p.must(openNamespace(t.Context(), name, v1alpha1.GateHold))
	samples, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	p.must(err)
	for _, o := range samples {
		if o.GetKind() == "Secret" && o.GetNamespace() == "shop" {
			o.SetNamespace(name)
			p.must(plane.ApplyObjects(t.Context(), o))
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the operator:\n%s\nTraefik:\n%s\nall logs: bin/e2e/logs", gatekeep.tail(), front.program.Tail())
		}
	})
	return p
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// visit sends visitors to hosts, until the test ends.
func (p *place) visit(hosts ...string) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var visiting sync.WaitGroup
	for _, host := range hosts {
		v := &visitor{}
		p.visitors[host] = v
		visiting.Go(func() { v.ask(ctx, host) })
	}
	p.t.Cleanup(func() {
		cancel()
		visiting.Wait()
		p.judge(hosts...)
	})
}

func (v *visitor) ask(ctx context.Context, host string) {
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for ctx.Err() == nil {
		from := time.Now()
		status, err := front.ask(ctx, host)
		v.mu.Lock()
		switch {
		case err == nil:
			v.visits = append(v.visits, visit{from, time.Now(), status})
		case ctx.Err() == nil:
			v.failed = err
		}
		v.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
	}
}

// judge holds what visitors saw of hosts against the clearances of the time.
func (p *place) judge(hosts ...string) {
	working, closes := gatekeep.worked(), front.closing()
	visits, seen, longest := 0, 0, time.Duration(0)
	for _, host := range hosts {
		v := p.visitors[host]
		if v.failed != nil {
			p.t.Errorf("%s: Traefik did not answer: %v", host, v.failed)
		}
		if len(v.visits) == 0 {
			p.t.Errorf("%s: nobody asked for it", host)
		}
		visits += len(v.visits)
		cleared := cleared.spans(p.name, host, p.approved)
		var broken []visit
		for _, visit := range v.visits {
			if !visit.sees() {
				continue
			}
			seen++
			longest = max(longest, sinceLoss(visit, cleared))
			if !lawful(visit, cleared, working, closes) {
				broken = append(broken, visit)
			}
		}
		if len(broken) > 0 {
			p.t.Errorf("%s: seen at %d visits without a clearance, first at %s (%d), last at %s; cleared %s; the operator worked %s", host, len(broken),
				broken[0].from.Format(clock), broken[0].status, broken[len(broken)-1].from.Format(clock), told(cleared), told(working))
		}
	}
	p.t.Logf("%d visits to %s and %d more: %d saw it, the last %s after its clearance went, of %s at most", visits, hosts[0], len(hosts)-1, seen,
		longest.Round(time.Millisecond), closes.Round(time.Millisecond))
}

const clock = "15:04:05.000"

func told(spans []span) string {
	var all []string
	for _, s := range spans {
		all = append(all, s.from.Format(clock)+"–"+s.till.Format(clock))
	}
	return strings.Join(all, ", ")
}

// keepsThePromise checks every write of a route so far.
func (p *place) keepsThePromise() {
	p.t.Helper()
	p.must(writes.CatchUp(p.t.Context(), admin, p.name))
	for _, broken := range writes.Broken(p.name) {
		p.t.Error(broken)
	}
}

// apply applies the routes, and visitors begin to ask for them.
func (p *place) apply() {
	p.t.Helper()
	p.visit(hostsOf(p.domain)...)
	p.must(applyRoutes(p.t.Context(), p.name, "site", p.domain))
}

// file makes the filing, of a subject that no other filing has.
func (p *place) file(creditCode string) {
	p.t.Helper()
	samples, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	p.must(err)
	for _, o := range samples {
		if o.GetKind() != "IcpFiling" {
			continue
		}
		o.SetNamespace(p.name)
		o.SetName("f")
		for path, value := range map[string]string{
			"spec.domain.name": p.domain, "spec.website.homepage": "www." + p.domain,
			"spec.providerRef.name": "desk", "spec.subject.certificate.number": creditCode,
		} {
			p.must(unstructured.SetNestedField(o.Object, value, strings.Split(path, ".")...))
		}
		p.must(plane.ApplyObjects(p.t.Context(), o))
	}
}

// fileAnew asks for the filing's next attempt after an end. Routes go dark before a status says why, and who asks before it
// does asks for nothing.
func (p *place) fileAnew(attempt int) {
	p.t.Helper()
	f := &v1alpha1.IcpFiling{}
	f.Namespace, f.Name = p.name, "f"
	p.eventually(patiently, func(g gomega.Gomega) {
		g.Expect(admin.Get(p.t.Context(), client.ObjectKeyFromObject(f), f)).To(gomega.Succeed())
		g.Expect(f.Status.Stage).To(gomega.Equal(v1alpha1.StageRevoked))
	})
	body := fmt.Sprintf(`{"metadata":{"annotations":{%q:"%d"}}}`, v1alpha1.ResubmitAnnotation, attempt)
	p.must(admin.Patch(p.t.Context(), f, client.RawPatch("application/merge-patch+json", []byte(body))))
}

// bureauHasIt waits until the domain's order is at the bureau.
func (p *place) bureauHasIt() {
	p.t.Helper()
	p.eventually(patiently, func(g gomega.Gomega) {
		order, made := desk.NewestOrder(p.domain)
		g.Expect(made).To(gomega.BeTrue(), "no order was made")
		g.Expect(order.Stage).To(gomega.Equal(string(v1alpha1.StageBureauReview)))
	})
}

// decide takes the bureau's decision, and returns when it was taken.
func (p *place) decide(ruling simulator.Ruling) time.Time {
	p.t.Helper()
	order, made := desk.NewestOrder(p.domain)
	if !made {
		p.t.Fatalf("there is no order of %s", p.domain)
	}
	gatekeep.provoke()
	taken := time.Now()
	p.must(desk.Decide(order.Order.ID, ruling))
	return taken
}

func (p *place) approve() time.Time {
	p.t.Helper()
	taken := p.decide(simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed})
	p.approved = append(p.approved, taken)
	return taken
}

func (p *place) revoke() time.Time {
	p.t.Helper()
	return p.decide(simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"IllegalContent"}})
}

// become waits until visitors get an answer of this status for every host, and prints how long after a time they did.
func (p *place) become(status int, what string, after time.Time, patience time.Duration, hosts ...string) {
	p.t.Helper()
	var first, last time.Duration
	p.eventually(patience, func(g gomega.Gomega) {
		first, last = patience, 0
		for _, host := range hosts {
			at, has := p.visitors[host].firstAfter(after, status)
			g.Expect(has).To(gomega.BeTrue(), "%s is not %d yet", host, status)
			first, last = min(first, at.Sub(after)), max(last, at.Sub(after))
		}
	})
	p.t.Logf("%s: %d after %d to %d ms", what, status, first.Milliseconds(), last.Milliseconds())
}

// firstAfter is when the first visitor who came after a time got an answer of a status.
func (v *visitor) firstAfter(after time.Time, status int) (time.Time, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, visit := range v.visits {
		if visit.from.After(after) && visit.status == status {
			return visit.till, true
		}
	}
	return time.Time{}, false
}

// unseen checks that nobody has ever seen anything of hosts, though Traefik knows all that was written.
func (p *place) unseen(hosts ...string) {
	p.t.Helper()
	p.must(front.catchUp(p.t.Context()))
	for _, host := range hosts {
		if status, err := front.ask(p.t.Context(), host); err != nil || status != http.StatusNotFound {
			p.t.Errorf("%s: %d, %v; want 404", host, status, err)
		}
		if hits := site.count(host); hits != 0 {
			p.t.Errorf("%s: the backend was asked %d times, want never", host, hits)
		}
	}
}

// dark checks that nobody sees anything of hosts any more, though Traefik knows all that was written.
func (p *place) dark(hosts ...string) {
	p.t.Helper()
	p.must(front.catchUp(p.t.Context()))
	for _, host := range hosts {
		before := site.count(host)
		if status, err := front.ask(p.t.Context(), host); err != nil || status != http.StatusNotFound || site.count(host) != before {
			p.t.Errorf("%s: %d, %v, the backend asked %d times more; want 404 and never", host, status, err, site.count(host)-before)
		}
	}
}

func (p *place) eventually(patience time.Duration, check func(gomega.Gomega)) {
	p.t.Helper()
	gomega.NewWithT(p.t).Eventually(check).WithContext(p.t.Context()).WithTimeout(patience).WithPolling(20 * time.Millisecond).Should(gomega.Succeed())
}
