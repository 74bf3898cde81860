package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
