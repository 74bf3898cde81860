package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// IcpFiling is one website's ICP filing (ICP备案): the facts to be filed, and in its status how far the filing is.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=icp,categories=icp-all
// +kubebuilder:printcolumn:name="Domain",type=string,JSONPath=`.spec.domain.name`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.status.filingType`
// +kubebuilder:printcolumn:name="Stage",type=string,JSONPath=`.status.stage`
// +kubebuilder:printcolumn:name="Number",type=string,JSONPath=`.status.websiteNumber`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Exposed",type=integer,JSONPath=`.status.exposure.servedHosts`
// +kubebuilder:printcolumn:name="PS-Due",type=string,JSONPath=`.status.publicSecurity.dueDate`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Provider",type=string,priority=1,JSONPath=`.status.provider`
// +kubebuilder:printcolumn:name="Next-Actor",type=string,priority=1,JSONPath=`.status.nextAction.actor`
// +kubebuilder:printcolumn:name="Next-Due",type=string,priority=1,JSONPath=`.status.nextAction.dueDate`
type IcpFiling struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is to be filed.
	// +required
	Spec IcpFilingSpec `json:"spec"`

	// status is how far the filing is, as the operator last saw it.
	// +optional
	Status IcpFilingStatus `json:"status,omitzero"`
}

// IcpFilingList is a list of filings.
//
// +kubebuilder:object:root=true
type IcpFilingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []IcpFiling `json:"items"`
}

// IcpFilingSpec holds the facts of a filing. A natural person's name, number, phone, mail and address never stand
// here, but in the Secrets that it refers to.
//
// +kubebuilder:validation:XValidation:rule="!(self.channel == 'App' && has(self.account) && self.account.site == 'International')",message="the App takes China-site accounts only: set account.site to China, or channel to PC (filing rules 2019-09-16)",fieldPath=".account.site",reason=FieldValueInvalid
// +kubebuilder:validation:XValidation:rule="!has(self.website.homepage) || size(self.website.homepage) == 0 || self.website.homepage == self.domain.name || self.website.homepage.endsWith('.' + self.domain.name)",message="website.homepage must be domain.name or a host below it, without scheme or path",fieldPath=".website.homepage",reason=FieldValueInvalid
// +kubebuilder:validation:XValidation:rule="!has(self.website.preApprovalCategories) || !has(self.preApprovals) || self.preApprovals.all(p, p.category in self.website.preApprovalCategories)",message="preApprovals holds a category that website.preApprovalCategories does not name: name it there too, or remove the approval",fieldPath=".preApprovals",reason=FieldValueInvalid
type IcpFilingSpec struct {
	// providerRef names the FilingProvider, the access provider (接入服务商) that takes the filing to the bureau.
	// Without it, the one annotated icp.beian.dev/is-default-provider=true. Frozen once the order is submitted.
	// +optional
	ProviderRef *ProviderReference `json:"providerRef,omitempty"`

	// channel is where the applicant's own steps are done: on a PC (moving to a phone for the authenticity check) or
	// in the provider's App. The App takes China-site accounts and two of the four filing types only.
	// +kubebuilder:default=PC
	// +optional
	Channel Channel `json:"channel,omitempty"`

	// account is the account at the access provider (备案账号).
	// +kubebuilder:default={site: China}
	// +optional
	Account Account `json:"account,omitzero"`

	// domain is the domain to be filed (域名).
	// +required
	Domain Domain `json:"domain"`

	// server is what will host the website (服务器及接入信息).
	// +required
	Server Server `json:"server"`

	// subject is the organizer (主体, 主办单位): who runs the website.
	// +required
	Subject Subject `json:"subject"`

	// website describes the site itself (网站信息).
	// +required
	Website Website `json:"website"`

	// preApprovals are the papers of special authorities that some contents need (前置审批), one a category.
	// +listType=map
	// +listMapKey=category
	// +kubebuilder:validation:MaxItems=9
	// +optional
	PreApprovals []PreApproval `json:"preApprovals,omitempty"`

	// materials are the files to be uploaded (备案资料), each from a Secret of type icp.beian.dev/material.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Materials []Material `json:"materials,omitempty"`

	// existing is what is filed already. Together with the provider's own look-up it decides the filing type.
	// +optional
	Existing Existing `json:"existing,omitzero"`

	// exposure says in which namespaces hosts of the domain may be exposed once it is filed.
	// +kubebuilder:default={namespaces: {from: Same}}
	// +optional
	Exposure Exposure `json:"exposure,omitzero"`

	// publicSecurity records the public-security registration (公安联网备案), which is due 30 days after opening.
	// +optional
	PublicSecurity PublicSecurity `json:"publicSecurity,omitzero"`

	// icpLicense records the ICP licence (ICP许可证) of a commercial website.
	// +optional
	IcpLicense IcpLicense `json:"icpLicense,omitzero"`

	// deletionPolicy says what deleting this object does: Protect refuses it while hosts of the domain are served
	// (unless the namespace itself is being deleted), CloseExposure closes the gate first, CancelFiling also cancels
	// the filing (注销), which cannot be undone.
	// +kubebuilder:default=Protect
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// suspend when true keeps the operator from making any call to the provider. The gate stays as it is.
	// +kubebuilder:default=false
	// +optional
	Suspend bool `json:"suspend,omitempty"`
}

