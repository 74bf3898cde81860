package exposure_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// FuzzHost holds the matching of hosts to what the gate relies on: what is taken for a host is one as DNS has them, in lower
// case; a domain covers what ends with it at a dot, and nothing else; and the index by suffixes finds exactly what covers.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"www.example.com", "*.example.com", "EXAMPLE.com", "example.com.", "a..b", "192.0.2.1", "xn--fsqu00a.xn--fiqs8s", "www.example.com:80", "*.*.com", "-a.com", "a_b.com", "\u212Aexample.com", " www.example.com\n", "*", "", strings.Repeat("a.", 127) + "com"} {
		f.Add(host, "example.com")
		f.Add(host, "com")
	}
	f.Fuzz(func(t *testing.T, raw, domain string) {
		host, wellFormed := exposure.NormalizeHost(raw)
		if again, still := exposure.NormalizeHost(host); again != host || still != wellFormed {
			t.Errorf("%q is %q, %v, and that is %q, %v", raw, host, wellFormed, again, still)
		}
		suffixes := exposure.Suffixes(raw)
		if !wellFormed {
			if len(suffixes) > 0 {
				t.Errorf("%q is no host, and found under %q", raw, suffixes)
			}
			return
		}
		if strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.*") != "" || len(host) > exposure.MaxHostLength || strings.Contains(host, "..") || strings.LastIndex(host, "*") > 0 {
			t.Errorf("%q is taken for a host", host)
		}
		for _, suffix := range suffixes {
			if !exposure.Covers(suffix, host) || !exposure.ValidDomain(suffix) {
				t.Errorf("%q is found under %q", host, suffix)
			}
		}
		covers := exposure.Covers(domain, host)
		if covers != (domain != "" && (host == domain || strings.HasSuffix(host, "."+domain))) {
			t.Errorf("that %q covers %q is said to be %v", domain, host, covers)
		}
		if covers && exposure.ValidDomain(domain) != slices.Contains(suffixes, domain) {
			t.Errorf("%q covers %q, which is found under %q", domain, host, suffixes)
		}
		_, cleared := exposure.Covering(exposure.NewClearances(domain), host)
		if cleared && !covers {
			t.Errorf("%q is cleared by %q", host, domain)
		}
	})
}

// FuzzAnnotation holds what is read of annotations to it: every host that is named is found as one, or as what no filing covers.
func FuzzAnnotation(f *testing.F) {
	for _, value := range []string{"www.example.com", "a.example.com, b.example.com", "~^www", "\t,\r\n", "a.example.com\nb.example.org", "A.example.com", "a.example.com/x", "*", "a,,b", "\x00a.example.com"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		route := exposure.Read(&corev1.Service{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"external-dns.alpha.kubernetes.io/hostname": value}}})
		if strings.Contains(value, "~") {
			if !route.Hostless {
				t.Errorf("%q is a regular expression, and names hosts alone: %+v", value, route)
			}
			return
		}
		known := slices.Concat(route.Hosts, route.Malformed)
		for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
			host, wellFormed := exposure.NormalizeHost(word)
			if !slices.Contains(known, host) && !slices.Contains(known, word) {
				t.Errorf("%q of %q is not read: %q", word, value, known)
			}
			blocked := route.Blocked(exposure.NewClearances("example.com"), exposure.Rules{})
			if shown := slices.Contains(blocked, host) || slices.Contains(blocked, word); shown == (wellFormed && exposure.Covers("example.com", host)) {
				t.Errorf("%q of %q is blocked: %v", word, value, shown)
			}
		}
	})
}
