package exposure

import (
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ParkHTTPRoute changes an HTTPRoute so that no gateway serves it: the group of every parent that serves gets
// the suffix .parked.icp.beian.dev, which no gateway knows. All else stays.
func ParkHTTPRoute(httpRoute *gatewayv1.HTTPRoute, blocked []string) {
	for i := range httpRoute.Spec.ParentRefs {
		parent := &httpRoute.Spec.ParentRefs[i]
		if isParked(*parent) || isMesh(*parent) {
			continue
		}
		group := groupOf(*parent)
		if group == "" {
			group = coreGroup
		}
		parked := gatewayv1.Group(group + icpv1alpha1.ParkedGroupSuffix)
		parent.Group = &parked
	}
	if httpRoute.Annotations == nil {
		httpRoute.Annotations = map[string]string{}
	}
	httpRoute.Annotations[ParkedHostsAnnotation] = JoinBlocked(blocked)
}

// ReleaseHTTPRoute undoes ParkHTTPRoute.
func ReleaseHTTPRoute(httpRoute *gatewayv1.HTTPRoute) {
	for i := range httpRoute.Spec.ParentRefs {
		parent := &httpRoute.Spec.ParentRefs[i]
		if !isParked(*parent) {
			continue
		}
		group := strings.TrimSuffix(groupOf(*parent), icpv1alpha1.ParkedGroupSuffix)
		if group == coreGroup {
			group = ""
		}
		released := gatewayv1.Group(group)
		parent.Group = &released
	}
	delete(httpRoute.Annotations, ParkedHostsAnnotation)
}
