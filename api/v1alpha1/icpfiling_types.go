package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// IcpFiling is one website's ICP filing (ICP备案): the facts to be filed, and in its status how far the filing is.
//
// +kubebuilder:validation:XValidation:rule="!has(self.status) || !has(self.status.approvedAt) || self.spec.subject.province == oldSelf.spec.subject.province || self.status.stage in ['Revoked', 'Cancelled']",message="a change filing cannot change the province, since another bureau decides there: cancel this filing (deletionPolicy CancelFiling, then delete it) and file anew in the other province",fieldPath=".spec.subject.province",reason=FieldValueForbidden
// +kubebuilder:validation:XValidation:rule="!has(self.status) || !has(self.status.provider) || !(has(self.status.submittedFacts) || has(self.status.orderID)) || (has(self.spec.providerRef) ? self.spec.providerRef.name == self.status.provider || (has(oldSelf.spec.providerRef) && oldSelf.spec.providerRef.name == self.spec.providerRef.name) : !has(oldSelf.spec.providerRef))",message="the provider is frozen once the order is submitted: to move the site, create another IcpFiling of the domain with the new providerRef (it adds access), and delete this one when that one is approved",fieldPath=".spec.providerRef",reason=FieldValueForbidden
// +kubebuilder:validation:XValidation:rule="!has(self.status) || !has(self.status.orderID) || self.status.stage in ['Revoked', 'Cancelled'] || (has(self.spec.account) && has(self.spec.account.name) && size(self.spec.account.name) > 0 ? self.spec.account.name : '-') == (has(oldSelf.spec.account) && has(oldSelf.spec.account.name) && size(oldSelf.spec.account.name) > 0 ? oldSelf.spec.account.name : '-')",message="the account is frozen once the order is made, since the order is the account's: put it back; to file with another account, have this filing cancelled first",fieldPath=".spec.account.name",reason=FieldValueForbidden
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
// +kubebuilder:printcolumn:name="Allowed",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="ExposureAllowed")].status`
// +kubebuilder:printcolumn:name="Because",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="ExposureAllowed")].reason`
// +kubebuilder:printcolumn:name="Shared-With",type=string,priority=1,JSONPath=`.spec.exposure.namespaces.from`
// +kubebuilder:printcolumn:name="Deleted",type=string,priority=1,JSONPath=`.metadata.deletionTimestamp`
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

	// footerProbe Never keeps the operator from asking the home page for its numbers where the ExposurePolicy has it do so;
	// Inherit, as without it, does as that says.
	// +optional
	FooterProbe FilingFooterProbe `json:"footerProbe,omitempty"`

	// deletionPolicy says what deleting this object does: Protect refuses it while hosts of the domain are served
	// (unless the namespace itself is being deleted), CloseExposure closes the gate first, CancelFiling also cancels
	// the filing (注销), which cannot be undone.
	// +kubebuilder:default=Protect
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// suspend when true keeps the operator from asking anything of the provider. Of a filing in force it goes on reading whether it
	// still is: the gate closes when it is revoked or cancelled.
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
	// from which namespaces: Same (the filing's own), Selector (its own, and those that the selector matches) or All.
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
//
// +kubebuilder:validation:XValidation:rule="!has(self.returnedAt) || has(self.submittedAt)",message="returnedAt says that a submission was sent back: set submittedAt to when it was submitted, too",fieldPath=".returnedAt",reason=FieldValueInvalid
// +kubebuilder:validation:XValidation:rule="!has(self.returnReason) || size(self.returnReason) == 0 || has(self.returnedAt)",message="returnReason goes with returnedAt: set it to when the submission was sent back",fieldPath=".returnReason",reason=FieldValueInvalid
// +kubebuilder:validation:XValidation:rule="!has(self.registeredAt) || (has(self.number) && size(self.number) > 0)",message="registeredAt is when the number was given: set number, too",fieldPath=".registeredAt",reason=FieldValueInvalid
type PublicSecurity struct {
	// submittedAt is when the application was last submitted on the public-security platform. Submitting meets the
	// 30 days; the number comes later.
	// +optional
	SubmittedAt *metav1.Time `json:"submittedAt,omitempty"`

	// returnedAt is when the public-security organ sent the submission back (退回). It is made good by submitting again:
	// then set submittedAt to that time, and returnedAt, which is earlier, may stay.
	// +optional
	ReturnedAt *metav1.Time `json:"returnedAt,omitempty"`

	// returnReason is what the organ asks to be put right. No personal data.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	ReturnReason string `json:"returnReason,omitempty"`

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

// FilingFooterProbe says whether a filing's home page may be asked for its numbers.
// +kubebuilder:validation:Enum=Inherit;Never
type FilingFooterProbe string

// Whether a home page may be asked.
const (
	// FilingFooterInherit does as the ExposurePolicy says.
	FilingFooterInherit FilingFooterProbe = "Inherit"
	// FilingFooterNever keeps it from being asked.
	FilingFooterNever FilingFooterProbe = "Never"
)

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
