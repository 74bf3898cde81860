package rules_test

import (
	"testing"

	"golang.org/x/net/publicsuffix"

	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestTopLevelDomains(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range lookup(t, "").Tlds() {
		if _, icann := publicsuffix.PublicSuffix(row.Tld); !icann || seen[row.Tld] {
			t.Errorf("%s does not exist, or stands twice", row.Tld)
		}
		seen[row.Tld] = true
	}
	for name, tc := range map[string]struct {
		tld             string
		known, approved bool
	}{
		"cn is approved":                 {"cn", true, true},
		"中国 is approved":                 {"xn--fiqs8s", true, true},
		"of io nothing is known":         {"io", false, false},
		"com is known by itself alone":   {"example.com", false, false},
		"none at all is no approved one": {"", false, false},
	} {
		if row, known := lookup(t, "").Tld(tc.tld); known != tc.known || row.Approved != tc.approved {
			t.Errorf("%s: %+v, known %t", name, row, known)
		}
	}
	if rows := lookup(t, rules.QuickStart).Tlds(); len(rows) > 0 {
		t.Errorf("the quick-start lists %d top-level domains", len(rows))
	}
}
