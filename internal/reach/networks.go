// Package reach says which addresses the operator may connect to on behalf of people who may not choose freely where it
// connects to, and dials no others.
package reach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Networks says which addresses may be reached. Who asks for one is a tenant, and the operator stands where they do not: so,
// beside what an admin says, only addresses of the public Internet. An address is judged when it is dialled, after its name
// was resolved, so that no name can lead elsewhere later.
type Networks struct {
	// Allow are networks that may be reached though they are not public, also without TLS.
	Allow []netip.Prefix
	// Deny are networks that may not be reached though they are public; it wins over Allow.
	Deny []netip.Prefix
}

// Parse reads a list of networks, separated by commas: 10.1.0.0/16,fd00:1::/64.
func Parse(list string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		network, err := netip.ParsePrefix(word)
		if err != nil {
			return nil, fmt.Errorf("network %q: %w", word, err)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// reserved are networks of no public host, though the standard library calls some of them global. IANA's special-purpose
// registries, https://www.iana.org/assignments/iana-ipv4-special-registry/ and …/iana-ipv6-special-registry/; 100.64.0.0/10
// also holds a cloud's metadata service (100.100.100.200).
var reserved = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// unicast6 is where the public hosts of IPv6 are; everything outside it is local, mapped or not assigned.
var unicast6 = netip.MustParsePrefix("2000::/3")

func prefixes(list ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(list))
	for i, s := range list {
		parsed[i] = netip.MustParsePrefix(s)
	}
	return parsed
}

func contains(networks []netip.Prefix, a netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// Permits says whether an address may be reached; plain: without TLS.
func (n Networks) Permits(a netip.Addr, plain bool) bool {
	a = a.Unmap().WithZone("")
	switch {
	case contains(n.Deny, a):
		return false
	case contains(n.Allow, a):
		return true
	case plain, contains(reserved, a):
		return false
	}
	return a.Is4() || unicast6.Contains(a)
}

// ErrForbidden is what dialling an address that may not be reached ends with. It does not tell which address it is: names of
// the cluster would be resolved for whoever may write one down.
var ErrForbidden = errors.New("address not allowed")

// DialWithin bounds how long connecting takes.
const DialWithin = 5 * time.Second

// Dialer reaches allowed addresses only.
func (n Networks) Dialer(plain bool) *net.Dialer {
	return &net.Dialer{Timeout: DialWithin, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !n.Permits(at.Addr(), plain) {
			return ErrForbidden
		}
		return nil
	}}
}
