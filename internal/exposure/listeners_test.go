package exposure_test

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

func TestARouteTakesTheHostsOfTheListenersThatItAttachesTo(t *testing.T) {
	t.Parallel()
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: "infra", Name: "edge"}}
	for name, hostname := range map[string]string{"shop": "www.Example.com", "wild": "*.example.com", "all": ""} {
		listener := gatewayv1.Listener{Name: gatewayv1.SectionName(name)}
		if hostname != "" {
			listener.Hostname = new(gatewayv1.Hostname(hostname))
		}
		gateway.Spec.Listeners = append(gateway.Spec.Listeners, listener)
	}
	for name, tc := range map[string]struct {
		via  []string
		want []string
	}{
		"the whole gateway: all that name a host":   {[]string{"Gateway/infra/edge"}, []string{"*.example.com", "www.example.com"}},
		"one listener: its host alone":              {[]string{"Gateway/infra/edge/shop"}, []string{"www.example.com"}},
		"two listeners: both":                       {[]string{"Gateway/infra/edge/shop", "Gateway/infra/edge/wild"}, []string{"*.example.com", "www.example.com"}},
		"twice the same: once":                      {[]string{"Gateway/infra/edge/shop", "Gateway/infra/edge/shop"}, []string{"www.example.com"}},
		"a listener for every host: none that is":   {[]string{"Gateway/infra/edge/all"}, nil},
		"a listener that is not there: none":        {[]string{"Gateway/infra/edge/gone"}, nil},
		"another gateway: none":                     {[]string{"Gateway/infra/other"}, nil},
		"a ListenerSet of the gateway's name: none": {[]string{"ListenerSet/infra/edge"}, nil},
		"a route that names its hosts itself: none": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := exposure.Route{Via: tc.via}.HostsFrom(exposure.ListenersOf(gateway))
			slices.Sort(got)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
