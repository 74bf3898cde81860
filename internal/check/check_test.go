package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

const (
	filing = `
---
apiVersion: icp.beian.dev/v1alpha1
kind: IcpFiling
metadata: {name: site, namespace: shop}
spec:
  domain: {name: example.com, realNameVerified: true, expiresAt: "2030-01-01T00:00:00Z"}
  server: {serviceNumber: sn-1}
  subject: {nature: Individual, province: Gansu, responsiblePersonRef: {name: li}}
  website: {name: 山间清风随笔, serviceContents: [PersonalBlog], responsiblePersonRef: {name: li}}
`
	shared = filing + `  exposure: {namespaces: {from: Selector, selector: {matchLabels: {team: shop}}}}
`
	shop = `
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop}}}
`
	ingress = `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{host: www.example.com}]}
`
	gateway = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: x
  listeners:
  - {name: shop, port: 80, protocol: HTTP, hostname: "*.example.com"}
  - {name: blog, port: 80, protocol: HTTP, hostname: blog.example.org}
`
	viaShop = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {parentRefs: [{name: edge, namespace: infra, sectionName: shop}]}
`
)

// policed is an ExposurePolicy with a spec.
func policed(spec string) string {
	return "\n---\n{apiVersion: icp.beian.dev/v1alpha1, kind: ExposurePolicy, metadata: {name: default}, spec: {" + spec + "}}\n"
}

func TestWhatARouteIsJudgedBy(t *testing.T) {
	t.Parallel()
	approved := check.Options{AssumeApproved: true}
	for says, row := range map[string]struct {
		manifests string
		o         check.Options
		mode      string
		verdict   check.Verdict
		because   string // of its finding; empty for none
	}{
		"nothing says the mode: hold":                {ingress, check.Options{}, "hold", check.Held, "add an IcpFiling of example.com in namespace shop"},
		"the caller says the mode":                   {ingress, check.Options{Mode: "deny"}, "deny", check.Refused, "no filing here"},
		"the ExposurePolicy says it":                 {policed("defaultMode: Warn") + ingress, check.Options{}, "warn", check.Warned, "no filing here"},
		"an ExposurePolicy that says nothing: off":   {policed("") + ingress, check.Options{}, "off", check.Admitted, ""},
		"the caller goes before the ExposurePolicy":  {policed("defaultMode: Warn") + ingress, check.Options{Mode: "audit"}, "audit", check.Audited, "no filing here"},
		"the namespace's label goes before all":      {policed("defaultMode: Warn") + strings.Replace(shop, "team: shop", "icp.beian.dev/gate: deny", 1) + ingress, check.Options{Mode: "audit"}, "deny", check.Refused, "no filing here"},
		"a namespace that is exempt":                 {policed("defaultMode: Deny, exemptNamespaces: [shop]") + ingress, check.Options{}, "off", check.Admitted, ""},
		"kube-system, always":                        {strings.ReplaceAll(ingress, "shop", "kube-system"), check.Options{Mode: "deny"}, "off", check.Admitted, ""},
		"a domain that is exempt":                    {policed("defaultMode: Deny, exemptDomains: [example.com]") + ingress, check.Options{}, "deny", check.Admitted, ""},
		"a domain that the caller clears":            {ingress, check.Options{Cleared: []string{"example.com"}}, "hold", check.Admitted, ""},
		"a domain that the Namespace clears":         {strings.Replace(shop, "labels:", `annotations: {cleared.icp.beian.dev/v1: "2", cleared.icp.beian.dev/v1.00: "\nexample.com\n"}, labels:`, 1) + ingress, check.Options{}, "hold", check.Admitted, ""},
		"a filing beside":                            {filing + ingress, check.Options{}, "hold", check.Held, "it waits for filing shop/site (all.yaml:3)"},
		"a filing beside that is assumed to be good": {filing + ingress, approved, "hold", check.Admitted, ""},
		"a filing that lets the namespace in":        {strings.Replace(shared, "namespace: shop", "namespace: desk", 1) + shop + ingress, approved, "hold", check.Admitted, ""},
		"a filing that does not":                     {strings.Replace(filing, "namespace: shop", "namespace: desk", 1) + shop + ingress, approved, "hold", check.Held, "filing desk/site (all.yaml:3) is for its domain and does not let this namespace in"},
		"a route that names no host":                 {strings.Replace(ingress, "host: www.example.com", "", 1), check.Options{}, "hold", check.Held, "name its hosts"},
		"a route that names no host, where it may":   {policed("defaultMode: Hold, hostless: Allow") + strings.Replace(ingress, "host: www.example.com", "", 1), check.Options{}, "hold", check.Admitted, ""},
		"the listeners of a Gateway beside":          {filing + gateway + viaShop, approved, "hold", check.Admitted, ""},
		"a Gateway that listens for others, too":     {filing + gateway + strings.Replace(viaShop, ", sectionName: shop", "", 1), approved, "hold", check.Held, "not all of that is known to be filed here"},
		"a Gateway that is not here":                 {filing + viaShop, approved, "hold", check.Held, "not all of that is known to be filed here"},
		"a route that the gate has parked":           {strings.Replace(ingress, "spec: {", "spec: {ingressClassName: icp-parked, ", 1), check.Options{}, "hold", check.Held, "no filing here"},
		"a route of a mesh":                          {strings.Replace(viaShop, "name: edge, namespace: infra, sectionName: shop", "name: web, group: '', kind: Service", 1), check.Options{Mode: "deny"}, "deny", check.Admitted, ""},
		"a host that nobody can register":            {strings.Replace(ingress, "www.example.com", "web.shop.svc", 1), check.Options{}, "hold", check.Held, "exemptDomains"},
		"a host below a suffix of several labels":    {strings.Replace(ingress, "www.example.com", "a.b.example.com.cn", 1), check.Options{}, "hold", check.Held, "add an IcpFiling of example.com.cn"},
		"a wildcard":                  {strings.Replace(ingress, "www.example.com", `"*.example.com"`, 1), check.Options{}, "hold", check.Held, "*.example.com: the route would be held"},
		"a name in its own script":    {strings.Replace(ingress, "www.example.com", "例子.中国", 1), check.Options{}, "hold", check.Held, "an international name is written as its A-label: xn--fsqu00a.xn--fiqs8s"},
		"an alias that is an address": {strings.Replace(ingress, "name: web", "name: web, annotations: {nginx.ingress.kubernetes.io/server-alias: 192.0.2.1}", 1), check.Options{Cleared: []string{"example.com"}}, "hold", check.Held, "192.0.2.1: the route would be held (parked) in namespace shop (mode hold): not a host name"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			report := checked(t, row.o, row.manifests)
			if len(report.Routes) != 1 || report.Routes[0].Verdict != row.verdict || report.Routes[0].Mode != row.mode {
				t.Fatalf("got %+v, want %s in %s", report.Routes, row.verdict, row.mode)
			}
			var told []string
			for _, f := range report.Findings {
				if strings.HasPrefix(f.Rule, "Route") {
					told = append(told, f.Message.English)
				}
			}
			if got := strings.Join(told, "\n"); (got == "") != (row.because == "") || !strings.Contains(got, row.because) {
				t.Errorf("found %q, want %q", got, row.because)
			}
		})
	}
}

