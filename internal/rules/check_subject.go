package rules

import (
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// subject checks the organizer (主体) and its certificate (证件).
func (c *filingCheck) subject() {
	subject := c.spec.Subject
	if _, known := c.set.Province(subject.Province); !known {
		c.errorf(divisions, ReasonProvinceUnknown, "spec.subject.province",
			"province %q: not one of the mainland's 31; set the one whose communications bureau decides", subject.Province)
	}
	nature, known := c.set.Nature(subject.Nature)
	switch {
	case !known:
		c.errorf(forms, ReasonNatureUnknown, "spec.subject.nature", "nature %q: no nature of organizers (主办单位性质); set one of %s", subject.Nature, c.set.natureNames())
	case c.individual():
		c.noPersonalData()
	default:
		c.organization(nature)
	}
}

func (s Set) natureNames() string {
	var names []string
	for _, row := range s.Natures() {
		names = append(names, string(row.Nature))
	}
	return strings.Join(names, ", ")
}

// noPersonalData checks that no fact of a person stands in the spec. The values are not repeated.
func (c *filingCheck) noPersonalData() {
	subject := c.spec.Subject
	for _, given := range []struct {
		set   bool
		field string
	}{
		{subject.Name != "", "spec.subject.name"},
		{subject.Certificate != nil, "spec.subject.certificate"},
		{subject.Address != "", "spec.subject.address"},
	} {
		if given.set {
			c.errorf(forms, ReasonPersonalDataInSpec, given.field,
				"%s of an individual must not stand in a spec: remove it and keep it in the Secret that subject.responsiblePersonRef names", given.field)
		}
	}
}

func (c *filingCheck) organization(nature NatureRow) {
	subject := c.spec.Subject
	if subject.Name == "" {
		c.errorf(forms, ReasonSubjectNameMissing, "spec.subject.name", "an organization needs its full name (主办单位名称): set name as it stands on the certificate")
	}
	if subject.Certificate == nil {
		c.errorf(forms, ReasonCertificateMissing, "spec.subject.certificate", "an organization needs its certificate (主办单位证件): set its type and number")
		return
	}
	certificate := *subject.Certificate
	if certificate.Type != v1alpha1.CertificateOther && !slices.Contains(nature.Certificates, certificate.Type) {
		c.errorf(forms, ReasonCertificateDoesNotFitNature, "spec.subject.certificate.type",
			"certificate type %s: none of a subject of nature %s (%s), which has %v; correct one of the two",
			certificate.Type, nature.Nature, nature.Chinese, nature.Certificates)
	}
	c.certificateNumber(certificate)
	c.certificateExpiry(certificate)
}

// certificateNumber checks the number by the certificate's own standard. Old or odd numbers of certificates that
// have no published check are not judged.
func (c *filingCheck) certificateNumber(certificate v1alpha1.Certificate) {
	const field = "spec.subject.certificate.number"
	creditCode := certificate.Type == v1alpha1.CertificateUSCC ||
		certificate.Type == v1alpha1.CertificateBusinessLicence && len(certificate.Number) == creditCodeLength
	switch {
	case creditCode:
		code, err := ParseCreditCode(certificate.Number)
		if err != nil {
			c.errorf(usccRule, ReasonCertificateNumberInvalid, field,
				"unified social credit code %q: %v; copy it from the certificate", certificate.Number, err)
			return
		}
		c.creditCode(code)
	case certificate.Type == v1alpha1.CertificateBusinessLicence && (len(certificate.Number) != 15 || digitsOf(certificate.Number) != certificate.Number):
		c.warnf(forms, ReasonCertificateNumberUnusual, field,
			"business licence number %q: usual are 15 digits, or the 18 characters of a unified social credit code; check it against the certificate", certificate.Number)
	case certificate.Type == v1alpha1.CertificateOrganizationCode:
		if err := CheckOrganizationCode(certificate.Number); err != nil {
			c.warnf(orgRule, ReasonCertificateNumberUnusual, field,
				"organization code %q: %v; check it against the certificate", certificate.Number, err)
		}
	}
}

// creditCode checks what a unified social credit code says against what the spec says.
func (c *filingCheck) creditCode(code CreditCode) {
	const field = "spec.subject.certificate.number"
	subject := c.spec.Subject
	if code.Odd != "" {
		c.warnf(usccRule, ReasonCertificateNumberUnusual, field,
			"unified social credit code %q: %s; check it against the certificate", code.Code, code.Odd)
	}
	prefix, known := c.set.CodePrefix(code.Prefix)
	switch {
	case !known:
		c.warnf(usccRule, ReasonCertificateNumberUnusual, field,
			"unified social credit code %q: nothing is known of codes that begin with %s; check it against the certificate", code.Code, code.Prefix)
	case len(prefix.Natures) > 0 && subject.Nature != v1alpha1.NatureOther && !slices.Contains(prefix.Natures, subject.Nature):
		c.errorf(usccRule, ReasonCertificateDoesNotFitNature, field,
			"unified social credit code %q: %s begins the code of %s, nature %v, and the subject's nature is %s; correct one of the two",
			code.Code, prefix.Prefix, prefix.Chinese, prefix.Natures, subject.Nature)
	}
	registered, known := provinceOfCode(code.Division)
	if known && registered.Province != subject.Province {
		c.warnf(guide, ReasonCrossProvince, field,
			"unified social credit code %q: registered in %s, and the filing is for %s; an organization files in the province of its certificate: correct subject.province unless it has moved",
			code.Code, registered.Province, subject.Province)
	}
}

func (c *filingCheck) certificateExpiry(certificate v1alpha1.Certificate) {
	if certificate.ExpiresAt == nil {
		return
	}
	const field = "spec.subject.certificate.expiresAt"
	end := certificate.ExpiresAt.Time
	switch {
	case !end.After(c.now):
		c.errorf(guide, ReasonCertificateExpired, field,
			"the subject's certificate ended on %s; renew it, then set its new date and upload it", calendar.Date(end))
	case c.set.endsInReview(end, c.now):
		c.warnf(guide, ReasonCertificateUnclearOrExpiring, field,
			"the subject's certificate ends on %s, perhaps before the bureau has decided; better renew it first", calendar.Date(end))
	}
}
