package rules

import (
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Papers says who hands in a filing's papers (备案资料), and which of them the provider has by now. The zero Papers are
// handed in by people, wherever the provider asks for them: nothing is missing in spec.materials then.
type Papers struct {
	// Sent says that the operator sends what spec.materials names, and nobody sends anything else.
	Sent bool
	// SubjectHeld says that the provider has the subject's papers, from another filing of it.
	SubjectHeld bool
	// AllHeld says that the provider has them all, since the domain is filed through it.
	AllHeld bool
}

// severity of a paper that is missing.
func (p Papers) severity(ofSubject bool) Severity {
	if !p.Sent || p.AllHeld || p.SubjectHeld && ofSubject {
		return Warning
	}
	return Error
}

// CheckMaterials judges whether spec.materials names every paper (备案资料) that the order must come with, where it is the
// operator that sends them. What the provider has already is a warning: it may ask for a new one.
func (s Set) CheckMaterials(spec *v1alpha1.IcpFilingSpec, papers Papers) []Finding {
	f := &findings{}
	if !papers.Sent {
		return nil
	}
	for _, row := range s.MaterialsOf(spec) {
		if slices.ContainsFunc(row.Kinds, func(kind v1alpha1.MaterialKind) bool { return hasMaterial(spec, kind) }) {
			continue
		}
		f.add(papers.severity(row.OfSubject), row.Rule, ReasonMaterialNeeded, "spec.materials",
			"no material of kind %s (%s): put a photo or a colour scan into a Secret of type %s and name it in materials", either(row.Kinds), row.Chinese, v1alpha1.MaterialSecretType)
	}
	return f.list
}

// MaterialsOf are the papers (备案资料) that an order of such a filing must come with, whoever hands them in.
func (s Set) MaterialsOf(spec *v1alpha1.IcpFilingSpec) []MaterialRow {
	return slices.DeleteFunc(s.Materials(), func(row MaterialRow) bool { return !row.askedOf(spec) })
}

func (r MaterialRow) askedOf(spec *v1alpha1.IcpFilingSpec) bool {
	individual := spec.Subject.Nature == v1alpha1.NatureIndividual
	subject, website := spec.Subject.ResponsiblePersonRef, spec.Website.ResponsiblePersonRef
	switch {
	case r.Of == Organizations && individual, r.Of == Individuals && !individual:
		return false
	case r.OneForBoth && subject != nil && website != nil && subject.Name == website.Name:
		return false
	}
	return true
}

func hasMaterial(spec *v1alpha1.IcpFilingSpec, kind v1alpha1.MaterialKind) bool {
	return slices.ContainsFunc(spec.Materials, func(m v1alpha1.Material) bool { return m.Kind == kind })
}

func either(kinds []v1alpha1.MaterialKind) string {
	words := make([]string, len(kinds))
	for i, kind := range kinds {
		words[i] = string(kind)
	}
	return strings.Join(words, " or ")
}