// The kinds of config/route-kinds are judged as test/routekinds has the API server judge them.
func TestFurtherKindsOfRoute(t *testing.T) {
	t.Parallel()
	for kind, row := range map[string]struct {
		route   string
		verdict check.Verdict
	}{
		"contour-httpproxy":                   {"apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: web}\nspec: {virtualhost: {fqdn: www.example.com}}", check.Held},
		"istio-virtualservice":                {"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web}\nspec: {hosts: [www.example.com], gateways: [edge]}", check.Held},
		"traefik-ingressroute":                {"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: web}\nspec: {routes: [{kind: Rule, match: Host(`www.example.com`)}]}", check.Held},
		"apisix-apisixroute":                  {"apiVersion: apisix.apache.org/v2\nkind: ApisixRoute\nmetadata: {name: web}\nspec: {http: [{name: a, match: {hosts: [www.example.com], paths: [/]}}]}", check.Held},
		"knative-domainmapping":               {"apiVersion: serving.knative.dev/v1beta1\nkind: DomainMapping\nmetadata: {name: www.example.com}\nspec: {ref: {name: web, kind: Service, apiVersion: serving.knative.dev/v1}}", check.Refused},
		"istio-virtualservice.yaml of a mesh": {"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web}\nspec: {hosts: [web]}", check.Admitted},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			file, _, _ := strings.Cut(kind, ".")
			policy, err := os.ReadFile(filepath.Join("..", "..", "config", "route-kinds", file+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			report := checked(t, check.Options{Mode: "hold"}, string(policy)+"\n---\n"+row.route)
			if report.Count(check.Error) > 0 && row.verdict != check.Refused {
				t.Errorf("found %+v", report.Findings)
			}
			verdict := check.Admitted
			if len(report.Routes) > 0 {
				verdict = report.Routes[0].Verdict
			}
			if verdict != row.verdict {
				t.Errorf("it is %s, want %s: %+v", verdict, row.verdict, report)
			}
		})
	}
}

