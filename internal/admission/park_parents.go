package admission

import (
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// How a policy parks and releases a route of the Gateway API; exposure.Park does the same in Go. The group of
// each parent that serves gets a suffix, and loses it again: nothing has to be remembered.

// parentGroup yields the group of a parent p; where it names none, the Gateway API's own.
const parentGroup = `(has(p.group) ? p.group : '` + gatewayv1.GroupName + `')`

// parentKey is exposure.ParentKey of a parent p, parked or not. A namespace that is made with the route is the request's.
const parentKey = `([` + parentGroup + `].map(g, g.endsWith('<parkedGroup>') ? g.substring(0, size(g) - size('<parkedGroup>')) : g)
		.map(g, g == '` + gatewayv1.GroupName + `' ? '' : g + '/')[0]
	+ (has(p.kind) ? p.kind : '` + exposure.GatewayParent + `') + '/' + (has(p.namespace) ? p.namespace : request.namespace) + '/' + p.name
	+ (has(p.sectionName) ? '/' + p.sectionName : ''))`

const (
	parentParked = parentGroup + `.endsWith('<parkedGroup>')`
	// A parent that is a Service is a mesh's: such a route exposes nothing.
	parentMesh = `(` + parentGroup + ` == '' && has(p.kind) && p.kind == 'Service')`
)

// parentsHeld tells a route that the gate has parked, or had parked before this write: by a parent, or by the note of
// its hosts, which stays when a manifest puts the parents back.
const parentsHeld = noteHeld + `
	|| (has(object.spec.parentRefs) && object.spec.parentRefs.exists(p, ` + parentParked + `))
	|| (oldObject != null && has(oldObject.spec.parentRefs) && oldObject.spec.parentRefs.exists(p, ` + parentParked + `))`

var parentsParking = []variable{
	{name: "parents", expression: `has(object.spec.parentRefs) ? object.spec.parentRefs : []`},
	{name: "positions", expression: positionsExpression(32)},
	{name: "serving", expression: `variables.positions.filter(i, [variables.parents[i]].exists(p, !` + parentParked + ` && !` + parentMesh + `))`},
	{name: "parked", expression: `variables.positions.filter(i, [variables.parents[i]].exists(p, ` + parentParked + `))`},
	{name: "served", expression: `size(variables.serving) > 0`},
	{name: "held", expression: `size(variables.parked) > 0 || '<rememberedHosts>' in variables.annotations`},
	{name: "why", expression: whyExpression},
}

var parentsPark = `size(variables.serving) + size(variables.parked) == 0 ? [] : ` + annotationsFirst + ` + ` + label + ` + ` + parentsNote + ` + ` +
	note("<because>", "[variables.because]") + ` +
	variables.serving.map(i, [variables.parents[i]].map(p, JSONPatch{op: 'add', path: '/spec/parentRefs/' + string(i) + '/group',
		value: (` + parentGroup + ` == '' ? 'core' : ` + parentGroup + `) + '<parkedGroup>'})[0])`

const parentsNote = `('<rememberedHosts>' in variables.annotations && variables.annotations['<rememberedHosts>'] == variables.why ? [] :
	[JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey('<rememberedHosts>'), value: variables.why}])`

const parentsRelease = unlabel + ` + ('<rememberedHosts>' in variables.annotations ?
	[JSONPatch{op: 'remove', path: '/metadata/annotations/' + jsonpatch.escapeKey('<rememberedHosts>')}] : []) +
	('<because>' in variables.annotations ? [JSONPatch{op: 'remove', path: '/metadata/annotations/' + jsonpatch.escapeKey('<because>')}] : []) +
	variables.parked.map(i, [variables.parents[i].group].map(g, JSONPatch{op: 'add', path: '/spec/parentRefs/' + string(i) + '/group',
		value: g == 'core<parkedGroup>' ? '' : g.substring(0, size(g) - size('<parkedGroup>'))})[0])`
