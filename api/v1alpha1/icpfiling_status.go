package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// IcpFilingStatus is how far a filing is. The operator alone writes it, and every word of it can be had again from
// the spec, the reviews, the provider and the guarded annotations.
type IcpFilingStatus struct {
	// conditions of the filing; see the constants Condition… of this package.
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that the last successful pass saw.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// provider is the name of the FilingProvider in use; frozen once the order is submitted.
	// +kubebuilder:validation:MaxLength=253
	// +optional
	Provider string `json:"provider,omitempty"`

	// ruleSet is the date of the filing rules that were applied.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	RuleSet string `json:"ruleSet,omitempty"`

	// filingType as determined (备案类型); empty until it is.
	// +optional
	FilingType FilingType `json:"filingType,omitempty"`

	// stage that the filing is at; the first that is not done, or how it ended.
	// +optional
	Stage StageName `json:"stage,omitempty"`

	// attempt counts the submissions: 1 at first, one more with every resubmission after a return.
	// +optional
	Attempt int32 `json:"attempt,omitempty"`

	// submittedFacts is a digest of the filed facts of the spec (not of any Secret) that the current attempt took to
	// the provider. After a return, a spec with other facts is submitted as the next attempt.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	SubmittedFacts string `json:"submittedFacts,omitempty"`

	// orderID is the provider's name for the order (备案订单号).
	// +kubebuilder:validation:MaxLength=256
	// +optional
	OrderID string `json:"orderID,omitempty"`

	// nextAction is the first of the open tasks: who must do what, where, by when. None once nothing is open.
	// +optional
	NextAction *NextAction `json:"nextAction,omitempty"`

	// stages is the whole procedure of this filing, in order.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Stages []StageStatus `json:"stages,omitempty"`

	// subjectNumber is the subject's filing number (主体备案号), for example 浙ICP备12345678号.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	SubjectNumber string `json:"subjectNumber,omitempty"`

	// websiteNumber is the website's filing number (网站备案号), for example 浙ICP备12345678号-1.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	WebsiteNumber string `json:"websiteNumber,omitempty"`

	// approvedAt is when the bureau approved.
	// +optional
	ApprovedAt *metav1.Time `json:"approvedAt,omitempty"`

	// publicSecurity is how far the public-security registration (公安联网备案) is.
	// +optional
	PublicSecurity *PublicSecurityStatus `json:"publicSecurity,omitempty"`

	// deadlines are the days on which what the filing stands on ends (the domain, the server, papers), once it is in force.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Deadlines []DeadlineStatus `json:"deadlines,omitempty"`

	// exposure counts the hosts of the domain on the cluster's routes.
	// +optional
	Exposure *ExposureStatus `json:"exposure,omitempty"`
}

// FilingType is the type of a filing (备案类型). The system determines it; nobody chooses it.
// +kubebuilder:validation:Enum=FirstFiling;AccessFiling;NewWebsiteFiledElsewhere;NewWebsiteFiledHere
type FilingType string

// Filing types.
const (
	// FirstFiling is 首次备案: neither the subject nor the domain has ever been filed.
	FirstFiling FilingType = "FirstFiling"
	// AccessFiling is 接入备案: both are filed, and this site's access provider is added or changed.
	AccessFiling FilingType = "AccessFiling"
	// NewWebsiteFiledElsewhere is 新增网站(原备案不在本接入商): the subject is filed through another provider, the domain is not.
	NewWebsiteFiledElsewhere FilingType = "NewWebsiteFiledElsewhere"
	// NewWebsiteFiledHere is 新增网站(原备案在本接入商): the subject is filed through this provider, the domain is not.
	NewWebsiteFiledHere FilingType = "NewWebsiteFiledHere"
)

// StageName is a stage of the filing procedure, or how it went on or ended.
// +kubebuilder:validation:Enum=Preparation;TypeDetermination;ProductVerification;SubjectAndWebsiteInformation;MaterialsAndAuthenticity;Confirmation;PreliminaryReview;MaterialMailing;SmsVerification;BureauReview;Approved;Changing;Revoked;Cancelled
type StageName string

