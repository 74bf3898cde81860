package check

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/beian-dev/icp-operator/internal/words"
)

// Severity says what a finding means for whoever applies the manifest.
type Severity string

// Severities.
const (
	// Error: the API server refuses it, or the operator goes no further with it.
	Error Severity = "error"
	// Warning: it is taken, and is probably not what is meant; or it depends on who applies it.
	Warning Severity = "warning"
	// Note: nothing is wrong.
	Note Severity = "note"
)

// Rules that findings name. Those of the filing rules have names of their own: the reasons of internal/rules.
const (
	// RuleUnreadable: a document is no YAML.
	RuleUnreadable = "Unreadable"
	// RuleTemplate: a document is a template and was left out.
	RuleTemplate = "Template"
	// RulePatch: a file is a patch of a kustomization and was left out.
	RulePatch = "Patch"
	// RuleUnknownKind: the operator has no such kind, or not in that version.
	RuleUnknownKind = "UnknownKind"
	// RuleUnknownField: the kind has no such field.
	RuleUnknownField = "UnknownField"
	// RuleInvalid: the kind's definition does not take the value.
	RuleInvalid = "Invalid"
	// RulePolicy: an admission policy refuses it.
	RulePolicy = "Policy"
	// RuleDomainConflict: two filings are for one domain.
	RuleDomainConflict = "DomainConflict"
	// RuleTemplateInvalid: a template of a FilingNotifier cannot be used.
	RuleTemplateInvalid = "NotifierTemplateInvalid"
	// RuleRouteKindInvalid: an entry of routeKinds is wrong.
	RuleRouteKindInvalid = "RouteKindInvalid"
	// RuleRuleSetUnknown: a FilingProvider names a set of filing rules that there is not.
	RuleRuleSetUnknown = "RuleSetUnknown"
	// RuleSecretNotHere: a Secret that a filing names is not among the manifests.
	RuleSecretNotHere = "SecretNotHere"
	// RuleRefused: the gate refuses a route.
	RuleRefused = "RouteRefused"
	// RuleHeld: the gate parks a route.
	RuleHeld = "RouteHeld"
	// RuleWarned: the gate lets a route be, with a warning.
	RuleWarned = "RouteWarned"
	// RuleAudited: the gate lets a route be, and the audit log has it.
	RuleAudited = "RouteAudited"
)

// Finding is one thing that a check found.
type Finding struct {
	// File, and where in it; lines and columns begin with 1.
	File         string
	Line, Column int
	Severity     Severity
	// Rule that it is found by: one of the constants Rule…, or a reason of internal/rules.
	Rule string
	// Policy that refuses, where the rule is RulePolicy.
	Policy string
	// Object that it is about, as in "Ingress shop/web"; empty for a file.
	Object string
	// Field as the API server names it; empty for the whole object.
	Field string
	// Message says what is wrong and how to put it right. What the API server itself says is English.
	Message words.Words
}

func (f Finding) says(english, chinese string) Finding {
	f.Message = words.Words{English: english, Chinese: chinese}
	return f
}

// quotes is a message of the API server, or of a filing rule, which is English.
func (f Finding) quotes(message string) Finding { return f.says(message, message) }

// sorted puts findings in the order of the files, and leaves out what is said twice.
func sorted(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(found)
}

func itoa(n int) string { return strconv.Itoa(n) }

// LeftOutPatch says of a file that it is a patch of a kustomization, which is no whole object.
func LeftOutPatch(file string) Finding {
	return Finding{File: file, Severity: Note, Rule: RulePatch}.says(
		"a patch of a kustomization, which is not checked by itself: build it (-k)", "kustomization 的补丁，不单独检查：请构建后检查（-k）")
}

// ruleTexts say what the rules are about.
var ruleTexts = map[string]string{
	RuleUnreadable:       "A manifest is YAML or JSON.",
	RuleTemplate:         "A template is checked once it is rendered.",
	RulePatch:            "A patch is checked once its kustomization is built.",
	RuleUnknownKind:      "The kinds of icp.beian.dev are those that the operator defines.",
	RuleUnknownField:     "An object has the fields of its kind, and no others.",
	RuleInvalid:          "The values of an object are those that its definition takes.",
	RulePolicy:           "The admission policies that are installed with the operator take the object.",
	RuleDomainConflict:   "A domain has one filing with one provider.",
	RuleTemplateInvalid:  "The templates of a FilingNotifier can be used.",
	RuleRouteKindInvalid: "An entry of an ExposurePolicy's routeKinds can be used.",
	RuleRuleSetUnknown:   "A FilingProvider names a set of filing rules that there is.",
	RuleSecretNotHere:    "A Secret that a filing names is among the manifests, or is made otherwise.",
	RuleRefused:          "The exposure gate takes the route: each of its hosts has an ICP filing (ICP备案) in force.",
	RuleHeld:             "The exposure gate lets the route be served: each of its hosts has an ICP filing (ICP备案) in force.",
	RuleWarned:           "Each host of a route has an ICP filing (ICP备案) in force.",
	RuleAudited:          "Each host of a route has an ICP filing (ICP备案) in force.",
}

// RuleText says in a sentence what a rule is about.
func RuleText(rule string) string {
	if text, known := ruleTexts[rule]; known {
		return text
	}
	return "A filing keeps the filing rules (docs/rules.md): " + rule + "."
}
