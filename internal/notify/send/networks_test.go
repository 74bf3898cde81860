package send_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify/send"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// TestOnlyAllowedAddressesAreReached tries to reach a server that listens on the loopback address by several names of it, and
// addresses that are never dialled.
func TestOnlyAllowedAddressesAreReached(t *testing.T) {
	t.Parallel()
	hit := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hit <- r.Host }))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"127.0.0.1", "localhost", "127.1.2.3", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433", "0x7f.1",
		"169.254.169.254", "100.100.100.200", "10.96.0.1", "172.16.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.0.192",
		"[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[fc00::1]", "[ff02::1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]",
	} {
		for _, scheme := range []string{"http", "https"} {
			address := scheme + "://" + host + ":" + port + "/abcdef0123456789"
			o := options()
			o.Networks = reach.Networks{}
			s, err := send.New(&webhookSpec, bytesOf(map[string]string{send.KeyURL: address}), o)
			if err == nil {
				err = s.Send(t.Context(), message())
				s.Close()
			}
			// Odd ways of writing an address are no names to Go, and so no addresses either.
			if err == nil || !strings.Contains(err.Error(), "not one that the operator may send to") && !strings.Contains(err.Error(), "cannot be resolved") && !strings.Contains(err.Error(), "https://host/path") {
				t.Errorf("%s: %v, want it refused", address, err)
			}
		}
	}
	select {
	case host := <-hit:
		t.Errorf("the server was reached as %s", host)
	default:
	}
}

func TestWhatAnAdminAllowsIsReachedAndWhatTheyDenyIsNot(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for name, test := range map[string]struct {
		networks reach.Networks
		reached  bool
	}{
		"allowed, and without TLS": {reach.Networks{Allow: loopback}, true},
		"another one allowed":      {reach.Networks{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, false},
		"allowed and denied":       {reach.Networks{Allow: loopback, Deny: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, false},
	} {
		o := options()
		o.Networks = test.networks
		s, err := send.New(&webhookSpec, bytesOf(map[string]string{send.KeyURL: server.URL}), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), message()); (err == nil) != test.reached {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}

func TestMailGoesToAllowedAddressesOnly(t *testing.T) {
	t.Parallel()
	o := options()
	o.Networks = reach.Networks{}
	for _, tls := range []v1alpha1.EmailTLS{v1alpha1.EmailImplicitTLS, v1alpha1.EmailStartTLS} {
		spec := v1alpha1.FilingNotifierSpec{Email: &v1alpha1.EmailChannel{Host: "localhost", TLS: tls}}
		s, err := send.New(&spec, bytesOf(map[string]string{send.KeyFrom: "icp@example.net", send.KeyTo: "li@example.net"}), o)
		if err != nil {
			t.Fatal(err)
		}
		fails(t, s.Send(t.Context(), message()), "not one that the operator may send to", nil)
	}
}
