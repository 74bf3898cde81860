package exposure

import (
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// IngressKind is the kind of an Ingress.
var IngressKind = schema.GroupKind{Group: networkingv1.GroupName, Kind: "Ingress"}

// LegacyClassAnnotation is the way in which an Ingress named its class before spec.ingressClassName; some
// controllers still read it, and some take an Ingress only if it is absent.
const LegacyClassAnnotation = "kubernetes.io/ingress.class"

// Annotations that the gate puts on a route that it parks, and takes away when it releases it.
const (
	// ParkedHostsAnnotation names the hosts that keep a route parked, separated by commas. It marks a route as
	// parked by the gate.
	ParkedHostsAnnotation = "icp.beian.dev/parked-hosts"
	// ParkedClassAnnotation remembers spec.ingressClassName of a parked Ingress; absent where there was none.
	ParkedClassAnnotation = "icp.beian.dev/parked-class"
	// ParkedLegacyClassAnnotation remembers LegacyClassAnnotation of a parked Ingress; absent where there was none.
	ParkedLegacyClassAnnotation = "icp.beian.dev/parked-legacy-class"
)

// fromIngress says which hosts an Ingress would have served: those of its rules, of its TLS entries and of its
// annotations. A rule without a host, a default backend or no rule at all makes it hostless.
func fromIngress(ingress *networkingv1.Ingress) Route {
	route := Route{Kind: IngressKind, Namespace: ingress.Namespace, Name: ingress.Name}
	for _, rule := range ingress.Spec.Rules {
		addHost(&route, rule.Host)
	}
	for _, tls := range ingress.Spec.TLS {
		for _, host := range tls.Hosts {
			if host != "" {
				addHost(&route, host)
			}
		}
	}
	if ingress.Spec.DefaultBackend != nil || len(ingress.Spec.Rules) == 0 {
		route.Hostless = true
	}
	addAnnotations(&route, ingress.Annotations)
	route.Parked = classOf(ingress) == icpv1alpha1.ParkedClass &&
		ingress.Annotations[LegacyClassAnnotation] == icpv1alpha1.ParkedClass
	route.Note, route.Held = ingress.Annotations[ParkedHostsAnnotation]
	route.Because = ingress.Annotations[ParkedBecauseAnnotation]
	return route
}

func classOf(ingress *networkingv1.Ingress) string {
	if ingress.Spec.IngressClassName == nil {
		return ""
	}
	return *ingress.Spec.IngressClassName
}
