// Package verdicts is the table of what the gate says of routes: which hosts of a route are blocked by which clearances. Whoever
// judges routes (the matcher, the policies, what audits and checks) is held to it.
package verdicts

import (
	"maps"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Verdict is a row of the table: which hosts of a route are blocked by which clearances. A row with hosts stands for a
// route of each kind with these hosts, and one with annotations for a Service with them besides.
type Verdict struct {
	Says        string
	Hosts       []string
	Annotations map[string]string
	// Ingress changes the Ingress; the row then stands for no other kind.
	Ingress func(*networkingv1.Ingress)
	// Ingressless rows stand for no Ingress.
	Ingressless bool
	Cleared     []string
	Blocked     []string
}

// Routes makes the routes of the row.
func (v Verdict) Routes() []client.Object {
	ingress := Ingress(v.Hosts...)
	var routes []client.Object
	switch {
	case v.Ingress != nil:
		v.Ingress(ingress)
		routes = []client.Object{ingress}
	case v.Ingressless:
		routes = []client.Object{HTTPRoute(v.Hosts...), GRPCRoute(v.Hosts...)}
	case len(v.Hosts) > 16: // the most that the Gateway API allows such routes
		routes = []client.Object{ingress, TLSRoute(v.Hosts...)}
	default:
		routes = []client.Object{ingress, HTTPRoute(v.Hosts...), GRPCRoute(v.Hosts...), TLSRoute(v.Hosts...)}
	}
	for _, route := range routes {
		route.SetAnnotations(maps.Clone(v.Annotations))
	}
	return routes
}

// Hosts lists hosts.
func Hosts(hosts ...string) []string { return hosts }

// Note is one annotation.
func Note(name, value string) map[string]string { return map[string]string{name: value} }

// Repeat makes a list of n hosts.
func Repeat(n int, host func(int) string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = host(i)
	}
	return list
}

const (
	// ServerAlias is an annotation that carries hosts.
	ServerAlias = "nginx.ingress.kubernetes.io/server-alias"
	label63     = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"
)

