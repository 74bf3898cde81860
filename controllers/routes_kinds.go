package controllers

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// routeKind is a kind of route that the operator watches: one row for each.
type routeKind struct {
	kind schema.GroupVersionKind
	// object and list make empty ones, as the cache is asked for them.
	object func() client.Object
	list   func() client.ObjectList
	read   func(client.Object) exposure.Route
	// park and release change an object as the policies would.
	park    func(o client.Object, blocked []string, because string)
	release func(client.Object)
	// parented tells a kind of the Gateway API, whose routes may take their hosts from their parents.
	parented bool
	// index is the cache's index of its objects by domain.
	index string
	// name of a further kind, and what its row was made of; empty for those that the operator knows.
	name, madeOf string
}

// knownKinds are the kinds of route that the operator knows, and watches where the cluster has them.
var knownKinds = []routeKind{
	known(exposure.IngressKind, networkingv1.SchemeGroupVersion.Version,
		func() client.Object { return &networkingv1.Ingress{} }, func() client.ObjectList { return &networkingv1.IngressList{} }),
	known(exposure.HTTPRouteKind, gatewayv1.GroupVersion.Version,
		func() client.Object { return &gatewayv1.HTTPRoute{} }, func() client.ObjectList { return &gatewayv1.HTTPRouteList{} }),
	known(exposure.GRPCRouteKind, gatewayv1.GroupVersion.Version,
		func() client.Object { return &gatewayv1.GRPCRoute{} }, func() client.ObjectList { return &gatewayv1.GRPCRouteList{} }),
	known(exposure.TLSRouteKind, gatewayv1.GroupVersion.Version,
		func() client.Object { return &gatewayv1.TLSRoute{} }, func() client.ObjectList { return &gatewayv1.TLSRouteList{} }),
	// Of Services the metadata says all.
	known(exposure.ServiceKind, corev1.SchemeGroupVersion.Version,
		func() client.Object {
			return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}}
		},
		func() client.ObjectList {
			return &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceList"}}
		}),
}

func known(kind schema.GroupKind, version string, object func() client.Object, list func() client.ObjectList) routeKind {
	return routeKind{
		kind: kind.WithVersion(version), object: object, list: list, index: indexRouteDomain, parented: kind.Group == gatewayv1.GroupName,
		read:    func(o client.Object) exposure.Route { return exposure.Read(o) },
		park:    func(o client.Object, blocked []string, because string) { exposure.Park(o, blocked, because) },
		release: func(o client.Object) { exposure.Release(o) },
	}
}

func hasKind(mapper meta.RESTMapper, kind schema.GroupVersionKind) (bool, error) {
	_, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
	switch {
	case err == nil:
		return true, nil
	case meta.IsNoMatchError(err):
		return false, nil
	default:
		return false, fmt.Errorf("asking the API server whether it has %s: %w", kind, err)
	}
}
