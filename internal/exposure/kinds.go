package exposure

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Read says what the gate needs to know of an Ingress, a route of the Gateway API, or a Service (whole, or its metadata
// alone). Of any other object it makes the zero Route, which is of no kind.
func Read(object any) Route {
	switch o := object.(type) {
	case *networkingv1.Ingress:
		return fromIngress(o)
	case *corev1.Service:
		return fromService(o)
	case *metav1.PartialObjectMetadata:
		if o.GroupVersionKind().GroupKind() == ServiceKind {
			return fromService(o)
		}
	}
	if route, is := asParented(object); is {
		return route.route()
	}
	return Route{}
}

// Park changes an object so that no controller serves it, and says whether it could: a Service cannot be parked. Parking
// what is parked refreshes the note of its hosts, and because, which says why (see Route.Reasons). The policies do the same in the API server; this is for clusters that
// have no MutatingAdmissionPolicy.
func Park(object any, blocked []string, because string) bool {
	if ingress, is := object.(*networkingv1.Ingress); is {
		parkIngress(ingress, blocked, because)
		return true
	}
	route, is := asParented(object)
	if is {
		route.park(blocked, because)
	}
	return is
}

// Release undoes Park. It leaves alone what the gate has not parked.
func Release(object any) {
	if ingress, is := object.(*networkingv1.Ingress); is {
		releaseIngress(ingress)
		return
	}
	if route, is := asParented(object); is {
		route.release()
	}
}
