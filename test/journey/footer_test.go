package journey_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/footer/probe"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// homePages is the load balancer in front of the sites of these tests: what it serves, and to whom it was last asked for.
var homePages struct{ serves, asked atomic.Value }

// edge is where it listens.
var edge = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	homePages.asked.Store(r.Host)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	body, _ := homePages.serves.Load().(string)
	_, _ = io.WriteString(w, "<html><body><h1>A shop that sells things</h1>"+body+"</body></html>")
}))

// footers asks home pages at the port at which it listens, and every two seconds of the tests' clock.
var footers = controllers.Footers{
	Prober: probe.Prober{HTTPS: 1, HTTP: netip.MustParseAddrPort(edge.Listener.Addr().String()).Port()},
	Rhythm: controllers.FooterRhythm{Every: 2 * time.Second, Lacking: time.Second, Failing: time.Second},
}

// footerIs moves the clock on until a filing's home page was found to be so.
func footerIs(t *testing.T, ns string, status metav1.ConditionStatus, reason, words string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		later(2 * time.Second)
		f, err := filingOf(t.Context(), ns, "f")
		g.Expect(err).NotTo(gomega.HaveOccurred())
		c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionFooterShown)
		g.Expect(c).NotTo(gomega.BeNil())
		g.Expect(c.Reason).To(gomega.Equal(reason), c.Message)
		g.Expect(c.Status).To(gomega.Equal(status))
		g.Expect(c.Message).To(gomega.ContainSubstring(words))
	}).WithTimeout(within).WithPolling(300 * time.Millisecond).Should(gomega.Succeed())
}

// noFooter says that nothing is said of a filing's home page.
func noFooter(g gomega.Gomega, f *v1alpha1.IcpFiling) {
	g.Expect(meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionFooterShown)).To(gomega.BeNil())
}

// policyOfFooters is the ExposurePolicy, which has no home page asked any more once the test is over.
func policyOfFooters(t *testing.T) *v1alpha1.ExposurePolicy {
	t.Helper()
	policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	t.Cleanup(func() {
		body := []byte(`{"spec":{"footer":null}}`)
		if err := admin.Patch(context.Background(), policy, client.RawPatch(types.MergePatchType, body)); err != nil {
			t.Errorf("taking the probe back: %v", err)
		}
	})
	return policy
}

func TestAHomePageThatLacksItsNumberIsToldTheHTMLAndIsFoundToShowItOnceItDoes(t *testing.T) {
	const name, domain = "footer", "footer-shown.cn"
	policy := policyOfFooters(t)
	homePages.asked.Store("")
	deskFor(t, name, simulator.Options{Clock: now})
	ingress(t, name, "www."+domain)
	filing(t, name, "f", domain, with(name))
	f := eventually(t, name, "f", is(inForce, noFooter))
	ingressIs(t, name, true)

	patch(t, policy, `{"spec":{"footer":{"probe":"Daily"}}}`)
	footerIs(t, name, metav1.ConditionUnknown, v1alpha1.ReasonProbeFailed, "gives the IP address of a load balancer")
	web := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "web"}}
	if err := admin.Status().Patch(t.Context(), web, client.RawPatch(types.MergePatchType, []byte(`{"status":{"loadBalancer":{"ingress":[{"ip":"127.0.0.1"}]}}}`))); err != nil {
		t.Fatal(err)
	}
	footerIs(t, name, metav1.ConditionUnknown, v1alpha1.ReasonProbeFailed, "spec.footer.networks")
	if host := homePages.asked.Load(); host != "" {
		t.Fatalf("%v was asked for at an address that nobody allowed", host)
	}
	patch(t, policy, `{"spec":{"footer":{"networks":["127.0.0.1/32"]}}}`)
	link := `<a href="` + rules.FilingLink().Link + `" target="_blank" rel="noreferrer">` + f.Status.WebsiteNumber + `</a>`
	footerIs(t, name, metav1.ConditionFalse, v1alpha1.ReasonNumberMissing, link)
	if host := homePages.asked.Load(); host != "www."+domain {
		t.Errorf("asked for %v", host)
	}

	homePages.serves.Store(link)
	footerIs(t, name, metav1.ConditionTrue, v1alpha1.ReasonShown, "www."+domain)
	const number = "浙公网安备 33010602000001号"
	amend(t, name, "f", `{"publicSecurity":{"number":"`+number+`"}}`)
	footerIs(t, name, metav1.ConditionFalse, v1alpha1.ReasonPublicSecurityNumberMissing, "https://beian.mps.gov.cn/#/query/webSearch?code=33010602000001")
	homePages.serves.Store(link + ` <a href="` + rules.PublicSecurityLink(number).Link + `">` + number + `</a>`)
	footerIs(t, name, metav1.ConditionTrue, v1alpha1.ReasonShown, "public-security number")

	amend(t, name, "f", `{"footerProbe":"Never"}`)
	eventually(t, name, "f", is(inForce, noFooter))
	amend(t, name, "f", `{"footerProbe":"Inherit"}`)
	footerIs(t, name, metav1.ConditionTrue, v1alpha1.ReasonShown, "")
	patch(t, policy, `{"spec":{"footer":{"probe":"Never"}}}`)
	eventually(t, name, "f", is(inForce, noFooter))
}

func TestAHomePageIsAskedAtTheAddressOfTheGatewayThatServesIt(t *testing.T) {
	const name, domain = "footer-gateway", "footer-gateway.cn"
	policy := policyOfFooters(t)
	deskFor(t, name, simulator.Options{Clock: now})
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "edge"}}
	gateway.Spec.GatewayClassName = "edge"
	gateway.Spec.Listeners = []gatewayv1.Listener{{Name: "shop", Port: 80, Protocol: gatewayv1.HTTPProtocolType}}
	route := &gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "web"}}
	route.Spec.ParentRefs, route.Spec.Hostnames = []gatewayv1.ParentReference{{Name: "edge"}}, []gatewayv1.Hostname{"*." + domain}
	for _, o := range []client.Object{gateway, route} {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	body := []byte(`{"status":{"addresses":[{"type":"Hostname","value":"localhost"},{"type":"IPAddress","value":"127.0.0.1"}]}}`)
	if err := admin.Status().Patch(t.Context(), gateway, client.RawPatch(types.MergePatchType, body)); err != nil {
		t.Fatal(err)
	}
	filing(t, name, "f", domain, with(name))
	f := eventually(t, name, "f", inForce)
	homePages.serves.Store(f.Status.WebsiteNumber)
	patch(t, policy, `{"spec":{"footer":{"probe":"Daily","networks":["127.0.0.1/32"]}}}`)
	footerIs(t, name, metav1.ConditionFalse, v1alpha1.ReasonNumberNotLinked, `<a href="https://beian.miit.gov.cn/"`)
}