func TestWhatTheOperatorWouldSay(t *testing.T) {
	t.Parallel()
	const person = "\n---\n{apiVersion: v1, kind: Secret, metadata: {name: li, namespace: shop}, type: icp.beian.dev/person, stringData: {name: x, idType: x, idNumber: x, idValidUntil: x, mobile: x, emergencyPhone: x, email: x, address: x, mainlandResident: x}}\n"
	const provider = "\n---\n{apiVersion: icp.beian.dev/v1alpha1, kind: FilingProvider, metadata: {name: desk, annotations: {icp.beian.dev/is-default-provider: 'true'}}, spec: {ruleSet: '%', http: {url: 'https://filing.example.net/v1'}}}\n"
	for says, row := range map[string]struct{ manifests, rules string }{
		"a filing that is right":                             {filing, ""},
		"with its person":                                    {filing + person, ""},
		"a person without a key":                             {filing + strings.Replace(person, "email: x, ", "", 1), "PersonKeyMissing"},
		"a person with an empty key":                         {filing + strings.Replace(person, "email: x, ", "email: '', ", 1), "PersonKeyMissing"},
		"a person with keys that are sealed":                 {filing + strings.Replace(person, "email: x, ", "email: 'ENC[AES256_GCM,data:x]', ", 1), ""},
		"a person with a key that nobody reads":              {filing + strings.Replace(person, "email: x, ", "email: x, hobby: x, ", 1), "PersonKeyUnknown"},
		"a person of another type":                           {filing + strings.Replace(person, "type: icp.beian.dev/person", "type: Opaque", 1), "SecretTypeRefused, SecretTypeRefused"},
		"a person in another namespace is another's":         {filing + strings.Replace(person, "namespace: shop", "namespace: blog", 1), ""},
		"a domain that cannot be registered":                 {strings.Replace(filing, "name: example.com", "name: shop.example.com", 1), "DomainNotRegistrable"},
		"a domain that ends soon":                            {strings.Replace(filing, "2030-01-01", "2026-12-31", 1), "DomainExpiringSoon"},
		"two filings of a domain":                            {filing + strings.Replace(filing, "name: site,", "name: second,", 1), "DomainConflict, DomainConflict"},
		"a provider that sends papers":                       {strings.Replace(provider, "%", "", 1) + filing, "MaterialNeeded"},
		"a provider of rules that nobody knows":              {strings.Replace(provider, "%", "2001-01-01", 1), "RuleSetUnknown"},
		"a notifier whose template is none":                  {"{apiVersion: icp.beian.dev/v1alpha1, kind: FilingNotifier, metadata: {name: desk}, spec: {templates: [{event: Approved, body: '{{ .Nothing }}'}], webhook: {secretRef: {name: x}}}}", "NotifierTemplateInvalid"},
		"a notifier whose template is one":                   {"{apiVersion: icp.beian.dev/v1alpha1, kind: FilingNotifier, metadata: {name: desk}, spec: {templates: [{event: Approved, body: '{{ .Domain }}'}], webhook: {secretRef: {name: x}}}}", ""},
		"a route kind whose expression is none":              {policed("routeKinds: [{group: example.net, version: v1, resource: sites, hosts: 'object.'}]"), "RouteKindInvalid"},
		"a namespace with a weaker mode than the default":    {policed("defaultMode: Deny") + strings.Replace(shop, "team: shop", "icp.beian.dev/gate: warn", 1), "Policy"},
		"a namespace with a stronger mode than the default":  {policed("defaultMode: Warn") + strings.Replace(shop, "team: shop", "icp.beian.dev/gate: deny", 1), ""},
		"a Gateway that widens what others rely on":          {"{apiVersion: v1, kind: Namespace, metadata: {name: infra, annotations: {cleared.icp.beian.dev/v1.relied: \"\\nGateway/edge *.example.com\\n\"}}}" + gateway, "Policy"},
		"a route with a field that Kubernetes does not know": {strings.Replace(ingress, "host: www", "hots: x, host: www", 1), "UnknownField, RouteHeld"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			var found []string
			for _, f := range checked(t, check.Options{}, row.manifests).Findings {
				found = append(found, f.Rule)
			}
			if got := strings.Join(found, ", "); got != row.rules {
				t.Errorf("found %s, want %s", got, row.rules)
			}
		})
	}
}

// The same table goes through a real API server in test/gate.
func TestTheTableOfGuards(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts.Guarded {
		object, err := row.Object("somebody")
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := verdicts.Manifests(object)
		if err != nil {
			t.Fatal(err)
		}
		var policies []string
		for _, f := range checked(t, check.Options{}, string(manifest)).Findings {
			if f.Rule == check.RulePolicy {
				policies = append(policies, f.Policy)
			}
		}
		if want := slices.DeleteFunc([]string{row.Policy}, func(p string) bool { return p == "" }); !slices.Equal(policies, want) {
			t.Errorf("%s: refused by %v, want %v", row.Says, policies, want)
		}
	}
}
