package exposure

import (
	"maps"
	"slices"
)

// Cleared tells which domains may be exposed in one namespace.
type Cleared interface {
	// Has tells whether the domain itself is cleared.
	Has(domain string) bool
}

// Covering returns the cleared domain that covers host, or false.
func Covering(cleared Cleared, host string) (domain string, covered bool) {
	for _, suffix := range Suffixes(host) {
		if cleared.Has(suffix) {
			return suffix, true
		}
	}
	return "", false
}

// Clearances are the domains that may be exposed in one namespace.
type Clearances struct {
	domains map[string]struct{}
}

// NewClearances makes a set of domains, given in lower case. Ones that cannot be cleared are left out: see
// ValidDomain.
func NewClearances(domains ...string) Clearances {
	set := make(map[string]struct{}, len(domains))
	for _, domain := range domains {
		if ValidDomain(domain) {
			set[domain] = struct{}{}
		}
	}
	return Clearances{domains: set}
}

// Has tells whether the domain itself is cleared.
func (c Clearances) Has(domain string) bool {
	_, has := c.domains[domain]
	return has
}

// Len counts the domains.
func (c Clearances) Len() int { return len(c.domains) }

// Domains returns the domains, sorted.
func (c Clearances) Domains() []string { return slices.Sorted(maps.Keys(c.domains)) }
