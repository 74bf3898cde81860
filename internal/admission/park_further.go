package admission

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// How a policy judges, parks and releases objects of a further kind; exposure.Further does the same in Go.

// gated makes a row of a further kind.
func (f Further) gated() gatedKind {
	row := gatedKind{
		name: f.Name(), group: f.kind.Group, resource: f.kind.Resource, versions: []string{f.kind.Version},
		subresources: []string{"status"}, fix: "[]", heldBefore: noteHeld, unlike: true, annotations: map[string]string{RouteKindAnnotation: f.MadeOf()},
		hosts: []variable{
			{name: "named", expression: f.kind.Hosts, verbatim: true},
			// The API server has not checked their form.
			{name: "ownHosts", expression: fmt.Sprintf(`variables.named.map(h, string(h).lowerAscii()).map(h,
				h == '' || h == '%s' ? '' : %s ? h : h + '%s')`, exposure.AnyHost, wellFormed, malformedMark)},
		},
		parking: unparkable,
	}
	if f.Parks() {
		row.parking, row.park, row.release = f.parking(), f.park(), f.release()
	}
	return row
}

func (f Further) parking() []variable {
	parked, remembered := quoted(f.parked), "variables.notes['<rememberedValue>']"
	text := "variables.wished.map(w, string(w))"
	if _, several := f.parked.([]any); several {
		remembered += `.split('\n')`
		text = `variables.wished.map(w, w.join('\n'))`
	}
	return []variable{
		{name: "at", expression: f.at()},
		{name: "served", expression: "!(variables.at == [" + parked + "])"},
		{name: "before", expression: annotationsBefore},
		{name: "held", expression: `'<rememberedHosts>' in variables.annotations || '<rememberedHosts>' in variables.before`},
		{name: "notes", expression: `'<rememberedHosts>' in variables.annotations ? variables.annotations : variables.before`},
		{name: "wished", expression: `!(variables.held && variables.at == [` + parked + `]) ? variables.at :
			'<rememberedValue>' in variables.notes ? [dyn(` + remembered + `)] : []`},
		{name: "text", expression: text},
		{name: "none", expression: `[''].filter(e, false)`},
		{name: "why", expression: whyExpression},
	}
}

// at yields what stands at the path: a list of it, or of nothing.
func (f Further) at() string {
	if atAnnotation(f.path) {
		name := literal(f.path[len(f.path)-1])
		return fmt.Sprintf("%s in variables.annotations ? [dyn(variables.annotations[%s])] : []", name, name)
	}
	selected, there := "object", make([]string, len(f.path))
	for i, field := range f.path {
		selected += "." + field
		there[i] = "has(" + selected + ")"
	}
	return strings.Join(there, " && ") + " ? [dyn(" + selected + ")] : []"
}

func (f Further) park() string {
	return annotationsFirst + " + " + label +
		" + " + note("<rememberedHosts>", "[variables.why]") +
		" + " + note("<because>", "[variables.because]") +
		" + " + note("<rememberedValue>", "variables.text") +
		" + " + f.put("["+quoted(f.parked)+"]")
}

func (f Further) release() string {
	return annotationsFirst + " + " + unlabel +
		" + " + note("<rememberedHosts>", "variables.none") +
		" + " + note("<because>", "variables.none") +
		" + " + note("<rememberedValue>", "variables.none") +
		" + " + f.put("variables.wished")
}

// put is a patch that makes what stands at the path what a list says.
func (f Further) put(wished string) string {
	escaped := make([]string, len(f.path))
	for i, segment := range f.path {
		escaped[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(segment)
	}
	path := literal("/" + strings.Join(escaped, "/"))
	return `(` + wished + ` == variables.at ? [] :
		size(` + wished + `) == 0 ? [JSONPatch{op: 'remove', path: ` + path + `}] :
		[JSONPatch{op: 'add', path: ` + path + `, value: ` + wished + `[0]}])`
}

// quoted writes a string, or a list of strings, as CEL reads it.
func quoted(value any) string {
	entries, several := value.([]any)
	if !several {
		text, _ := value.(string)
		return literal(escapeLiteral(text))
	}
	texts := make([]string, len(entries))
	for i, entry := range entries {
		text, _ := entry.(string)
		texts[i] = escapeLiteral(text)
	}
	return list(texts)
}

func escapeLiteral(text string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text)
}
