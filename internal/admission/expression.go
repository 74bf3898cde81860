package admission

import (
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// variable is a named CEL expression of a policy. It is evaluated at most once a request, and only if it is needed.
type variable struct {
	name, expression string
	// verbatim tells that the expression is somebody else's, and stays as it is written.
	verbatim bool
}

// names puts the names that Go code and expressions share into the expressions.
var names = strings.NewReplacer(
	"<gateLabel>", icpv1alpha1.GateLabel,
	"<clearedPrefix>", icpv1alpha1.ClearedPrefix,
	"<parkedClass>", icpv1alpha1.ParkedClass,
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
