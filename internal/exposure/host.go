package exposure

import (
	"regexp"
	"strings"
)

// Labels that a domain may have to be cleared: example.com has two, example.com.cn three. The public-suffix list
// has no registrable domain with more than five (2026).
const (
	MinDomainLabels = 2
	MaxDomainLabels = 5
)

// MaxHostLength is the longest host name in characters (RFC 1035, without the root's dot).
const MaxHostLength = 253

// HostPattern matches a well-formed host in lower case, with or without a leading wildcard label. No port, no
// trailing dot, no empty label; an internationalised name stands as A-labels. The policies use the same pattern.
const HostPattern = `^([*][.])?([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])*[a-z0-9]([-a-z0-9]*[a-z0-9])?$`

// AddressPattern matches what HostPattern does and is no host: numbers alone, as of an IPv4 address.
const AddressPattern = `^[0-9.]+$`

// DomainPattern matches a domain that can be cleared: a host without wildcard of two labels or more.
const DomainPattern = `^([a-z0-9]([-a-z0-9]*[a-z0-9])?[.])+[a-z0-9]([-a-z0-9]*[a-z0-9])?$`

var (
	hostRegexp    = regexp.MustCompile(HostPattern)
	domainRegexp  = regexp.MustCompile(DomainPattern)
	addressRegexp = regexp.MustCompile(AddressPattern)
)

// NormalizeHost returns the host in lower case without surrounding blanks, and whether it is well formed. An IP
// address, a port, a trailing dot or an empty label is not: such a host is never covered, and never guessed at.
func NormalizeHost(raw string) (host string, wellFormed bool) {
	host = lowerASCII(strings.Trim(raw, " \t\r\n"))
	if len(host) > MaxHostLength || !hostRegexp.MatchString(host) {
		return host, false
	}
	return host, !addressRegexp.MatchString(host)
}

// ValidDomain tells whether a domain can stand among a namespace's clearances.
func ValidDomain(domain string) bool {
	labels := strings.Count(domain, ".") + 1
	return labels >= MinDomainLabels && labels <= MaxDomainLabels &&
		len(domain) <= MaxHostLength && domainRegexp.MatchString(domain)
}

// Covers tells whether a filing of domain covers host: the domain itself and everything below it, a wildcard
// included, and nothing else. Both are in lower case.
func Covers(domain, host string) bool {
	if domain == "" {
		return false
	}
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// Suffixes returns every domain that could cover host, the longest first: its suffixes of two to five labels,
// without a wildcard label. Routes are indexed by them. A host that is not well formed has none.
func Suffixes(host string) []string {
	host, wellFormed := NormalizeHost(host)
	if !wellFormed {
		return nil
	}
	rest := strings.TrimPrefix(host, "*.")
	var suffixes []string
	for labels := strings.Count(rest, ".") + 1; labels >= MinDomainLabels; labels-- {
		if labels <= MaxDomainLabels {
			suffixes = append(suffixes, rest)
		}
		_, rest, _ = strings.Cut(rest, ".")
	}
	return suffixes
}

// lowerASCII folds A to Z alone, as the policies do: Unicode's folding would turn the Kelvin sign into a k.
func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}
