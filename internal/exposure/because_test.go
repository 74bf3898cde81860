package exposure

import (
	"strings"
	"testing"
)

func TestReasonsSayWhichFilingAndStage(t *testing.T) {
	t.Parallel()
	own := Pending{Domain: "example.com", Filing: "shop/example-com", Stage: "BureauReview"}
	for says, row := range map[string]struct {
		hosts, malformed []string
		via              []string
		hostless         bool
		pending          PendingFilings
		want             string
	}{
		"a filing under way, by name and stage": {
			hosts: []string{"www.example.com"}, pending: PendingFilings{Listed: []Pending{own}},
			want: "www.example.com: filing shop/example-com is at BureauReview",
		},
		"for the domain itself, too": {
			hosts: []string{"example.com"}, pending: PendingFilings{Listed: []Pending{own}},
			want: "example.com: filing shop/example-com is at BureauReview",
		},
		"for a wildcard, too": {
			hosts: []string{"*.example.com"}, pending: PendingFilings{Listed: []Pending{own}},
			want: "*.example.com: filing shop/example-com is at BureauReview",
		},
		"why its gate is closed, where the stage does not say it": {
			hosts:   []string{"www.example.com"},
			pending: PendingFilings{Listed: []Pending{{Domain: "example.com", Filing: "shop/a", Stage: "Approved", Reason: "RegistryMismatch"}}},
			want:    "www.example.com: filing shop/a is at Approved (RegistryMismatch)",
		},
		"not the name of another namespace's filing": {
			hosts: []string{"www.example.com"}, pending: PendingFilings{Listed: []Pending{{Domain: "example.com", Stage: "SmsVerification"}}},
			want: "www.example.com: a filing in another namespace is at SmsVerification",
		},
		"of two filings of a domain the first": {
			hosts: []string{"www.example.com"}, pending: PendingFilings{Listed: []Pending{own, {Domain: "example.com", Filing: "shop/b", Stage: "Preparation"}}},
			want: "www.example.com: filing shop/example-com is at BureauReview",
		},
		"that there is none, and how to start one": {
			hosts: []string{"www.example.org"}, pending: PendingFilings{Listed: []Pending{own}},
			want: "www.example.org: no filing covers it here: start one with an IcpFiling in namespace shop",
		},
		"that nobody knows, where not all filings could be listed": {
			hosts: []string{"www.example.org"}, pending: PendingFilings{Listed: []Pending{own}, More: true},
			want: "www.example.org: its filing, if there is one, is not in force",
		},
		"that what is not well formed is no host": {
			malformed: []string{"192.0.2.1"}, want: "192.0.2.1: not a host name: no filing can cover it",
		},
		"that a host must be named": {
			hostless: true, want: "*: what names no host may serve every one: name its hosts",
		},
		"that a route which takes its hosts from a Gateway may wait": {
			via: []string{"Gateway/infra/edge"}, want: "*: " + NamesNoHostVia,
		},
		"each of several": {
			hosts: []string{"www.example.com", "www.example.org"}, pending: PendingFilings{Listed: []Pending{own}},
			want: "www.example.com: filing shop/example-com is at BureauReview; " +
				"www.example.org: no filing covers it here: start one with an IcpFiling in namespace shop",
		},
		"the first few of very many": {
			hosts: []string{"a.cn", "b.cn", "c.cn", "d.cn", "e.cn"}, pending: PendingFilings{More: true},
			want: "a.cn: its filing, if there is one, is not in force; b.cn: its filing, if there is one, is not in force; " +
				"c.cn: its filing, if there is one, is not in force; d.cn: its filing, if there is one, is not in force; and others",
		},
		"the beginning of an endless one": {
			malformed: []string{strings.Repeat("界", 300)}, want: strings.Repeat("界", 253) + ": not a host name: no filing can cover it",
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			route := Route{Namespace: "shop", Hosts: row.hosts, Malformed: row.malformed, Hostless: row.hostless, Via: row.via}
			if got := route.Reasons(route.Blocked(NewClearances(), Rules{}), row.pending); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}
