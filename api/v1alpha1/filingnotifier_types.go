package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FilingNotifier tells people of what happens to filings: by mail, through a robot of a chat, an SMS gateway, or a webhook.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=icpn,categories=icp-all
// +kubebuilder:printcolumn:name="Channel",type=string,JSONPath=`.status.channel`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Since",type=date,JSONPath=`.status.conditions[?(@.type=="Ready")].lastTransitionTime`
// +kubebuilder:printcolumn:name="Waiting",type=integer,JSONPath=`.status.waiting`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type FilingNotifier struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is who is told what.
	// +required
	Spec FilingNotifierSpec `json:"spec"`

	// status is whether it works.
	// +optional
	Status FilingNotifierStatus `json:"status,omitzero"`
}

// FilingNotifierList is a list of notifiers.
//
// +kubebuilder:object:root=true
type FilingNotifierList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []FilingNotifier `json:"items"`
}

// FilingNotifierSpec says which events of which filings are told, in which words, over which channel.
//
// +kubebuilder:validation:XValidation:rule="[has(self.webhook), has(self.email), has(self.sms), has(self.dingTalk), has(self.feishu), has(self.weCom)].filter(c, c).size() == 1",message="give exactly one of webhook, email, sms, dingTalk, feishu and weCom: a FilingNotifier has one channel"
type FilingNotifierSpec struct {
	// namespaces whose filings are told of. Beside its own, only a notifier in the operator's namespace may name any.
	// +kubebuilder:default={from: Same}
	// +optional
	Namespaces NotifiedNamespaces `json:"namespaces,omitzero"`

	// selector of the filings' labels; none: every filing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`

	// events that are told; none: all of them.
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Events []FilingEvent `json:"events,omitempty"`

	// language of the messages.
	// +kubebuilder:default=zh
	// +optional
	Language Language `json:"language,omitempty"`

	// link is a template of the address that a message refers to, for example https://board.example.com/{{.Namespace}}/{{.Name}}.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Link string `json:"link,omitempty"`

	// templates replace the built-in words of events.
	// +listType=map
	// +listMapKey=event
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Templates []MessageTemplate `json:"templates,omitempty"`

	// caBundle is the PEM of the authorities that sign the server's certificate; empty: the system's.
	// +kubebuilder:validation:MaxLength=1048576
	// +optional
	CABundle []byte `json:"caBundle,omitempty"`

	// webhook posts CloudEvents.
	// +optional
	Webhook *WebhookChannel `json:"webhook,omitempty"`

	// email sends mail.
	// +optional
	Email *EmailChannel `json:"email,omitempty"`

	// sms posts to the gateway of a provider of short messages.
	// +optional
	Sms *SmsChannel `json:"sms,omitempty"`

	// dingTalk posts through a custom robot (自定义机器人) of a DingTalk group (钉钉).
	// +optional
	DingTalk *RobotChannel `json:"dingTalk,omitempty"`

	// feishu posts through a custom robot (自定义机器人) of a Feishu or Lark group (飞书).
	// +optional
	Feishu *RobotChannel `json:"feishu,omitempty"`

	// weCom posts through a robot (群机器人) of a WeCom group (企业微信).
	// +optional
	WeCom *RobotChannel `json:"weCom,omitempty"`
}

