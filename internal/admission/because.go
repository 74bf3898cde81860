package admission

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// becauseVariables yield variables.because, which is exposure.Route.Reasons. They are evaluated for a route that is refused
// or parked, and for no other.
//
// CEL has no way to take the first few different entries of a list, so each of variables.rest1 and so on is the list before
// it without its first entry, however often that stands in it: what that costs does not grow with the square of the hosts.
func becauseVariables(kind gatedKind) []variable {
	variables := []variable{
		{name: "pending", expression: fmt.Sprintf(`%[1]s in variables.cleared ? variables.cleared[%[1]s] : ''`, literal(pendingKey))},
		{name: "rest0", expression: fmt.Sprintf(`variables.uncovered.filter(h, h != '' && !h.endsWith('%[1]s'))
			+ variables.uncovered.filter(h, h.endsWith('%[1]s')) + (variables.uncovered.exists(h, h == '') ? [''] : [])`, malformedMark)},
	}
	told := []string{noHosts}
	for i := range exposure.MaxReasons {
		rest := fmt.Sprintf("variables.rest%d", i)
		variables = append(variables, variable{name: fmt.Sprintf("rest%d", i+1), expression: fmt.Sprintf("%[1]s.filter(h, h != %[1]s[0])", rest)})
		told = append(told, fmt.Sprintf("(size(%[1]s) > 0 ? [%[1]s[0]] : [])", rest))
	}
	return append(variables,
		variable{name: "told", expression: strings.Join(told, " + ")},
		variable{name: "because", expression: fmt.Sprintf(`variables.told.map(h, [%s].map(s, size(s) > %[2]d ? s.substring(0, %[2]d) : s)[0] + ': ' + (%s)).join('; ')
			+ (size(variables.rest%d) > 0 ? '%s' : '')`, shown("h"), exposure.MaxHostLength, kind.reasonExpression(), exposure.MaxReasons, exposure.AndOthers)},
	)
}

// reasonExpression says why the host h is not served. A host without a name is said to be one before its form is looked at.
func (k gatedKind) reasonExpression() string {
	namesNoHost := literal(exposure.NamesNoHost)
	if k.namesNoHost != "" {
		namesNoHost = k.namesNoHost
	}
	var candidates []string
	for labels := exposure.MinDomainLabels; labels <= exposure.MaxDomainLabels; labels++ {
		candidates = append(candidates, lastLabels("h", labels))
	}
	const filing = `(f[0] == '` + ofAnother + `' ? '` + exposure.AnotherFiling + `' : 'filing ' + f[0]) + ' is at ' + f[1] + (size(f) > 2 ? ' (' + f[2] + ')' : '')`
	return fmt.Sprintf(`h == '' || h == '%[1]s%[2]s' ? (%[3]s) : h.endsWith('%[2]s') ? '%[4]s' :
		([%[5]s].filter(d, d != '' && variables.pending.contains('\n' + d + ' '))
			.map(d, variables.pending.split('\n' + d + ' ')[1].split('\n')[0].split(' ')).map(f, %[6]s)
		+ [variables.pending.endsWith('\n%[7]s\n') ? '%[8]s' : '%[9]s' + request.namespace])[0]`,
		exposure.AnyHost, malformedMark, namesNoHost, exposure.NoHostName, strings.Join(candidates, ", "), filing, beyond, exposure.PerhapsNoFiling, exposure.NoFiling)
}
