package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// FilingProvider is an access provider (接入服务商): who takes filings to the bureau, and how.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=icpp,categories=icp-all
// +kubebuilder:printcolumn:name="Kind",type=string,JSONPath=`.status.kind`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Since",type=date,JSONPath=`.status.conditions[?(@.type=="Ready")].lastTransitionTime`
// +kubebuilder:printcolumn:name="Registry",type=string,JSONPath=`.status.conditions[?(@.type=="RegistryReady")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type FilingProvider struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is how the provider is reached.
	// +required
	Spec FilingProviderSpec `json:"spec"`

	// status is what the operator last saw of it.
	// +optional
	Status FilingProviderStatus `json:"status,omitzero"`
}

// FilingProviderList is a list of providers.
//
// +kubebuilder:object:root=true
type FilingProviderList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []FilingProvider `json:"items"`
}

// FilingProviderSpec says how a provider is reached: by people in its console (manual), or over the provider
// protocol (http).
//
// +kubebuilder:validation:XValidation:rule="(has(self.manual) ? 1 : 0) + (has(self.http) ? 1 : 0) == 1",message="give exactly one of manual (people work in the provider's console and record outcomes as IcpReviews) and http (the provider protocol)"
// +kubebuilder:validation:XValidation:rule="has(self.manual) == has(oldSelf.manual)",message="a provider cannot turn from manual to http or back: orders are under way with it; create another FilingProvider"
type FilingProviderSpec struct {
	// namespaces whose filings may use this provider.
	// +kubebuilder:default={from: All}
	// +optional
	Namespaces ProviderNamespaces `json:"namespaces,omitzero"`

	// manual says that people do the steps in the provider's console and record outcomes as IcpReviews.
	// +optional
	Manual *ManualProvider `json:"manual,omitempty"`

	// http says that the provider speaks the protocol of docs/provider-protocol.md.
	// +optional
	HTTP *HTTPProvider `json:"http,omitempty"`

	// registry is how a filed domain is looked up.
	// +optional
	Registry *Registry `json:"registry,omitempty"`

	// ruleSet is the date of the filing rules to apply; empty: the current ones.
	// +kubebuilder:validation:MaxLength=32
	// +optional
	RuleSet string `json:"ruleSet,omitempty"`
}

