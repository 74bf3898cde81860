package exposure

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// AnyHost stands for "every host" where hosts are shown: what a hostless route serves.
const AnyHost = "*"

// Route is what the gate needs to know of a route of any kind.
type Route struct {
	// Kind of the route, for example Ingress.networking.k8s.io.
	Kind schema.GroupKind
	// Namespace and Name of the route.
	Namespace, Name string
	// Hosts that a controller would serve for it: well formed, in lower case, each once, in the route's order.
	Hosts []string
	// Malformed are its hosts that are not well formed, as written but for case. Nothing covers them.
	Malformed []string
	// Hostless tells that the route, or a part of it, names no host and so serves every one.
	Hostless bool
	// Via are the parents from whose listeners a route of the Gateway API that names no host takes its hosts: see ParentKey.
	Via []string
	// Inert tells that the route is attached to nothing that serves: it exposes no host, parked or not.
	Inert bool
	// Unparkable tells that routes of this kind cannot be parked: where one may not be served it is refused, and one that was
	// there before is left for people to take away.
	Unparkable bool
	// Parked tells that no controller serves the route because its class or its parents say so.
	Parked bool
	// Held tells that it was the gate that parked it, so that the gate may release it.
	Held bool
	// Note is ParkedHostsAnnotation: which hosts keep it parked.
	Note string
	// Because is ParkedBecauseAnnotation: why they do.
	Because string
}

// Rules are the parts of an ExposurePolicy that decide which hosts need a clearance.
type Rules struct {
	// ExemptDomains need no filing, nor does anything below them.
	ExemptDomains []string
	// AllowHostless lets routes be that name no host.
	AllowHostless bool
}

// Blocked returns the route's hosts that may not be served: those that neither a cleared domain nor an exemption
// covers, the malformed ones, and AnyHost for a hostless route. It says nothing of whether the route is served.
func (r Route) Blocked(cleared Cleared, rules Rules) []string {
	var blocked []string
	for _, host := range r.Hosts {
		if _, covered := Covering(cleared, host); !covered && !rules.exempt(host) {
			blocked = append(blocked, host)
		}
	}
	blocked = append(blocked, r.Malformed...)
	uncleared := slices.ContainsFunc(r.Via, func(key string) bool { return !cleared.HasParent(key) })
	if (r.Hostless || uncleared) && !rules.AllowHostless {
		blocked = append(blocked, AnyHost)
	}
	return blocked
}

// Exposes tells whether a controller may serve the route.
func (r Route) Exposes() bool { return !r.Parked && !r.Inert }

// Notes tells whether the route's note names the blocked hosts, and no others. A note that was cut short may name any.
func (r Route) Notes(blocked []string) bool {
	if len(r.Note) >= maxParkedHosts {
		return true
	}
	noted := strings.Split(r.Note, ",")
	return !slices.ContainsFunc(blocked, func(host string) bool { return !slices.Contains(noted, host) }) &&
		!slices.ContainsFunc(noted, func(host string) bool { return !slices.Contains(blocked, host) })
}

// HostsWithin returns those of the route's hosts that the domain covers.
func (r Route) HostsWithin(domain string) []string {
	var within []string
	for _, host := range r.Hosts {
		if Covers(domain, host) {
			within = append(within, host)
		}
	}
	return within
}

// Serves tells whether the route names a host, or a wildcard for it. That of an Ingress stands for one label, that of a route of
// the Gateway API for any number of them (as their references say).
func (r Route) Serves(host string) bool {
	return slices.ContainsFunc(r.Hosts, func(of string) bool {
		parent, wild := strings.CutPrefix(of, "*")
		first, below := strings.CutSuffix(host, parent)
		return of == host || wild && below && first != "" && (r.Kind != IngressKind || !strings.Contains(first, "."))
	})
}

// DomainKeys returns, each once, every domain that could cover a host of the route: the keys under which the route
// is indexed.
func (r Route) DomainKeys() []string {
	var keys []string
	for _, host := range r.Hosts {
		for _, suffix := range Suffixes(host) {
			if !slices.Contains(keys, suffix) {
				keys = append(keys, suffix)
			}
		}
	}
	return keys
}

func (r Rules) exempt(host string) bool {
	return slices.ContainsFunc(r.ExemptDomains, func(domain string) bool { return Covers(domain, host) })
}

// addHost files a host under Hosts or Malformed; an empty one makes the route hostless.
func addHost(r *Route, raw string) {
	host, wellFormed := NormalizeHost(raw)
	switch {
	case host == "":
		r.Hostless = true
	case !wellFormed:
		r.Malformed = appendNew(r.Malformed, host)
	default:
		r.Hosts = appendNew(r.Hosts, host)
	}
}

// addExactHost is addHost for a host that may not have blanks around it.
func addExactHost(r *Route, raw string) {
	if strings.ContainsFunc(raw, separatesHosts) {
		r.Malformed = appendNew(r.Malformed, lowerASCII(raw))
		return
	}
	addHost(r, raw)
}

func appendNew(list []string, entry string) []string {
	if slices.Contains(list, entry) {
		return list
	}
	return append(list, entry)
}
