package check_test

import (
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/config/crd"
	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/test/api/table"
)

// The same table goes through a real API server in test/api, which compares every word.
func TestTheTableOfRules(t *testing.T) {
	t.Parallel()
	for _, row := range table.Cases() {
		t.Run(row.Says, func(t *testing.T) {
			t.Parallel()
			found := errorsOf(t, row)
			if (found != "") != row.Refused() || !strings.Contains(found, strings.TrimPrefix(row.Field, "<nil>")) || !strings.Contains(found, row.Remedy) {
				t.Errorf("got %q, want it to name %q and to say %q", found, row.Field, row.Remedy)
			}
		})
	}
}

// errorsOf is what the definitions have against a row's object.
func errorsOf(t *testing.T, row table.Case) string {
	t.Helper()
	object, err := row.Object()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := yaml.Marshal(object.Object)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range checked(t, check.Options{}, string(manifest)).Findings {
		if f.Rule == check.RuleInvalid || f.Rule == check.RuleUnknownField || f.Rule == check.RuleUnknownKind {
			found = append(found, f.Field+": "+f.Message.English)
		}
	}
	return strings.Join(found, "\n")
}

// A rule that no row breaks is one that nobody compares.
func TestEveryRuleOfTheDefinitionsIsInTheTable(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, row := range table.Cases() {
		all.WriteString(errorsOf(t, row))
	}
	files, err := crd.Bases.ReadDir("bases")
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, file := range files {
		data, err := crd.Bases.ReadFile("bases/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(data, &definition); err != nil {
			t.Fatal(err)
		}
		eachRule(definition.Spec.Versions[0].Schema.OpenAPIV3Schema, func(rule apiextensionsv1.ValidationRule) {
			if strings.Contains(rule.Rule, "oldSelf") {
				return // which nothing that is made breaks
			}
			rules++
			if !strings.Contains(all.String(), rule.Message) {
				t.Errorf("%s: no row breaks %q", file.Name(), rule.Message)
			}
		})
	}
	if rules < 40 {
		t.Errorf("found %d rules, want all of them", rules)
	}
}

func eachRule(schema *apiextensionsv1.JSONSchemaProps, do func(apiextensionsv1.ValidationRule)) {
	for _, rule := range schema.XValidations {
		do(rule)
	}
	for name := range schema.Properties {
		if name == "status" && schema.Properties["spec"].Type != "" {
			continue // which nobody but the operator writes
		}
		property := schema.Properties[name]
		eachRule(&property, do)
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		eachRule(schema.Items.Schema, do)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		eachRule(schema.AdditionalProperties.Schema, do)
	}
}
