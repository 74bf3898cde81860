package admission

import (
	"fmt"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/openapi"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// Fits checks the kind's expression, and where it parks, against the schema of its objects. A policy with a field that the
// schema does not have would fail on every object, and so refuse each write. The API server's own controller checks types,
// too, but of what it has discovered some time ago, and silently not of what it has not.
func (f Further) Fits(schema *spec.Schema) error {
	object := common.SchemaDeclType(&openapi.Schema{Schema: schema}, true)
	if object == nil {
		return nil // a schema that says nothing
	}
	object = object.MaybeAssignTypeName("gated.Object") // no expression has this name
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		DeclTypes:         []*apiservercel.DeclType{object},
		EnvOptions: []cel.EnvOption{
			cel.Variable("object", object.CelType()), cel.Variable("variables.annotations", cel.MapType(cel.StringType, cel.StringType)),
		},
	})
	if err != nil {
		return fmt.Errorf("making an environment for CEL: %w", err)
	}
	env := set.NewExpressionsEnv()
	if _, issues := env.Compile(f.kind.Hosts); issues.Err() != nil {
		return fmt.Errorf("routeKinds %s: hosts does not fit the schema of its objects: %w", f.Name(), issues.Err())
	}
	if !f.Parks() {
		return nil
	}
	if _, issues := env.Compile(expression(f.at())); issues.Err() != nil {
		return fmt.Errorf("routeKinds %s: park.path does not fit the schema of its objects: %w", f.Name(), issues.Err())
	}
	return nil
}
