package exposure

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ServiceKind is the kind of a Service. It exposes the hosts that its annotations give it a public name for, and no
// other; it cannot be parked.
var ServiceKind = schema.GroupKind{Kind: "Service"}

// fromService says which hosts a Service has a public name for. Nothing of it but its metadata is looked at. A Service
// without such an annotation is inert.
func fromService(service metav1.Object) Route {
	route := Route{Kind: ServiceKind, Namespace: service.GetNamespace(), Name: service.GetName(), Unparkable: true}
	addAnnotations(&route, service.GetAnnotations())
	route.Inert = len(route.Hosts)+len(route.Malformed) == 0 && !route.Hostless
	return route
}
