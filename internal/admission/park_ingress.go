package admission

// How a policy parks and releases an Ingress; exposure.Park does the same in Go.
//
// An Ingress is parked on both sides, the class field and the legacy annotation, so that no controller takes it by the
// one that it reads. What stands on a side, if it is not icp-parked, is the latest wish of whoever wrote it, and is
// remembered; so applying the same manifest again gives the very object that is there.

// labelled tells a route that is marked as parked.
const labelled = `(has(object.metadata.labels) && '<parkedLabel>' in object.metadata.labels)`

// label is a list of patches that marks a route as parked, and unlabel one that takes the mark away.
const (
	label = `(` + labelled + ` && object.metadata.labels['<parkedLabel>'] == 'true' ? [] : ` + labelsFirst + ` +
		[JSONPatch{op: 'add', path: '<labelPath>', value: 'true'}])`
	labelsFirst = `(has(object.metadata.labels) ? [] : [JSONPatch{op: 'add', path: '/metadata/labels', value: {}}])`
	unlabel     = `(` + labelled + ` ? [JSONPatch{op: 'remove', path: size(object.metadata.labels) > 1 ? '<labelPath>' : '/metadata/labels'}] : [])`
)

// noteHeld tells a route that is marked as parked, or has, or had before this write, the gate's note of why.
const noteHeld = labelled + ` || (has(object.metadata.annotations) && '<rememberedHosts>' in object.metadata.annotations)
	|| (oldObject != null && has(oldObject.metadata.annotations) && '<rememberedHosts>' in oldObject.metadata.annotations)`

var ingressParking = []variable{
	{name: "class", expression: `has(object.spec.ingressClassName) ? [object.spec.ingressClassName] : []`},
	{name: "legacy", expression: `'<legacyClass>' in variables.annotations ? [variables.annotations['<legacyClass>']] : []`},
	{name: "served", expression: `!(variables.class == ['<parkedClass>'] && variables.legacy == ['<parkedClass>'])`},
	{name: "before", expression: annotationsBefore},
	{name: "held", expression: `'<rememberedHosts>' in variables.annotations || '<rememberedHosts>' in variables.before`},
	// Wishes are lists of one entry, or of none. A note that somebody took away is read from the object before.
	{name: "notes", expression: `'<rememberedHosts>' in variables.annotations ? variables.annotations : variables.before`},
	{name: "wishedClass", expression: `!(variables.held && variables.class == ['<parkedClass>']) ? variables.class :
		'<rememberedClass>' in variables.notes ? [variables.notes['<rememberedClass>']] : []`},
	{name: "wishedLegacy", expression: `!(variables.held && variables.legacy == ['<parkedClass>']) ? variables.legacy :
		'<rememberedLegacy>' in variables.notes ? [variables.notes['<rememberedLegacy>']] : []`},
	{name: "none", expression: `[''].filter(e, false)`},
	{name: "why", expression: whyExpression},
}

// annotationsBefore yields the annotations that an object had before the write.
const annotationsBefore = `oldObject != null && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}`

// whyExpression is exposure.JoinBlocked.
const whyExpression = `[variables.blocked.join(',')].map(j, size(j) > 1024 ? j.substring(0, 1024) : j)[0]`

const annotationsFirst = `(has(object.metadata.annotations) ? [] : [JSONPatch{op: 'add', path: '/metadata/annotations', value: {}}])`

// note is a patch that makes an annotation what a list says: its one entry, or absent.
func note(annotation, wished string) string {
	path := "'/metadata/annotations/' + jsonpatch.escapeKey('" + annotation + "')"
	return `(` + wished + ` == ('` + annotation + `' in variables.annotations ? [variables.annotations['` + annotation + `']] : []) ? [] :
		size(` + wished + `) == 0 ? [JSONPatch{op: 'remove', path: ` + path + `}] :
		[JSONPatch{op: 'add', path: ` + path + `, value: ` + wished + `[0]}])`
}

// class is a patch that makes the class field what a list says.
func class(wished string) string {
	return `(` + wished + ` == variables.class ? [] :
		size(` + wished + `) == 0 ? [JSONPatch{op: 'remove', path: '/spec/ingressClassName'}] :
		[JSONPatch{op: 'add', path: '/spec/ingressClassName', value: ` + wished + `[0]}])`
}

var ingressPark = annotationsFirst + " + " + label +
	" + " + note("<rememberedHosts>", "[variables.why]") +
	" + " + note("<because>", "[variables.because]") +
	" + " + note("<rememberedClass>", "variables.wishedClass") +
	" + " + note("<rememberedLegacy>", "variables.wishedLegacy") +
	" + " + note("<legacyClass>", "['<parkedClass>']") +
	" + " + class("['<parkedClass>']")

// A release may follow a write that took all annotations away.
var ingressRelease = annotationsFirst + " + " + unlabel +
	" + " + note("<rememberedHosts>", "variables.none") +
	" + " + note("<because>", "variables.none") +
	" + " + note("<rememberedClass>", "variables.none") +
	" + " + note("<rememberedLegacy>", "variables.none") +
	" + " + note("<legacyClass>", "variables.wishedLegacy") +
	" + " + class("variables.wishedClass")

// ingressFix puts the gate's annotations and the legacy class back as they were on a parked Ingress whose status is
// written.
var ingressFix = "!('<rememberedHosts>' in variables.before) ? [] : " + annotationsFirst +
	" + " + noteBefore("<rememberedHosts>") +
	" + " + noteBefore("<because>") +
	" + " + noteBefore("<rememberedClass>") +
	" + " + noteBefore("<rememberedLegacy>") +
	" + " + noteBefore("<legacyClass>") +
	" + (" + labelled + " || !has(oldObject.metadata.labels) || !('<parkedLabel>' in oldObject.metadata.labels) ? [] : " + label + ")"

func noteBefore(annotation string) string {
	return note(annotation, "('"+annotation+"' in variables.before ? [variables.before['"+annotation+"']] : [])")
}
