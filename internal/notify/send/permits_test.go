package send

import (
	"net/netip"
	"testing"
)

func TestPublicAddressesMayBeSentToOverTLS(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"8.8.8.8", "223.5.5.5", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "2400:3200::1", "2606:4700:4700::1111", "::ffff:8.8.8.8"} {
		a := netip.MustParseAddr(address)
		if !(Networks{}).permits(a, false) {
			t.Errorf("%s is refused, and is public", address)
		}
		if (Networks{}).permits(a, true) {
			t.Errorf("%s may be sent to without TLS", address)
		}
		if (Networks{Deny: []netip.Prefix{netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())}}).permits(a, false) {
			t.Errorf("%s may be sent to though it is denied", address)
		}
	}
}
