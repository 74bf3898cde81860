package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ExposurePolicy says how exposure is gated in the cluster. There is one, named default.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=icpx,categories=icp-all
// +kubebuilder:printcolumn:name="Default-Mode",type=string,JSONPath=`.spec.defaultMode`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Hold",type=string,JSONPath=`.status.conditions[?(@.type=="HoldSupported")].status`
// +kubebuilder:printcolumn:name="Served",type=integer,JSONPath=`.status.routes.served`
// +kubebuilder:printcolumn:name="Parked",type=integer,JSONPath=`.status.routes.parked`
// +kubebuilder:printcolumn:name="Uncovered",type=integer,JSONPath=`.status.routes.uncovered`
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'default'",message="there is one ExposurePolicy, and its name is default"
type ExposurePolicy struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is how exposure is gated.
	// +required
	Spec ExposurePolicySpec `json:"spec"`

	// status is what the gate does.
	// +optional
	Status ExposurePolicyStatus `json:"status,omitzero"`
}

// ExposurePolicyList is a list of exposure policies.
//
// +kubebuilder:object:root=true
type ExposurePolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ExposurePolicy `json:"items"`
}

// ExposurePolicySpec is how exposure is gated.
type ExposurePolicySpec struct {
	// defaultMode is the gate's mode in namespaces without the label icp.beian.dev/gate.
	// +kubebuilder:default=Off
	// +optional
	DefaultMode GateMode `json:"defaultMode,omitempty"`

	// exemptNamespaces are never gated, beside kube-system and the operator's own.
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MaxLength=63
	// +optional
	ExemptNamespaces []string `json:"exemptNamespaces,omitempty"`

	// exemptDomains need no filing: cluster-internal ones, and sites not served from the mainland.
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.all(d, d.matches('^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\\\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'))",message="an exempt domain is a lower-case domain name of two labels or more, without wildcard or trailing dot: corp.internal"
	// +optional
	ExemptDomains []string `json:"exemptDomains,omitempty"`

	// hostless says what happens to routes that name no host, and so serve every one.
	// +kubebuilder:default=Deny
	// +optional
	Hostless Hostless `json:"hostless,omitempty"`

	// routeKinds are gated beside Ingress, HTTPRoute, GRPCRoute, TLSRoute and Services with a public name.
	// +listType=map
	// +listMapKey=group
	// +listMapKey=resource
	// +kubebuilder:validation:MaxItems=32
	// +optional
	RouteKinds []RouteKind `json:"routeKinds,omitempty"`

	// publicSecurityOverdue says what an overdue public-security registration does: Warn, or CloseExposure, three days after
	// a final warning.
	// +kubebuilder:default=Warn
	// +optional
	PublicSecurityOverdue PublicSecurityOverdue `json:"publicSecurityOverdue,omitempty"`

	// reminders says on which days people are reminded of what comes after approval.
	// +optional
	Reminders Reminders `json:"reminders,omitzero"`

	// footer says whether the home pages of filings in force are asked for the numbers that they must show (备案号悬挂).
	// +optional
	Footer Footer `json:"footer,omitzero"`
}

// Footer says whether home pages are asked for the numbers that they must show.
type Footer struct {
	// probe is Never, or Daily: each home page is asked once a day, through the address of the load balancer that its route's
	// status gives, and what is missing stands in the filing's condition FooterShown. A filing may stay out of it.
	// +kubebuilder:default=Never
	// +optional
	Probe FooterProbe `json:"probe,omitempty"`

	// networks are those of the cluster's own load balancers that are not public. Beside them only public addresses are
	// asked. People who may write the status of a route choose among these addresses: name no others, 10.1.2.8/32 rather than
	// 10.0.0.0/8.
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.all(n, isCIDR(n))",message="a network is an address and the length of its prefix: 10.1.2.8/32, fd00:1::/64"
	// +optional
	Networks []string `json:"networks,omitempty"`
}

// FooterProbe is how often home pages are asked for their numbers.
// +kubebuilder:validation:Enum=Never;Daily
type FooterProbe string

// How often home pages are asked.
const (
	// FooterProbeNever asks none.
	FooterProbeNever FooterProbe = "Never"
	// FooterProbeDaily asks each once a day.
	FooterProbeDaily FooterProbe = "Daily"
)

