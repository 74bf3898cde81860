package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\p{Han}A-Za-z0-9 \\\\x{3000}－—–﹣-]*$')",message="a filing number holds Chinese characters, letters, digits and hyphens alone: write it like 浙ICP备12345678号-1"
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
