package gate

import (
	"maps"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// verdict is a row of the table: which hosts of a route are blocked by which clearances. A row with hosts stands for a
// route of each kind with these hosts, and one with annotations for a Service with them besides.
type verdict struct {
	says        string
	hosts       []string
	annotations map[string]string
	// ingress changes the Ingress; the row then stands for no other kind.
	ingress func(*networkingv1.Ingress)
	// ingressless rows stand for no Ingress.
	ingressless bool
	cleared     []string
	blocked     []string
}

// routes makes the routes of the row.
func (v verdict) routes() []client.Object {
	ingress := ingressFor(v.hosts...)
	var routes []client.Object
	switch {
	case v.ingress != nil:
		v.ingress(ingress)
		routes = []client.Object{ingress}
	case v.ingressless:
		routes = []client.Object{httpRouteFor(v.hosts...), grpcRouteFor(v.hosts...)}
	case len(v.hosts) > 16: // the most that the Gateway API allows such routes
		routes = []client.Object{ingress, tlsRouteFor(v.hosts...)}
	default:
		routes = []client.Object{ingress, httpRouteFor(v.hosts...), grpcRouteFor(v.hosts...), tlsRouteFor(v.hosts...)}
	}
	for _, route := range routes {
		route.SetAnnotations(maps.Clone(v.annotations))
	}
	return routes
}

func hosts(hosts ...string) []string { return hosts }

func note(name, value string) map[string]string { return map[string]string{name: value} }

func repeat(n int, host func(int) string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = host(i)
	}
	return list
}

const (
	serverAlias = "nginx.ingress.kubernetes.io/server-alias"
	label63     = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"
)

