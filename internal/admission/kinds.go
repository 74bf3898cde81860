package admission

import (
	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// gatedKind is a kind of route that the gate knows: one row of data for each.
type gatedKind struct {
	// group and resource of the kind; resource also names its policies.
	group, resource string
	// versions of the group that the policies match.
	versions []string
	// subresources whose writes may change metadata. A status write may set an annotation that names a host.
	subresources []string
	// hosts yield variables.ownHosts, the hosts of the route's spec.
	hosts []variable
	// parking yields variables.served, whether a controller may serve the route, variables.held, whether the gate
	// has parked it or a part of it, and what park and release need.
	parking []variable
	// park and release are lists of JSON patches that make the route parked, or what it was before. Each is empty
	// where nothing must change.
	park, release string
	// fix is a list of JSON patches for writes of a subresource, which cannot park or release: it puts back what
	// the gate wrote.
	fix string
	// heldBefore tells, of object or oldObject alone, whether the gate has parked the route: a cheap question that is
	// asked of every write of every route, in namespaces that are not in hold.
	heldBefore string
}

// gatedKinds are the kinds of route that the gate knows.
var gatedKinds = []gatedKind{
	{
		group: networkingv1.GroupName, resource: "ingresses", versions: []string{"v1"}, subresources: []string{"status"},
		hosts: ingressHosts, parking: ingressParking, park: ingressPark, release: ingressRelease, fix: ingressFix,
		heldBefore: noteHeld,
	},
	{
		group: gatewayv1.GroupName, resource: "httproutes", versions: []string{"v1", "v1beta1"}, subresources: []string{"status"},
		hosts: hostnamesHosts, parking: parentsParking, park: parentsPark, release: parentsRelease, fix: "[]",
		heldBefore: parentsHeld,
	},
}

// resources lists what the policies of the kind match: the resource and its subresources.
func (k gatedKind) resources() []string {
	resources := []string{k.resource}
	for _, subresource := range k.subresources {
		resources = append(resources, k.resource+"/"+subresource)
	}
	return resources
}
