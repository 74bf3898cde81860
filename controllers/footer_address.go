package controllers

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// addressesOf are those of the load balancers that serve a host of a filing's domain, as the statuses of its Ingresses and of
// its HTTPRoutes' Gateways give them. Names in their place are left out: nothing is resolved.
func (r *Routes) addressesOf(ctx context.Context, filing *v1alpha1.IcpFiling, host string) (addresses []netip.Addr, err error) {
	domain := filing.Spec.Domain.Name
	routes, err := r.ofDomain(ctx, domain)
	if err != nil {
		return nil, err
	}
	listening, err := r.listening(ctx, domain)
	if err != nil {
		return nil, err
	}
	for _, route := range append(routes, listening...) {
		if !route.Exposes() || !route.Serves(host) {
			continue
		}
		in, err := letsIn(ctx, r.mgr.GetClient(), filing, route.Namespace)
		if err != nil {
			return nil, err
		}
		if !in {
			continue
		}
		found, err := r.addressesOfRoute(ctx, route)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, found...)
	}
	slices.SortFunc(addresses, netip.Addr.Compare) // IPv4 first
	return slices.Compact(addresses), nil
}

func (r *Routes) addressesOfRoute(ctx context.Context, route exposure.Route) ([]netip.Addr, error) {
	key := client.ObjectKey{Namespace: route.Namespace, Name: route.Name}
	var said []string
	switch route.Kind {
	case exposure.IngressKind:
		var ingress networkingv1.Ingress
		if err := r.get(ctx, key, &ingress); err != nil {
			return nil, client.IgnoreNotFound(err)
		}
		for _, at := range ingress.Status.LoadBalancer.Ingress {
			said = append(said, at.IP)
		}
	case exposure.HTTPRouteKind:
		var of gatewayv1.HTTPRoute
		if err := r.get(ctx, key, &of); err != nil {
			return nil, client.IgnoreNotFound(err)
		}
		for _, parent := range of.Spec.ParentRefs {
			at, err := r.addressesOfGateway(ctx, parent, of.Namespace)
			if err != nil {
				return nil, err
			}
			said = append(said, at...)
		}
	}
	var addresses []netip.Addr
	for _, word := range said {
		if a, err := netip.ParseAddr(word); err == nil {
			addresses = append(addresses, a.Unmap())
		}
	}
	return addresses, nil
}

// addressesOfGateway are what a Gateway's status gives; none for a parent of another kind.
func (r *Routes) addressesOfGateway(ctx context.Context, parent gatewayv1.ParentReference, namespace string) ([]string, error) {
	if parent.Group != nil && *parent.Group != gatewayv1.GroupName || parent.Kind != nil && *parent.Kind != exposure.GatewayParent {
		return nil, nil
	}
	if parent.Namespace != nil {
		namespace = string(*parent.Namespace)
	}
	var gateway gatewayv1.Gateway
	if err := r.get(ctx, client.ObjectKey{Namespace: namespace, Name: string(parent.Name)}, &gateway); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("reading Gateway %s/%s: %w", namespace, parent.Name, err)
	}
	var said []string
	for _, at := range gateway.Status.Addresses {
		if at.Type == nil || *at.Type == gatewayv1.IPAddressType {
			said = append(said, at.Value)
		}
	}
	return said, nil
}
