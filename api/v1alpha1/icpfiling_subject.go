package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
