package reach_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/reach"
)

func TestPublicAddressesMayBeReachedOverTLS(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"8.8.8.8", "223.5.5.5", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "2400:3200::1", "2606:4700:4700::1111", "::ffff:8.8.8.8"} {
		a := netip.MustParseAddr(address)
		if !(reach.Networks{}).Permits(a, false) {
			t.Errorf("%s is refused, and is public", address)
		}
		if (reach.Networks{}).Permits(a, true) {
			t.Errorf("%s may be reached without TLS", address)
		}
		if (reach.Networks{Deny: []netip.Prefix{netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())}}).Permits(a, false) {
			t.Errorf("%s may be reached though it is denied", address)
		}
	}
}

func TestNetworksAreRead(t *testing.T) {
	t.Parallel()
	networks, err := reach.Parse(" 10.1.2.3/16, fd00:1::/64,")
	if err != nil || len(networks) != 2 || networks[0].String() != "10.1.0.0/16" || networks[1].String() != "fd00:1::/64" {
		t.Errorf("%v, %v", networks, err)
	}
	if _, err := reach.Parse("10.1.2.3"); err == nil || !strings.Contains(err.Error(), `"10.1.2.3"`) {
		t.Errorf("%v, want it to name the one that is none", err)
	}
}
