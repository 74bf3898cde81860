package rules

import (
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// CheckBureau judges a filing by the own rules of its province's bureau (管局规则), as far as they take the spec and what
// the Secret of the subject's responsible person says together; that Secret's Data may be nil where it cannot be read.
// Where a rule matters to this very filing and no row holds it, one warning names all of those. A paper that it asks for
// stops the filing only where the papers say so. No finding repeats a value of the Secret.
func (s Set) CheckBureau(spec *v1alpha1.IcpFilingSpec, subject Person, papers Papers) []Finding {
	b := &bureauCheck{set: s, spec: spec, person: subject, papers: papers}
	b.responsiblePerson()
	b.outsider()
	b.institution()
	b.localPhone()
	b.unknown()
	return b.list
}

// bureauCheck is one run of CheckBureau.
type bureauCheck struct {
	findings
	set    Set
	spec   *v1alpha1.IcpFilingSpec
	person Person
	papers Papers
	// asks are what matters to this filing and no row answers.
	asks []string
}

// row is the bureau's row on a topic. Where there is none, the filing is told that it is not known.
func (b *bureauCheck) row(topic Topic) (ProvincialRow, bool) {
	row, known := b.set.Provincial(b.spec.Subject.Province, topic)
	if !known {
		asked, _ := topicRow(topic)
		b.asks = append(b.asks, asked.Asks)
	}
	return row, known
}

func (b *bureauCheck) field(key string) string {
	return "secret " + b.person.SecretName + " key " + key
}

func (b *bureauCheck) has(kind v1alpha1.MaterialKind) bool { return hasMaterial(b.spec, kind) }

// responsiblePerson checks whether somebody authorized may be the subject's responsible person (主体负责人).
func (b *bureauCheck) responsiblePerson() {
	if b.spec.Subject.Nature == v1alpha1.NatureIndividual || b.person.value(v1alpha1.PersonRole) != RoleAuthorized {
		return
	}
	field := b.field(v1alpha1.PersonRole)
	row, known := b.row(TopicResponsiblePerson)
	switch {
	case !known:
	case row.Value == PersonLegalRepresentativeOnly:
		b.errorf(row.Rule, ReasonPersonNotLegalRepresentative, field,
			"role: in %s the subject's responsible person is the legal representative (法定代表人); name that person's Secret in subject.responsiblePersonRef", row.Province)
	case !b.has(v1alpha1.MaterialAuthorizationLetter):
		b.add(b.papers.severity(true), row.Rule, ReasonAuthorizationLetterNeeded, field,
			"role: in %s an authorized person needs a letter of authorization (授权书); add it to materials as %s", row.Province, v1alpha1.MaterialAuthorizationLetter)
	}
}

// outsider checks an individual whose identity number was first given in another province (外省个人). It is a warning at
// most: people move, and keep their number.
func (b *bureauCheck) outsider() {
	if b.spec.Subject.Nature != v1alpha1.NatureIndividual || b.person.value(v1alpha1.PersonIDType) != IDTypeResident {
		return
	}
	id, err := ParseResidentID(b.person.value(v1alpha1.PersonIDNumber))
	if err != nil {
		return
	}
	home, known := provinceOfCode(id.Division)
	if !known || home.Province == b.spec.Subject.Province {
		return
	}
	row, known := b.row(TopicIndividualsFromOutside)
	switch {
	case !known || row.Value == OutsideAccepted:
	case row.Value == OutsideWithResidencePermit && b.has(v1alpha1.MaterialResidencePermit):
	default:
		b.warnf(row.Rule, ReasonOutsideProvince, b.field(v1alpha1.PersonIDNumber),
			"identity number: not first given in %s; %s: check that the identity card's address is there now, or file in the province where it is",
			row.Province, outsiders[row.Value])
	}
}

var outsiders = map[string]string{
	OutsideLocalIdentityOnly:   "its bureau takes individuals with an identity card of the province only",
	OutsideNotAccepted:         "its bureau takes no individuals from outside",
	OutsideWithResidencePermit: "its bureau takes individuals from outside with a residence permit (居住证), to be added to materials as ResidencePermit",
}

// institutionSuffixes are those that are kept for government and public institutions (政府机关、事业单位), so that no
// bureau minds them.
var institutionSuffixes = []string{
	".gov.cn", ".edu.cn", ".ac.cn", ".mil.cn",
	".xn--zfr164b", ".xn--zfr164b.cn", // 政务
	".xn--55qw42g", ".xn--55qw42g.cn", // 公益
}

// institution checks the top-level domain of a government or public institution.
func (b *bureauCheck) institution() {
	nature, domain := b.spec.Subject.Nature, b.spec.Domain.Name
	if nature != v1alpha1.NatureGovernmentAgency && nature != v1alpha1.NaturePublicInstitution ||
		slices.ContainsFunc(institutionSuffixes, func(suffix string) bool { return strings.HasSuffix(domain, suffix) }) {
		return
	}
	if row, known := b.row(TopicInstitutionTLDs); known && row.Value == TLDsLimited {
		b.warnf(row.Rule, ReasonInstitutionTldLimited, "spec.domain.name",
			"domain %q: %s limits the top-level domains of government and public institutions (政府机关、事业单位), no source says to which: ask the provider, or file a domain below .gov.cn or .政务",
			domain, row.Province)
	}
}

// localPhone reminds of a bureau that asks for a phone number of its province (本省联系电话): a number does not tell
// where it is from, since mobile ones may be carried along.
func (b *bureauCheck) localPhone() {
	row, known := b.set.Provincial(b.spec.Subject.Province, TopicLocalPhone)
	if !known || row.Value != LocalPhoneRequired || b.person.Data == nil {
		return
	}
	b.warnf(row.Rule, ReasonLocalPhoneNeeded, b.field(v1alpha1.PersonEmergencyPhone),
		"mobile, emergencyPhone: the bureau of %s asks for a number of its province (本省联系电话); make sure that one of the two is", row.Province)
}

// unknown says in one warning what matters to this filing and no row answers.
func (b *bureauCheck) unknown() {
	if len(b.asks) == 0 {
		return
	}
	nothing := Rule{Date: b.set.Name(), Source: SourceNone}
	b.warnf(nothing, ReasonProvinceRuleUnknown, "spec.subject.province",
		"not known for %s: %s; ask the provider (who runs the operator can add a row, see docs/rules.md)",
		b.spec.Subject.Province, strings.Join(b.asks, "; "))
}

// CheckSites judges one website more of a subject that has sitesFiled in force (单位网站总数).
func (s Set) CheckSites(subject v1alpha1.Subject, sitesFiled int) []Finding {
	f := &findings{}
	row, known := s.Provincial(subject.Province, TopicSitesPerSubject)
	if known && subject.Nature == v1alpha1.NatureEnterprise && sitesFiled >= row.Number {
		f.errorf(row.Rule, ReasonTooManySites, "spec.subject",
			"the company has %d websites filed, and %s takes at most %d of a company; cancel the filing (注销网站) of one that is no longer needed", sitesFiled, row.Province, row.Number)
	}
	return f.list
}
