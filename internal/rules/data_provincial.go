package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Topic is what a bureau's own rule is about.
type Topic string

// Topics of bureaus' own rules (各省管局规则), and what a row's Value or Number means.
const (
	// TopicResponsiblePerson: who may be responsible person (负责人). Value is one of Person….
	TopicResponsiblePerson Topic = "ResponsiblePerson"
	// TopicIndividualsFromOutside: whether an individual from another province may file (外省个人备案). Value is one
	// of Outside….
	TopicIndividualsFromOutside Topic = "IndividualsFromOutside"
	// TopicSitesPerOrder: how many websites and domains an order takes. Number.
	TopicSitesPerOrder Topic = "SitesPerOrder"
	// TopicDomainsInFirstPersonalFiling: how many domains an individual's first filing takes. Number.
	TopicDomainsInFirstPersonalFiling Topic = "DomainsInFirstPersonalFiling"
	// TopicSitesPerSubject: how many websites a company may have. Number.
	TopicSitesPerSubject Topic = "SitesPerSubject"
	// TopicMinimumAge: from which age a person may file or be responsible (年龄). Number, in years.
	TopicMinimumAge Topic = "MinimumAge"
	// TopicDomainMonthsLeft: a domain must be valid for more than so many months (域名有效期). Number, in months.
	TopicDomainMonthsLeft Topic = "DomainMonthsLeft"
	// TopicInstitutionTLDs: the bureau limits the top-level domains of government and public institutions
	// (政府机关、事业单位域名). Value is one of TLDs…: no source says to which they are limited.
	TopicInstitutionTLDs Topic = "InstitutionTLDs"
	// TopicFooterNumber: which number the footer shows (网站底部备案号). Value is one of Footer….
	TopicFooterNumber Topic = "FooterNumber"
	// TopicShellSubject: whether a website may be added to a shell filing (空壳主体). Value is one of Shell….
	TopicShellSubject Topic = "ShellSubject"
	// TopicMaterialMailing: the bureau asks for papers by mail in every filing (邮寄资料). Value is one of Mailing….
	TopicMaterialMailing Topic = "MaterialMailing"
	// TopicChangeName: whether a change filing (变更备案) may change the subject's name (主办单位名称). Value is one of
	// Change….
	TopicChangeName Topic = "ChangeName"
	// TopicChangeCertificate: whether a change filing (变更备案) may change the number of the subject's certificate
	// (主办单位证件号码). Value is one of Change….
	TopicChangeCertificate Topic = "ChangeCertificate"
	// TopicRegistrant: who may hold the domain beside the subject (域名所有者). Value is one of Registrant….
	TopicRegistrant Topic = "Registrant"
	// TopicLocalPhone: the bureau asks for a phone number of its province (本省联系电话). Value is one of LocalPhone….
	TopicLocalPhone Topic = "LocalPhone"
)

// Values of bureaus' own rules.
const (
	// PersonLegalRepresentativeOnly: only the legal representative (法定代表人).
	PersonLegalRepresentativeOnly = "LegalRepresentativeOnly"
	// PersonAuthorizedWithLetter: an authorized person too, with a letter (授权书).
	PersonAuthorizedWithLetter = "AuthorizedWithLetter"

	// OutsideLocalIdentityOnly: only with an identity card of the province (本省身份证).
	OutsideLocalIdentityOnly = "LocalIdentityOnly"
	// OutsideNotAccepted: nobody from outside.
	OutsideNotAccepted = "NotAccepted"
	// OutsideWithResidencePermit: with a residence permit (居住证) of the province.
	OutsideWithResidencePermit = "WithResidencePermit"
	// OutsideAccepted: as anyone else.
	OutsideAccepted = "Accepted"

	// TLDsLimited: only some top-level domains.
	TLDsLimited = "Limited"
	// TLDsFree: any that the ministry has approved.
	TLDsFree = "Free"

	// FooterSubjectNumber: the subject's number (主体备案号) instead of the website's.
	FooterSubjectNumber = "SubjectNumber"
	// FooterWebsiteNumber: the website's (网站备案号), as in most provinces.
	FooterWebsiteNumber = "WebsiteNumber"

	// ShellAddWebsite: directly; elsewhere the subject is cancelled first.
	ShellAddWebsite = "AddWebsite"
	// ShellCancelFirst: the subject is cancelled first (注销主体).
	ShellCancelFirst = "CancelFirst"

	// MailingRequired: papers are mailed in every filing.
	MailingRequired = "Required"
	// MailingOnRequest: only where a reviewer asks.
	MailingOnRequest = "OnRequest"

	// ChangeIsAllowed: a change filing may change it.
	ChangeIsAllowed = "Allowed"
	// ChangeIsRefused: it may not; the filing is cancelled and filed anew.
	ChangeIsRefused = "Refused"

	// RegistrantSubjectOnly: nobody but the subject.
	RegistrantSubjectOnly = "SubjectOnly"
	// RegistrantResponsiblePersonToo: its responsible person too (主体负责人).
	RegistrantResponsiblePersonToo = "ResponsiblePersonToo"
	// RegistrantShareholderOrExecutiveToo: its responsible person, a shareholder (股东) or an executive (高管) too.
	RegistrantShareholderOrExecutiveToo = "ShareholderOrExecutiveToo"

	// LocalPhoneRequired: one of the numbers is the province's.
	LocalPhoneRequired = "Required"
	// LocalPhoneNotRequired: any mainland number.
	LocalPhoneNotRequired = "NotRequired"
)

