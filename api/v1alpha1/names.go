package v1alpha1

import corev1 "k8s.io/api/core/v1"

// OperatorNamespace is the namespace that the operator runs in and reads providers' credentials from.
const OperatorNamespace = "icp-system"

// OperatorServiceAccount is the operator's service account in OperatorNamespace. The guards of the gate know
// it by name: it alone may write clearances.
const OperatorServiceAccount = "icp-operator"

// Secret types that a filing may refer to. A Secret of another type is refused, so that nobody sends out, through
// a filing, a Secret that they may not read.
const (
	// PersonSecretType is the type of a Secret that describes a responsible person (负责人).
	PersonSecretType corev1.SecretType = "icp.beian.dev/person"
	// MaterialSecretType is the type of a Secret that holds material files (备案资料).
	MaterialSecretType corev1.SecretType = "icp.beian.dev/material"
)

// Keys of a person's Secret.
const (
	// PersonName is 姓名, the person's name.
	PersonName = "name"
	// PersonRole is LegalRepresentative (法定代表人) or Authorized (授权人).
	PersonRole = "role"
	// PersonIDType is 证件类型, for example ResidentID.
	PersonIDType = "idType"
	// PersonIDNumber is 证件号码.
	PersonIDNumber = "idNumber"
	// PersonIDValidUntil is 证件有效期, a date (YYYY-MM-DD) or "long-term" (长期).
	PersonIDValidUntil = "idValidUntil"
	// PersonMobile is 手机号码, a mainland mobile number.
	PersonMobile = "mobile"
	// PersonEmergencyPhone is 应急联系电话.
	PersonEmergencyPhone = "emergencyPhone"
	// PersonEmail is 电子邮箱.
	PersonEmail = "email"
	// PersonAddress is 通信地址.
	PersonAddress = "address"
	// PersonMainlandResident is "true" where the person holds a mainland resident identity, else "false".
	PersonMainlandResident = "mainlandResident"
)

// Labels and annotations.
const (
	// GateLabel on a Namespace sets its gate mode: deny, hold, warn, audit or off.
	GateLabel = "icp.beian.dev/gate"
	// ShardLabel on a Namespace says which shard of the operator is to work on it, and on a manual FilingProvider of which shard the
	// filings are that it takes. Without it, the operator that is of no shard.
	ShardLabel = "icp.beian.dev/shard"
	// ClearedPrefix begins the annotations on a Namespace that say which domains may be exposed there.
	// The operator alone writes them.
	ClearedPrefix = "cleared.icp.beian.dev/"
	// ParkedLabel marks a route that the gate has parked: its value is "true". Whoever writes it on a route with a host that is
	// not cleared has it parked, in mode deny, too. It goes when the route is released.
	ParkedLabel = "icp.beian.dev/parked"
	// GateCheckedAnnotation on a route is the operator's own: writing it makes the policies look again.
	GateCheckedAnnotation = "icp.beian.dev/gate-checked"
	// DefaultProviderAnnotation set to "true" marks the FilingProvider that filings without a providerRef use.
	DefaultProviderAnnotation = "icp.beian.dev/is-default-provider"
	// OpenedAtAnnotation on a filing keeps when the gate first let a host of its domain be served (RFC 3339, UTC).
	// The operator alone writes it; it outlives a lost status.
	OpenedAtAnnotation = "icp.beian.dev/opened-at"
	// RemindersAnnotation on a filing keeps the last public-security reminder that was sent, so that a lost status
	// repeats none. The operator alone writes it.
	RemindersAnnotation = "icp.beian.dev/last-reminder"
	// FinalWarningAnnotation on a filing keeps for which public-security deadline a final warning was given, and on which
	// day: the gate closes three days later, where the ExposurePolicy says so. The operator alone writes it.
	FinalWarningAnnotation = "icp.beian.dev/final-warning"
	// DeadlinesAnnotation on a filing keeps, for each day on which something ends that it stands on, the last reminder that
	// was given, so that a lost status repeats none. The operator alone writes it.
	DeadlinesAnnotation = "icp.beian.dev/deadlines"
	// OrderAnnotation on a filing names the provider's order that was made for it, so that a restored filing takes its
	// own order up again, and nobody else's. The operator alone writes it.
	OrderAnnotation = "icp.beian.dev/order"
	// FiledAnnotation on a filing keeps digests of the facts that were last taken to the provider, and of those in force
	// while a change is reviewed, so that a lost status forgets no change. The operator alone writes it.
	FiledAnnotation = "icp.beian.dev/filed"
	// RegistryAnnotation on a filing keeps what the provider's registry has said that the filing's state depends on: that
	// it was in force before it came here, and a mismatch that was heard twice. The operator alone writes it.
	RegistryAnnotation = "icp.beian.dev/registry"
	// ReviewDomainAnnotation on an IcpReview names the domain of the filing that it was made for, so that it never counts
	// for another filing which takes the same name later. The operator alone writes it.
	ReviewDomainAnnotation = "icp.beian.dev/domain"
	// WithdrawAnnotation on a filing whose order is under review asks to take it back (撤回). Its value is the attempt to
	// be withdrawn, for example "1", so that it asks once.
	WithdrawAnnotation = "icp.beian.dev/withdraw"
	// CancelFinalizer holds a filing whose deletionPolicy is CancelFiling until the provider has cancelled it (注销).
	CancelFinalizer = "icp.beian.dev/cancel-filing"
	// ResubmitAnnotation on a filing that was returned asks for its next attempt though nothing in the spec must change
	// (a face check that failed, an SMS that expired); on one that was revoked or cancelled, to file anew. Its value is the attempt to begin, for example "2", so that it
	// asks once.
	ResubmitAnnotation = "icp.beian.dev/resubmit"
	// ParkedClass is the IngressClass that no controller serves; a parked Ingress has it.
	ParkedClass = "icp-parked"
	// ParkedGroupSuffix ends the group of a parked route's parents.
	ParkedGroupSuffix = ".parked.icp.beian.dev"
)

// Gate modes, the values of GateLabel.
const (
	// GateDeny refuses a route with an uncleared host.
	GateDeny = "deny"
	// GateHold accepts it and serves nothing of it until it is cleared.
	GateHold = "hold"
	// GateWarn accepts it with a warning to the client.
	GateWarn = "warn"
	// GateAudit accepts and records it.
	GateAudit = "audit"
	// GateOff leaves the namespace alone.
	GateOff = "off"
)
