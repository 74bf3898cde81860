package verdicts

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

var prefix = networkingv1.PathTypePrefix

// Backend is the Service that routes lead to.
func Backend() networkingv1.IngressBackend {
	return networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
		Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80},
	}}
}

// Ingress makes an Ingress of class nginx with a rule for each host; "" stands for a rule without one.
func Ingress(hosts ...string) *networkingv1.Ingress {
	class := "nginx"
	ingress := &networkingv1.Ingress{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "Ingress"},
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec:       networkingv1.IngressSpec{IngressClassName: &class},
	}
	for _, host := range hosts {
		ingress.Spec.Rules = append(ingress.Spec.Rules, networkingv1.IngressRule{
			Host: host,
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &prefix, Backend: Backend()}},
			}},
		})
	}
	return ingress
}

// HTTPRoute makes an HTTPRoute of Gateway edge with the hosts.
func HTTPRoute(hosts ...string) *gatewayv1.HTTPRoute {
	route := &gatewayv1.HTTPRoute{TypeMeta: gatewayType("HTTPRoute"), ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	route.Spec.ParentRefs, route.Spec.Hostnames = Edge(), Hostnames(hosts)
	return route
}

// GRPCRoute makes a GRPCRoute of Gateway edge with the hosts.
func GRPCRoute(hosts ...string) *gatewayv1.GRPCRoute {
	route := &gatewayv1.GRPCRoute{TypeMeta: gatewayType("GRPCRoute"), ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	route.Spec.ParentRefs, route.Spec.Hostnames = Edge(), Hostnames(hosts)
	return route
}

// TLSRoute makes a TLSRoute of Gateway edge with the hosts.
func TLSRoute(hosts ...string) *gatewayv1.TLSRoute {
	route := &gatewayv1.TLSRoute{TypeMeta: gatewayType("TLSRoute"), ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	route.Spec.ParentRefs, route.Spec.Hostnames = Edge(), Hostnames(hosts)
	to := gatewayv1.BackendRef{BackendObjectReference: gatewayv1.BackendObjectReference{Name: "web", Port: new(gatewayv1.PortNumber(443))}}
	route.Spec.Rules = []gatewayv1.TLSRouteRule{{BackendRefs: []gatewayv1.BackendRef{to}}}
	return route
}

func gatewayType(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: gatewayv1.GroupVersion.String(), Kind: kind}
}

// Edge is the Gateway that routes are attached to.
func Edge() []gatewayv1.ParentReference { return []gatewayv1.ParentReference{{Name: "edge"}} }

// Hostnames are the hosts as the Gateway API has them.
func Hostnames(hosts []string) []gatewayv1.Hostname {
	var names []gatewayv1.Hostname
	for _, host := range hosts {
		names = append(names, gatewayv1.Hostname(host))
	}
	return names
}

// Service makes a Service with annotations.
func Service(annotations map[string]string) *corev1.Service {
	return &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Annotations: annotations},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}},
	}
}
