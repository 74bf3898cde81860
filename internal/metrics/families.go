package metrics

// What is read from the operator's cache at each scrape, by the operator that leads.
var (
	// FilingInfo names a filing's domain, provider and type (备案类型).
	FilingInfo = &Family{Name: "icp_filing_info", Kind: Gauge, Help: "An IcpFiling: its domain, provider and filing type. Always 1.",
		Labels: []string{"namespace", "filing", "domain", "provider", "type"}}
	// FilingStage is the stage that a filing is at.
	FilingStage = &Family{Name: "icp_filing_stage", Kind: Gauge, Help: "The stage that an IcpFiling is at. Always 1; there is no series for the others.",
		Labels: []string{"namespace", "filing", "stage"}}
	// FilingStageChanged is since when.
	FilingStageChanged = &Family{Name: "icp_filing_stage_changed_timestamp_seconds", Kind: Gauge,
		Help: "When an IcpFiling came to the stage that it is at, or was returned to it; none once it was revoked or cancelled.", Labels: []string{"namespace", "filing"}}
	// FilingCondition is a condition of a filing.
	FilingCondition = &Family{Name: "icp_filing_condition", Kind: Gauge, Help: "A condition of an IcpFiling: true, false or unknown, and why. Always 1; there is no series for what it is not.",
		Labels: []string{"namespace", "filing", "condition", "status", "reason"}}
	// Deadline is a date that a person must keep.
	Deadline = &Family{Name: "icp_deadline_timestamp_seconds", Kind: Gauge, Help: "A deadline of an IcpFiling that somebody must keep, until what it is of is done.",
		Labels: []string{"namespace", "filing", "kind", "name", "actor"}}
	// ExpectedEnd is when something should be over.
	ExpectedEnd = &Family{Name: "icp_filing_expected_end_timestamp_seconds", Kind: Gauge, Help: "When a step of an IcpFiling that is under way should be over.",
		Labels: []string{"namespace", "filing", "kind", "name", "actor"}}
	// StageDuration is how long stages took.
	StageDuration = &Family{Name: "icp_filing_stage_duration_seconds", Kind: Histogram,
		Help:   "How long the stages of all IcpFilings took that are over, by their statuses as they are now: not a counter, so no rate().",
		Labels: []string{"stage", "provider"}, Buckets: days(1./24, 0.25, 1, 2, 3, 5, 7, 10, 14, 20, 30, 45, 60)}

	// GateRoutes counts routes as status.routes of the ExposurePolicy does.
	GateRoutes = &Family{Name: "icp_gate_routes", Kind: Gauge, Help: "Routes in gated namespaces, by the mode of their namespace and by what becomes of them.",
		Labels: []string{"mode", "verdict"}}
	// GateUncovered says in which namespaces routes are served that no filing covers.
	GateUncovered = &Family{Name: "icp_gate_uncovered_routes", Kind: Gauge, Help: "Routes of a gated namespace that are served with a host which no filing covers; only of namespaces that have any.",
		Labels: []string{"namespace", "mode"}}
	// GatePolicies counts the admission policies and bindings that there should be.
	GatePolicies = &Family{Name: "icp_gate_policies", Kind: Gauge, Help: "Admission policies and bindings of the gate: in place, missing, or changed by somebody else.",
		Labels: []string{"part", "state"}}
	// ExposurePolicyCondition is a condition of the ExposurePolicy.
	ExposurePolicyCondition = &Family{Name: "icp_exposure_policy_condition", Kind: Gauge, Help: "A condition of the ExposurePolicy. Always 1.",
		Labels: []string{"condition", "status", "reason"}}

	// ProviderInfo names a provider's kind.
	ProviderInfo = &Family{Name: "icp_provider_info", Kind: Gauge, Help: "A FilingProvider: manual or http. Always 1.", Labels: []string{"provider", "kind"}}
	// ProviderCondition is a condition of a provider.
	ProviderCondition = &Family{Name: "icp_provider_condition", Kind: Gauge, Help: "A condition of a FilingProvider. Always 1.",
		Labels: []string{"provider", "condition", "status", "reason"}}

	// NotifierInfo names a notifier's channel.
	NotifierInfo = &Family{Name: "icp_notifier_info", Kind: Gauge, Help: "A FilingNotifier, and its channel. Always 1.", Labels: []string{"namespace", "notifier", "channel"}}
	// NotifierCondition is a condition of a notifier.
	NotifierCondition = &Family{Name: "icp_notifier_condition", Kind: Gauge, Help: "A condition of a FilingNotifier. Always 1.",
		Labels: []string{"namespace", "notifier", "condition", "status", "reason"}}
	// NotifierWaiting counts what a notifier has not sent yet.
	NotifierWaiting = &Family{Name: "icp_notifier_waiting_messages", Kind: Gauge, Help: "Messages that a FilingNotifier has still to send.", Labels: []string{"namespace", "notifier"}}
)

