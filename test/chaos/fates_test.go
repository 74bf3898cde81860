package chaos_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// fate is what becomes of a filing.
type fate struct {
	name string
	// plan is how its order fares at the provider by itself.
	plan []simulator.Step
	// revoked says that the bureau revokes it once its route is served, or, together with others, when a fault has it do so; deleted
	// that its applicant deletes it then.
	revoked, together, deleted bool
	// stage and attempt are where it ends; empty: it is gone.
	stage   v1alpha1.StageName
	attempt int32
}

var fates = []fate{
	{name: "passes", stage: v1alpha1.StageApproved, attempt: 1},
	{name: "is returned by the provider", stage: v1alpha1.StageApproved, attempt: 2, plan: []simulator.Step{
		{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"FaceCheckFailed"}},
	}},
	{name: "is returned by the bureau", stage: v1alpha1.StageApproved, attempt: 2, plan: []simulator.Step{
		{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}},
	}},
	{name: "is revoked", stage: v1alpha1.StageRevoked, attempt: 1, revoked: true},
	{name: "is revoked together with others", stage: v1alpha1.StageRevoked, attempt: 1, together: true},
	{name: "is revoked together with others", stage: v1alpha1.StageRevoked, attempt: 1, together: true},
	{name: "is deleted, and cancelled", deleted: true},
}

// modes are those in which a route without clearance is not served.
var modes = []string{v1alpha1.GateHold, v1alpha1.GateDeny}

// desk is a provider, with its namespaces.
type desk struct {
	*simulator.Simulator
	name string
	down atomic.Bool
	// expires is when its filings' domains do; zero for in years.
	expires time.Time
}

// desks are all that were opened. They stay, as their filings do, until the last test is over.
var desks struct {
	sync.Mutex
	all []*desk
}

// approved says that a bureau has approved a domain's filing.
func approved(domain string) bool {
	desks.Lock()
	defer desks.Unlock()
	return slices.ContainsFunc(desks.all, func(d *desk) bool {
		order, made := d.NewestOrder(domain)
		return made && slices.ContainsFunc(order.Order.History, func(e protocol.HistoryEntry) bool {
			return e.Stage == protocol.StageBureauReview && e.Decision == protocol.DecisionPassed
		})
	})
}

// openDesk makes a provider, and so many namespaces for its filings, in every mode in turn.
func openDesk(t *testing.T, name string, namespaces int, options simulator.Options) *desk {
	t.Helper()
	own, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Simulator: own, name: name}
	answers := own.Protocol()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.down.Load() {
			panic(http.ErrAbortHandler)
		}
		answers.ServeHTTP(w, r)
	}))
	create(t, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
		HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", PollInterval: &metav1.Duration{Duration: 100 * time.Millisecond}},
	}})
	for i := range namespaces {
		create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: d.namespace(i), Labels: map[string]string{v1alpha1.GateLabel: modes[i%len(modes)]}}})
		for _, s := range secrets {
			s = s.DeepCopy()
			s.SetNamespace(d.namespace(i))
			create(t, s)
		}
	}
	desks.Lock()
	defer desks.Unlock()
	desks.all = append(desks.all, d)
	return d
}

func (d *desk) namespace(i int) string { return fmt.Sprintf("%s-%02d", d.name, i) }

