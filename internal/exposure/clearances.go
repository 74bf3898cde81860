package exposure

import (
	"maps"
	"slices"
)

// Cleared tells which domains may be exposed in one namespace.
type Cleared interface {
	// Has tells whether the domain itself is cleared.
	Has(domain string) bool
	// HasParent tells whether every host that a parent of the Gateway API listens for is cleared: see ParentKey.
	HasParent(key string) bool
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
	parents map[string]struct{}
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

// WithParents returns the clearances with these parents, and no others: see ParentKey.
func (c Clearances) WithParents(keys ...string) Clearances {
	c.parents = make(map[string]struct{}, len(keys))
	for _, key := range keys {
		c.parents[key] = struct{}{}
	}
	return c
}

// HasParent tells whether every host that a parent listens for is cleared.
func (c Clearances) HasParent(key string) bool {
	_, has := c.parents[key]
	return has
}

// Parents returns the keys of the parents, sorted.
func (c Clearances) Parents() []string { return slices.Sorted(maps.Keys(c.parents)) }

// Len counts the domains.
func (c Clearances) Len() int { return len(c.domains) }

// Domains returns the domains, sorted.
func (c Clearances) Domains() []string { return slices.Sorted(maps.Keys(c.domains)) }
