package exposure

import "testing"

func TestAWildcardServesOneLabelOnAnIngressAndAnyNumberOnAGatewaysRoute(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, of, host            string
		byIngress, byGatewayRoute bool
	}{
		{"the very host", "www.example.cn", "www.example.cn", true, true},
		{"another host", "api.example.cn", "www.example.cn", false, false},
		{"a host below it", "example.cn", "www.example.cn", false, false},
		{"a wildcard, one label above", "*.example.cn", "www.example.cn", true, true},
		{"a wildcard, two labels above", "*.example.cn", "a.b.example.cn", false, true},
		{"a wildcard of the host itself", "*.example.cn", "example.cn", false, false},
		{"a name that is its end", "ww.example.cn", "www.example.cn", false, false},
		{"a wildcard below it", "*.www.example.cn", "www.example.cn", false, false},
		{"a wildcard of a name's end", "*.ample.cn", "www.example.cn", false, false},
		{"a wildcard of a name that ends alike", "*.example.cn", "www.notexample.cn", false, false},
	} {
		if got := (Route{Kind: IngressKind, Hosts: []string{test.of}}).Serves(test.host); got != test.byIngress {
			t.Errorf("%s: an Ingress serves it: %t", test.name, got)
		}
		if got := (Route{Kind: HTTPRouteKind, Hosts: []string{test.of}}).Serves(test.host); got != test.byGatewayRoute {
			t.Errorf("%s: an HTTPRoute serves it: %t", test.name, got)
		}
	}
}