func create(t *testing.T, o client.Object) {
	t.Helper()
	if err := admin.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// life is a filing, and how far its applicant and its bureau are.
type life struct {
	at      *desk
	fate    int
	key     client.ObjectKey
	domain  string
	subject int
	begins  time.Time
	// waits is how long after its route was served the applicant or the bureau acts.
	waits time.Duration

	// hold says that its namespace takes its route before it is cleared.
	hold bool

	made, routed, resubmitted, ended bool
	// revokedAt is when the bureau revoked it.
	revokedAt time.Time
}

// bear makes so many lives at a desk of so many namespaces, which begin within a time.
func bear(at *desk, n, namespaces, subject int, over time.Duration, r *rand.Rand) []*life {
	lives := make([]*life, n)
	for i := range lives {
		lives[i] = lifeOf(at, i, namespaces, subject)
		lives[i].begins, lives[i].waits = time.Now().Add(over*time.Duration(i)/time.Duration(n)), upTo(r, 3*time.Second)
	}
	return lives
}

// lifeOf is the life of a number at a desk of so many namespaces.
func lifeOf(at *desk, i, namespaces, subject int) *life {
	in := i / len(fates) % namespaces
	return &life{
		at: at, fate: i % len(fates), key: client.ObjectKey{Namespace: at.namespace(in), Name: fmt.Sprintf("site-%04d", i)}, hold: modes[in%len(modes)] == v1alpha1.GateHold,
		domain: fmt.Sprintf("%s-%04d.cn", at.name, i), subject: subject + i,
	}
}

// plans is what a provider must know of lives to come: of whom it is known by its domain.
func plans(name string, n int) (known simulator.Known) {
	for i := range n {
		for _, step := range fates[i%len(fates)].plan {
			step.Domain = fmt.Sprintf("%s-%04d.cn", name, i)
			known.Plan = append(known.Plan, step)
		}
	}
	return known
}

// lead does what is due in a life, by what is seen of it. What fails, as it does while the API server is away, is done again.
func (l *life) lead(ctx context.Context, w *witness) {
	seen := w.of(l.key)
	switch {
	case time.Now().Before(l.begins):
	case !l.made:
		l.made = stands(admin.Create(ctx, l.filing()))
	case !l.routed && (seen.clears || l.hold):
		l.routed = stands(admin.Create(ctx, l.route()))
	case seen.returned && !l.resubmitted:
		patch := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"metadata":{"annotations":{%q:"2"}}}`, v1alpha1.ResubmitAnnotation))
		l.resubmitted = admin.Patch(ctx, &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: l.key.Namespace, Name: l.key.Name}}, patch) == nil
	case l.ended || seen.served.IsZero() || time.Since(seen.served) < l.waits:
	case fates[l.fate].revoked:
		l.revoke()
	case fates[l.fate].deleted:
		l.ended = client.IgnoreNotFound(admin.Delete(ctx, &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: l.key.Namespace, Name: l.key.Name}})) == nil
	}
}

// revoke has the bureau revoke the filing.
func (l *life) revoke() {
	if order, made := l.at.NewestOrder(l.domain); made {
		l.revokedAt = time.Now()
		l.ended = l.at.Decide(order.Order.ID, simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}}) == nil
	}
}

func (l *life) filing() *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: l.key.Namespace, Name: l.key.Name}, Spec: *sample.Spec.DeepCopy()}
	f.Spec.ProviderRef = &v1alpha1.ProviderReference{Name: l.at.name}
	f.Spec.Domain.Name, f.Spec.Website.Homepage = l.domain, "www."+l.domain
	f.Spec.Subject.Certificate.Number = cluster.CreditCode(l.subject)
	if !l.at.expires.IsZero() {
		f.Spec.Domain.ExpiresAt = new(metav1.NewTime(l.at.expires))
	}
	if fates[l.fate].deleted {
		f.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
	}
	return f
}

func (l *life) route() *networkingv1.Ingress { return cluster.Ingress(l.key, "www."+l.domain) }

// story is how a life went, without its times and numbers: what the provider has in its history, and how it stands in the end.
type story struct {
	// Orders are those that were made, and History what was decided of each.
	Orders  int
	History []string
	// Stage and Attempt are the status's; Gone says that the filing is no more.
	Stage   v1alpha1.StageName
	Attempt int32
	Gone    bool
	// Cleared and Served are the gate's.
	Cleared, Served bool
}

// story is how it stands, with its orders.
func (l *life) story(w *witness, orders []simulator.Overview) story {
	seen := w.of(l.key)
	s := story{Stage: seen.stage, Attempt: seen.attempt, Gone: seen.gone, Cleared: w.cleared(l.key.Namespace, l.domain), Served: !seen.served.IsZero()}
	if s.Gone {
		s.Stage, s.Attempt = "", 0
	}
	for _, o := range orders {
		s.Orders++
		for _, e := range o.Order.History {
			s.History = append(s.History, fmt.Sprintf("%d %s %s %v %s", e.Attempt, e.Stage, e.Decision, e.Reasons, e.Task))
		}
	}
	return s
}

// ends says that a story has come to the end of its fate.
func (s story) ends(f fate) bool {
	inForce := f.stage == v1alpha1.StageApproved
	return s.Stage == f.stage && s.Attempt == f.attempt && s.Gone == f.deleted && s.Cleared == inForce && s.Served == inForce
}

// stands says that what was to be made is there.
func stands(err error) bool { return err == nil || apierrors.IsAlreadyExists(err) }

// stories are those of lives at one desk, in their order.
func stories(lives []*life, w *witness) []story {
	orders := map[string][]simulator.Overview{}
	for _, o := range lives[0].at.Orders() {
		orders[o.Order.Domain] = append(orders[o.Order.Domain], o)
	}
	all := make([]story, len(lives))
	for i, l := range lives {
		all[i] = l.story(w, orders[l.domain])
	}
	return all
}