// Channel is where the applicant's steps are done.
// +kubebuilder:validation:Enum=PC;App
type Channel string

// Channels.
const (
	// ChannelPC is the provider's web console (PC端).
	ChannelPC Channel = "PC"
	// ChannelApp is the provider's phone app (App端).
	ChannelApp Channel = "App"
)

// ProviderReference names a FilingProvider.
type ProviderReference struct {
	// name of the FilingProvider.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// Account is the account at the access provider.
type Account struct {
	// site is which of the provider's sites the account belongs to. A China-site account is recommended.
	// +kubebuilder:default=China
	// +optional
	Site AccountSite `json:"site,omitempty"`

	// name of the account at the provider, where one operator serves several. Never a person's name.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Name string `json:"name,omitempty"`
}

// AccountSite is a site of the access provider that accounts belong to.
// +kubebuilder:validation:Enum=China;International
type AccountSite string

// Account sites.
const (
	// SiteChina is the mainland site (中国站).
	SiteChina AccountSite = "China"
	// SiteInternational is the international site (国际站).
	SiteInternational AccountSite = "International"
)

// Domain is the domain to be filed (域名).
type Domain struct {
	// name is the registrable domain: lower case, an IDN as its A-label (xn--…), for example example.com.
	// That it lies directly below a public suffix is checked by the operator (condition PrerequisitesMet).
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a filed domain cannot be changed: create a new IcpFiling for the other domain",reason=FieldValueForbidden
	// +kubebuilder:validation:XValidation:rule="!self.contains('://') && !self.contains('/')",message="give the bare domain, without a scheme or a path: example.com, not https://example.com/"
	// +kubebuilder:validation:XValidation:rule="self.contains('://') || !self.contains(':')",message="give the bare domain, without a port: example.com, not example.com:8080"
	// +kubebuilder:validation:XValidation:rule="self == self.lowerAscii()",message="write the domain in lower case: example.com, not Example.com"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\x00-\\\\x7f]*$')",message="write an internationalized domain as its A-label (Punycode): xn--fiqs8s, not 中国"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('*.')",message="file the domain itself, without a wildcard: example.com covers every host below it"
	// +kubebuilder:validation:XValidation:rule="self.contains('.')",message="a single label is not a registrable domain: give example.com, not example"
	// +kubebuilder:validation:XValidation:rule="!self.endsWith('.')",message="write the domain without the trailing dot"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9.]+$')",message="an IP address is not filed as a domain: give the registered domain name"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[-a-z0-9.]+$') || self.matches('^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\\\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\\\.?$') || !self.contains('.')",message="not a domain name: each label takes 1 to 63 letters, digits or inner hyphens, separated by single dots"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[-a-zA-Z0-9.:/*]+$') || !self.matches('^[\\\\x00-\\\\x7f]*$')",message="not a domain name: only letters, digits, hyphens and dots are allowed"
	// +required
	Name string `json:"name"`

	// registrant says who holds the domain: the subject itself or, where the province allows, its responsible person,
	// a shareholder or an executive. Never a name.
	// +kubebuilder:default=Subject
	// +optional
	Registrant Registrant `json:"registrant,omitempty"`

	// registrar is the company that the domain is registered with (域名注册商).
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Registrar string `json:"registrar,omitempty"`

	// realNameVerified says that the domain has passed real-name verification (实名认证).
	// +optional
	RealNameVerified bool `json:"realNameVerified,omitempty"` //nolint:kubeapilinter // named by the contract

	// realNameVerifiedAt is when it passed; the bureau's systems know it 3 to 5 working days later.
	// +optional
	RealNameVerifiedAt *metav1.Time `json:"realNameVerifiedAt,omitempty"`

	// expiresAt is when the registration ends.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}

// Registrant says who holds a domain.
// +kubebuilder:validation:Enum=Subject;ResponsiblePerson;Shareholder;Executive
type Registrant string

// Registrants.
const (
	// RegistrantSubject is the subject itself (主体).
	RegistrantSubject Registrant = "Subject"
	// RegistrantResponsiblePerson is the subject's responsible person (主体负责人).
	RegistrantResponsiblePerson Registrant = "ResponsiblePerson"
	// RegistrantShareholder is a shareholder (股东).
	RegistrantShareholder Registrant = "Shareholder"
	// RegistrantExecutive is an executive (高管).
	RegistrantExecutive Registrant = "Executive"
)

// Server is what will host the website: an instance, or a service number that stands for one.
//
// +kubebuilder:validation:XValidation:rule="(has(self.instance) ? 1 : 0) + (has(self.serviceNumber) && size(self.serviceNumber) > 0 ? 1 : 0) == 1",message="give exactly one of server.instance (the mainland server that will host the site) and server.serviceNumber (备案服务号)"
type Server struct {
	// instance is the mainland server that will host the site.
	// +optional
	Instance *Instance `json:"instance,omitempty"`

	// serviceNumber is a filing service number (备案服务号), given by the provider in place of an instance.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	ServiceNumber string `json:"serviceNumber,omitempty"`

	// accessType is how the site reaches the network (接入方式).
	// +kubebuilder:default=CloudServer
	// +optional
	AccessType AccessType `json:"accessType,omitempty"`
}

// AccessType is how a website reaches the network (接入方式).
// +kubebuilder:validation:Enum=CloudServer;VirtualHost;ServerHosting;DedicatedLine;Other
type AccessType string

// Access types.
const (
	// AccessCloudServer is 云服务器.
	AccessCloudServer AccessType = "CloudServer"
	// AccessVirtualHost is 虚拟主机.
	AccessVirtualHost AccessType = "VirtualHost"
	// AccessServerHosting is 主机托管.
	AccessServerHosting AccessType = "ServerHosting"
	// AccessDedicatedLine is 专线.
	AccessDedicatedLine AccessType = "DedicatedLine"
	// AccessOther is 其他.
	AccessOther AccessType = "Other"
)

// Instance is a server of the access provider.
type Instance struct {
	// id of the server at the provider.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	ID string `json:"id"`

	// region of the server, in the provider's own spelling, for example cn-hangzhou. It must be in the mainland.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Region string `json:"region,omitempty"`

	// location of the server in words (服务器放置地), for example 浙江杭州.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Location string `json:"location,omitempty"`

	// publicIPs of the server.
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=45
	// +optional
	PublicIPs []string `json:"publicIPs,omitempty"`

	// prepaid says that the server is paid by the month or year (包年包月), as a filing needs.
	// +optional
	Prepaid *bool `json:"prepaid,omitempty"` //nolint:kubeapilinter // named by the contract

	// expiresAt is when the lease ends.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}

// Subject is the organizer of the website (主体, 主办单位).
//
// +kubebuilder:validation:XValidation:rule="self.nature != 'Individual' || !has(self.name) || size(self.name) == 0",message="a person's name must not stand in a spec: remove subject.name and keep it in the Secret that subject.responsiblePersonRef names",fieldPath=".name",reason=FieldValueForbidden
// +kubebuilder:validation:XValidation:rule="self.nature != 'Individual' || !has(self.certificate)",message="an individual's certificate must not stand in a spec: remove subject.certificate and keep it in the Secret that subject.responsiblePersonRef names (idType, idNumber, idValidUntil)",fieldPath=".certificate",reason=FieldValueForbidden
// +kubebuilder:validation:XValidation:rule="self.nature != 'Individual' || !has(self.address) || size(self.address) == 0",message="an individual's address must not stand in a spec: remove subject.address and keep it in the Secret that subject.responsiblePersonRef names",fieldPath=".address",reason=FieldValueForbidden
// +kubebuilder:validation:XValidation:rule="self.nature == 'Individual' || (has(self.name) && size(self.name) > 0)",message="an organization needs its full name as on its certificate: set subject.name",fieldPath=".name",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="self.nature == 'Individual' || has(self.certificate)",message="an organization needs its certificate's type and number: set subject.certificate",fieldPath=".certificate",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="has(self.responsiblePersonRef)",message="the subject's responsible person (主体负责人) is missing: create a Secret of type icp.beian.dev/person in this namespace and name it in subject.responsiblePersonRef",fieldPath=".responsiblePersonRef",reason=FieldValueRequired
type Subject struct {
	// nature of the organizer (主办单位性质).
	// +required
	Nature Nature `json:"nature"`

	// province whose communications bureau (管局) decides: where the organizer is domiciled.
	// +required
	Province Province `json:"province"`

	// city of the organizer (市).
	// +kubebuilder:validation:MaxLength=64
	// +optional
	City string `json:"city,omitempty"`

	// district of the organizer (区/县).
	// +kubebuilder:validation:MaxLength=64
	// +optional
	District string `json:"district,omitempty"`

	// name of the organization as on its certificate (主办单位名称). Organizations only: a person's stays in the Secret.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Name string `json:"name,omitempty"`

	// certificate of the organization (主办单位证件). Organizations only.
	// +optional
	Certificate *Certificate `json:"certificate,omitempty"`

	// address is where the organization can be reached (通信地址). Organizations only.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Address string `json:"address,omitempty"`

	// superior is the investor or supervising body (投资者或主管单位).
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Superior string `json:"superior,omitempty"`

	// remark to the reviewer (备注). No personal data.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Remark string `json:"remark,omitempty"`

	// responsiblePersonRef names the Secret of the subject's responsible person (主体负责人).
	// +optional
	ResponsiblePersonRef *SecretReference `json:"responsiblePersonRef,omitempty"`
}

// Nature is the nature of an organizer (主办单位性质).
// +kubebuilder:validation:Enum=Individual;Enterprise;GovernmentAgency;PublicInstitution;SocialOrganization;PrivateNonEnterprise;Foundation;LawFirm;Military;Other
type Nature string

// Natures of an organizer.
const (
	// NatureIndividual is 个人.
	NatureIndividual Nature = "Individual"
	// NatureEnterprise is 企业.
	NatureEnterprise Nature = "Enterprise"
	// NatureGovernmentAgency is 政府机关.
	NatureGovernmentAgency Nature = "GovernmentAgency"
	// NaturePublicInstitution is 事业单位.
	NaturePublicInstitution Nature = "PublicInstitution"
	// NatureSocialOrganization is 社会团体.
	NatureSocialOrganization Nature = "SocialOrganization"
	// NaturePrivateNonEnterprise is 民办非企业单位.
	NaturePrivateNonEnterprise Nature = "PrivateNonEnterprise"
	// NatureFoundation is 基金会.
	NatureFoundation Nature = "Foundation"
	// NatureLawFirm is 律师执业机构.
	NatureLawFirm Nature = "LawFirm"
	// NatureMilitary is 军队.
	NatureMilitary Nature = "Military"
	// NatureOther is 其他.
	NatureOther Nature = "Other"
)

// Province is one of the 31 provincial-level divisions of the mainland, whose communications bureau (管局) decides.
// +kubebuilder:validation:Enum=Beijing;Tianjin;Hebei;Shanxi;InnerMongolia;Liaoning;Jilin;Heilongjiang;Shanghai;Jiangsu;Zhejiang;Anhui;Fujian;Jiangxi;Shandong;Henan;Hubei;Hunan;Guangdong;Guangxi;Hainan;Chongqing;Sichuan;Guizhou;Yunnan;Xizang;Shaanxi;Gansu;Qinghai;Ningxia;Xinjiang
type Province string

// Certificate is an organization's certificate (证件).
type Certificate struct {
	// type of the certificate (证件类型).
	// +required
	Type CertificateType `json:"type"`

	// number of the certificate (证件号码).
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Number string `json:"number"`

	// address on the certificate (证件住所).
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Address string `json:"address,omitempty"`

	// expiresAt is when the certificate ends; none for a long-term one (长期).
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}

// CertificateType is a kind of organization certificate.
// +kubebuilder:validation:Enum=UnifiedSocialCreditCode;BusinessLicence;OrganizationCode;PublicInstitutionCertificate;SocialOrganizationCertificate;PrivateNonEnterpriseCertificate;FoundationCertificate;LawFirmLicence;MilitaryCode;Other
type CertificateType string

// Certificate types.
const (
	// CertificateUSCC is 统一社会信用代码证书, GB 32100-2015.
	CertificateUSCC CertificateType = "UnifiedSocialCreditCode"
	// CertificateBusinessLicence is 工商营业执照, the older form.
	CertificateBusinessLicence CertificateType = "BusinessLicence"
	// CertificateOrganizationCode is 组织机构代码证.
	CertificateOrganizationCode CertificateType = "OrganizationCode"
	// CertificatePublicInstitution is 事业单位法人证书.
	CertificatePublicInstitution CertificateType = "PublicInstitutionCertificate"
	// CertificateSocialOrganization is 社会团体法人登记证书.
	CertificateSocialOrganization CertificateType = "SocialOrganizationCertificate"
	// CertificatePrivateNonEnterprise is 民办非企业单位登记证书.
	CertificatePrivateNonEnterprise CertificateType = "PrivateNonEnterpriseCertificate"
	// CertificateFoundation is 基金会法人登记证书.
	CertificateFoundation CertificateType = "FoundationCertificate"
	// CertificateLawFirm is 律师事务所执业许可证.
	CertificateLawFirm CertificateType = "LawFirmLicence"
	// CertificateMilitary is 军队代号.
	CertificateMilitary CertificateType = "MilitaryCode"
	// CertificateOther is any other.
	CertificateOther CertificateType = "Other"
)

// SecretReference names a Secret in the filing's namespace.
type SecretReference struct {
	// name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`
}

// SecretKeyReference names a key of a Secret in the filing's namespace.
type SecretKeyReference struct {
	// name of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`

	// key in the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Key string `json:"key"`
}

// Website describes the site to be filed (网站信息).
//
// +kubebuilder:validation:XValidation:rule="has(self.responsiblePersonRef)",message="the website's responsible person (网站负责人) is missing: create a Secret of type icp.beian.dev/person in this namespace and name it in website.responsiblePersonRef (it may be the subject's own)",fieldPath=".responsiblePersonRef",reason=FieldValueRequired
type Website struct {
	// name of the website (网站名称).
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	Name string `json:"name"`

	// homepage is the host of the home page (首页网址), within the domain. Default: the domain itself.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Homepage string `json:"homepage,omitempty"`

	// serviceContents say what the site offers (网站内容/服务类型).
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	// +optional
	ServiceContents []ServiceContent `json:"serviceContents,omitempty"`

	// preApprovalCategories name the contents that need a special authority's paper first (前置审批).
	// +listType=set
	// +kubebuilder:validation:MaxItems=9
	// +optional
	PreApprovalCategories []PreApprovalCategory `json:"preApprovalCategories,omitempty"`

	// languages of the site (网站语言), for example zh.
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MaxLength=16
	// +optional
	Languages []string `json:"languages,omitempty"`

	// interactive says that visitors can publish on it (交互式). It matters to public security.
	// +optional
	Interactive bool `json:"interactive,omitempty"` //nolint:kubeapilinter // named by the contract

	// commercial says that it offers paid information or page-making services (经营性): an ICP licence is tracked.
	// +optional
	Commercial bool `json:"commercial,omitempty"` //nolint:kubeapilinter // named by the contract

	// remark to the reviewer (备注). No personal data.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Remark string `json:"remark,omitempty"`

	// responsiblePersonRef names the Secret of the website's responsible person (网站负责人).
	// +optional
	ResponsiblePersonRef *SecretReference `json:"responsiblePersonRef,omitempty"`

	// openedAt is when the site opened. Default: when the gate first let a host of the domain be served.
	// +optional
	OpenedAt *metav1.Time `json:"openedAt,omitempty"`
}

// ServiceContent is what a website offers (网站内容/服务类型), UpperCamelCase, for example Ecommerce.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:Pattern=`^[A-Z][A-Za-z0-9]*$`
type ServiceContent string

// PreApprovalCategory is a content that needs a special authority's paper first (前置审批).
// +kubebuilder:validation:Enum=News;Publishing;DrugsAndMedicalDevices;Culture;RadioFilmTelevision;Education;HealthCare;RideHailing;ElectronicBulletin
type PreApprovalCategory string

// Pre-approval categories, the nine of the provider's quick-start of 2019-09-16.
const (
	// PreApprovalNews is 新闻.
	PreApprovalNews PreApprovalCategory = "News"
	// PreApprovalPublishing is 出版.
	PreApprovalPublishing PreApprovalCategory = "Publishing"
	// PreApprovalDrugsAndMedicalDevices is 药品和医疗器械.
	PreApprovalDrugsAndMedicalDevices PreApprovalCategory = "DrugsAndMedicalDevices"
	// PreApprovalCulture is 文化.
	PreApprovalCulture PreApprovalCategory = "Culture"
	// PreApprovalRadioFilmTelevision is 广播电影电视节目.
	PreApprovalRadioFilmTelevision PreApprovalCategory = "RadioFilmTelevision"
	// PreApprovalEducation is 教育.
	PreApprovalEducation PreApprovalCategory = "Education"
	// PreApprovalHealthCare is 医疗保健.
	PreApprovalHealthCare PreApprovalCategory = "HealthCare"
	// PreApprovalRideHailing is 网络预约车.
	PreApprovalRideHailing PreApprovalCategory = "RideHailing"
	// PreApprovalElectronicBulletin is 电子公告.
	PreApprovalElectronicBulletin PreApprovalCategory = "ElectronicBulletin"
)

// PreApproval is a special authority's paper (前置审批).
type PreApproval struct {
	// category that the paper is for.
	// +required
	Category PreApprovalCategory `json:"category"`

	// authority that issued it (审批机关).
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Authority string `json:"authority,omitempty"`

	// number of the paper (批准文号).
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Number string `json:"number,omitempty"`

	// expiresAt is when it ends.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// documentRef is the scan of the paper.
	// +optional
	DocumentRef *SecretKeyReference `json:"documentRef,omitempty"`
}

// Material is a file to be uploaded (备案资料).
type Material struct {
	// kind of material.
	// +required
	Kind MaterialKind `json:"kind"`

	// secretRef is where the file is: a Secret of type icp.beian.dev/material in this namespace.
	// +required
	SecretRef SecretKeyReference `json:"secretRef"`
}

// MaterialKind is a kind of material (备案资料).
// +kubebuilder:validation:Enum=SubjectCertificate;ResponsiblePersonCertificate;WebsiteResponsiblePersonCertificate;AuthorizationLetter;CommitmentLetter;ResidencePermit;DomainCertificate;VerificationForm;Auxiliary
type MaterialKind string

// Material kinds.
const (
	// MaterialSubjectCertificate is 主体证件.
	MaterialSubjectCertificate MaterialKind = "SubjectCertificate"
	// MaterialResponsiblePersonCertificate is 主体负责人证件.
	MaterialResponsiblePersonCertificate MaterialKind = "ResponsiblePersonCertificate"
	// MaterialWebsiteResponsiblePersonCertificate is 网站负责人证件.
	MaterialWebsiteResponsiblePersonCertificate MaterialKind = "WebsiteResponsiblePersonCertificate"
	// MaterialAuthorizationLetter is 授权书.
	MaterialAuthorizationLetter MaterialKind = "AuthorizationLetter"
	// MaterialCommitmentLetter is 承诺书.
	MaterialCommitmentLetter MaterialKind = "CommitmentLetter"
	// MaterialResidencePermit is 居住证.
	MaterialResidencePermit MaterialKind = "ResidencePermit"
	// MaterialDomainCertificate is 域名证书.
	MaterialDomainCertificate MaterialKind = "DomainCertificate"
	// MaterialVerificationForm is 核验单.
	MaterialVerificationForm MaterialKind = "VerificationForm"
	// MaterialAuxiliary is 辅助资料.
	MaterialAuxiliary MaterialKind = "Auxiliary"
)

// Existing is what is filed already.
type Existing struct {
	// subject is the organizer's filing, where it has one.
	// +optional
	Subject ExistingFiling `json:"subject,omitzero"`

	// website is the site's filing: with a number, this very domain is filed.
	// +optional
	Website ExistingFiling `json:"website,omitzero"`
}

// ExistingFiling is a filing that exists.
type ExistingFiling struct {
	// number of the filing (备案号), for example 浙ICP备12345678号. Empty: none.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Number string `json:"number,omitempty"`

	// accessProvider is through whom it was filed. Empty: not said.
	// +kubebuilder:validation:Enum="";ThisProvider;Other
	// +optional
	AccessProvider AccessProvider `json:"accessProvider,omitempty"`
}

// AccessProvider says through whom something was filed (接入商).
type AccessProvider string

// Access providers, seen from the filing's own FilingProvider.
const (
	// ThisProvider is the provider that this filing names (本接入商).
	ThisProvider AccessProvider = "ThisProvider"
	// OtherProvider is any other (其他接入商).
	OtherProvider AccessProvider = "Other"
)

// Exposure says where hosts of a filed domain may be exposed.
type Exposure struct {
	// namespaces where hosts of the domain may be exposed.
	// +kubebuilder:default={from: Same}
	// +optional
	Namespaces ExposureNamespaces `json:"namespaces,omitzero"`
}

// ExposureNamespaces selects namespaces.
//
// +kubebuilder:validation:XValidation:rule="self.from == 'Selector' ? has(self.selector) : !has(self.selector)",message="selector goes with from: Selector, and from: Selector needs it"
type ExposureNamespaces struct {
	// from which namespaces: Same (the filing's own), Selector or All.
	// +kubebuilder:default=Same
	// +optional
	From NamespacesFrom `json:"from,omitempty"`

	// selector of the namespaces' labels, with from: Selector.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// NamespacesFrom says which namespaces are meant.
// +kubebuilder:validation:Enum=Same;Selector;All
type NamespacesFrom string

// Which namespaces.
const (
	// NamespacesSame means the object's own namespace.
	NamespacesSame NamespacesFrom = "Same"
	// NamespacesSelector means those that a label selector matches.
	NamespacesSelector NamespacesFrom = "Selector"
	// NamespacesAll means all of them.
	NamespacesAll NamespacesFrom = "All"
)

// PublicSecurity records the public-security registration (公安联网备案).
type PublicSecurity struct {
	// submittedAt is when the application was submitted on the public-security platform. Submitting meets the
	// 30 days; the number comes later.
	// +optional
	SubmittedAt *metav1.Time `json:"submittedAt,omitempty"`

	// number that the platform gave, for example 京公网安备 11010502012345号.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Number string `json:"number,omitempty"`

	// registeredAt is when the number was given.
	// +optional
	RegisteredAt *metav1.Time `json:"registeredAt,omitempty"`
}

// IcpLicense records an ICP licence (ICP许可证).
type IcpLicense struct {
	// number of the licence, for example 浙B2-20200001.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Number string `json:"number,omitempty"`

	// expiresAt is when it ends.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`
}

// DeletionPolicy says what deleting a filing does.
// +kubebuilder:validation:Enum=Protect;CloseExposure;CancelFiling
type DeletionPolicy string

// Deletion policies.
const (
	// DeletionProtect refuses the deletion while hosts of the domain are served.
	DeletionProtect DeletionPolicy = "Protect"
	// DeletionCloseExposure closes the gate, then lets the object go.
	DeletionCloseExposure DeletionPolicy = "CloseExposure"
	// DeletionCancelFiling closes the gate and cancels the filing at the provider (注销). It cannot be undone.
	DeletionCancelFiling DeletionPolicy = "CancelFiling"
)