// Leading tells which operator acts. Each of them serves it.
var Leading = &Family{Name: "icp_operator_leading", Kind: Gauge, Help: "1 at the operator that acts and serves the state, 0 at one that waits to take over."}

// What is counted as it happens, by the operator that does it.
var (
	// CallDuration is how long providers and registries take to answer.
	CallDuration = &Family{Name: "icp_provider_call_duration_seconds", Kind: Histogram, Help: "How long a FilingProvider, or its registry, took to answer a call, or the call to fail.",
		Labels: []string{"provider", "operation"}, Buckets: []float64{0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20}}
	// CallErrors counts calls that failed.
	CallErrors = &Family{Name: "icp_provider_call_errors_total", Kind: Counter, Help: "Calls to a FilingProvider, or its registry, that failed: Rejected, Transient or Misconfigured.",
		Labels: []string{"provider", "operation", "class"}}
	// FeedRead is when a provider's events feed was last read to its end.
	FeedRead = &Family{Name: "icp_provider_feed_read_timestamp_seconds", Kind: Gauge, Help: "When the events feed of a FilingProvider was last read to its end.", Labels: []string{"provider"}}
	// FeedLag is how late events are heard of.
	FeedLag = &Family{Name: "icp_provider_feed_lag_seconds", Kind: Histogram, Help: "From when an event happened, by the FilingProvider's clock, to when it was read from the feed.",
		Labels: []string{"provider"}, Buckets: []float64{1, 5, 15, 30, 60, 120, 300, 900, 3600, 21600, 86400}}
	// PoliciesRestored counts what the operator put right.
	PoliciesRestored = &Family{Name: "icp_gate_policies_restored_total", Kind: Counter,
		Help: "Admission policies and bindings of the gate that somebody else had deleted or changed since the operator put them in place, and that it put right.", Labels: []string{"was"}}
)

// States are those that are read at a scrape, in the order in which they are documented.
func States() []*Family {
	return append(append(FilingStates(), StageDuration), OtherStates()...)
}

// FilingStates are those of which each filing has series of its own, as Filing tells them.
func FilingStates() []*Family {
	return []*Family{FilingInfo, FilingStage, FilingStageChanged, FilingCondition, Deadline, ExpectedEnd}
}

// OtherStates are those that do not grow with the filings.
func OtherStates() []*Family {
	return []*Family{
		GateRoutes, GateUncovered, GatePolicies, ExposurePolicyCondition,
		ProviderInfo, ProviderCondition, NotifierInfo, NotifierCondition, NotifierWaiting,
	}
}

// Happenings are those that are counted as they happen.
func Happenings() []*Family {
	return []*Family{CallDuration, CallErrors, FeedRead, FeedLag, PoliciesRestored}
}

// Families are all of the operator's own. Beside them it serves controller-runtime's, client-go's, and those of Go and the process.
func Families() []*Family { return append(append(States(), Leading), Happenings()...) }

func days(counts ...float64) []float64 {
	seconds := make([]float64, len(counts))
	for i, count := range counts {
		seconds[i] = count * 24 * 60 * 60
	}
	return seconds
}
