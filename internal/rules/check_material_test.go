package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestCheckMaterials(t *testing.T) {
	t.Parallel()
	const (
		needed = "Error MaterialNeeded spec.materials"
		asked  = "Warning MaterialNeeded spec.materials"
	)
	sent := rules.Papers{Sent: true}
	ofOne := func() *v1alpha1.IcpFilingSpec {
		spec := organization()
		spec.Website.ResponsiblePersonRef = spec.Subject.ResponsiblePersonRef
		return spec
	}
	const (
		subject = v1alpha1.MaterialSubjectCertificate
		person  = v1alpha1.MaterialResponsiblePersonCertificate
		website = v1alpha1.MaterialWebsiteResponsiblePersonCertificate
	)
	for name, tc := range map[string]struct {
		spec   func() *v1alpha1.IcpFilingSpec
		kinds  []v1alpha1.MaterialKind
		papers rules.Papers
		want   []string
	}{
		"where people hand the papers in, spec.materials need name none":       {spec: organization},
		"the operator sends an organization's certificate and both persons'":   {spec: organization, papers: sent, want: []string{needed, needed, needed}},
		"and has nothing to say once they are named":                           {spec: organization, papers: sent, kinds: []v1alpha1.MaterialKind{subject, person, website}},
		"one person's certificate does not stand for the other's":              {spec: organization, papers: sent, kinds: []v1alpha1.MaterialKind{subject, person}, want: []string{needed}},
		"a person who is responsible for both has one":                         {spec: ofOne, papers: sent, kinds: []v1alpha1.MaterialKind{subject, person}},
		"an individual's is the subject's":                                     {spec: individual, papers: sent, kinds: []v1alpha1.MaterialKind{subject}},
		"or the responsible person's":                                          {spec: individual, papers: sent, kinds: []v1alpha1.MaterialKind{person}},
		"and is asked for":                                                     {spec: individual, papers: sent, want: []string{needed}},
		"the subject's that the provider has from another filing may be asked": {spec: organization, papers: rules.Papers{Sent: true, SubjectHeld: true}, want: []string{asked, asked, needed}},
		"so may all of a filing that is in force":                              {spec: organization, papers: rules.Papers{Sent: true, AllHeld: true}, want: []string{asked, asked, asked}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, set := range rules.Names() {
				spec := tc.spec()
				for _, kind := range tc.kinds {
					spec.Materials = append(spec.Materials, v1alpha1.Material{Kind: kind})
				}
				got := short(t, lookup(t, set).CheckMaterials(spec, tc.papers))
				if diff := cmp.Diff(append([]string{}, tc.want...), got); diff != "" {
					t.Errorf("findings by the set of %s (-want +got):\n%s", set, diff)
				}
			}
		})
	}
}
