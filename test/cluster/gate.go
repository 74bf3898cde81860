package cluster

import (
	"context"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// GateInForce tries each of the gate's policies once, by dry runs in a namespace that denies and in one that holds. The
// API server takes the operator's policies up within a second or two, one by one. The client's scheme knows Ingress and
// HTTPRoute.
func GateInForce(ctx context.Context, c client.Client, denies, holds string) (bool, error) {
	ingress := func(namespace string) *networkingv1.Ingress {
		return &networkingv1.Ingress{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "unfiled"},
			Spec:       networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{Host: "www.unfiled.cn"}}},
		}
	}
	if err := c.Create(ctx, ingress(denies), client.DryRunAll); !apierrors.IsForbidden(err) {
		return false, err
	}
	held := ingress(holds)
	route := &gatewayv1.HTTPRoute{
		ObjectMeta: metav1.ObjectMeta{Namespace: holds, Name: "unfiled"},
		Spec: gatewayv1.HTTPRouteSpec{
			CommonRouteSpec: gatewayv1.CommonRouteSpec{ParentRefs: []gatewayv1.ParentReference{{Name: "public"}}},
			Hostnames:       []gatewayv1.Hostname{"www.unfiled.cn"},
		},
	}
	for _, o := range []client.Object{held, route} {
		// A policy that refuses may be there before the one that parks.
		if err := c.Create(ctx, o, client.DryRunAll); err != nil {
			return false, ignoreForbidden(err)
		}
	}
	return exposure.Read(held).Parked && exposure.Read(route).Parked, nil
}

func ignoreForbidden(err error) error {
	if apierrors.IsForbidden(err) {
		return nil
	}
	return err
}