// NotifiedNamespaces says of which namespaces' filings a notifier tells.
//
// +kubebuilder:validation:XValidation:rule="self.from == 'Selector' ? has(self.selector) : !has(self.selector)",message="selector goes with from: Selector, and from: Selector needs it"
type NotifiedNamespaces struct {
	// from which namespaces: Same, Selector or All.
	// +kubebuilder:default=Same
	// +optional
	From NamespacesFrom `json:"from,omitempty"`

	// selector of the namespaces' labels, with from: Selector.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// FilingEvent is something that happens to a filing, and that people are told of.
// +kubebuilder:validation:Enum=Returned;ActionRequired;SmsWindowOpen;DeadlineReminder;Approved;Revoked;Cancelled;RegistryMismatch
type FilingEvent string

// Events of filings.
const (
	// EventReturned: the order was sent back (退回), or taken back (撤回).
	EventReturned FilingEvent = "Returned"
	// EventActionRequired: a person must act, for a reason that no other event tells.
	EventActionRequired FilingEvent = "ActionRequired"
	// EventSmsWindowOpen: the ministry's SMS (短信核验) must be answered by a certain hour.
	EventSmsWindowOpen FilingEvent = "SmsWindowOpen"
	// EventDeadlineReminder: a deadline comes near or has passed.
	EventDeadlineReminder FilingEvent = "DeadlineReminder"
	// EventApproved: the filing, or a change of it, is in force (备案成功).
	EventApproved FilingEvent = "Approved"
	// EventRevoked: the filing was revoked (被注销).
	EventRevoked FilingEvent = "Revoked"
	// EventCancelled: the filing was cancelled (注销).
	EventCancelled FilingEvent = "Cancelled"
	// EventRegistryMismatch: the provider's registry disagrees that the domain is filed, heard twice.
	EventRegistryMismatch FilingEvent = "RegistryMismatch"
)

// Language of messages.
// +kubebuilder:validation:Enum=zh;en
type Language string

// Languages.
const (
	// LanguageChinese is Chinese (中文).
	LanguageChinese Language = "zh"
	// LanguageEnglish is English.
	LanguageEnglish Language = "en"
)

// MessageTemplate replaces the built-in words of one event, each part by a Go text/template over the fields that
// docs/notifications.md lists.
//
// +kubebuilder:validation:XValidation:rule="has(self.subject) || has(self.body)",message="give subject, body or both: what is not given keeps its built-in words"
type MessageTemplate struct {
	// event whose words these are.
	// +required
	Event FilingEvent `json:"event"`

	// subject of the message, one line.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Subject string `json:"subject,omitempty"`

	// body of the message.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=8192
	// +optional
	Body string `json:"body,omitempty"`
}

// WebhookChannel posts each event as a CloudEvent 1.0 in structured mode.
type WebhookChannel struct {
	// secretRef names a Secret of the type icp.beian.dev/notifier in the notifier's namespace: key url and, where wanted,
	// signingKey (whsec_ and a key in base64, see docs/notifications.md) and authorization (that header's value).
	// +required
	SecretRef SecretReference `json:"secretRef"`
}

// EmailChannel sends mail over SMTP, never without TLS.
type EmailChannel struct {
	// host of the SMTP server.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-.:A-Za-z0-9]*[A-Za-z0-9])?$`
	// +required
	Host string `json:"host"`

	// port of the SMTP server: by default 465 with tls: Implicit, and 587 with tls: StartTLS.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port *int32 `json:"port,omitempty"`

	// tls says how the connection is secured: Implicit from the first byte on, or StartTLS, without which nothing is sent.
	// +kubebuilder:default=Implicit
	// +optional
	TLS EmailTLS `json:"tls,omitempty"`

	// secretRef names a Secret of the type icp.beian.dev/notifier in the notifier's namespace: keys from, to (addresses,
	// separated by commas or line ends) and, where the server asks for them, username and password.
	// +required
	SecretRef SecretReference `json:"secretRef"`
}

// EmailTLS says how a connection to a mail server is secured.
// +kubebuilder:validation:Enum=Implicit;StartTLS
type EmailTLS string

// How a connection to a mail server is secured.
const (
	// EmailImplicitTLS: TLS from the first byte on.
	EmailImplicitTLS EmailTLS = "Implicit"
	// EmailStartTLS: the server must offer STARTTLS.
	EmailStartTLS EmailTLS = "StartTLS"
)

// SmsChannel posts to an HTTP gateway for short messages.
type SmsChannel struct {
	// secretRef names a Secret of the type icp.beian.dev/notifier in the notifier's namespace: keys url and to (phone
	// numbers, separated by commas or line ends) and, where wanted, authorization (that header's value).
	// +required
	SecretRef SecretReference `json:"secretRef"`

	// contentType of the body.
	// +kubebuilder:default="application/json"
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[a-z]+/[-+.a-z0-9]+(; ?charset=[-A-Za-z0-9]+)?$`
	// +optional
	ContentType string `json:"contentType,omitempty"`

	// body is a template of what is posted, over a message's fields and To, Subject and Body. Default:
	// {"to": {{json .To}}, "text": {{json .Subject}}}
	// +kubebuilder:validation:MaxLength=4096
	// +optional
	Body string `json:"body,omitempty"`

	// accepted says by which field of a JSON answer the gateway tells that it took the message; none: by its HTTP status.
	// +optional
	Accepted *SmsAccepted `json:"accepted,omitempty"`
}

// SmsAccepted is the field of a gateway's JSON answer, and the value with which it says that it took the message.
type SmsAccepted struct {
	// field of the answer, on its first level.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Field string `json:"field"`

	// value of the field, as text.
	// +kubebuilder:validation:MaxLength=64
	// +required
	Value string `json:"value"`
}

// RobotChannel posts through the robot of a chat.
type RobotChannel struct {
	// secretRef names a Secret of the type icp.beian.dev/notifier in the notifier's namespace: key url, the robot's whole
	// address, and, for DingTalk and Feishu robots that are set to check signatures (加签, 签名校验), key secret.
	// +required
	SecretRef SecretReference `json:"secretRef"`
}

// FilingNotifierStatus is whether a notifier works.
type FilingNotifierStatus struct {
	// conditions of the notifier: Ready.
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that was last seen.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// channel in use, for tables: Webhook, Email, Sms, DingTalk, Feishu or WeCom.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Channel string `json:"channel,omitempty"`

	// waiting counts the messages that are to be sent; it may be some seconds old.
	// +optional
	Waiting int32 `json:"waiting,omitempty"`
}

// NotifierSecretType is the type of a Secret that a FilingNotifier may refer to. One of another type is refused, so that
// nobody sends out, through a notifier, a Secret that they may not read.
const NotifierSecretType corev1.SecretType = "icp.beian.dev/notifier"

// NotifiedAnnotation on a filing keeps which notifiers were told of what, as short digests, so that a restart or a lost
// status tells nothing twice. The operator alone writes it.
const NotifiedAnnotation = "icp.beian.dev/notified"

// Reasons of a FilingNotifier's condition Ready.
const (
	// ReasonNotifierReady: nothing keeps it from sending.
	ReasonNotifierReady = "AbleToSend"
	// ReasonNamespacesNotAllowed: it names other namespaces than its own, and is not in the operator's.
	ReasonNamespacesNotAllowed = "NamespacesNotAllowed"
	// ReasonTemplateInvalid: a template cannot be used; the message says which one, and where.
	ReasonTemplateInvalid = "TemplateInvalid"
	// ReasonNotifierSecretInvalid: the Secret is missing, of another type, or lacks a key.
	ReasonNotifierSecretInvalid = "SecretInvalid"
	// ReasonSelectorInvalid: a label selector cannot be used.
	ReasonSelectorInvalid = "SelectorInvalid"
	// ReasonSendFailed: the last message could not be sent; it is tried again.
	ReasonSendFailed = "SendFailed"
)
