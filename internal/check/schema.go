package check

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/operation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ofOurs judges an object of one of the operator's kinds as the API server does when it is created with strict field
// validation, and returns it with its defaults. It is nil where nothing more can be said of it.
func ofOurs(ctx context.Context, m *Manifest) (*unstructured.Unstructured, []Finding) {
	lazily, known := definitions[m.GetKind()]
	if !known {
		return nil, []Finding{m.finding(Error, RuleUnknownKind, "kind").says(
			fmt.Sprintf("there is no kind %s in %s: write one of IcpFiling, IcpReview, FilingProvider, FilingNotifier and ExposurePolicy", m.GetKind(), v1alpha1.GroupVersion.Group),
			fmt.Sprintf("%s 中没有种类 %s：可用 IcpFiling、IcpReview、FilingProvider、FilingNotifier、ExposurePolicy", v1alpha1.GroupVersion.Group, m.GetKind()))}
	}
	d, err := lazily()
	if err != nil {
		return nil, []Finding{m.finding(Error, RuleInvalid, "").quotes(err.Error())}
	}
	if version := m.GroupVersionKind().Version; version != d.version {
		return nil, []Finding{m.finding(Error, RuleUnknownKind, "apiVersion").says(
			fmt.Sprintf("kind %s has no version %s: write %s/%s", d.kind, version, d.group, d.version),
			fmt.Sprintf("种类 %s 没有版本 %s：请写 %s/%s", d.kind, version, d.group, d.version))}
	}
	object := m.DeepCopy()
	unknown, err := d.coerce(object)
	var found []Finding
	for _, path := range unknown {
		found = append(found, m.finding(Error, RuleUnknownField, path).says(
			fmt.Sprintf("unknown field %q", path), fmt.Sprintf("没有字段 %q", path)))
	}
	if err != nil {
		return nil, append(found, m.finding(Error, RuleInvalid, "metadata").quotes(err.Error()))
	}
	for _, e := range d.validate(ctx, object) {
		body := bodyOf(e)
		found = append(found, m.finding(Error, RuleInvalid, strings.TrimPrefix(e.Field, "<nil>")).says(body, "API Server 会拒绝："+body))
	}
	return object, found
}

// bodyOf is what the API server says of a field, without the value: what is wrong with it may be that it is personal, and many
// people read the logs of a CI.
func bodyOf(e *field.Error) string {
	if e.Type == field.ErrorTypeInvalid && e.Detail != "" {
		return e.Type.String() + ": " + e.Detail
	}
	return e.ErrorBody()
}

// coerce prunes and defaults an object as the API server does on reading it, and names the fields that it does not know.
func (d *definition) coerce(object *unstructured.Unstructured) (unknown []string, err error) {
	kind, version := object.GetKind(), object.GetAPIVersion()
	meta, hasMeta, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	unknown = append(unknown, pruning.PruneWithOptions(object.Object, d.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, d.structural)
	invalid, paths := objectmeta.CoerceWithOptions(nil, object.Object, d.structural, false, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if invalid != nil {
		return unknown, invalid
	}
	unknown = append(unknown, paths...)
	object.SetKind(kind)
	object.SetAPIVersion(version)
	if hasMeta {
		if err := objectmeta.SetObjectMeta(object.Object, meta); err != nil {
			return unknown, err
		}
	}
	defaulting.Default(object.Object, d.structural)
	if d.hasStatus {
		delete(object.Object, "status") // which is not the author's to write: the API server drops it
	}
	return unknown, nil
}

// blockedRules is what the API server says where the rules in CEL were not looked at.
const blockedRules = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"

// validate judges an object by the definition: its metadata, the schema, and the rules in CEL.
func (d *definition) validate(ctx context.Context, object *unstructured.Unstructured) field.ErrorList {
	meta := metaOf(object)
	if meta.Name == "" && meta.GenerateName != "" {
		meta.Name = meta.GenerateName + "00000" // as many characters as the API server adds
	}
	errs := apivalidation.ValidateObjectMetaDeclaratively(ctx, operation.Create, meta, nil, d.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"), true)
	errs = append(errs, validation.ValidateCustomResource(nil, object.Object, d.validator)...)
	errs = append(errs, objectmeta.Validate(ctx, nil, object.Object, d.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, d.structural, object.Object)...)
	if d.rules == nil {
		return errs
	}
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return append(errs, field.Invalid(nil, nil, blockedRules))
		}
	}
	broken, _ := d.rules.Validate(ctx, nil, d.structural, object.Object, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, broken...)
}

func metaOf(object *unstructured.Unstructured) *metav1.ObjectMeta {
	return &metav1.ObjectMeta{
		Name: object.GetName(), GenerateName: object.GetGenerateName(), Namespace: object.GetNamespace(),
		Labels: object.GetLabels(), Annotations: object.GetAnnotations(), Finalizers: object.GetFinalizers(), OwnerReferences: object.GetOwnerReferences(),
	}
}