// Stages, in order, then what may follow approval.
const (
	// StagePreparation is 备案前准备.
	StagePreparation StageName = "Preparation"
	// StageTypeDetermination is 填写信息验证备案类型.
	StageTypeDetermination StageName = "TypeDetermination"
	// StageProductVerification is 产品验证.
	StageProductVerification StageName = "ProductVerification"
	// StageSubjectAndWebsiteInformation is 填写主体信息和网站信息.
	StageSubjectAndWebsiteInformation StageName = "SubjectAndWebsiteInformation"
	// StageMaterialsAndAuthenticity is 上传资料及真实性核验.
	StageMaterialsAndAuthenticity StageName = "MaterialsAndAuthenticity"
	// StageConfirmation is 信息核验, with which the order is submitted.
	StageConfirmation StageName = "Confirmation"
	// StagePreliminaryReview is 备案初审, the access provider's own review.
	StagePreliminaryReview StageName = "PreliminaryReview"
	// StageMaterialMailing is 邮寄资料, inside the preliminary review and not always needed.
	StageMaterialMailing StageName = "MaterialMailing"
	// StageSmsVerification is 短信验证.
	StageSmsVerification StageName = "SmsVerification"
	// StageBureauReview is 管局审核, the final review.
	StageBureauReview StageName = "BureauReview"
	// StageApproved is 备案成功.
	StageApproved StageName = "Approved"
	// StageChanging is 变更备案 under way after approval; exposure stays open.
	StageChanging StageName = "Changing"
	// StageRevoked means that the filing was revoked after approval (被注销/取消).
	StageRevoked StageName = "Revoked"
	// StageCancelled means that the filing was cancelled (注销).
	StageCancelled StageName = "Cancelled"
)

// Ended tells whether a filing at this stage has come to its end: revoked (被注销) or cancelled (注销).
func (s StageName) Ended() bool { return s == StageRevoked || s == StageCancelled }

// StageState is the state of one stage.
// +kubebuilder:validation:Enum=Pending;Active;Done;Skipped;Returned
type StageState string

// Stage states.
const (
	// StagePending: not begun.
	StagePending StageState = "Pending"
	// StageActive: under way.
	StageActive StageState = "Active"
	// StageDone: finished.
	StageDone StageState = "Done"
	// StageSkipped: this filing does not need it; the reason says why.
	StageSkipped StageState = "Skipped"
	// StageReturned: sent back (退回); the reason says what must be put right.
	StageReturned StageState = "Returned"
)

// StageStatus is one stage of a filing.
type StageStatus struct {
	// name of the stage.
	// +required
	Name StageName `json:"name"`

	// state of the stage.
	// +required
	State StageState `json:"state"`

	// startedAt is when it became active.
	// +optional
	StartedAt *metav1.Time `json:"startedAt,omitempty"`

	// finishedAt is when it was done, skipped or returned.
	// +optional
	FinishedAt *metav1.Time `json:"finishedAt,omitempty"`

	// dueAt is when it is expected to end or must end.
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`

	// reason for being skipped or returned, CamelCase.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	Reason string `json:"reason,omitempty"`

	// message for people.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	Message string `json:"message,omitempty"`

	// tasks of the stage: who does what, where.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Tasks []TaskStatus `json:"tasks,omitempty"`
}

// TaskStatus is one task of a stage.
type TaskStatus struct {
	// name of the task, CamelCase.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Name string `json:"name"`

	// actor who does it.
	// +required
	Actor Actor `json:"actor"`

	// where it is done.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Where string `json:"where,omitempty"`

	// askedAt is when a reviewer asked for the task; none for one that the procedure has anyway.
	// +optional
	AskedAt *metav1.Time `json:"askedAt,omitempty"`

	// message is what a reviewer who asks for the task says of it.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Message string `json:"message,omitempty"`

	// dueAt is the deadline.
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`

	// doneAt is when it was done.
	// +optional
	DoneAt *metav1.Time `json:"doneAt,omitempty"`
}

