package routekinds

// row is an object of a kind: what its manifest says, and which of its hosts keep it from being served where only example.com
// is filed.
type row struct{ says, manifest, blocked string }

// kind is a file of config/route-kinds, and objects of its kind.
type kind struct {
	file string
	rows []row
}

const virtualService = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec: "
const httpProxy = "apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nspec: "
const apisixRoute = "apiVersion: apisix.apache.org/v2\nkind: ApisixRoute\nspec: "

func domainMapping(host string) string {
	return "apiVersion: serving.knative.dev/v1beta1\nkind: DomainMapping\nmetadata: {name: " + host + "}\nspec: {ref: {kind: Service, name: web, apiVersion: v1}}"
}

// ingressRoute is an IngressRoute with one rule, which has no single quotes.
func ingressRoute(match string) string {
	return "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: [{kind: Rule, match: '" + match + "', services: [{name: web, port: 80}]}]}"
}

var kinds = []kind{
	{"istio-virtualservice", []row{
		{"at a gateway, covered", virtualService + "{hosts: [www.example.com, example.com], gateways: [istio-system/public]}", ""},
		{"at a gateway, uncovered", virtualService + "{hosts: [www.example.com, www.unfiled.cn], gateways: [istio-system/public]}", "www.unfiled.cn"},
		{"an uncovered one in the mesh alone exposes nothing", virtualService + "{hosts: [www.unfiled.cn]}", ""},
		{"nor where it says so", virtualService + "{hosts: [www.unfiled.cn], gateways: [mesh]}", ""},
		{"in the mesh and at a gateway it does", virtualService + "{hosts: [www.unfiled.cn], gateways: [mesh, public]}", "www.unfiled.cn"},
		{"at the gateway of parked ones, before the gate put it there, it does", virtualService + "{hosts: [www.unfiled.cn], gateways: [other/none]}", "www.unfiled.cn"},
		{"every host", virtualService + `{hosts: ["*"], gateways: [public]}`, "*"},
		{"no host, as a delegate that has a gateway", virtualService + "{gateways: [public], http: []}", "*"},
		{"a delegate", virtualService + "{http: [{route: [{destination: {host: web}}]}]}", ""},
		{"a covered wildcard", virtualService + `{hosts: ["*.example.com"], gateways: [public]}`, ""},
		{"an uncovered wildcard", virtualService + `{hosts: ["*.unfiled.cn"], gateways: [public]}`, "*.unfiled.cn"},
		{"a short name, which is a cluster's own", virtualService + "{hosts: [reviews], gateways: [public]}", "reviews"},
		{"a cluster's own name that is exempt", virtualService + "{hosts: [reviews.shop.svc.cluster.local], gateways: [public]}", ""},
		{"an address", virtualService + `{hosts: ["203.0.113.7"], gateways: [public]}`, "203.0.113.7"},
		{"a name that ends like the domain", virtualService + "{hosts: [notexample.com], gateways: [public]}", "notexample.com"},
	}},
	{"traefik-ingressroute", []row{
		{"one host, covered", ingressRoute("Host(`www.example.com`)"), ""},
		{"one host, uncovered", ingressRoute("Host(`www.unfiled.cn`)"), "www.unfiled.cn"},
		{"in double quotes", ingressRoute(`Host("www.unfiled.cn") && PathPrefix("/api")`), "www.unfiled.cn"},
		{"in capitals", ingressRoute("HOST(`WWW.Unfiled.CN`)"), "www.unfiled.cn"},
		{"with a path, covered", ingressRoute("Host(`www.example.com`) && PathPrefix(`/api`)"), ""},
		{"the path first", ingressRoute("PathPrefix(`/api`) && Host(`www.example.com`)"), ""},
		{"two hosts as alternatives", ingressRoute("Host(`www.example.com`) || Host(`www.unfiled.cn`)"), "www.unfiled.cn"},
		{"two covered alternatives", ingressRoute("Host(`www.example.com`) && Path(`/a`) || Host(`example.com`)"), ""},
		{"two covered hosts in brackets", ingressRoute("(Host(`www.example.com`) || Host(`example.com`)) && PathPrefix(`/api`)"), ""},
		{"one uncovered in brackets", ingressRoute("(Host(`www.example.com`) || Host(`a.cn`)) && PathPrefix(`/api`)"), "a.cn"},
		{"paths in brackets", ingressRoute("Host(`www.example.com`) && (PathPrefix(`/a`) || !Method(`GET`, `PUT`))"), ""},
		{"two arguments, as in version 2 of the rules", ingressRoute("Host(`www.example.com`, `b.cn`)"), "b.cn"},
		{"a wildcard certificate of a covered host", "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: [{match: 'Host(`www.example.com`)'}], tls: {domains: [{main: example.com, sans: ['*.example.com']}]}}", ""},
		{"a certificate of an uncovered one", "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: [{match: 'Host(`www.example.com`)'}], tls: {domains: [{main: example.com, sans: [c.cn]}, {}]}}", "c.cn"},
		{"no rule, which serves nothing", "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: []}", ""},
		{"one rule without a host among others", "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: [{match: 'Host(`www.example.com`)'}, {match: 'Path(`/`)'}]}", "*"},
		{"a path alone", ingressRoute("PathPrefix(`/`)"), "*"},
		{"an empty host", ingressRoute("Host(``)"), "*"},
		{"an empty rule", ingressRoute(""), "*"},
		{"a regular expression", ingressRoute("HostRegexp(`^.+\\.example\\.com$`)"), "*"},
		{"a regular expression as an alternative", ingressRoute("Host(`www.example.com`) || HostRegexp(`.*`)"), "*"},
		{"a regular expression beside the host", ingressRoute("Host(`www.example.com`) && HostRegexp(`.*`)"), ""},
		{"a negated host", ingressRoute("!Host(`www.example.com`)"), "*"},
		{"a negated host in brackets", ingressRoute("!(Host(`www.example.com`))"), "*"},
		{"a path as an alternative", ingressRoute("Host(`www.example.com`) || PathPrefix(`/`)"), "*"},
		{"a path as an alternative in brackets", ingressRoute("(Host(`www.example.com`) || PathPrefix(`/`)) && Method(`GET`)"), "*"},
		{"brackets that are not read", ingressRoute("((Host(`www.example.com`)))"), "*"},
		{"a host inside another's text", ingressRoute("PathPrefix(`/Host(\"www.example.com\")`)"), "*"},
		{"a host inside a quoted text", ingressRoute("Header(\"a\", \"Host(`www.example.com`)\")"), "*"},
		{"a host inside a text beside an uncovered one", ingressRoute("Header(`a`, `Host(\"www.example.com\")`) && Host(`d.cn`)"), "d.cn"},
		{"an escape", ingressRoute(`Host("\x65xample.com")`), "*"},
		{"a comment", ingressRoute("Host/**/(`www.example.com`)"), "*"},
		{"a name that only ends in Host", ingressRoute("NotHost(`www.example.com`)"), "*"},
		{"a trailing dot", ingressRoute("Host(`www.example.com.`)"), "www.example.com."},
		{"a name of another host below it", ingressRoute("Host(`example.com.evil.cn`)"), "example.com.evil.cn"},
	}},
	{"contour-httpproxy", []row{
		{"covered", httpProxy + "{virtualhost: {fqdn: www.example.com}}", ""},
		{"uncovered", httpProxy + "{virtualhost: {fqdn: www.unfiled.cn}}", "www.unfiled.cn"},
		{"a covered wildcard", httpProxy + `{virtualhost: {fqdn: "*.example.com"}}`, ""},
		{"an uncovered wildcard", httpProxy + `{virtualhost: {fqdn: "*.unfiled.cn"}}`, "*.unfiled.cn"},
		{"a TCP proxy, by its TLS name", httpProxy + "{virtualhost: {fqdn: tcp.unfiled.cn, tls: {passthrough: true}}, tcpproxy: {services: [{name: web, port: 443}]}}", "tcp.unfiled.cn"},
		{"one that others include, which exposes nothing itself", httpProxy + "{routes: [{services: [{name: web, port: 80}]}]}", ""},
	}},
	{"apisix-apisixroute", []row{
		{"covered", apisixRoute + "{http: [{name: a, match: {hosts: [www.example.com, example.com], paths: [/*]}}]}", ""},
		{"uncovered in the second rule", apisixRoute + "{http: [{name: a, match: {hosts: [www.example.com], paths: [/*]}}, {name: b, match: {hosts: [www.unfiled.cn], paths: [/*]}}]}", "www.unfiled.cn"},
		{"no hosts", apisixRoute + "{http: [{name: a, match: {paths: [/*]}}]}", "*"},
		{"an empty list of hosts", apisixRoute + "{http: [{name: a, match: {hosts: [], paths: [/*]}}]}", "*"},
		{"no match", apisixRoute + "{http: [{name: a}]}", "*"},
		{"no hosts in one rule of two", apisixRoute + "{http: [{name: a, match: {hosts: [www.example.com], paths: [/*]}}, {name: b, match: {paths: [/*]}}]}", "*"},
		{"a covered wildcard", apisixRoute + `{http: [{name: a, match: {hosts: ["*.example.com"], paths: [/*]}}]}`, ""},
		{"an uncovered wildcard", apisixRoute + `{http: [{name: a, match: {hosts: ["*.unfiled.cn"], paths: [/*]}}]}`, "*.unfiled.cn"},
		{"no rule, which serves nothing", apisixRoute + "{}", ""},
		{"a stream without a name, which has no host", apisixRoute + "{stream: [{name: a, protocol: TCP, match: {ingressPort: 9100}, backend: {serviceName: db}}]}", ""},
		{"a stream by its TLS name", apisixRoute + "{stream: [{name: a, protocol: TCP, match: {ingressPort: 9100, host: db.unfiled.cn}, backend: {serviceName: db}}]}", "db.unfiled.cn"},
	}},
	{"knative-domainmapping", []row{
		{"covered", domainMapping("www.example.com"), ""},
		{"the domain itself", domainMapping("example.com"), ""},
		{"uncovered", domainMapping("www.unfiled.cn"), "www.unfiled.cn"},
		{"a name of the cluster's own that is exempt", domainMapping("web.shop.svc.cluster.local"), ""},
	}},
}
