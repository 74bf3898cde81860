package rules

import (
	"fmt"
	"slices"
)

// Severity says whether a finding stops a filing.
type Severity string

// Severities.
const (
	// Error stops the filing until it is put right.
	Error Severity = "Error"
	// Warning is shown and lets pass.
	Warning Severity = "Warning"
)

// Finding is one thing that a check found.
type Finding struct {
	// Severity says whether it stops the filing.
	Severity Severity
	// Reason is CamelCase, one of the constants Reason….
	Reason string
	// Field is where it is: a path in the spec, as in spec.website.name, or "secret <name> key <key>".
	Field string
	// Message says what is wrong and how to put it right, and ends with the rule. It holds no personal data.
	Message string
	// Rule that says so.
	Rule Rule
}

// HasErrors says whether any finding stops the filing.
func HasErrors(findings []Finding) bool {
	for _, f := range findings {
		if f.Severity == Error {
			return true
		}
	}
	return false
}

// findings collects what checks find, in their order, each once.
type findings struct{ list []Finding }

func (f *findings) errorf(rule Rule, reason, field, format string, args ...any) {
	f.add(Error, rule, reason, field, format, args...)
}

func (f *findings) warnf(rule Rule, reason, field, format string, args ...any) {
	f.add(Warning, rule, reason, field, format, args...)
}

func (f *findings) add(severity Severity, rule Rule, reason, field, format string, args ...any) {
	found := Finding{
		Severity: severity,
		Reason:   reason,
		Field:    field,
		Message:  fmt.Sprintf(format, args...) + " " + rule.String(),
		Rule:     rule,
	}
	if !slices.Contains(f.list, found) {
		f.list = append(f.list, found)
	}
}