// ProvincialRow is one bureau's own rule on a topic. Where a province has none, its rule is unknown.
type ProvincialRow struct {
	Rule
	// Province whose bureau has the rule.
	Province v1alpha1.Province
	// Topic that it is about.
	Topic Topic
	// Value, as the topic says.
	Value string
	// Number, as the topic says.
	Number int
}

// Provincial finds a bureau's own rule on a topic, and false where it is unknown.
func (s Set) Provincial(province v1alpha1.Province, topic Topic) (ProvincialRow, bool) {
	return find(s.rows().provincial, func(r ProvincialRow) bool { return r.Province == province && r.Topic == topic })
}

// ProvincialRules lists the bureaus' own rules, topic by topic.
func (s Set) ProvincialRules() []ProvincialRow { return slices.Clone(s.rows().provincial) }

func provincialRows() []ProvincialRow {
	var rows []ProvincialRow
	add := func(topic Topic, value string, number int, provinces ...v1alpha1.Province) {
		for _, province := range provinces {
			rows = append(rows, ProvincialRow{guide, province, topic, value, number})
		}
	}
	add(TopicResponsiblePerson, PersonLegalRepresentativeOnly, 0, "Hubei")
	add(TopicResponsiblePerson, PersonAuthorizedWithLetter, 0, "Anhui", "Hainan")
	add(TopicIndividualsFromOutside, OutsideLocalIdentityOnly, 0, "InnerMongolia", "Shanxi", "Xinjiang", "Qinghai")
	add(TopicIndividualsFromOutside, OutsideNotAccepted, 0, "Gansu", "Ningxia", "Guangxi")
	add(TopicIndividualsFromOutside, OutsideWithResidencePermit, 0,
		"Shanghai", "Zhejiang", "Shandong", "Fujian", "Guangdong", "Hubei", "Anhui")
	add(TopicIndividualsFromOutside, OutsideAccepted, 0, "Tianjin", "Shaanxi")
	add(TopicSitesPerOrder, "", 1, "Hubei", "Hunan")
	add(TopicSitesPerOrder, "", 3, "Shanxi")
	add(TopicSitesPerOrder, "", 5, "Henan")
	add(TopicDomainsInFirstPersonalFiling, "", 1, "Hainan")
	add(TopicSitesPerSubject, "", 30, "Shaanxi")
	add(TopicMinimumAge, "", 18, "Hebei", "Tianjin", "InnerMongolia", "Hunan")
	add(TopicMinimumAge, "", 16, "Guangdong")
	add(TopicDomainMonthsLeft, "", 3,
		"Beijing", "Tianjin", "Hebei", "Shanxi", "InnerMongolia", "Shanghai", "Jiangsu", "Zhejiang", "Gansu", "Guizhou")
	add(TopicInstitutionTLDs, TLDsLimited, 0, "Jiangsu", "Hubei", "InnerMongolia")
	// Of these two the source says what holds in some provinces, and that it is otherwise elsewhere.
	add(TopicFooterNumber, FooterSubjectNumber, 0, "Guangdong")
	add(TopicFooterNumber, FooterWebsiteNumber, 0, otherProvinces("Guangdong")...)
	shells := []v1alpha1.Province{
		"Tianjin", "Liaoning", "Sichuan", "Yunnan", "Jiangsu", "Shanghai", "Zhejiang", "Guangxi", "Shanxi", "Beijing", "Guizhou"}
	add(TopicShellSubject, ShellAddWebsite, 0, shells...)
	add(TopicShellSubject, ShellCancelFirst, 0, otherProvinces(shells...)...)
	return rows
}

// otherProvinces are those of the mainland's that are not listed.
func otherProvinces(listed ...v1alpha1.Province) []v1alpha1.Province {
	var others []v1alpha1.Province
	for _, row := range provinceRows() {
		if !slices.Contains(listed, row.Province) {
			others = append(others, row.Province)
		}
	}
	return others
}