// ProviderNamespaces selects the namespaces whose filings may use a provider.
//
// +kubebuilder:validation:XValidation:rule="self.from == 'Selector' ? has(self.selector) : !has(self.selector)",message="selector goes with from: Selector, and from: Selector needs it"
// +kubebuilder:validation:XValidation:rule="self.from != 'Same'",message="a FilingProvider has no namespace: from is All or Selector"
type ProviderNamespaces struct {
	// from which namespaces: All or Selector.
	// +kubebuilder:default=All
	// +optional
	From NamespacesFrom `json:"from,omitempty"`

	// selector of the namespaces' labels, with from: Selector.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// ManualProvider has no settings yet.
type ManualProvider struct{}

// HTTPProvider is a server of the provider protocol.
//
// +kubebuilder:validation:XValidation:rule="self.url.startsWith('https://') || self.url.matches('^http://(127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]|localhost)(:[0-9]+)?(/|$)')",message="url must begin with https://: persons' identity data are sent (plain http:// is allowed to the loopback address only)",fieldPath=".url"
type HTTPProvider struct {
	// url of the server, with the path before /orders, for example https://filing.example.net/v1.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +required
	URL string `json:"url"`

	// credentialsSecretRef names a Secret in the operator's namespace with the key token.
	// +optional
	CredentialsSecretRef *SecretReference `json:"credentialsSecretRef,omitempty"`

	// caBundle is the PEM of the authorities that sign the server's certificate; empty: the system's.
	// +kubebuilder:validation:MaxLength=1048576
	// +optional
	CABundle []byte `json:"caBundle,omitempty"`

	// pollInterval is how often the events feed is asked. Default 30s.
	// +optional
	PollInterval *metav1.Duration `json:"pollInterval,omitempty"` //nolint:kubeapilinter // a duration reads as such
}

// Registry is how a filed domain is looked up.
//
// +kubebuilder:validation:XValidation:rule="(has(self.aliyun) ? 1 : 0) + (has(self.http) ? 1 : 0) == 1",message="give exactly one of aliyun and http"
type Registry struct {
	// interval between look-ups of a domain. Default 24h.
	// +optional
	Interval *metav1.Duration `json:"interval,omitempty"` //nolint:kubeapilinter // a duration reads as such

	// callsPerMinute is the most calls that the registry is asked with in a minute. Default 60.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=6000
	// +optional
	CallsPerMinute *int32 `json:"callsPerMinute,omitempty"`

	// onMismatch says what a confirmed mismatch does: Warn, or Close the gate.
	// +kubebuilder:default=Warn
	// +optional
	OnMismatch OnMismatch `json:"onMismatch,omitempty"`

	// aliyun asks the Alibaba Cloud filing API, product beian.
	// +optional
	Aliyun *AliyunRegistry `json:"aliyun,omitempty"`

	// http asks a server of the provider protocol.
	// +optional
	HTTP *HTTPProvider `json:"http,omitempty"`
}

// OnMismatch says what a confirmed registry mismatch does.
// +kubebuilder:validation:Enum=Warn;Close
type OnMismatch string

// What a registry mismatch does.
const (
	// OnMismatchWarn shows it in RegistryVerified.
	OnMismatchWarn OnMismatch = "Warn"
	// OnMismatchClose closes the gate, too.
	OnMismatchClose OnMismatch = "Close"
)

// AliyunRegistry is the Alibaba Cloud filing API.
type AliyunRegistry struct {
	// regionID of the API.
	// +kubebuilder:default=cn-hangzhou
	// +kubebuilder:validation:MaxLength=64
	// +optional
	RegionID string `json:"regionID,omitempty"`

	// credentialsSecretRef names a Secret in the operator's namespace with the keys accessKeyID and accessKeySecret.
	// +required
	CredentialsSecretRef SecretReference `json:"credentialsSecretRef"`

	// endpoint to ask instead of the product's own.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// statuses say what answers of the API mean, the first that fits; what none fits is judged by the built-in ones, and
	// else counts as a failed look-up.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +optional
	Statuses []AliyunStatus `json:"statuses,omitempty"`
}

// AliyunStatus says what an answer of the Alibaba Cloud filing API means.
//
// +kubebuilder:validation:XValidation:rule="has(self.status) || has(self.reasonCode)",message="give status, reasonCode or both, as the condition RegistryVerified of a filing shows them"
type AliyunStatus struct {
	// status as the API gives it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Status string `json:"status,omitempty"`

	// reasonCode as the API gives it.
	// +optional
	ReasonCode *int32 `json:"reasonCode,omitempty"`

	// means is what it says of the domain: Filed, NotFound, AccessMissing or OtherSubject.
	// +required
	Means RegistryFinding `json:"means"`
}

// RegistryFinding is what a registry says of a domain.
// +kubebuilder:validation:Enum=Filed;NotFound;AccessMissing;OtherSubject
type RegistryFinding string

// What a registry says of a domain.
const (
	// RegistryFiled: filed (已备案), with access through the provider.
	RegistryFiled RegistryFinding = "Filed"
	// RegistryNotFound: not filed (未备案).
	RegistryNotFound RegistryFinding = "NotFound"
	// RegistryAccessMissing: filed, without access through the provider (未接入, 空壳).
	RegistryAccessMissing RegistryFinding = "AccessMissing"
	// RegistryOtherSubject: filed under another subject (主体).
	RegistryOtherSubject RegistryFinding = "OtherSubject"
)

// FilingProviderStatus is what the operator last saw of a provider.
type FilingProviderStatus struct {
	// conditions of the provider: Ready, and RegistryReady where it has a registry that was asked.
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that was last seen.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// kind of the provider, for tables: manual or http.
	// +kubebuilder:validation:MaxLength=16
	// +optional
	Kind string `json:"kind,omitempty"`

	// cursor is how far the events feed has been worked through. It outlives restarts.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Cursor string `json:"cursor,omitempty"`

	// cursorOf is the url whose feed the cursor is of.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	CursorOf string `json:"cursorOf,omitempty"`

	// shards are how far the operators of shards have worked through the events feed: each reads it for its own filings.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	// +optional
	Shards []ShardFeed `json:"shards,omitempty"`
}

// ShardFeed is how far the operator of a shard has worked through a provider's events feed.
type ShardFeed struct {
	// name of the shard.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	// +required
	Name string `json:"name"`

	// cursor is how far the events feed has been worked through.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Cursor string `json:"cursor,omitempty"`

	// cursorOf is the url whose feed the cursor is of.
	// +kubebuilder:validation:MaxLength=2048
	// +optional
	CursorOf string `json:"cursorOf,omitempty"`
}
