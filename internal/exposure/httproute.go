package exposure

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// HTTPRouteKind is the kind of an HTTPRoute.
var HTTPRouteKind = schema.GroupKind{Group: gatewayv1.GroupName, Kind: "HTTPRoute"}

// coreGroup stands for the empty API group in a parked parent's group, which cannot begin with a dot.
const coreGroup = "core"

// FromHTTPRoute says which hosts an HTTPRoute would have served: its hostnames and those of its annotations. A route
// without hostnames is hostless. A route whose parents are all Services (a mesh's), or that has none, is inert.
func FromHTTPRoute(httpRoute *gatewayv1.HTTPRoute) Route {
	route := Route{Kind: HTTPRouteKind, Namespace: httpRoute.Namespace, Name: httpRoute.Name}
	for _, host := range httpRoute.Spec.Hostnames {
		addHost(&route, string(host))
	}
	if len(httpRoute.Spec.Hostnames) == 0 {
		route.Hostless = true
	}
	addAnnotations(&route, httpRoute.Annotations)
	serving, parked := 0, 0
	for _, parent := range httpRoute.Spec.ParentRefs {
		switch {
		case isParked(parent):
			parked++
		case !isMesh(parent):
			serving++
		}
	}
	route.Parked = parked > 0 && serving == 0
	route.Inert = parked == 0 && serving == 0
	route.Held = parked > 0
	route.Note = httpRoute.Annotations[ParkedHostsAnnotation]
	return route
}

// groupOf returns the API group of a parent; where it names none, the Gateway API's own.
func groupOf(parent gatewayv1.ParentReference) string {
	if parent.Group == nil {
		return gatewayv1.GroupName
	}
	return string(*parent.Group)
}

func isParked(parent gatewayv1.ParentReference) bool {
	return strings.HasSuffix(groupOf(parent), icpv1alpha1.ParkedGroupSuffix)
}

// isMesh tells a parent that is a Service: such a route steers traffic inside the cluster and exposes nothing.
func isMesh(parent gatewayv1.ParentReference) bool {
	return groupOf(parent) == "" && parent.Kind != nil && *parent.Kind == "Service"
}
