package admission

import (
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// gatedKind is a kind of route that the gate knows: one row of data for each.
type gatedKind struct {
	// group and resource of the kind.
	group, resource string
	// name of its policies; the resource where it is empty.
	name string
	// versions of the group that the policies match.
	versions []string
	// subresources whose writes may change metadata. A status write may set an annotation that names a host.
	subresources []string
	// condition, where there is one, passes the objects that may name a host; nothing is asked of the others.
	condition string
	// annotations of the policy that refuses.
	annotations map[string]string
	// unlike tells that objects of the kind may be without a spec.
	unlike bool
	// plainHosts tells that the route has hosts, all of them in its spec, and that each is cleared in the usual way: usuallyCleared
	// of it. Where it is empty, no route of the kind is plain.
	plainHosts string
	// hosts yield variables.ownHosts, the hosts of the route's spec.
	hosts []variable
	// namesNoHost yields what is said of a route that names no host; where it is empty, exposure.NamesNoHost is.
	namesNoHost string
	// parking yields variables.served, whether a controller may serve the route, variables.held, whether the gate
	// has parked it or a part of it, and what park and release need.
	parking []variable
	// park and release are lists of JSON patches that make the route parked, or what it was before. Each list is empty
	// where nothing must change; kinds that cannot be parked have none.
	park, release string
	// fix is a list of JSON patches for writes of a subresource, which cannot park or release: it puts back what
	// the gate wrote.
	fix string
	// heldBefore tells, of object or oldObject alone, whether the gate has parked the route: a cheap question that is
	// asked of every write of every route, in namespaces that are not in hold.
	heldBefore string
}

// gatedKinds are the kinds of route that the gate knows. Those of the Gateway API are matched in every version: one in which
// the fields stood elsewhere would be judged hostless, and so not be served.
var gatedKinds = []gatedKind{
	{
		group: networkingv1.GroupName, resource: "ingresses", versions: []string{"v1"}, subresources: []string{"status"},
		plainHosts: ingressPlain, hosts: ingressHosts, parking: ingressParking, park: ingressPark, release: ingressRelease, fix: ingressFix,
		heldBefore: noteHeld,
	},
	parentedKind("httproutes"), parentedKind("grpcroutes"), parentedKind("tlsroutes"),
	{
		// A Service exposes the hosts of its annotations, and no others.
		group: corev1.GroupName, resource: "services", versions: []string{"v1"}, subresources: []string{"status"},
		condition: namesHosts, hosts: []variable{{name: "ownHosts", expression: noHosts}}, parking: unparkable,
	},
}

// parentedKind is a kind of route of the Gateway API.
func parentedKind(resource string) gatedKind {
	return gatedKind{
		group: gatewayv1.GroupName, resource: resource, versions: []string{"*"}, subresources: []string{"status"},
		plainHosts: hostnamesPlain, hosts: hostnamesHosts, parking: parentsParking, park: parentsPark, release: parentsRelease, fix: "[]",
		heldBefore: parentsHeld, namesNoHost: viaNamesNoHost,
	}
}

// unparkable is the parking of kinds that cannot be parked: an object of them is served as long as it is there.
var unparkable = []variable{{name: "served", expression: "true"}, {name: "why", expression: whyExpression}}

// parks tells whether the gate can park routes of the kind. Where it cannot, hold refuses as deny does.
func (k gatedKind) parks() bool { return k.park != "" }

// resources lists what the policies of the kind match: the resource and its subresources.
func (k gatedKind) resources() []string {
	resources := []string{k.resource}
	for _, subresource := range k.subresources {
		resources = append(resources, k.resource+"/"+subresource)
	}
	return resources
}

func (k gatedKind) policyName() string {
	if k.name != "" {
		return k.name
	}
	return k.resource
}

// conditions are the match conditions of a policy of the kind.
func (k gatedKind) conditions() []admissionregistrationv1.MatchCondition {
	if k.condition == "" {
		return nil
	}
	return []admissionregistrationv1.MatchCondition{condition("names-hosts", k.condition)}
}

// plainlyCleared tells of most routes, at little cost, that all their hosts are cleared. Of others it tells nothing.
func (k gatedKind) plainlyCleared() string {
	if k.plainHosts == "" {
		return "false"
	}
	return "(has(namespaceObject.metadata.annotations) && " + k.plainHosts + " && !(" + namesHosts + "))"
}

// mayExpose passes the writes that may expose something.
func (k gatedKind) mayExpose() string {
	same := "object.spec == oldObject.spec"
	if k.unlike {
		same = "has(object.spec) && has(oldObject.spec) && " + same
	}
	return strings.Replace(nothingExposed, "<sameSpec>", same, 1)
}
