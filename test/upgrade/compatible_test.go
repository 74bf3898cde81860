package upgrade_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/config/crd"
)

// releases are the folders of testdata: what was released, frozen.
func releases(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("testdata/v*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no release is frozen: %v", err)
	}
	return folders
}

func definition(t *testing.T, data []byte, err error) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	of := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(data, of); err != nil {
		t.Fatal(err)
	}
	return of
}

// versionOf is a version that a definition serves.
func versionOf(of *apiextensionsv1.CustomResourceDefinition, name string) *apiextensionsv1.CustomResourceDefinitionVersion {
	i := slices.IndexFunc(of.Spec.Versions, func(v apiextensionsv1.CustomResourceDefinitionVersion) bool { return v.Name == name && v.Served })
	if i < 0 {
		return nil
	}
	return &of.Spec.Versions[i]
}

func TestWhatAReleaseStoredIsNeitherRefusedNorPruned(t *testing.T) {
	t.Parallel()
	for _, folder := range releases(t) {
		files, err := filepath.Glob(filepath.Join(folder, "crd", "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no definitions: %v", folder, err)
		}
		for _, file := range files {
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				data, err := os.ReadFile(file)
				frozen := definition(t, data, err)
				data, err = crd.Bases.ReadFile("bases/" + filepath.Base(file))
				now := definition(t, data, err)
				if now.Spec.Scope != frozen.Spec.Scope || now.Spec.Names.Plural != frozen.Spec.Names.Plural || now.Spec.Names.Kind != frozen.Spec.Names.Kind {
					t.Errorf("it was %s %+v, and is %s %+v", frozen.Spec.Scope, frozen.Spec.Names, now.Spec.Scope, now.Spec.Names)
				}
				for i := range frozen.Spec.Versions {
					was := &frozen.Spec.Versions[i]
					is := versionOf(now, was.Name)
					if is == nil {
						t.Errorf("version %s is not served any more", was.Name)
						continue
					}
					for _, why := range narrowed("", was.Schema.OpenAPIV3Schema, is.Schema.OpenAPIV3Schema) {
						t.Error(why)
					}
				}
			})
		}
	}
}

func TestEveryWayOfNarrowingASchemaIsSeen(t *testing.T) {
	t.Parallel()
	data, err := crd.Bases.ReadFile("bases/icp.beian.dev_icpfilings.yaml")
	of := definition(t, data, err).Spec.Versions[0].Schema.OpenAPIV3Schema
	// at changes a field of a schema, by its path.
	var at func(t *testing.T, s *apiextensionsv1.JSONSchemaProps, change func(*apiextensionsv1.JSONSchemaProps), path ...string)
	at = func(t *testing.T, s *apiextensionsv1.JSONSchemaProps, change func(*apiextensionsv1.JSONSchemaProps), path ...string) {
		t.Helper()
		if len(path) == 0 {
			change(s)
			return
		}
		if path[0] == "[]" {
			at(t, s.Items.Schema, change, path[1:]...)
			return
		}
		field, there := s.Properties[path[0]]
		if !there {
			t.Fatalf("there is no field %s", path[0])
		}
		at(t, &field, change, path[1:]...)
		s.Properties[path[0]] = field
	}
	for name, c := range map[string]struct {
		path   []string
		change func(*apiextensionsv1.JSONSchemaProps)
		want   []string
	}{
		"nothing": {nil, func(*apiextensionsv1.JSONSchemaProps) {}, nil},
		"a field is taken away": {[]string{"spec", "domain"}, func(s *apiextensionsv1.JSONSchemaProps) { delete(s.Properties, "registrar") },
			[]string{".spec.domain.registrar: is there no more, and is pruned"}},
		"a field of the status is taken away": {[]string{"status"}, func(s *apiextensionsv1.JSONSchemaProps) { delete(s.Properties, "orderID") },
			[]string{".status.orderID: is there no more, and is pruned"}},
		"a field is wanted": {[]string{"spec", "domain"}, func(s *apiextensionsv1.JSONSchemaProps) { s.Required = append(s.Required, "registrar") },
			[]string{".spec.domain: registrar could be left out, and must be there"}},
		"a word may not be said any more": {[]string{"spec", "channel"}, func(s *apiextensionsv1.JSONSchemaProps) { s.Enum = s.Enum[:1] },
			[]string{`.spec.channel: "App" may not be said any more`}},
		"a text must be shorter": {[]string{"spec", "website", "remark"}, func(s *apiextensionsv1.JSONSchemaProps) { s.MaxLength = new(int64(3)) },
			[]string{".spec.website.remark: the most characters was 1024, and is 3"}},
		"a list must be shorter": {[]string{"spec", "materials"}, func(s *apiextensionsv1.JSONSchemaProps) { s.MaxItems = new(int64(1)) },
			[]string{".spec.materials: the most items was 32, and is 1"}},
		"a text in a list must be written otherwise": {[]string{"spec", "website", "languages", "[]"}, func(s *apiextensionsv1.JSONSchemaProps) { s.Pattern = "^zh$" },
			[]string{`.spec.website.languages[]: was written as "", and is as "^zh$"`}},
		"a field is of another type": {[]string{"spec", "suspend"}, func(s *apiextensionsv1.JSONSchemaProps) { s.Type = "string" },
			[]string{".spec.suspend: was of type boolean, and is of type string"}},
		"a rule is added": {[]string{"spec"}, func(s *apiextensionsv1.JSONSchemaProps) {
			s.XValidations = append(s.XValidations, apiextensionsv1.ValidationRule{Rule: "!self.suspend"})
		}, []string{".spec: a rule is new: !self.suspend"}},
		"what is added, may be said or be longer narrows nothing": {[]string{"spec"}, func(s *apiextensionsv1.JSONSchemaProps) {
			s.Properties["more"] = apiextensionsv1.JSONSchemaProps{Type: "string"}
			channel := s.Properties["channel"]
			channel.Enum = append(channel.Enum, apiextensionsv1.JSON{Raw: []byte(`"Both"`)})
			s.Properties["channel"] = channel
			s.XValidations = nil
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := of.DeepCopy()
			at(t, after, c.change, c.path...)
			if diff := cmp.Diff(c.want, narrowed("", of, after)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
