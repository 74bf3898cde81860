package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// rounds is how often a site is revoked and filed anew while the operator is killed at random.
const rounds = 10

// Credit codes (统一社会信用代码) are made up; only their check digits are right.

func TestNothingOfASiteIsSeenButWhileItsFilingIsInForce(t *testing.T) {
	p := openPlace(t, "calm")
	p.live("91330106MAE2E00198", 1)
}

func TestNothingOfASiteIsSeenButWhileItsFilingIsInForceThoughTheOperatorIsKilledAtRandom(t *testing.T) {
	p := openPlace(t, "tormented")
	stop := gatekeep.torment(t)
	t.Cleanup(func() { stop() })
	p.live("91330106MAE2E00273", rounds)
	t.Logf("the operator was killed %d times", stop())
}

// live takes a place's site from its first route to its approval, then as often as is said through its revocation and its
// next filing, and to a last revocation.
func (p *place) live(creditCode string, times int) {
	p.t.Helper()
	hosts := hostsOf(p.domain)
	p.apply()
	p.file(creditCode)
	p.bureauHasIt()
	p.unseen(hosts...)
	p.become(http.StatusOK, "approved", p.approve(), patiently, hosts...)
	for again := range times {
		p.become(http.StatusNotFound, "revoked", p.revoke(), patiently, hosts...)
		p.dark(hosts...)
		p.fileAnew(again + 2)
		p.bureauHasIt()
		p.dark(hosts...)
		p.become(http.StatusOK, "approved anew", p.approve(), patiently, hosts...)
	}
	p.become(http.StatusNotFound, "revoked for good", p.revoke(), patiently, hosts...)
	p.dark(hosts...)
	p.keepsThePromise()
}

func TestARevocationIsActedOnByTheNextOperatorWhereOneDiedTheMomentTheClearanceWent(t *testing.T) {
	p := openPlace(t, "interrupted")
	hosts := hostsOf(p.domain)
	p.apply()
	p.file("91330106MAE2E0035X")
	p.bureauHasIt()
	p.become(http.StatusOK, "approved", p.approve(), patiently, hosts...)
	died := make(chan struct{})
	cleared.atLoss(p.name, func() {
		gatekeep.kill()
		close(died)
	})
	p.revoke()
	select {
	case <-died:
	case <-time.After(patiently):
		t.Fatal("the clearance did not go")
	}
	p.must(front.catchUp(t.Context()))
	served := 0
	for _, host := range hosts {
		status, err := front.ask(t.Context(), host)
		p.must(err)
		if status == http.StatusOK {
			served++
		}
	}
	t.Logf("%d of %d hosts were served still when the operator was dead", served, len(hosts))
	back := time.Now()
	p.must(gatekeep.start(t.Context()))
	p.become(http.StatusNotFound, "the next operator started", back, within, hosts...)
	p.dark(hosts...)
	p.keepsThePromise()
}

func TestWithoutAnOperatorANewRouteOfAClearedDomainIsServedAndAnotherIsNot(t *testing.T) {
	p := openPlace(t, "orphaned")
	p.apply()
	p.file("91330106MAE2E0043Q")
	p.bureauHasIt()
	p.become(http.StatusOK, "approved", p.approve(), patiently, hostsOf(p.domain)...)

	gatekeep.kill()
	fresh, unfiled := hostsOf("new."+p.domain), hostsOf("unfiled-"+p.domain)
	p.visit(append(fresh, unfiled...)...)
	applied := time.Now()
	p.must(applyRoutes(t.Context(), p.name, "new", "new."+p.domain))
	p.become(http.StatusOK, "applied without an operator", applied, within, fresh...)
	p.must(applyRoutes(t.Context(), p.name, "unfiled", "unfiled-"+p.domain))
	p.unseen(unfiled...)
	p.become(http.StatusOK, "another without a filing beside it", time.Now(), within, append(fresh, hostsOf(p.domain)...)...)
	p.keepsThePromise()
}

func TestAHostWithoutAFilingIsNeverSeenThoughATenantAddsItToAServedIngress(t *testing.T) {
	p := openPlace(t, "tenant")
	p.apply()
	p.file("91330106MAE2E0051K")
	p.bureauHasIt()
	filed, unfiled := "www."+p.domain, "www.unfiled.cn"
	p.become(http.StatusOK, "approved", p.approve(), patiently, filed)
	p.visit(unfiled)
	ingress := &networkingv1.Ingress{}
	ingress.Namespace, ingress.Name = p.name, "site-by-class"

	tenant := p.tenant(ingress)
	p.change(tenant, ingress, func() {
		rule := ingress.Spec.Rules[0].DeepCopy()
		rule.Host = unfiled
		ingress.Spec.Rules = append(ingress.Spec.Rules, *rule)
	})
	if !exposure.Read(ingress).Parked {
		t.Error("an Ingress with a host without a filing is not parked")
	}
	p.unseen(unfiled)
	p.change(tenant, ingress, func() {
		ingress.Spec.IngressClassName = new("traefik")
		ingress.Annotations = nil
	})
	p.unseen(unfiled)
	p.dark(filed)

	removed := time.Now()
	p.change(tenant, ingress, func() { ingress.Spec.Rules = ingress.Spec.Rules[:1] })
	p.become(http.StatusOK, "its neighbour removed", removed, within, filed)
	p.unseen(unfiled)
	p.keepsThePromise()
}

// tenant is a client of somebody with the built-in role admin in the namespace, once that lets them read an Ingress.
func (p *place) tenant(ingress *networkingv1.Ingress) client.Client {
	p.t.Helper()
	p.must(admin.Create(p.t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: p.name, Name: "tenant"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "tenant"}},
	}))
	tenant, err := client.New(plane.ConfigFor("tenant"), client.Options{Scheme: controllers.Scheme()})
	p.must(err)
	p.eventually(within, func(g gomega.Gomega) {
		g.Expect(tenant.Get(p.t.Context(), client.ObjectKeyFromObject(ingress), ingress)).To(gomega.Succeed())
	})
	return tenant
}

// change has somebody edit an Ingress, and leaves it as the API server made it.
func (p *place) change(who client.Client, ingress *networkingv1.Ingress, edit func()) {
	p.t.Helper()
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		if err := who.Get(p.t.Context(), client.ObjectKeyFromObject(ingress), ingress); err != nil {
			return err
		}
		edit()
		return who.Update(p.t.Context(), ingress)
	})
	p.must(err)
}
