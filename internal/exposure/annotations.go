package exposure

import (
	"slices"
	"strings"
)

// Annotations by which ingress and DNS controllers are told of hosts beside those in a route's spec. They are
// looked at on routes of every kind: where a controller does not read one, it does no harm to write it right.

// HostAnnotations carry host names, separated by commas or blanks. A value with a ~ in it is a regular expression,
// and so counts as hostless.
var HostAnnotations = []string{
	"external-dns.alpha.kubernetes.io/hostname",
	"external-dns.alpha.kubernetes.io/internal-hostname",
	"haproxy-ingress.github.io/server-alias",
	"higress.io/server-alias",
	"ingress.kubernetes.io/server-alias",
	"konghq.com/host-aliases",
	"nginx.ingress.kubernetes.io/server-alias",
}

// OpaqueAnnotations may make a controller serve any host, in ways that nobody can read off them: configuration
// snippets and regular expressions. A route with one counts as hostless.
var OpaqueAnnotations = []string{
	"haproxy-ingress.github.io/config-frontend",
	"haproxy-ingress.github.io/server-alias-regex",
	"haproxy.org/frontend-config-snippet",
	"ingress.kubernetes.io/server-alias-regex",
	"nginx.ingress.kubernetes.io/configuration-snippet",
	"nginx.ingress.kubernetes.io/server-snippet",
	"nginx.org/location-snippets",
	"nginx.org/server-snippets",
}

// OpaquePrefixes begin opaque annotations whose names go on with a name of the user's own: the conditions of AWS
// and Alibaba Cloud load balancers, which may match any host.
var OpaquePrefixes = []string{
	"alb.ingress.kubernetes.io/conditions.",
}

// addAnnotations adds what a route's annotations say of its hosts.
func addAnnotations(r *Route, annotations map[string]string) {
	for _, name := range HostAnnotations {
		value, there := annotations[name]
		if !there {
			continue
		}
		if strings.Contains(value, "~") {
			r.Hostless = true
			continue
		}
		for _, host := range strings.FieldsFunc(value, separatesHosts) {
			addHost(r, host)
		}
	}
	for name := range annotations {
		if opaque(name) {
			r.Hostless = true
		}
	}
}

func separatesHosts(c rune) bool { return strings.ContainsRune(", \t\r\n", c) }

func opaque(name string) bool {
	return slices.Contains(OpaqueAnnotations, name) ||
		slices.ContainsFunc(OpaquePrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