// Rows are the table.
var Rows = []Verdict{
	// One host, one domain.
	{Says: "nothing is cleared where there are no clearances", Hosts: Hosts("example.com"), Blocked: Hosts("example.com")},
	{Says: "a cleared domain is covered itself", Hosts: Hosts("example.com"), Cleared: Hosts("example.com")},
	{Says: "a cleared domain covers what is below it", Hosts: Hosts("www.example.com"), Cleared: Hosts("example.com")},
	{Says: "a cleared domain covers what is far below it", Hosts: Hosts("a.b.c.d.e.f.example.com"), Cleared: Hosts("example.com")},
	{Says: "a cleared domain covers a wildcard below it", Hosts: Hosts("*.example.com"), Cleared: Hosts("example.com")},
	{Says: "a cleared domain covers a wildcard far below it", Hosts: Hosts("*.shop.example.com"), Cleared: Hosts("example.com")},
	{Says: "another domain is not covered", Hosts: Hosts("example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("example.org")},
	{Says: "a domain that ends the same is not covered", Hosts: Hosts("notexample.com"), Cleared: Hosts("example.com"), Blocked: Hosts("notexample.com")},
	{Says: "a host below one that ends the same is not covered", Hosts: Hosts("www.notexample.com"), Cleared: Hosts("example.com"), Blocked: Hosts("www.notexample.com")},
	{Says: "a domain that begins the same is not covered", Hosts: Hosts("example.com.evil.cn"), Cleared: Hosts("example.com"), Blocked: Hosts("example.com.evil.cn")},
	{Says: "a domain that begins the same with a hyphen is not covered", Hosts: Hosts("example.com-evil.cn"), Cleared: Hosts("example.com"), Blocked: Hosts("example.com-evil.cn")},
	{Says: "the domain above is not covered", Hosts: Hosts("com"), Cleared: Hosts("example.com"), Blocked: Hosts("com")},
	{Says: "a wildcard of the domain above is not covered", Hosts: Hosts("*.com"), Cleared: Hosts("example.com"), Blocked: Hosts("*.com")},
	{Says: "a prefix of the domain is not covered", Hosts: Hosts("example.co"), Cleared: Hosts("example.com"), Blocked: Hosts("example.co")},
	{Says: "a single label is not covered", Hosts: Hosts("localhost"), Cleared: Hosts("example.com"), Blocked: Hosts("localhost")},
	{Says: "hyphens and digits count", Hosts: Hosts("1-a.2-b.com"), Cleared: Hosts("2-b.com")},
	{Says: "a domain of digits and a letter is covered", Hosts: Hosts("www.163.com"), Cleared: Hosts("163.com")},
	{Says: "an internationalised name stands as A-labels", Hosts: Hosts("www.xn--fiqs8s.xn--fiqs8s"), Cleared: Hosts("xn--fiqs8s.xn--fiqs8s")},
	{Says: "another internationalised name is not covered", Hosts: Hosts("www.xn--fiqs8t.xn--fiqs8s"), Cleared: Hosts("xn--fiqs8s.xn--fiqs8s"), Blocked: Hosts("www.xn--fiqs8t.xn--fiqs8s")},
	{Says: "the longest labels are covered", Hosts: Hosts(label63 + "." + label63 + ".com"), Cleared: Hosts(label63 + ".com")},

	// Deeper domains.
	{Says: "a domain below com.cn covers what is below it", Hosts: Hosts("www.example.com.cn"), Cleared: Hosts("example.com.cn")},
	{Says: "a domain below com.cn is covered itself", Hosts: Hosts("example.com.cn"), Cleared: Hosts("example.com.cn")},
	{Says: "its neighbour below com.cn is not covered", Hosts: Hosts("www.other.com.cn"), Cleared: Hosts("example.com.cn"), Blocked: Hosts("www.other.com.cn")},
	{Says: "com.cn itself is not covered", Hosts: Hosts("com.cn"), Cleared: Hosts("example.com.cn"), Blocked: Hosts("com.cn")},
	{Says: "a wildcard of com.cn is not covered", Hosts: Hosts("*.com.cn"), Cleared: Hosts("example.com.cn"), Blocked: Hosts("*.com.cn")},
	{Says: "a shallow domain is found among deep ones", Hosts: Hosts("www.example.com"), Cleared: Hosts("a.b.c.d.cn", "example.com", "x.com.cn")},
	{Says: "a deep domain is found among shallow ones", Hosts: Hosts("www.a.b.c.d.cn"), Cleared: Hosts("a.b.c.d.cn", "example.com", "x.com.cn")},
	{Says: "a domain of four labels covers what is below it", Hosts: Hosts("w.a.b.c.cn"), Cleared: Hosts("a.b.c.cn")},
	{Says: "a domain of four labels does not cover what is above it", Hosts: Hosts("b.c.cn"), Cleared: Hosts("a.b.c.cn"), Blocked: Hosts("b.c.cn")},
	{Says: "a domain of five labels does not cover its neighbour", Hosts: Hosts("x.b.c.d.cn"), Cleared: Hosts("a.b.c.d.cn"), Blocked: Hosts("x.b.c.d.cn")},
	{Says: "a domain below a cleared one is covered twice", Hosts: Hosts("www.shop.example.com"), Cleared: Hosts("example.com", "shop.example.com")},
	{Says: "a cleared host does not cover its domain", Hosts: Hosts("example.com"), Cleared: Hosts("shop.example.com"), Blocked: Hosts("example.com")},
	{Says: "a cleared host does not cover its neighbour", Hosts: Hosts("blog.example.com"), Cleared: Hosts("shop.example.com"), Blocked: Hosts("blog.example.com")},

	// Several.
	{Says: "every host must be covered", Hosts: Hosts("www.example.com", "www.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("www.example.org")},
	{Says: "hosts may be covered by different domains", Hosts: Hosts("www.example.com", "www.example.org"), Cleared: Hosts("example.com", "example.org")},
	{Says: "each blocked host is named", Hosts: Hosts("a.example.org", "b.example.net"), Cleared: Hosts("example.com"), Blocked: Hosts("a.example.org", "b.example.net")},
	{Says: "the first domain of many is found", Hosts: Hosts("www.d0000.com"), Cleared: ManyDomains(1500)},
	{Says: "the last domain of many is found", Hosts: Hosts("www.d1499.com"), Cleared: ManyDomains(1500)},
	{Says: "domains at the edges of blocks are found", Hosts: Hosts("d0409.com", "d0408.com", "d0410.com", "d0818.com"), Cleared: ManyDomains(1500)},
	{Says: "one that sorts before all is not found", Hosts: Hosts("www.c.com"), Cleared: ManyDomains(1500), Blocked: Hosts("www.c.com")},
	{Says: "one that sorts behind all is not found", Hosts: Hosts("www.z.com"), Cleared: ManyDomains(1500), Blocked: Hosts("www.z.com")},
	{Says: "one that sorts between is not found", Hosts: Hosts("www.d0409a.com"), Cleared: ManyDomains(1500), Blocked: Hosts("www.d0409a.com")},
	{Says: "domains that begin alike are found", Hosts: Hosts("www." + strings.Repeat("a", 40) + "77.com"),
		Cleared: Repeat(100, func(i int) string {
			return strings.Repeat("a", 40) + string(rune('0'+i/10)) + string(rune('0'+i%10)) + ".com"
		})},

	// Ingress: what serves every host.
	{Says: "a rule without a host is hostless", Hosts: Hosts(""), Cleared: Hosts("example.com"), Blocked: Hosts("*"), Ingress: as},
	{Says: "one rule without a host is enough", Hosts: Hosts("www.example.com", ""), Cleared: Hosts("example.com"), Blocked: Hosts("*"), Ingress: as},
	{Says: "a default backend is hostless", Hosts: Hosts("www.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("*"),
		Ingress: func(i *networkingv1.Ingress) { b := Backend(); i.Spec.DefaultBackend = &b }},
	{Says: "a default backend without rules is hostless", Cleared: Hosts("example.com"), Blocked: Hosts("*"),
		Ingress: func(i *networkingv1.Ingress) { b := Backend(); i.Spec.DefaultBackend = &b }},

	{Says: "a route of the Gateway API without hostnames is hostless", Cleared: Hosts("example.com"), Blocked: Hosts("*"), Ingressless: true},

	// Ingress: hosts of TLS entries.
	{Says: "a TLS host must be covered", Hosts: Hosts("www.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("tls.example.org"), Ingress: TLS("tls.example.org")},
	{Says: "a covered TLS host is", Hosts: Hosts("www.example.com"), Cleared: Hosts("example.com"), Ingress: TLS("tls.example.com")},
	{Says: "a TLS host that is a rule's too counts once", Hosts: Hosts("www.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("www.example.org"), Ingress: TLS("www.example.org")},
	{Says: "a TLS entry without hosts names none", Hosts: Hosts("www.example.com"), Cleared: Hosts("example.com"), Ingress: TLS()},
	{Says: "every TLS entry counts", Hosts: Hosts("www.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("b.example.org"), Ingress: TLS("a.example.com", "b.example.org")},

	// Annotations.
	{Says: "an alias must be covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "www.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("www.example.org")},
	{Says: "a covered alias is", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "m.example.com"), Cleared: Hosts("example.com")},
	{Says: "aliases are separated by commas and blanks", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "a.example.com, b.example.org\n c.example.com\t,d.example.net"), Cleared: Hosts("example.com"), Blocked: Hosts("b.example.org", "d.example.net")},
	{Says: "an alias in capitals is covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "WWW.Example.COM"), Cleared: Hosts("example.com")},
	{Says: "an alias in capitals is blocked", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "WWW.Example.ORG"), Cleared: Hosts("example.com"), Blocked: Hosts("www.example.org")},
	{Says: "an alias with a letter that only Unicode folds is not guessed at", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "www.bin\u212A.com"), Cleared: Hosts("bink.com", "example.com"), Blocked: Hosts("www.bin\u212A.com")},
	{Says: "an alias with a port is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "m.example.com:8080"), Cleared: Hosts("example.com"), Blocked: Hosts("m.example.com:8080")},
	{Says: "an alias with a trailing dot is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "m.example.com."), Cleared: Hosts("example.com"), Blocked: Hosts("m.example.com.")},
	{Says: "an alias with an empty label is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "m..example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("m..example.com")},
	{Says: "an alias with a leading dot is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, ".example.com"), Cleared: Hosts("example.com"), Blocked: Hosts(".example.com")},
	{Says: "an alias with a scheme is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "http://m.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("http://m.example.com")},
	{Says: "an alias that is an IP address is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "192.0.2.1"), Cleared: Hosts("example.com"), Blocked: Hosts("192.0.2.1")},
	{Says: "an alias that is an IPv6 address is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "2001:db8::1"), Cleared: Hosts("example.com"), Blocked: Hosts("2001:db8::1")},
	{Says: "an alias with a wildcard inside is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "www.*.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("www.*.example.com")},
	{Says: "an alias with an underscore is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "a_b.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("a_b.example.com")},
	{Says: "an alias that is longer than any host is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, strings.Repeat("a.", 130)+"example.com"), Cleared: Hosts("example.com"), Blocked: Hosts(strings.Repeat("a.", 130) + "example.com")},
	{Says: "an alias with a wildcard is covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "*.example.com"), Cleared: Hosts("example.com")},
	{Says: "an alias by regular expression is hostless", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, `~^www\d+\.example\.com$`), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "an empty alias is none", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, " , "), Cleared: Hosts("example.com")},
	{Says: "external-dns's host must be covered", Hosts: Hosts("www.example.com"), Annotations: Note("external-dns.alpha.kubernetes.io/hostname", "dns.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("dns.example.org")},
	{Says: "Kong's aliases must be covered", Hosts: Hosts("www.example.com"), Annotations: Note("konghq.com/host-aliases", "kong.example.org,kong.example.com"), Cleared: Hosts("example.com"), Blocked: Hosts("kong.example.org")},
	{Says: "HAProxy's alias must be covered", Hosts: Hosts("www.example.com"), Annotations: Note("haproxy-ingress.github.io/server-alias", "ha.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("ha.example.org")},
	{Says: "HAProxy's alias by regular expression is hostless", Hosts: Hosts("www.example.com"), Annotations: Note("haproxy-ingress.github.io/server-alias-regex", "example"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "a server snippet is hostless", Hosts: Hosts("www.example.com"), Annotations: Note("nginx.ingress.kubernetes.io/server-snippet", "server_name other.cn;"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "a configuration snippet is hostless", Hosts: Hosts("www.example.com"), Annotations: Note("nginx.ingress.kubernetes.io/configuration-snippet", "return 200;"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "a load balancer's conditions are hostless", Hosts: Hosts("www.example.com"), Annotations: Note("alb.ingress.kubernetes.io/conditions.web", "[]"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "Higress's alias must be covered", Hosts: Hosts("www.example.com"), Annotations: Note("higress.io/server-alias", "hi.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("hi.example.org")},
	{Says: "the alias of older controllers must be covered", Hosts: Hosts("www.example.com"), Annotations: Note("ingress.kubernetes.io/server-alias", "old.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("old.example.org")},
	{Says: "a name inside must be covered, too", Hosts: Hosts("www.example.com"), Annotations: Note("external-dns.alpha.kubernetes.io/internal-hostname", "in.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("in.example.org")},
	{Says: "NGINX's server snippets are hostless", Hosts: Hosts("www.example.com"), Annotations: Note("nginx.org/server-snippets", "x"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "NGINX's location snippets are hostless", Hosts: Hosts("www.example.com"), Annotations: Note("nginx.org/location-snippets", "x"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "HAProxy's front end snippet is hostless", Hosts: Hosts("www.example.com"), Annotations: Note("haproxy.org/frontend-config-snippet", "x"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "HAProxy's front end configuration is hostless", Hosts: Hosts("www.example.com"), Annotations: Note("haproxy-ingress.github.io/config-frontend", "x"), Cleared: Hosts("example.com"), Blocked: Hosts("*")},
	{Says: "an alias of a domain that begins the same is blocked", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "example.com.evil.cn"), Cleared: Hosts("example.com"), Blocked: Hosts("example.com.evil.cn")},
	{Says: "an alias of the domain above is blocked", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "com"), Cleared: Hosts("example.com"), Blocked: Hosts("com")},
	{Says: "an alias with a path is never covered", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "m.example.com/x"), Cleared: Hosts("example.com"), Blocked: Hosts("m.example.com/x")},
	{Says: "aliases on lines of their own are read", Hosts: Hosts("www.example.com"), Annotations: Note(ServerAlias, "m.example.com\nm.example.org"), Cleared: Hosts("example.com"), Blocked: Hosts("m.example.org")},
	{Says: "other annotations name no host", Hosts: Hosts("www.example.com"), Annotations: Note("cert-manager.io/cluster-issuer", "other.example.org"), Cleared: Hosts("example.com")},
}

func as(*networkingv1.Ingress) {}

// TLS adds entries of TLS with hosts.
func TLS(hosts ...string) func(*networkingv1.Ingress) {
	return func(ingress *networkingv1.Ingress) {
		ingress.Spec.TLS = []networkingv1.IngressTLS{{SecretName: "none"}}
		for _, host := range hosts {
			ingress.Spec.TLS = append(ingress.Spec.TLS, networkingv1.IngressTLS{Hosts: []string{host}})
		}
	}
}

// ManyDomains makes domains that sort as they are numbered.
func ManyDomains(n int) []string {
	return Repeat(n, func(i int) string {
		return "d" + string(rune('0'+i/1000)) + string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)) + ".com"
	})
}
