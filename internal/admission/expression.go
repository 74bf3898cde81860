package admission

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// variable is a named CEL expression of a policy. It is evaluated at most once a request, and only if it is needed.
type variable struct {
	name, expression string
	// verbatim tells that the expression is somebody else's, and stays as it is written. Such a one stands, too.
	verbatim bool
	// stands has it be a variable of the policy; the others are bound within the expressions that need them. The time that an
	// expression takes to compile grows with the square of its length: so what is long stands.
	stands bool
}

// bound tells that it is no variable of the policy.
func (v variable) bound() bool { return !v.stands && !v.verbatim }

// names puts the names that Go code and expressions share into the expressions.
var names = strings.NewReplacer(
	"<gateLabel>", icpv1alpha1.GateLabel,
	"<clearedPrefix>", icpv1alpha1.ClearedPrefix,
	"<parkedClass>", icpv1alpha1.ParkedClass,
	"<parkedLabel>", icpv1alpha1.ParkedLabel,
	"<labelPath>", "/metadata/labels/"+strings.ReplaceAll(icpv1alpha1.ParkedLabel, "/", "~1"),
	"<parkedGroup>", icpv1alpha1.ParkedGroupSuffix,
	"<legacyClass>", exposure.LegacyClassAnnotation,
	"<rememberedHosts>", exposure.ParkedHostsAnnotation,
	"<because>", exposure.ParkedBecauseAnnotation,
	"<rememberedClass>", exposure.ParkedClassAnnotation,
	"<rememberedValue>", exposure.ParkedValueAnnotation,
	"<rememberedLegacy>", exposure.ParkedLegacyClassAnnotation,
	"<operator>", operatorUser,
)

// expression makes an expression of a text: names put in, line breaks and indents made single blanks.
func expression(text string) string {
	return names.Replace(strings.Join(strings.Fields(text), " "))
}

// literal writes a string as CEL reads it. It is for names and domains, which need no escapes.
func literal(text string) string { return "'" + text + "'" }

// list writes strings as a CEL list.
func list(entries []string) string {
	quoted := make([]string, len(entries))
	for i, entry := range entries {
		quoted[i] = literal(entry)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// variableName finds the variables of a policy that an expression uses.
var variableName = regexp.MustCompile(`variables\.([a-zA-Z0-9]+)`)

// nested makes an expression of one that uses variables, with those that it needs bound within: each is a list of one, of which
// the next is made. The API server makes a table of all variables of a policy for each evaluation, whether they are needed or
// not, which costs more than most of what they are for. So a policy has one or two, and what is needed for a route that is not
// plainly cleared is bound where that is known. What stands is not bound.
func nested(variables []variable, text string) string {
	needed := map[string]bool{}
	note := func(text string) {
		for _, found := range variableName.FindAllStringSubmatch(text, -1) {
			needed[found[1]] = true
		}
	}
	note(text)
	for _, v := range slices.Backward(variables) {
		if needed[v.name] && v.bound() {
			note(v.expression)
			text = fmt.Sprintf("[%s].map(%s, %s)[0]", v.expression, v.name, text)
		}
	}
	for _, v := range variables {
		if v.bound() {
			text = regexp.MustCompile(`variables\.`+v.name+`\b`).ReplaceAllString(text, v.name)
		}
	}
	return "(" + text + ")"
}

// standing are the variables that stand, each with those that it needs bound within.
func standing(variables []variable) []admissionregistrationv1.Variable {
	var stand []variable
	for i, v := range variables {
		if !v.bound() {
			if !v.verbatim {
				v.expression = nested(variables[:i], v.expression)
			}
			stand = append(stand, v)
		}
	}
	return asVariables(stand)
}

func asVariables(variables []variable) []admissionregistrationv1.Variable {
	converted := make([]admissionregistrationv1.Variable, len(variables))
	for i, v := range variables {
		converted[i] = admissionregistrationv1.Variable{Name: v.name, Expression: v.expression}
		if !v.verbatim {
			converted[i].Expression = expression(v.expression)
		}
	}
	return converted
}

// modeExpression yields the mode of the route's namespace, as Settings.ModeOf does, but for unknown values, which it
// yields as they are: whoever asks compares with the modes that are known to be open.
func modeExpression(settings Settings) string {
	return fmt.Sprintf(`request.namespace in %s ? 'off' :
		has(namespaceObject.metadata.labels) && '<gateLabel>' in namespaceObject.metadata.labels ?
		namespaceObject.metadata.labels['<gateLabel>'] : %s`,
		list(settings.ExemptNamespaces), literal(settings.DefaultMode))
}

// closesExpression tells whether variables.mode keeps uncleared hosts from being served.
func closesExpression() string { return fmt.Sprintf("!(variables.mode in %s)", list(openModes)) }
