package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// IcpReview is one immutable decision on one stage of one attempt of one filing: what a person or system that may
// decide says that the provider or the bureau said. Reviews are the audit trail of manual providers.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=icpr,categories=icp-all
// +kubebuilder:printcolumn:name="Filing",type=string,JSONPath=`.spec.filingRef.name`
// +kubebuilder:printcolumn:name="Attempt",type=integer,JSONPath=`.spec.attempt`
// +kubebuilder:printcolumn:name="Stage",type=string,JSONPath=`.spec.stage`
// +kubebuilder:printcolumn:name="Decision",type=string,JSONPath=`.spec.decision`
// +kubebuilder:printcolumn:name="By",type=string,JSONPath=`.spec.decidedBy`
// +kubebuilder:printcolumn:name="Applied",type=string,JSONPath=`.status.conditions[?(@.type=="Applied")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type IcpReview struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the decision.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a review is immutable: create another one that says what is so now",reason=FieldValueForbidden
	Spec IcpReviewSpec `json:"spec"`

	// status says whether the decision counts.
	// +optional
	Status IcpReviewStatus `json:"status,omitzero"`
}

// IcpReviewList is a list of reviews.
//
// +kubebuilder:object:root=true
type IcpReviewList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []IcpReview `json:"items"`
}

// IcpReviewSpec is a decision.
//
// +kubebuilder:validation:XValidation:rule="self.decision != 'Returned' || (has(self.reasons) && size(self.reasons) > 0)",message="a return needs its reasons: set reasons, for example [WebsiteNameInvalid]",fieldPath=".reasons",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="self.decision in ['Returned', 'Revoked', 'Cancelled'] || !has(self.reasons) || size(self.reasons) == 0 || (self.decision == 'Reported' && self.stage == 'SmsVerification' && self.reasons == ['SmsWrongEntry'])",message="reasons go with Returned, Revoked and Cancelled only; a wrong entry of the SMS code is Reported on SmsVerification with reasons [SmsWrongEntry]",fieldPath=".reasons"
// +kubebuilder:validation:XValidation:rule="self.decision != 'ActionRequested' || (has(self.task) && size(self.task) > 0)",message="ActionRequested needs the task that is asked for: set task",fieldPath=".task",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="self.decision in ['ActionRequested', 'Reported'] || !has(self.task) || size(self.task) == 0",message="task goes with ActionRequested, which asks for it, and with Reported, which says that it was done",fieldPath=".task"
// +kubebuilder:validation:XValidation:rule="!(self.stage == 'BureauReview' && self.decision == 'Passed') || (has(self.websiteNumber) && size(self.websiteNumber) > 0)",message="the bureau's approval gives numbers: set subjectNumber and websiteNumber",fieldPath=".websiteNumber",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="self.decision != 'Reported' || (has(self.task) && size(self.task) > 0) || self.stage in ['TypeDetermination', 'ProductVerification', 'SubjectAndWebsiteInformation', 'MaterialsAndAuthenticity', 'Confirmation', 'MaterialMailing', 'SmsVerification']",message="Reported is for the applicant's own steps: TypeDetermination, ProductVerification, SubjectAndWebsiteInformation, MaterialsAndAuthenticity, Confirmation, MaterialMailing, SmsVerification; on another stage it says that a requested task was done: set task",fieldPath=".decision"
// +kubebuilder:validation:XValidation:rule="self.stage in ['TypeDetermination', 'ProductVerification', 'SubjectAndWebsiteInformation', 'MaterialsAndAuthenticity', 'Confirmation', 'PreliminaryReview', 'MaterialMailing', 'SmsVerification', 'BureauReview', 'Approved']",message="no decision is taken on this stage",fieldPath=".stage"
// +kubebuilder:validation:XValidation:rule="!(self.stage == 'Approved' && self.decision == 'Passed' && has(self.websiteNumber) && size(self.websiteNumber) > 0) || has(self.filingRef.domain)",message="this confirms that a website is filed already: say which one you have checked in filingRef.domain",fieldPath=".filingRef.domain",reason=FieldValueRequired
type IcpReviewSpec struct {
	// filingRef names the filing, in the review's namespace.
	// +required
	FilingRef FilingReference `json:"filingRef"`

	// providerRef names the provider that the decision comes from. It must be the filing's; the right to decide or
	// report is asked of it.
	// +required
	ProviderRef ProviderReference `json:"providerRef"`

	// attempt that the decision is on.
	// +kubebuilder:validation:Minimum=1
	// +required
	Attempt int32 `json:"attempt"`

	// stage that the decision is on.
	// +required
	Stage StageName `json:"stage"`

	// decision that was taken.
	// +required
	Decision Decision `json:"decision"`

	// reasons of a return, revocation or cancellation, CamelCase.
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MaxLength=64
	// +kubebuilder:validation:items:Pattern=`^[A-Z][A-Za-z0-9]*$`
	// +optional
	Reasons []string `json:"reasons,omitempty"`

	// task that is asked for, with ActionRequested.
	// +optional
	Task RequestedTask `json:"task,omitempty"`

	// dueAt is the deadline of the task.
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`

	// message says what must be put right. No personal data.
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="!self.matches('(^|[^0-9A-Za-z])([1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx]|1[3-9][0-9]{9})($|[^0-9A-Za-z])')",message="holds what looks like an identity number or a mobile number: personal data belongs in Secrets; say which person and what is wrong with it"
	// +optional
	Message string `json:"message,omitempty"`

	// orderID is the provider's name for the order, with the report that it was submitted.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	OrderID string `json:"orderID,omitempty"`

	// subjectNumber as given by the bureau (主体备案号).
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\p{Han}A-Za-z0-9 \\\\x{3000}－—–﹣-]*$')",message="a filing number holds Chinese characters, letters, digits and hyphens alone: write it like 浙ICP备12345678号-1"
	// +optional
	SubjectNumber string `json:"subjectNumber,omitempty"`

	// websiteNumber as given by the bureau (网站备案号).
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[\\\\p{Han}A-Za-z0-9 \\\\x{3000}－—–﹣-]*$')",message="a filing number holds Chinese characters, letters, digits and hyphens alone: write it like 浙ICP备12345678号-1"
	// +optional
	WebsiteNumber string `json:"websiteNumber,omitempty"`

	// decidedAt is when the decision was taken.
	// +required
	DecidedAt metav1.Time `json:"decidedAt"`

	// decidedBy is who says so: the user name that creates the review (enforced).
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	DecidedBy string `json:"decidedBy"`
}

// FilingReference names an IcpFiling in the same namespace.
type FilingReference struct {
	// name of the IcpFiling.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name"`

	// domain that the decision is about: it counts for no filing of another one, whatever has that name by then. What
	// confirms an import must name it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Domain string `json:"domain,omitempty"`
}

