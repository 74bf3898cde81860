package read

import (
	"cmp"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// object is what is read of one: enough to judge by, and no more, since there may be very many.
type object[Spec any] struct {
	Metadata struct {
		Namespace         string            `json:"namespace"`
		Name              string            `json:"name"`
		Labels            map[string]string `json:"labels"`
		Annotations       map[string]string `json:"annotations"`
		DeletionTimestamp *metav1.Time      `json:"deletionTimestamp"`
	} `json:"metadata"`
	Spec Spec `json:"spec"`
}

func (o *object[Spec]) meta() metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: o.Metadata.Namespace, Name: o.Metadata.Name, Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
		DeletionTimestamp: o.Metadata.DeletionTimestamp,
	}
}

// bare is an object of which the metadata says all.
type bare = object[struct{}]

// Resources that are read.
var (
	policies     = v1alpha1.GroupVersion.WithResource("exposurepolicies")
	filings      = v1alpha1.GroupVersion.WithResource("icpfilings")
	namespaces   = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	gateways     = gatewayResource("gateways")
	listenerSets = gatewayResource("listenersets")
	vaps         = schema.GroupVersionResource{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingadmissionpolicies"}
)

func gatewayResource(resource string) schema.GroupVersionResource {
	return schema.GroupVersion(gatewayv1.GroupVersion).WithResource(resource)
}

// kind is a kind of route, and how the routes of a query are read.
type kind struct {
	resource schema.GroupVersionResource
	list     func(*session, query) ([]exposure.Route, error)
}

// knownKinds are those that the gate knows.
var knownKinds = []kind{
	{networkingv1.SchemeGroupVersion.WithResource("ingresses"), routes(func(o *object[networkingv1.IngressSpec]) exposure.Route {
		return exposure.Read(&networkingv1.Ingress{ObjectMeta: o.meta(), Spec: o.Spec})
	})},
	{gatewayResource("httproutes"), routes(func(o *object[gatewayv1.HTTPRouteSpec]) exposure.Route {
		return exposure.Read(&gatewayv1.HTTPRoute{ObjectMeta: o.meta(), Spec: o.Spec})
	})},
	{gatewayResource("grpcroutes"), routes(func(o *object[gatewayv1.GRPCRouteSpec]) exposure.Route {
		return exposure.Read(&gatewayv1.GRPCRoute{ObjectMeta: o.meta(), Spec: o.Spec})
	})},
	{gatewayResource("tlsroutes"), routes(func(o *object[gatewayv1.TLSRouteSpec]) exposure.Route {
		return exposure.Read(&gatewayv1.TLSRoute{ObjectMeta: o.meta(), Spec: o.Spec})
	})},
	{schema.GroupVersionResource{Version: "v1", Resource: "services"}, func(s *session, q query) ([]exposure.Route, error) {
		q.accept = metadataOnly
		return list(s.ctx, s.client, q, decoded(func(o *bare) (exposure.Route, bool) {
			service := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: o.meta()}
			route := exposure.Read(service)
			return route, !route.Inert
		}))
	}},
}

func routes[Spec any](read func(*object[Spec]) exposure.Route) func(*session, query) ([]exposure.Route, error) {
	return func(s *session, q query) ([]exposure.Route, error) {
		return list(s.ctx, s.client, q, decoded(func(o *object[Spec]) (exposure.Route, bool) { return read(o), true }))
	}
}

// further is an object of a kind that the ExposurePolicy adds, whole, as its expression sees it.
type further struct{ unstructured.Unstructured }

// UnmarshalJSON reads it. In a list, objects of some kinds do not say of which they are.
func (f *further) UnmarshalJSON(text []byte) error {
	return utiljson.Unmarshal(text, &f.Object)
}

// furtherRoutes reads the routes of a kind that the ExposurePolicy adds.
func furtherRoutes(as func(schema.GroupKind) exposure.Further) func(*session, query) ([]exposure.Route, error) {
	return func(s *session, q query) ([]exposure.Route, error) {
		return list(s.ctx, s.client, q, decoded(func(o *further) (exposure.Route, bool) {
			kind := schema.GroupKind{Group: q.resource.Group, Kind: cmp.Or(o.GetKind(), q.resource.Resource)}
			return as(kind).Read(&o.Unstructured), true
		}))
	}
}
