package exposure

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Kinds of the Gateway API's routes. TCPRoute and UDPRoute name no host, and are not gated.
var (
	HTTPRouteKind = schema.GroupKind{Group: gatewayv1.GroupName, Kind: "HTTPRoute"}
	GRPCRouteKind = schema.GroupKind{Group: gatewayv1.GroupName, Kind: "GRPCRoute"}
	TLSRouteKind  = schema.GroupKind{Group: gatewayv1.GroupName, Kind: "TLSRoute"}
)

// coreGroup stands for the empty API group in a parked parent's group, which cannot begin with a dot.
const coreGroup = "core"

// parented is a route of the Gateway API: what the gate reads and changes of it.
type parented struct {
	kind      schema.GroupKind
	meta      metav1.Object
	hostnames []gatewayv1.Hostname
	parents   []gatewayv1.ParentReference
}

// asParented views a route of the Gateway API, or says that the object is none.
func asParented(object any) (parented, bool) {
	switch o := object.(type) {
	case *gatewayv1.HTTPRoute:
		return parented{HTTPRouteKind, o, o.Spec.Hostnames, o.Spec.ParentRefs}, true
	case *gatewayv1.GRPCRoute:
		return parented{GRPCRouteKind, o, o.Spec.Hostnames, o.Spec.ParentRefs}, true
	case *gatewayv1.TLSRoute:
		return parented{TLSRouteKind, o, o.Spec.Hostnames, o.Spec.ParentRefs}, true
	}
	return parented{}, false
}

// route says which hosts the route would have served: its hostnames and those of its annotations. A route without
// hostnames takes those of its parents' listeners. A route whose parents are all Services (a mesh's), or that has none, is inert.
func (p parented) route() Route {
	route := Route{Kind: p.kind, Namespace: p.meta.GetNamespace(), Name: p.meta.GetName()}
	for _, host := range p.hostnames {
		addHost(&route, string(host))
	}
	addAnnotations(&route, p.meta.GetAnnotations())
	serving, parked := 0, 0
	for _, parent := range p.parents {
		if len(p.hostnames) == 0 && !isMesh(parent) {
			route.Via = appendNew(route.Via, keyOf(parent, p.meta.GetNamespace()))
		}
		switch {
		case isParked(parent):
			parked++
		case !isMesh(parent):
			serving++
		}
	}
	if len(p.hostnames)+len(route.Via) == 0 {
		route.Hostless = true
	}
	route.Parked = parked > 0 && serving == 0
	route.Inert = parked == 0 && serving == 0
	route.Held = parked > 0
	route.Note = p.meta.GetAnnotations()[ParkedHostsAnnotation]
	route.Because = p.meta.GetAnnotations()[ParkedBecauseAnnotation]
	return route
}

// park changes the route so that no gateway serves it: the group of every parent that serves gets the suffix
// .parked.icp.beian.dev, which no gateway knows. All else stays.
func (p parented) park(blocked []string, because string) {
	for i := range p.parents {
		parent := &p.parents[i]
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
	annotations := p.meta.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[ParkedHostsAnnotation] = JoinBlocked(blocked)
	annotations[ParkedBecauseAnnotation] = because
	p.meta.SetAnnotations(annotations)
	p.meta.SetLabels(labelParked(p.meta.GetLabels()))
}

// release undoes park.
func (p parented) release() {
	for i := range p.parents {
		parent := &p.parents[i]
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
	delete(p.meta.GetAnnotations(), ParkedHostsAnnotation)
	delete(p.meta.GetAnnotations(), ParkedBecauseAnnotation)
	p.meta.SetLabels(unlabelParked(p.meta.GetLabels()))
}

// Kinds of parents whose listeners name the hosts of routes that name none.
const (
	GatewayParent     = "Gateway"
	ListenerSetParent = "ListenerSet"
)

// ParentKey names a parent among a namespace's clearances, Gateway/infra/edge, or one of its listeners,
// Gateway/infra/edge/https.
func ParentKey(kind, namespace, name, section string) string {
	key := kind + "/" + namespace + "/" + name
	if section != "" {
		key += "/" + section
	}
	return key
}

// keyOf is the key of a route's parent, whether it is parked or not. That of a parent of another group than the Gateway
// API's is none of a Gateway, and so never cleared.
func keyOf(parent gatewayv1.ParentReference, namespace string) string {
	kind, section := GatewayParent, ""
	if parent.Kind != nil {
		kind = string(*parent.Kind)
	}
	if group := strings.TrimSuffix(groupOf(parent), icpv1alpha1.ParkedGroupSuffix); group != gatewayv1.GroupName {
		kind = group + "/" + kind
	}
	if parent.Namespace != nil {
		namespace = string(*parent.Namespace)
	}
	if parent.SectionName != nil {
		section = string(*parent.SectionName)
	}
	return ParentKey(kind, namespace, string(parent.Name), section)
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
