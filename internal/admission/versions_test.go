package admission

import (
	"testing"

	"github.com/google/cel-go/cel"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
	"k8s.io/apiserver/pkg/cel/mutation"
)

// An API server compiles what is written anew with what its version's CEL has, and no more. Policies that refuse come with
// Kubernetes 1.30, those that park with 1.34.
func TestTheOldestAPIServersCompileThePolicies(t *testing.T) {
	t.Parallel()
	settings := SettingsOf(nil)
	settings.Rules.ExemptDomains = []string{"corp.internal"}
	policies := Build(settings, true)
	for _, policy := range policies.Validating {
		t.Run(policy.Name+" on 1.30", func(t *testing.T) {
			t.Parallel()
			expressions := expressionsOf(policy.Spec.Variables, policy.Spec.MatchConditions)
			for _, v := range policy.Spec.Validations {
				expressions = append(expressions, v.Expression)
				if v.MessageExpression != "" {
					expressions = append(expressions, v.MessageExpression)
				}
			}
			compileAt(t, version.MajorMinor(1, 30), expressions)
		})
	}
	for _, policy := range policies.Mutating {
		t.Run(policy.Name+" on 1.34", func(t *testing.T) {
			t.Parallel()
			expressions := expressionsOf(policy.Spec.Variables, policy.Spec.MatchConditions)
			for _, m := range policy.Spec.Mutations {
				expressions = append(expressions, m.JSONPatch.Expression)
			}
			compileAt(t, version.MajorMinor(1, 34), expressions)
		})
	}
}

func expressionsOf(variables []admissionregistrationv1.Variable, conditions []admissionregistrationv1.MatchCondition) []string {
	var expressions []string
	for _, v := range variables {
		expressions = append(expressions, v.Expression)
	}
	for _, c := range conditions {
		expressions = append(expressions, c.Expression)
	}
	return expressions
}

// compileAt compiles expressions as an API server of a version does, but for the types of what they are given.
func compileAt(t *testing.T, of *version.Version, expressions []string) {
	t.Helper()
	options := []cel.EnvOption{
		common.ResolverEnvOption(&mutation.DynamicTypeResolver{}), environment.UnversionedLib(library.JSONPatch),
	}
	for _, given := range []string{"object", "oldObject", "request", "namespaceObject", "variables"} {
		options = append(options, cel.Variable(given, cel.DynType))
	}
	options = append(options, cel.Variable("authorizer", library.AuthorizerType))
	set, err := environment.MustBaseEnvSet(of).Extend(environment.VersionedOptions{IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	for _, expression := range expressions {
		if _, issues := set.NewExpressionsEnv().Compile(expression); issues.Err() != nil {
			t.Errorf("%s: %v", expression, issues.Err())
		}
	}
}
