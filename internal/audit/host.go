package audit

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// ReadHost takes a host name as people have it at hand, in whatever case, with a trailing dot, in their own script, or as a
// whole URL, to one as routes have it. The error says what it is instead.
func ReadHost(text string) (string, error) {
	name := hostOf(strings.TrimSpace(text))
	name = strings.TrimSuffix(strings.TrimSuffix(name, "。"), ".")
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return "", fmt.Errorf("%q is an address: filings are of domains, give a host name", text)
	}
	rest, wild := strings.CutPrefix(name, "*.")
	ascii, err := idna.Lookup.ToASCII(rest)
	if err != nil {
		return "", fmt.Errorf("%q is no host name: %w", text, err)
	}
	if wild {
		ascii = "*." + ascii
	}
	host, wellFormed := exposure.NormalizeHost(ascii)
	if !wellFormed {
		return "", fmt.Errorf("%q is no host name: give one such as www.example.com, or an address as a browser has it", text)
	}
	return host, nil
}

// hostOf cuts the host out of a URL, or of a host with a port, a path or a user.
func hostOf(text string) string {
	if !strings.Contains(text, "://") {
		text = "//" + text
	}
	if at, err := url.Parse(text); err == nil && at.Hostname() != "" {
		return at.Hostname()
	}
	return strings.TrimPrefix(text, "//")
}

// ShowHost is a host as its owner writes it: 例子.中国 for xn--fsqu00a.xn--fiqs8s. It is the host itself where that says the same.
func ShowHost(host string) string {
	rest, wild := strings.CutPrefix(host, "*.")
	shown, err := idna.Display.ToUnicode(rest)
	if err != nil {
		return host
	}
	if wild {
		return "*." + shown
	}
	return shown
}
