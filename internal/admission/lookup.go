package admission

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// beyond sorts behind every domain. Where a namespace has fewer blocks than there could be, it stands for the first
// domain of those that are not there, so that a search never goes to them.
const beyond = "~"

// lookupVariables are what an expression of clearedExpression needs: the annotations of the namespace, and the header's lines.
func lookupVariables() []variable {
	return []variable{
		{name: "cleared", expression: "has(namespaceObject.metadata.annotations) ? namespaceObject.metadata.annotations : {}"},
		{name: "index", expression: fmt.Sprintf(`(variables.cleared[?%s].orValue('') + '%s').split('\n')`,
			literal(headerKey), strings.Repeat(`\n`+beyond, maxBlocks))},
	}
}

// usuallyCleared tells, of a host in an expression, whether a cleared domain of two labels covers it, or one of three where
// there are such, that stands under its first character. Of all other hosts it tells nothing. It is for namespaces that have
// annotations, and reads them where they are: a variable would cost more.
func usuallyCleared(host string) string {
	const annotations = "namespaceObject.metadata.annotations"
	of := func(labels int) string {
		return fmt.Sprintf(`[%s + '\n'].exists(d, %s.orValue('').contains('\n' + d))`, lastLabels(host, labels), shelfOf(annotations, "d"))
	}
	return fmt.Sprintf(`(%s || %s[?%s].orValue('') >= '3' && %s)`, of(exposure.MinDomainLabels), annotations, literal(headerKey), of(exposure.MinDomainLabels+1))
}

// shelfOf is what stands, in a namespace's annotations, under the first character of a domain, if anything does.
func shelfOf(annotations, domain string) string {
	return fmt.Sprintf(`%s[?'%s.' + %s.charAt(0)]`, annotations, headerKey, domain)
}

// clearedExpression tells whether a cleared domain covers the host in the CEL variable named host. It cuts the
// host's last two, three and more labels off its end, as many as the deepest cleared domain has, and looks each up in
// the block where it would be.
func clearedExpression(host string) string {
	candidates := []string{"[" + lastLabels(host, exposure.MinDomainLabels) + ` + '\n']`}
	for labels := exposure.MinDomainLabels + 1; labels <= exposure.MaxDomainLabels; labels++ {
		candidates = append(candidates, fmt.Sprintf(`(variables.index[0] >= '%d' ? [%s + '\n'] : [])`, labels, lastLabels(host, labels)))
	}
	return fmt.Sprintf(`(%s).exists(d, %s)`, strings.Join(candidates, " + "), endCleared(`d`))
}

// endCleared tells whether the end of a host, with a line break behind it, is a cleared domain. The break sorts before
// whatever a domain is made of, so that it does not change the block.
func endCleared(d string) string {
	return fmt.Sprintf(`%s.orValue(%s).contains('\n' + %s)`, shelfOf("variables.cleared", d), blockOf(d, 0, maxBlocks), d)
}

// lastLabels cuts so many labels off the end of a host; where it has fewer, the result is empty.
func lastLabels(host string, labels int) string {
	return fmt.Sprintf(`%s.find('%s[^.]+$')`, host, strings.Repeat("[^.]+[.]", labels-1))
}

// blockOf chooses, of the blocks from low to below high, the one where a domain would be: a binary search, written
// out.
func blockOf(domain string, low, high int) string {
	if high-low == 1 {
		// A host that sorts behind beyond is looked for in a last block that is not there.
		return fmt.Sprintf("variables.cleared[?%s].orValue('')", literal(blockKey(low)))
	}
	middle := (low + high) / 2
	return fmt.Sprintf("(%s < variables.index[%d] ? %s : %s)",
		domain, middle, blockOf(domain, low, middle), blockOf(domain, middle, high))
}

// blockedVariables yield variables.blocked, the hosts of variables.hosts that may not be served: the empty string, which
// stands for every host, is shown as *. In variables.uncovered they stand as in variables.hosts.
func blockedVariables(rules exposure.Rules) []variable {
	allowed := []string{clearedExpression("h")}
	if len(rules.ExemptDomains) > 0 {
		allowed = append(allowed, fmt.Sprintf("%s.exists(e, h == e || h.endsWith('.' + e))", list(rules.ExemptDomains)))
	}
	if rules.AllowHostless {
		allowed = append(allowed, "h == ''")
	}
	return []variable{
		{name: "uncovered", stands: true, expression: fmt.Sprintf("variables.hosts.filter(h, !(%s))", strings.Join(allowed, " || "))},
		{name: "blocked", expression: "variables.uncovered.map(h, " + shown("h") + ")"},
	}
}

// shown is a host of variables.hosts as people see it.
func shown(host string) string {
	return fmt.Sprintf("(%[1]s == '' ? '%[2]s' : %[1]s.endsWith('%[3]s') ? %[1]s.substring(0, size(%[1]s) - 1) : %[1]s)",
		host, exposure.AnyHost, malformedMark)
}
