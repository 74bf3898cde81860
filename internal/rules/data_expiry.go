package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// Expiry is a kind of thing that a filing stands on and that ends by itself.
type Expiry string

// What ends.
const (
	// ExpiryDomain is the domain's registration (域名有效期).
	ExpiryDomain Expiry = "Domain"
	// ExpiryServer is the lease of the server (云服务器到期).
	ExpiryServer Expiry = "Server"
	// ExpiryCertificate is the organization's certificate (主办单位证件有效期).
	ExpiryCertificate Expiry = "Certificate"
	// ExpiryPersonPaper is a responsible person's identity paper (负责人证件有效期).
	ExpiryPersonPaper Expiry = "PersonPaper"
	// ExpiryPreApproval is the paper of a special authority (前置审批文件有效期).
	ExpiryPreApproval Expiry = "PreApproval"
	// ExpiryLicense is the ICP licence (ICP许可证有效期).
	ExpiryLicense Expiry = "IcpLicense"
)

// ExpiryRow says what may be lost when something ends, and how it is renewed.
type ExpiryRow struct {
	Rule
	// Expiry is what ends.
	Expiry Expiry
	// English and Chinese names of what ends. {who} stands for the person, {category} for what the paper is for.
	English, Chinese string
	// Lost says what may be lost by it.
	Lost string
	// Renew says what to do, and where to write the new date. {secret} stands for the person's Secret.
	Renew string
}

// Expiries lists what ends by itself of that which a filing stands on.
func (s Set) Expiries() []ExpiryRow { return slices.Clone(s.rows().expiries) }

// Expiry finds the row of what ends.
func (s Set) Expiry(e Expiry) ExpiryRow {
	row, _ := find(s.rows().expiries, func(r ExpiryRow) bool { return r.Expiry == e })
	return row
}

func expiryRows() []ExpiryRow {
	return []ExpiryRow{
		{practice, ExpiryDomain, "the domain's registration", "域名有效期",
			"a domain that has expired brings a notice of rectification, then the filing's cancellation, and may be registered by somebody else",
			"renew it with its registrar, then set spec.domain.expiresAt"},
		{practice, ExpiryServer, "the server's lease", "云服务器到期",
			"once the server is released the filing has no access any more (空壳), and may be cancelled after a notice of rectification",
			"renew it with the access provider, then set spec.server.instance.expiresAt"},
		{practice, ExpiryCertificate, "the organization's certificate", "主办单位证件有效期",
			"facts that are out of date bring a notice of rectification, and a change filing with an expired certificate is returned",
			"renew it with the authority that gave it, then set spec.subject.certificate.expiresAt and replace the picture among spec.materials"},
		{practice, ExpiryPersonPaper, "the identity paper of the {who}", "负责人证件有效期",
			"facts that are out of date bring a notice of rectification, and a change filing with an expired paper is returned",
			"have the person renew it, then set idValidUntil in Secret {secret}: a change filing follows"},
		{quickStart, ExpiryPreApproval, "the paper for {category}", "前置审批文件有效期",
			"content of this kind may not be shown without the paper of its authority, and the filing may be cancelled",
			"renew it with the authority that gave it, then set expiresAt of this category under spec.preApprovals"},
		{quickStart, ExpiryLicense, "the ICP licence", "ICP许可证有效期",
			"a commercial website may not be run without it",
			"renew it with the authority that gave it, then set spec.icpLicense.expiresAt"},
	}
}

// PaperEnds is the last day (YYYY-MM-DD) of the identity paper that a person's Secret tells of; "" for one without end, and
// where the Secret does not say.
func PaperEnds(data map[string][]byte) string {
	text := PersonValue(data, v1alpha1.PersonIDValidUntil)
	if _, err := calendar.ParseDate(text); err != nil {
		return ""
	}
	return text
}
