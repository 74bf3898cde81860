package check

import (
	"fmt"
	"path"
	"sync"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/config/crd"
)

// definition is one of the operator's kinds as the API server judges its objects: made of the definition that is
// installed there, by the API server's own libraries.
type definition struct {
	group, version, kind, resource string
	namespaced, hasStatus          bool
	structural                     *schema.Structural
	validator                      validation.SchemaValidator
	rules                          *cel.Validator
}

// definitions are compiled by kind, each once, when the first object of it is met: most of what a run costs is that.
var definitions = func() map[string]func() (*definition, error) {
	lazily := map[string]func() (*definition, error){}
	for kind, file := range map[string]string{
		"IcpFiling": "icpfilings", "IcpReview": "icpreviews", "FilingProvider": "filingproviders",
		"FilingNotifier": "filingnotifiers", "ExposurePolicy": "exposurepolicies",
	} {
		lazily[kind] = sync.OnceValues(func() (*definition, error) {
			made, err := define(path.Join("bases", "icp.beian.dev_"+file+".yaml"))
			if err != nil {
				return nil, fmt.Errorf("compiling the definition of %s: %w", kind, err)
			}
			return made, nil
		})
	}
	return lazily
}()

// define reads a definition and compiles it, as the API server does when it begins to serve the kind.
func define(file string) (*definition, error) {
	data, err := crd.Bases.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var of apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(data, &of); err != nil {
		return nil, err
	}
	version := of.Spec.Versions[0]
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, &internal, nil); err != nil {
		return nil, err
	}
	made := &definition{
		group: of.Spec.Group, version: version.Name, kind: of.Spec.Names.Kind, resource: of.Spec.Names.Plural,
		namespaced: of.Spec.Scope == apiextensionsv1.NamespaceScoped,
		hasStatus:  version.Subresources != nil && version.Subresources.Status != nil,
	}
	if made.structural, err = schema.NewStructural(internal.OpenAPIV3Schema); err != nil {
		return nil, err
	}
	if err := defaulting.PruneDefaults(made.structural); err != nil {
		return nil, err
	}
	if made.validator, _, err = validation.NewSchemaValidator(internal.OpenAPIV3Schema); err != nil {
		return nil, err
	}
	made.rules = cel.NewValidator(made.structural, true, celconfig.PerCallLimit)
	return made, nil
}
