package plugin_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/audit/read"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/version"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// route puts a route into a namespace.
func route(t *testing.T, o client.Object, namespace, name string) {
	t.Helper()
	o.SetNamespace(namespace)
	o.SetName(name)
	create(t, o)
}

// audited reads what audit -o json says: of each host its verdict and reason.
func audited(t *testing.T, kubeconfig string, args ...string) (map[string]string, said) {
	t.Helper()
	got := icpAs(t, kubeconfig, "", "en", append([]string{"audit", "-o", "json"}, args...)...)
	var report struct {
		Findings []struct{ Verdict, Reason, Name, Host string }
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatalf("%v: %+v", err, got)
	}
	verdicts := map[string]string{}
	for _, f := range report.Findings {
		verdicts[f.Name+" "+f.Host] = f.Verdict + " " + f.Reason
	}
	return verdicts, got
}

// eventuallyAudited waits until that is what it says.
func eventuallyAudited(t *testing.T, want map[string]string, args ...string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() string {
		got, _ := audited(t, plane.Kubeconfig(), args...)
		return cmp.Diff(want, got)
	}).WithTimeout(within).WithPolling(200 * time.Millisecond).Should(gomega.BeEmpty())
}

// both compares what a command says with testdata, in both languages.
func both(t *testing.T, name string, code int, args ...string) {
	t.Helper()
	for _, language := range []string{"en", "zh"} {
		got := icp(t, language, args...)
		if got.code != code || got.err != "" {
			t.Errorf("%s in %s ended with %d, want %d: %s", strings.Join(args, " "), language, got.code, code, got.err)
		}
		golden(t, name+"."+language+".txt", got.out)
	}
}

// untilTold waits until the gate has heard where a filing stands, so that it says it of a route that is made then.
func untilTold(t *testing.T, namespace, line string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var ns corev1.Namespace
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: namespace}, &ns)).To(gomega.Succeed())
		g.Expect(ns.Annotations[v1alpha1.ClearedPrefix+"v1.pending"]).To(gomega.ContainSubstring(line))
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
}

func TestAuditSaysOfEveryHostWhatBecomesOfIt(t *testing.T) {
	t.Parallel()
	namespace(t, "audit-shop", v1alpha1.GateHold)
	secrets(t, "audit-shop")
	inForce(t, "audit-shop", "shop", "audit-shop.cn", "浙ICP备26000101号-1")
	filing(t, "audit-shop", "wait", "audit-wait.cn")
	atStage(t, "audit-shop", "wait", v1alpha1.StageProductVerification)
	route(t, verdicts.Ingress("www.audit-shop.cn", "*.audit-shop.cn"), "audit-shop", "shop")
	untilTold(t, "audit-shop", "audit-wait.cn audit-shop/wait ProductVerification")
	route(t, verdicts.HTTPRoute("www.audit-wait.cn", "wait.audit-shop.cn"), "audit-shop", "wait")
	route(t, verdicts.Ingress("www.audit-none.cn"), "audit-shop", "none")
	route(t, verdicts.Service(verdicts.Note("external-dns.alpha.kubernetes.io/hostname", "dns.audit-shop.cn")), "audit-shop", "dns")
	route(t, verdicts.Service(nil), "audit-shop", "inside")
	eventuallyAudited(t, map[string]string{
		"shop www.audit-shop.cn": "Covered InForce", "shop *.audit-shop.cn": "Covered InForce", "dns dns.audit-shop.cn": "Covered InForce",
		"wait www.audit-wait.cn": "Parked FilingNotInForce", "wait wait.audit-shop.cn": "Parked ParkedForOthers", "none www.audit-none.cn": "Parked NoFiling",
	}, "-n", "audit-shop")
	both(t, "audit-shop", 0, "audit", "-n", "audit-shop")
	both(t, "audit-shop-wide", 0, "audit", "-n", "audit-shop", "-o", "wide")
	both(t, "explain-covered", 0, "explain", "-n", "audit-shop", "https://WWW.audit-shop.cn/cart")
	both(t, "explain-waiting", 0, "explain", "-n", "audit-shop", "www.audit-wait.cn.")
	both(t, "explain-nothing", 0, "explain", "-n", "audit-shop", "商店.中国")
}

func TestAuditFindsWhatIsServedWithoutAFiling(t *testing.T) {
	t.Parallel()
	namespace(t, "audit-open", v1alpha1.GateOff)
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: "audit-open", Name: "edge"}}
	gateway.Spec.GatewayClassName = "none"
	gateway.Spec.Listeners = []gatewayv1.Listener{{Name: "http", Port: 80, Protocol: gatewayv1.HTTPProtocolType, Hostname: new(gatewayv1.Hostname("listened.audit-open.cn"))}}
	create(t, gateway)
	route(t, verdicts.HTTPRoute(), "audit-open", "listens")
	web := verdicts.Ingress("www.audit-open.cn")
	web.Labels = map[string]string{"team": "web"}
	route(t, web, "audit-open", "web")
	route(t, verdicts.Ingress(""), "audit-open", "any")
	eventuallyAudited(t, map[string]string{
		"listens listened.audit-open.cn": "Uncovered NoFiling", "web www.audit-open.cn": "Uncovered NoFiling", "any *": "Uncovered NamesNoHost",
	}, "-n", "audit-open")
	both(t, "audit-open", 1, "audit", "-n", "audit-open")
	both(t, "audit-open-some", 1, "audit", "-n", "audit-open", "-l", "team=web", "--no-headers")
	both(t, "explain-uncovered", 0, "explain", "-n", "audit-open", "www.audit-open.cn")
	if got := icp(t, "en", "audit", "-n", "audit-open", "--exit-zero"); got.code != 0 {
		t.Errorf("--exit-zero ended with %d", got.code)
	}
	// What programs read is the same in every language, and written to a file where that is asked for.
	for _, format := range []string{"json", "sarif", "csv"} {
		path := filepath.Join(t.TempDir(), "report")
		got := icp(t, "en", "audit", "-n", "audit-open", "-o", format, "--output-file", path)
		if got.code != 1 || got.out != "" || !strings.Contains(got.err, "uncovered") {
			t.Errorf("%s: %+v", format, got)
		}
		written, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "audit-open."+format, strings.ReplaceAll(string(written), `"version": "`+version.Number()+`"`, `"version": "VERSION"`))
	}
	if got := icp(t, "zh", "audit", "-n", "audit-open", "-o", "xlsx"); got.code != 1 || !strings.HasPrefix(got.out, "PK") || !strings.Contains(got.err, "未覆盖   3") {
		t.Errorf("xlsx: ended with %d, %d bytes, %s", got.code, len(got.out), got.err)
	}
	golden(t, "explain-uncovered.json", icp(t, "zh", "explain", "-n", "audit-open", "www.audit-open.cn", "-o", "json").out)
}

