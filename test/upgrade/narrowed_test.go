package upgrade_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// narrowed lists why an object that was stored by the schema before might be refused by the one after, or lose something.
func narrowed(at string, before, after *apiextensionsv1.JSONSchemaProps) []string {
	var why []string
	say := func(format string, args ...any) {
		why = append(why, cmp.Or(at, ".")+": "+fmt.Sprintf(format, args...))
	}
	if after.Type != before.Type {
		say("was of type %s, and is of type %s", before.Type, after.Type)
		return why
	}
	why = append(why, boundsNarrowed(at, before, after)...)
	for _, value := range before.Enum {
		if len(after.Enum) > 0 && !slices.ContainsFunc(after.Enum, func(v apiextensionsv1.JSON) bool { return string(v.Raw) == string(value.Raw) }) {
			say("%s may not be said any more", value.Raw)
		}
	}
	if len(before.Enum) == 0 && len(after.Enum) > 0 {
		say("anything could be said, and now only some words can")
	}
	for _, name := range after.Required {
		if !slices.Contains(before.Required, name) && after.Properties[name].Default == nil {
			say("%s could be left out, and must be there", name)
		}
	}
	for _, rule := range after.XValidations {
		known := slices.ContainsFunc(before.XValidations, func(r apiextensionsv1.ValidationRule) bool { return r.Rule == rule.Rule })
		if !known {
			say("a rule is new: %s", rule.Rule)
		}
	}
	why = append(why, fieldsNarrowed(at, before, after)...)
	return why
}

// fieldsNarrowed looks at what is below.
func fieldsNarrowed(at string, before, after *apiextensionsv1.JSONSchemaProps) []string {
	var why []string
	kept := func(s *apiextensionsv1.JSONSchemaProps) bool {
		return s.XPreserveUnknownFields != nil && *s.XPreserveUnknownFields
	}
	if kept(before) && !kept(after) {
		why = append(why, at+": fields that nobody knows were kept, and are pruned")
	}
	for _, name := range slices.Sorted(maps.Keys(before.Properties)) {
		was := before.Properties[name]
		is, there := after.Properties[name]
		switch {
		case there:
			why = append(why, narrowed(at+"."+name, &was, &is)...)
		case !kept(after):
			why = append(why, at+"."+name+": is there no more, and is pruned")
		}
	}
	if before.Items != nil && after.Items != nil {
		why = append(why, narrowed(at+"[]", before.Items.Schema, after.Items.Schema)...)
	}
	if before.AdditionalProperties != nil && before.AdditionalProperties.Schema != nil {
		if after.AdditionalProperties == nil || after.AdditionalProperties.Schema == nil {
			return append(why, at+": took any key, and does not any more")
		}
		why = append(why, narrowed(at+"[*]", before.AdditionalProperties.Schema, after.AdditionalProperties.Schema)...)
	}
	return why
}

// boundsNarrowed looks at how long, how many and how much a value may be, and how it is written.
func boundsNarrowed(at string, before, after *apiextensionsv1.JSONSchemaProps) []string {
	var why []string
	most := func(what string, was, is *int64) {
		if is != nil && (was == nil || *is < *was) {
			why = append(why, fmt.Sprintf("%s: the most %s was %s, and is %d", at, what, said(was), *is))
		}
	}
	least := func(what string, was, is *int64) {
		if is != nil && *is > 0 && (was == nil || *is > *was) {
			why = append(why, fmt.Sprintf("%s: the least %s was %s, and is %d", at, what, said(was), *is))
		}
	}
	most("characters", before.MaxLength, after.MaxLength)
	most("items", before.MaxItems, after.MaxItems)
	most("properties", before.MaxProperties, after.MaxProperties)
	least("characters", before.MinLength, after.MinLength)
	least("items", before.MinItems, after.MinItems)
	least("properties", before.MinProperties, after.MinProperties)
	if is := after.Maximum; is != nil && (before.Maximum == nil || *is < *before.Maximum) {
		why = append(why, fmt.Sprintf("%s: may be %v at the most", at, *is))
	}
	if is := after.Minimum; is != nil && (before.Minimum == nil || *is > *before.Minimum) {
		why = append(why, fmt.Sprintf("%s: must be %v at the least", at, *is))
	}
	if after.Pattern != "" && after.Pattern != before.Pattern {
		why = append(why, fmt.Sprintf("%s: was written as %q, and is as %q", at, before.Pattern, after.Pattern))
	}
	if after.Format != "" && after.Format != before.Format {
		why = append(why, fmt.Sprintf("%s: had the format %q, and has %q", at, before.Format, after.Format))
	}
	list := func(s *apiextensionsv1.JSONSchemaProps) string {
		if s.XListType == nil {
			return "atomic"
		}
		return *s.XListType
	}
	if is := list(after); is != list(before) && is != "atomic" {
		why = append(why, fmt.Sprintf("%s: is a list of type %s, in which nothing may stand twice", at, is))
	}
	if before.Nullable && !after.Nullable {
		why = append(why, at+": could be null")
	}
	return why
}

func said(bound *int64) string {
	if bound == nil {
		return "not set"
	}
	return fmt.Sprint(*bound)
}