// Decision is what was decided.
// +kubebuilder:validation:Enum=Reported;Passed;Returned;ActionRequested;Revoked;Cancelled
type Decision string

// Decisions.
const (
	// DecisionReported: the applicant's own step was done. Takes the verb report on the provider.
	DecisionReported Decision = "Reported"
	// DecisionPassed: the provider or the bureau passed the stage (通过).
	DecisionPassed Decision = "Passed"
	// DecisionReturned: it sent the order back (退回/驳回).
	DecisionReturned Decision = "Returned"
	// DecisionActionRequested: it asks for something without returning the order.
	DecisionActionRequested Decision = "ActionRequested"
	// DecisionRevoked: the filing was revoked after approval.
	DecisionRevoked Decision = "Revoked"
	// DecisionCancelled: the filing was cancelled (注销).
	DecisionCancelled Decision = "Cancelled"
)

// RequestedTask is something that a reviewer asks for.
// +kubebuilder:validation:Enum="";MailMaterials;Supplement;VerifyByPhone;VerifyInPerson;VerifyBySms;Rectify
type RequestedTask string

// Requested tasks.
const (
	// TaskMailMaterials is 邮寄资料.
	TaskMailMaterials RequestedTask = "MailMaterials"
	// TaskSupplement is 补充资料.
	TaskSupplement RequestedTask = "Supplement"
	// TaskVerifyByPhone is 电话核实.
	TaskVerifyByPhone RequestedTask = "VerifyByPhone"
	// TaskVerifyInPerson is 当面核验.
	TaskVerifyInPerson RequestedTask = "VerifyInPerson"
	// TaskVerifyBySms is 短信核验.
	TaskVerifyBySms RequestedTask = "VerifyBySms"
	// TaskRectify is 整改.
	TaskRectify RequestedTask = "Rectify"
)

// IcpReviewStatus says whether the decision counts.
type IcpReviewStatus struct {
	// conditions of the review: Applied.
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
