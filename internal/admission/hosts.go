package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// malformedMark is put behind a host that is not well formed, so that no domain covers it.
const malformedMark = "?"

// wellFormed is exposure.NormalizeHost of a host h in lower case.
var wellFormed = fmt.Sprintf("(size(h) <= %d && h.matches('%s') && !h.matches('%s'))",
	exposure.MaxHostLength, exposure.HostPattern, exposure.AddressPattern)

// hostVariables yield variables.hosts, every host that a controller would serve for the route, as package exposure
// finds them; the empty string stands for every host. They add those of annotations to variables.ownHosts, the hosts
// of the route's spec, whose form the API server has checked.
func hostVariables(own []variable) []variable {
	return append(slices.Clone(own), []variable{
		{name: "annotations", expression: "has(object.metadata.annotations) ? object.metadata.annotations : {}"},
		{name: "hostValues", expression: fmt.Sprintf("%s.filter(k, k in variables.annotations).map(k, variables.annotations[k])", list(exposure.HostAnnotations))},
		{name: "opaque", expression: fmt.Sprintf("variables.annotations.exists(k, %s) || variables.hostValues.exists(v, v.contains('~'))", opaqueExpression("k"))},
		{name: "annotationHosts", expression: fmt.Sprintf(`(size(variables.hostValues) == 0 ? [] :
			variables.hostValues.filter(v, !v.contains('~')).join(',').lowerAscii()
				.replace(' ', ',').replace('\t', ',').replace('\r', ',').replace('\n', ',').split(',')
				.filter(h, h != '' && !(h in variables.ownHosts)).map(h, %s ? h : h + '%s'))
			+ (variables.opaque && !('' in variables.ownHosts) ? [''] : [])`, wellFormed, malformedMark)},
		{name: "hosts", expression: "has(object.metadata.annotations) ? variables.ownHosts + variables.annotationHosts : variables.ownHosts"},
	}...)
}

func opaqueExpression(name string) string {
	conditions := []string{fmt.Sprintf("%s in %s", name, list(exposure.OpaqueAnnotations))}
	for _, prefix := range exposure.OpaquePrefixes {
		conditions = append(conditions, fmt.Sprintf("%s.startsWith(%s)", name, literal(prefix)))
	}
	return strings.Join(conditions, " || ")
}

// noHosts is an empty list of hosts.
const noHosts = `[''].filter(h, false)`

// namesHosts passes an object with an annotation that may name a host. It is evaluated before variables are.
var namesHosts = `has(object.metadata.annotations) && object.metadata.annotations.exists(k, k in ` +
	list(exposure.HostAnnotations) + " || " + opaqueExpression("k") + ")"

// ingressPlain is the plainHosts of an Ingress.
var ingressPlain = `has(object.spec.rules) && !has(object.spec.defaultBackend) && object.spec.rules.all(r, has(r.host) && ` + usuallyCleared("r.host") + `)
	&& (!has(object.spec.tls) || object.spec.tls.all(t, !has(t.hosts) || t.hosts.all(h, ` + usuallyCleared("h") + `)))`

// hostnamesPlain is the plainHosts of a route of the Gateway API.
var hostnamesPlain = `has(object.spec.hostnames) && size(object.spec.hostnames) > 0 && object.spec.hostnames.all(h, ` + usuallyCleared("h") + `)`

// ingressHosts yield the hosts of an Ingress's spec.
var ingressHosts = []variable{
	{name: "ruleHosts", expression: `has(object.spec.rules) ? object.spec.rules.map(r, has(r.host) ? r.host : '') : ['']`},
	{name: "ownHosts", expression: `variables.ruleHosts
		+ (has(object.spec.defaultBackend) && !('' in variables.ruleHosts) ? [''] : [])
		+ (has(object.spec.tls) ? object.spec.tls.map(t, has(t.hosts) ? t.hosts.join(',') : '').join(',').split(',')
			.filter(h, h != '' && !(h in variables.ruleHosts)) : [])`},
}

// hostnamesHosts yield the hosts of a Gateway API route's spec. One that names none takes those of its parents' listeners:
// where every parent is cleared it has none that must be, else it may serve every host.
var hostnamesHosts = []variable{
	{name: "listed", expression: fmt.Sprintf(`%[1]s in variables.cleared ? variables.cleared[%[1]s] : ''`, literal(parentsKey))},
	{name: "listeners", expression: `has(object.spec.parentRefs) ? object.spec.parentRefs.filter(p, !` + parentMesh + `) : []`},
	{name: "ownHosts", expression: `has(object.spec.hostnames) && size(object.spec.hostnames) > 0 ? object.spec.hostnames :
		size(variables.listeners) > 0 && variables.listeners.all(p, variables.listed.contains('\n' + ` + parentKey + ` + '\n')) ? [] : ['']`},
}

// viaNamesNoHost tells a route that would take its hosts from its parents' listeners from one with annotations that may match
// any host.
var viaNamesNoHost = fmt.Sprintf(`has(object.spec.hostnames) && size(object.spec.hostnames) > 0 ? %s : %s`,
	literal(exposure.NamesNoHost), literal(exposure.NamesNoHostVia))