var verdicts = []verdict{
	// One host, one domain.
	{says: "nothing is cleared where there are no clearances", hosts: hosts("example.com"), blocked: hosts("example.com")},
	{says: "a cleared domain is covered itself", hosts: hosts("example.com"), cleared: hosts("example.com")},
	{says: "a cleared domain covers what is below it", hosts: hosts("www.example.com"), cleared: hosts("example.com")},
	{says: "a cleared domain covers what is far below it", hosts: hosts("a.b.c.d.e.f.example.com"), cleared: hosts("example.com")},
	{says: "a cleared domain covers a wildcard below it", hosts: hosts("*.example.com"), cleared: hosts("example.com")},
	{says: "a cleared domain covers a wildcard far below it", hosts: hosts("*.shop.example.com"), cleared: hosts("example.com")},
	{says: "another domain is not covered", hosts: hosts("example.org"), cleared: hosts("example.com"), blocked: hosts("example.org")},
	{says: "a domain that ends the same is not covered", hosts: hosts("notexample.com"), cleared: hosts("example.com"), blocked: hosts("notexample.com")},
	{says: "a host below one that ends the same is not covered", hosts: hosts("www.notexample.com"), cleared: hosts("example.com"), blocked: hosts("www.notexample.com")},
	{says: "a domain that begins the same is not covered", hosts: hosts("example.com.evil.cn"), cleared: hosts("example.com"), blocked: hosts("example.com.evil.cn")},
	{says: "a domain that begins the same with a hyphen is not covered", hosts: hosts("example.com-evil.cn"), cleared: hosts("example.com"), blocked: hosts("example.com-evil.cn")},
	{says: "the domain above is not covered", hosts: hosts("com"), cleared: hosts("example.com"), blocked: hosts("com")},
	{says: "a wildcard of the domain above is not covered", hosts: hosts("*.com"), cleared: hosts("example.com"), blocked: hosts("*.com")},
	{says: "a prefix of the domain is not covered", hosts: hosts("example.co"), cleared: hosts("example.com"), blocked: hosts("example.co")},
	{says: "a single label is not covered", hosts: hosts("localhost"), cleared: hosts("example.com"), blocked: hosts("localhost")},
	{says: "hyphens and digits count", hosts: hosts("1-a.2-b.com"), cleared: hosts("2-b.com")},
	{says: "a domain of digits and a letter is covered", hosts: hosts("www.163.com"), cleared: hosts("163.com")},
	{says: "an internationalised name stands as A-labels", hosts: hosts("www.xn--fiqs8s.xn--fiqs8s"), cleared: hosts("xn--fiqs8s.xn--fiqs8s")},
	{says: "another internationalised name is not covered", hosts: hosts("www.xn--fiqs8t.xn--fiqs8s"), cleared: hosts("xn--fiqs8s.xn--fiqs8s"), blocked: hosts("www.xn--fiqs8t.xn--fiqs8s")},
	{says: "the longest labels are covered", hosts: hosts(label63 + "." + label63 + ".com"), cleared: hosts(label63 + ".com")},

	// Deeper domains.
	{says: "a domain below com.cn covers what is below it", hosts: hosts("www.example.com.cn"), cleared: hosts("example.com.cn")},
	{says: "a domain below com.cn is covered itself", hosts: hosts("example.com.cn"), cleared: hosts("example.com.cn")},
	{says: "its neighbour below com.cn is not covered", hosts: hosts("www.other.com.cn"), cleared: hosts("example.com.cn"), blocked: hosts("www.other.com.cn")},
	{says: "com.cn itself is not covered", hosts: hosts("com.cn"), cleared: hosts("example.com.cn"), blocked: hosts("com.cn")},
	{says: "a wildcard of com.cn is not covered", hosts: hosts("*.com.cn"), cleared: hosts("example.com.cn"), blocked: hosts("*.com.cn")},
	{says: "a shallow domain is found among deep ones", hosts: hosts("www.example.com"), cleared: hosts("a.b.c.d.cn", "example.com", "x.com.cn")},
	{says: "a deep domain is found among shallow ones", hosts: hosts("www.a.b.c.d.cn"), cleared: hosts("a.b.c.d.cn", "example.com", "x.com.cn")},
	{says: "a domain of four labels covers what is below it", hosts: hosts("w.a.b.c.cn"), cleared: hosts("a.b.c.cn")},
	{says: "a domain of four labels does not cover what is above it", hosts: hosts("b.c.cn"), cleared: hosts("a.b.c.cn"), blocked: hosts("b.c.cn")},
	{says: "a domain of five labels does not cover its neighbour", hosts: hosts("x.b.c.d.cn"), cleared: hosts("a.b.c.d.cn"), blocked: hosts("x.b.c.d.cn")},
	{says: "a domain below a cleared one is covered twice", hosts: hosts("www.shop.example.com"), cleared: hosts("example.com", "shop.example.com")},
	{says: "a cleared host does not cover its domain", hosts: hosts("example.com"), cleared: hosts("shop.example.com"), blocked: hosts("example.com")},
	{says: "a cleared host does not cover its neighbour", hosts: hosts("blog.example.com"), cleared: hosts("shop.example.com"), blocked: hosts("blog.example.com")},

	// Several.
	{says: "every host must be covered", hosts: hosts("www.example.com", "www.example.org"), cleared: hosts("example.com"), blocked: hosts("www.example.org")},
	{says: "hosts may be covered by different domains", hosts: hosts("www.example.com", "www.example.org"), cleared: hosts("example.com", "example.org")},
	{says: "each blocked host is named", hosts: hosts("a.example.org", "b.example.net"), cleared: hosts("example.com"), blocked: hosts("a.example.org", "b.example.net")},
	{says: "the first domain of many is found", hosts: hosts("www.d0000.com"), cleared: manyDomains(1500)},
	{says: "the last domain of many is found", hosts: hosts("www.d1499.com"), cleared: manyDomains(1500)},
	{says: "domains at the edges of blocks are found", hosts: hosts("d0409.com", "d0408.com", "d0410.com", "d0818.com"), cleared: manyDomains(1500)},
	{says: "one that sorts before all is not found", hosts: hosts("www.c.com"), cleared: manyDomains(1500), blocked: hosts("www.c.com")},
	{says: "one that sorts behind all is not found", hosts: hosts("www.z.com"), cleared: manyDomains(1500), blocked: hosts("www.z.com")},
	{says: "one that sorts between is not found", hosts: hosts("www.d0409a.com"), cleared: manyDomains(1500), blocked: hosts("www.d0409a.com")},
	{says: "domains that begin alike are found", hosts: hosts("www." + strings.Repeat("a", 40) + "77.com"),
		cleared: repeat(100, func(i int) string {
			return strings.Repeat("a", 40) + string(rune('0'+i/10)) + string(rune('0'+i%10)) + ".com"
		})},

	// Ingress: what serves every host.
	{says: "a rule without a host is hostless", hosts: hosts(""), cleared: hosts("example.com"), blocked: hosts("*"), ingress: as},
	{says: "one rule without a host is enough", hosts: hosts("www.example.com", ""), cleared: hosts("example.com"), blocked: hosts("*"), ingress: as},
	{says: "a default backend is hostless", hosts: hosts("www.example.com"), cleared: hosts("example.com"), blocked: hosts("*"),
		ingress: func(i *networkingv1.Ingress) { b := backend(); i.Spec.DefaultBackend = &b }},
	{says: "a default backend without rules is hostless", cleared: hosts("example.com"), blocked: hosts("*"),
		ingress: func(i *networkingv1.Ingress) { b := backend(); i.Spec.DefaultBackend = &b }},

	{says: "a route of the Gateway API without hostnames is hostless", cleared: hosts("example.com"), blocked: hosts("*"), ingressless: true},

	// Ingress: hosts of TLS entries.
	{says: "a TLS host must be covered", hosts: hosts("www.example.com"), cleared: hosts("example.com"), blocked: hosts("tls.example.org"), ingress: tls("tls.example.org")},
	{says: "a covered TLS host is", hosts: hosts("www.example.com"), cleared: hosts("example.com"), ingress: tls("tls.example.com")},
	{says: "a TLS host that is a rule's too counts once", hosts: hosts("www.example.org"), cleared: hosts("example.com"), blocked: hosts("www.example.org"), ingress: tls("www.example.org")},
	{says: "a TLS entry without hosts names none", hosts: hosts("www.example.com"), cleared: hosts("example.com"), ingress: tls()},
	{says: "every TLS entry counts", hosts: hosts("www.example.com"), cleared: hosts("example.com"), blocked: hosts("b.example.org"), ingress: tls("a.example.com", "b.example.org")},

	// Annotations.
	{says: "an alias must be covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "www.example.org"), cleared: hosts("example.com"), blocked: hosts("www.example.org")},
	{says: "a covered alias is", hosts: hosts("www.example.com"), annotations: note(serverAlias, "m.example.com"), cleared: hosts("example.com")},
	{says: "aliases are separated by commas and blanks", hosts: hosts("www.example.com"), annotations: note(serverAlias, "a.example.com, b.example.org\n c.example.com\t,d.example.net"), cleared: hosts("example.com"), blocked: hosts("b.example.org", "d.example.net")},
	{says: "an alias in capitals is covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "WWW.Example.COM"), cleared: hosts("example.com")},
	{says: "an alias in capitals is blocked", hosts: hosts("www.example.com"), annotations: note(serverAlias, "WWW.Example.ORG"), cleared: hosts("example.com"), blocked: hosts("www.example.org")},
	{says: "an alias with a letter that only Unicode folds is not guessed at", hosts: hosts("www.example.com"), annotations: note(serverAlias, "www.bin\u212A.com"), cleared: hosts("bink.com", "example.com"), blocked: hosts("www.bin\u212A.com")},
	{says: "an alias with a port is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "m.example.com:8080"), cleared: hosts("example.com"), blocked: hosts("m.example.com:8080")},
	{says: "an alias with a trailing dot is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "m.example.com."), cleared: hosts("example.com"), blocked: hosts("m.example.com.")},
	{says: "an alias with an empty label is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "m..example.com"), cleared: hosts("example.com"), blocked: hosts("m..example.com")},
	{says: "an alias with a leading dot is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, ".example.com"), cleared: hosts("example.com"), blocked: hosts(".example.com")},
	{says: "an alias with a scheme is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "http://m.example.com"), cleared: hosts("example.com"), blocked: hosts("http://m.example.com")},
	{says: "an alias that is an IP address is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "192.0.2.1"), cleared: hosts("example.com"), blocked: hosts("192.0.2.1")},
	{says: "an alias that is an IPv6 address is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "2001:db8::1"), cleared: hosts("example.com"), blocked: hosts("2001:db8::1")},
	{says: "an alias with a wildcard inside is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "www.*.example.com"), cleared: hosts("example.com"), blocked: hosts("www.*.example.com")},
	{says: "an alias with an underscore is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "a_b.example.com"), cleared: hosts("example.com"), blocked: hosts("a_b.example.com")},
	{says: "an alias that is longer than any host is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, strings.Repeat("a.", 130)+"example.com"), cleared: hosts("example.com"), blocked: hosts(strings.Repeat("a.", 130) + "example.com")},
	{says: "an alias with a wildcard is covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "*.example.com"), cleared: hosts("example.com")},
	{says: "an alias by regular expression is hostless", hosts: hosts("www.example.com"), annotations: note(serverAlias, `~^www\d+\.example\.com$`), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "an empty alias is none", hosts: hosts("www.example.com"), annotations: note(serverAlias, " , "), cleared: hosts("example.com")},
	{says: "external-dns's host must be covered", hosts: hosts("www.example.com"), annotations: note("external-dns.alpha.kubernetes.io/hostname", "dns.example.org"), cleared: hosts("example.com"), blocked: hosts("dns.example.org")},
	{says: "Kong's aliases must be covered", hosts: hosts("www.example.com"), annotations: note("konghq.com/host-aliases", "kong.example.org,kong.example.com"), cleared: hosts("example.com"), blocked: hosts("kong.example.org")},
	{says: "HAProxy's alias must be covered", hosts: hosts("www.example.com"), annotations: note("haproxy-ingress.github.io/server-alias", "ha.example.org"), cleared: hosts("example.com"), blocked: hosts("ha.example.org")},
	{says: "HAProxy's alias by regular expression is hostless", hosts: hosts("www.example.com"), annotations: note("haproxy-ingress.github.io/server-alias-regex", "example"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "a server snippet is hostless", hosts: hosts("www.example.com"), annotations: note("nginx.ingress.kubernetes.io/server-snippet", "server_name other.cn;"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "a configuration snippet is hostless", hosts: hosts("www.example.com"), annotations: note("nginx.ingress.kubernetes.io/configuration-snippet", "return 200;"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "a load balancer's conditions are hostless", hosts: hosts("www.example.com"), annotations: note("alb.ingress.kubernetes.io/conditions.web", "[]"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "Higress's alias must be covered", hosts: hosts("www.example.com"), annotations: note("higress.io/server-alias", "hi.example.org"), cleared: hosts("example.com"), blocked: hosts("hi.example.org")},
	{says: "the alias of older controllers must be covered", hosts: hosts("www.example.com"), annotations: note("ingress.kubernetes.io/server-alias", "old.example.org"), cleared: hosts("example.com"), blocked: hosts("old.example.org")},
	{says: "a name inside must be covered, too", hosts: hosts("www.example.com"), annotations: note("external-dns.alpha.kubernetes.io/internal-hostname", "in.example.org"), cleared: hosts("example.com"), blocked: hosts("in.example.org")},
	{says: "NGINX's server snippets are hostless", hosts: hosts("www.example.com"), annotations: note("nginx.org/server-snippets", "x"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "NGINX's location snippets are hostless", hosts: hosts("www.example.com"), annotations: note("nginx.org/location-snippets", "x"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "HAProxy's front end snippet is hostless", hosts: hosts("www.example.com"), annotations: note("haproxy.org/frontend-config-snippet", "x"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "HAProxy's front end configuration is hostless", hosts: hosts("www.example.com"), annotations: note("haproxy-ingress.github.io/config-frontend", "x"), cleared: hosts("example.com"), blocked: hosts("*")},
	{says: "an alias of a domain that begins the same is blocked", hosts: hosts("www.example.com"), annotations: note(serverAlias, "example.com.evil.cn"), cleared: hosts("example.com"), blocked: hosts("example.com.evil.cn")},
	{says: "an alias of the domain above is blocked", hosts: hosts("www.example.com"), annotations: note(serverAlias, "com"), cleared: hosts("example.com"), blocked: hosts("com")},
	{says: "an alias with a path is never covered", hosts: hosts("www.example.com"), annotations: note(serverAlias, "m.example.com/x"), cleared: hosts("example.com"), blocked: hosts("m.example.com/x")},
	{says: "aliases on lines of their own are read", hosts: hosts("www.example.com"), annotations: note(serverAlias, "m.example.com\nm.example.org"), cleared: hosts("example.com"), blocked: hosts("m.example.org")},
	{says: "other annotations name no host", hosts: hosts("www.example.com"), annotations: note("cert-manager.io/cluster-issuer", "other.example.org"), cleared: hosts("example.com")},
}

func as(*networkingv1.Ingress) {}

func tls(hosts ...string) func(*networkingv1.Ingress) {
	return func(ingress *networkingv1.Ingress) {
		ingress.Spec.TLS = []networkingv1.IngressTLS{{SecretName: "none"}}
		for _, host := range hosts {
			ingress.Spec.TLS = append(ingress.Spec.TLS, networkingv1.IngressTLS{Hosts: []string{host}})
		}
	}
}

func manyDomains(n int) []string {
	return repeat(n, func(i int) string {
		return "d" + string(rune('0'+i/1000)) + string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)) + ".com"
	})
}
