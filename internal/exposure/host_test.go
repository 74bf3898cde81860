package exposure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNormalizeHost(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		raw, host  string
		wellFormed bool
	}{
		"a host is kept":                       {"www.example.com", "www.example.com", true},
		"capitals are folded":                  {"WWW.Example.COM", "www.example.com", true},
		"blanks around it are dropped":         {" www.example.com\n", "www.example.com", true},
		"a leading wildcard is fine":           {"*.example.com", "*.example.com", true},
		"A-labels are fine":                    {"xn--fiqs8s.cn", "xn--fiqs8s.cn", true},
		"a single label is a host":             {"localhost", "localhost", true},
		"a U-label is not":                     {"中国.cn", "中国.cn", false},
		"the Kelvin sign is no k":              {"\u212Aelvin.cn", "\u212Aelvin.cn", false},
		"an IP address is not":                 {"192.0.2.1", "192.0.2.1", false},
		"an IPv6 address is not":               {"2001:db8::1", "2001:db8::1", false},
		"a port is not":                        {"example.com:80", "example.com:80", false},
		"a trailing dot is not":                {"example.com.", "example.com.", false},
		"an empty label is not":                {"a..example.com", "a..example.com", false},
		"a wildcard inside is not":             {"a.*.example.com", "a.*.example.com", false},
		"a wildcard of part of a label is not": {"a*.example.com", "a*.example.com", false},
		"a wildcard alone is not":              {"*", "*", false},
		"a hyphen at a label's end is not":     {"a-.example.com", "a-.example.com", false},
		"a line break inside is not":           {"a.com\nb.com", "a.com\nb.com", false},
		"more than 253 characters are not":     {strings.Repeat("a.", 130) + "com", strings.Repeat("a.", 130) + "com", false},
		"nothing is not":                       {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, wellFormed := NormalizeHost(row.raw)
			if diff := cmp.Diff([]any{row.host, row.wellFormed}, []any{host, wellFormed}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSuffixes(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		host string
		want []string
	}{
		"a domain is its own":                       {"example.com", []string{"example.com"}},
		"every one of two labels or more":           {"a.b.com", []string{"a.b.com", "b.com"}},
		"a wildcard label does not count":           {"*.b.com", []string{"b.com"}},
		"a wildcard of a top-level domain has none": {"*.com", nil},
		"five labels at most":                       {"a.b.c.d.e.f.cn", []string{"c.d.e.f.cn", "d.e.f.cn", "e.f.cn", "f.cn"}},
		"a single label has none":                   {"com", nil},
		"a malformed host has none":                 {"a..com", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(row.want, Suffixes(row.host)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatCoversAHostIsAmongItsSuffixes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		domain := rapid.StringMatching(`[a-c]{1,2}(\.[a-c]{1,2}){1,4}`).Draw(t, "domain")
		host := rapid.OneOf(
			rapid.Map(rapid.StringMatching(`([a-c]{1,2}\.){0,3}|\*\.`), func(front string) string { return front + domain }),
			rapid.StringMatching(`(\*\.)?[a-c]{1,2}(\.[a-c]{1,2}){0,5}`),
		).Draw(t, "host")
		_, covered := Covering(NewClearances(domain), host)
		if covered != Covers(domain, host) {
			t.Fatalf("%s covers %s: %v by comparison, %v by its suffixes %v", domain, host, Covers(domain, host), covered, Suffixes(host))
		}
	})
}