// Reminders says on which days people are reminded of what comes after approval.
type Reminders struct {
	// publicSecurity is of the public-security registration (公安联网备案). Beside these days, one is given when the site
	// opens. Default: 15, 7, 3, 1 and 0 days before the deadline, then daily.
	// +optional
	PublicSecurity *ReminderSchedule `json:"publicSecurity,omitempty"`

	// expiry is of what the filing stands on and that ends by itself: the domain, the server, papers. Default: 60, 30, 15, 7,
	// 3, 1 and 0 days before, then weekly.
	// +optional
	Expiry *ReminderSchedule `json:"expiry,omitempty"`
}

// ReminderSchedule says when people are reminded of a deadline: at nine o'clock in the morning, Beijing time.
type ReminderSchedule struct {
	// daysLeft are the numbers of days before the deadline's day on which a reminder is given; 0 is the day itself.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:Minimum=0
	// +kubebuilder:validation:items:Maximum=365
	// +required
	DaysLeft []int32 `json:"daysLeft,omitempty"`

	// overdueEveryDays is after how many days a reminder of a deadline that has passed is repeated: 1 for daily, 0 for not
	// at all. Without it, as by default.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=90
	// +optional
	OverdueEveryDays *int32 `json:"overdueEveryDays,omitempty"`
}

// GateMode is a mode of the gate.
// +kubebuilder:validation:Enum=Deny;Hold;Warn;Audit;Off
type GateMode string

// Gate modes.
const (
	// ModeDeny refuses a route with an uncleared host.
	ModeDeny GateMode = "Deny"
	// ModeHold accepts it and serves nothing of it until it is cleared.
	ModeHold GateMode = "Hold"
	// ModeWarn accepts it with a warning to the client.
	ModeWarn GateMode = "Warn"
	// ModeAudit accepts and records it.
	ModeAudit GateMode = "Audit"
	// ModeOff leaves it alone.
	ModeOff GateMode = "Off"
)

// Hostless says what happens to routes that name no host.
// +kubebuilder:validation:Enum=Deny;Allow
type Hostless string

// What happens to hostless routes.
const (
	// HostlessDeny treats them as uncleared.
	HostlessDeny Hostless = "Deny"
	// HostlessAllow lets them be.
	HostlessAllow Hostless = "Allow"
)

// PublicSecurityOverdue says what an overdue public-security registration does.
// +kubebuilder:validation:Enum=Warn;CloseExposure
type PublicSecurityOverdue string

// What an overdue public-security registration does.
const (
	// OverdueWarn reminds daily.
	OverdueWarn PublicSecurityOverdue = "Warn"
	// OverdueCloseExposure closes the gate, too.
	OverdueCloseExposure PublicSecurityOverdue = "CloseExposure"
)

// RouteKind is a further kind of route, gated by its resource and one CEL expression that yields its hosts.
type RouteKind struct {
	// group of the resource, for example networking.istio.io.
	// +kubebuilder:validation:MaxLength=253
	// +required
	Group string `json:"group"`

	// version of the resource.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Version string `json:"version"`

	// resource is its plural name, for example virtualservices.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Resource string `json:"resource"`

	// hosts is a CEL expression over object that yields a list of host names; an empty string stands for every host.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	// +required
	Hosts string `json:"hosts"`

	// park is how an object of this kind is made to serve nothing; without it, hold acts as deny.
	// +optional
	Park *Park `json:"park,omitempty"`
}

// Park makes an object serve nothing: value is put at path.
type Park struct {
	// path is a JSON pointer, for example /spec/ingressClassName.
	// +kubebuilder:validation:Pattern=`^(/[^/]+)+$`
	// +kubebuilder:validation:MaxLength=512
	// +required
	Path string `json:"path"`

	// value to put there.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +required
	Value string `json:"value"`
}

// ExposurePolicyStatus is what the gate does.
type ExposurePolicyStatus struct {
	// conditions of the policy: Ready, HoldSupported, ClearancesComplete.
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that was last seen.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// routes counts the routes in gated namespaces.
	// +optional
	Routes *RouteCounts `json:"routes,omitempty"`
}

// RouteCounts counts routes in gated namespaces.
type RouteCounts struct {
	// served routes: every host on them is cleared.
	// +optional
	Served int32 `json:"served"`

	// parked routes: accepted, and served by nobody.
	// +optional
	Parked int32 `json:"parked"`

	// uncovered routes: served with a host that no filing covers (modes warn and audit, or not yet closed).
	// +optional
	Uncovered int32 `json:"uncovered"`
}