func TestWhatAUserMayNotReadIsSaid(t *testing.T) {
	t.Parallel()
	namespace(t, "audit-tenant", v1alpha1.GateHold)
	namespace(t, "audit-other", v1alpha1.GateOff)
	secrets(t, "audit-tenant")
	inForce(t, "audit-tenant", "site", "audit-tenant.cn", "浙ICP备26000102号-1")
	route(t, verdicts.Ingress("www.audit-tenant.cn"), "audit-tenant", "web")
	route(t, verdicts.Ingress("www.audit-other.cn"), "audit-other", "web")
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: "audit-tenant", Name: "tenant"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "audit-tenant"}},
	})
	tenant := kubeconfigOf(t, "audit-tenant")
	want := map[string]string{"web www.audit-tenant.cn": "Covered InForce"}
	gomega.NewWithT(t).Eventually(func() string {
		got, _ := audited(t, tenant, "-n", "audit-tenant")
		return cmp.Diff(want, got)
	}).WithTimeout(within).WithPolling(200 * time.Millisecond).Should(gomega.BeEmpty())
	for _, language := range []string{"en", "zh"} {
		got := icpAs(t, tenant, "", language, "audit", "-n", "audit-tenant")
		if got.code != 0 {
			t.Errorf("ended with %d: %s", got.code, got.err)
		}
		golden(t, "audit-tenant."+language+".txt", got.out)
	}
	// Asked for all namespaces, it looks at its own, and does not say that all is well.
	got := icpAs(t, tenant, "", "en", "audit", "-A")
	if got.code != 2 || !strings.Contains(got.out, "icpfilings.icp.beian.dev: you may not read it in other namespaces") {
		t.Errorf("-A: %+v", got)
	}
	nobody := kubeconfigOf(t, "audit-nobody")
	got = icpAs(t, nobody, "", "en", "audit", "-n", "audit-tenant")
	if !strings.Contains(got.out, "ingresses.networking.k8s.io in namespace audit-tenant: you may not read it") {
		t.Errorf("nobody: %+v", got)
	}
}

func TestWrongCallsSayHowToCall(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		"-o xml: say one of table": {"audit", "-o", "xml"}, "--verdict grey: say some of uncovered": {"audit", "--verdict", "grey"},
		"is an address": {"explain", "192.0.2.1"}, "is no host name": {"explain", "a_b.example.com"}, "-o xml: say text or json": {"explain", "example.com", "-o", "xml"},
		"namespace audit-gone: there is none": {"audit", "-n", "audit-gone"},
	} {
		if got := icp(t, "en", args...); got.code != 2 || !strings.Contains(got.err, says) {
			t.Errorf("%v ended with %d: %s; want %q", args, got.code, got.err, says)
		}
	}
}

// The board reads from the operator's cache what the command reads from the API server, and says the same.
func TestTheOperatorsCacheSaysWhatTheAPIServerSays(t *testing.T) {
	t.Parallel()
	const name = "audit-cache"
	namespace(t, name, v1alpha1.GateOff)
	secrets(t, name)
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "edge"}}
	gateway.Spec.GatewayClassName = "none"
	gateway.Spec.Listeners = []gatewayv1.Listener{{Name: "http", Port: 80, Protocol: gatewayv1.HTTPProtocolType, Hostname: new(gatewayv1.Hostname("listened.audit-cache.cn"))}}
	create(t, gateway)
	route(t, verdicts.HTTPRoute(), name, "listens")
	route(t, verdicts.Ingress("www.audit-cache.cn"), name, "web")
	filing(t, name, "f", "audit-cache.cn")
	atStage(t, name, "f", v1alpha1.StageProductVerification)
	client, err := read.Client(plane.Config())
	if err != nil {
		t.Fatal(err)
	}
	live, err := read.FromCluster(t.Context(), client, read.Options{Namespace: name})
	if err != nil {
		t.Fatal(err)
	}
	cached, err := read.FromCache(t.Context(), admin, func(context.Context, string) ([]exposure.Route, error) { return live.Routes, nil }, name)
	if err != nil {
		t.Fatal(err)
	}
	want, got := audit.Judge(live).Findings, audit.Judge(cached).Findings
	if len(want) != 2 || want[0].Reason != audit.FilingNotInForce {
		t.Errorf("%+v", want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-API server +cache):\n%s", diff)
	}
}