// Actor is who must act.
// +kubebuilder:validation:Enum=Applicant;SubjectResponsiblePerson;WebsiteResponsiblePerson;Operator;Provider;Bureau;PublicSecurity
type Actor string

// Actors.
const (
	// ActorApplicant is whoever files (备案申请人), through the console or the manifests.
	ActorApplicant Actor = "Applicant"
	// ActorSubjectResponsiblePerson is 主体负责人.
	ActorSubjectResponsiblePerson Actor = "SubjectResponsiblePerson"
	// ActorWebsiteResponsiblePerson is 网站负责人.
	ActorWebsiteResponsiblePerson Actor = "WebsiteResponsiblePerson"
	// ActorOperator is this operator.
	ActorOperator Actor = "Operator"
	// ActorProvider is the access provider (接入服务商).
	ActorProvider Actor = "Provider"
	// ActorBureau is the provincial communications bureau (管局).
	ActorBureau Actor = "Bureau"
	// ActorPublicSecurity is the public-security organ (公安机关).
	ActorPublicSecurity Actor = "PublicSecurity"
)

// NextAction is the next thing that somebody must do.
type NextAction struct {
	// actor who must act.
	// +required
	Actor Actor `json:"actor"`

	// task to be done, CamelCase.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Task string `json:"task"`

	// where it is done.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Where string `json:"where,omitempty"`

	// description in words.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Description string `json:"description,omitempty"`

	// dueAt is the deadline or, for a provider or bureau, when the end is expected.
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`

	// dueDate is dueAt's date in Beijing time (YYYY-MM-DD), for tables.
	// +kubebuilder:validation:MaxLength=10
	// +optional
	DueDate string `json:"dueDate,omitempty"`
}

// PublicSecurityStatus is how far the public-security registration (公安联网备案) is.
type PublicSecurityStatus struct {
	// openedAt is when the site opened.
	// +optional
	OpenedAt *metav1.Time `json:"openedAt,omitempty"`

	// dueAt is the end of the 30th day after openedAt, Beijing time.
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`

	// dueDate is the last day on which submitting is in time (YYYY-MM-DD, Beijing time).
	// +kubebuilder:validation:MaxLength=10
	// +optional
	DueDate string `json:"dueDate,omitempty"`

	// lastReminder names the last reminder that was given, for example 7d or overdue-2026-12-24.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	LastReminder string `json:"lastReminder,omitempty"`

	// closesAt is when the gate closes, or closed, after a final warning, where the ExposurePolicy says
	// publicSecurityOverdue: CloseExposure.
	// +optional
	ClosesAt *metav1.Time `json:"closesAt,omitempty"`
}

// DeadlineStatus is a day on which something ends that the filing stands on.
type DeadlineStatus struct {
	// name of what ends: Domain, Server, Certificate, SubjectPersonPaper, WebsitePersonPaper, IcpLicense, or PreApproval
	// followed by the category.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Name string `json:"name"`

	// date of its last day (YYYY-MM-DD, Beijing time).
	// +kubebuilder:validation:MaxLength=10
	// +required
	Date string `json:"date"`

	// lastReminder names the last reminder of that day that was given, for example 30d or overdue-2026-12-31.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	LastReminder string `json:"lastReminder,omitempty"`
}

// ExposureStatus counts the hosts of the filed domain on routes in the namespaces that the filing lets in.
type ExposureStatus struct {
	// servedHosts counts distinct hosts on routes that are not parked.
	// +optional
	ServedHosts int32 `json:"servedHosts"`

	// heldHosts counts distinct hosts on parked routes only.
	// +optional
	HeldHosts int32 `json:"heldHosts"`
}
