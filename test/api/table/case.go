// Package table is what the definitions of the operator's kinds take and refuse, row by row. A real API server and the checks
// without one are both held to it.
package table

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Case is an object, and what becomes of it when it is created.
type Case struct {
	// Says is the row as a sentence.
	Says string
	// of is the manifest that it is made of, by changes: pairs of a dotted path and the value there; nil takes it away.
	of      string
	changes []any
	// Field and Remedy are what a refusal names; both empty where the object is taken. Of the object as a whole the API server
	// says <nil>.
	Field, Remedy string
}

// Refused tells whether the object is.
func (c Case) Refused() bool { return c.Remedy != "" }

// Object is the case's, in the namespace default.
func (c Case) Object() (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{}
	if err := yaml.UnmarshalStrict([]byte(c.of), &object.Object); err != nil {
		return nil, fmt.Errorf("reading the manifest of %q: %w", c.Says, err)
	}
	for i := 0; i < len(c.changes); i += 2 {
		fields := strings.Split(fmt.Sprint(c.changes[i]), ".")
		if c.changes[i+1] == nil {
			unstructured.RemoveNestedField(object.Object, fields...)
			continue
		}
		if err := unstructured.SetNestedField(object.Object, c.changes[i+1], fields...); err != nil {
			return nil, fmt.Errorf("changing the manifest of %q: %w", c.Says, err)
		}
	}
	return object, nil
}

// Cases are all of them.
func Cases() []Case { return slices.Concat(filings, reviews, notifiers, providers, policies) }

// of are changes of an object.
func of(pairs ...any) []any { return pairs }

// spec are changes of an object's spec.
func spec(pairs ...any) []any {
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "spec." + fmt.Sprint(pairs[i])
	}
	return pairs
}
