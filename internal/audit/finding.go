package audit

import (
	"cmp"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Verdict is what becomes of a host of a route.
type Verdict string

// Verdicts, the gravest first.
const (
	// Uncovered: a controller may serve it, and no filing in force covers it.
	Uncovered Verdict = "Uncovered"
	// Parked: no controller serves its route.
	Parked Verdict = "Parked"
	// Covered: a controller may serve it, and a filing in force covers it.
	Covered Verdict = "Covered"
	// Exempt: a controller may serve it, and it needs no filing.
	Exempt Verdict = "Exempt"
)

// Verdicts lists them, the gravest first.
func Verdicts() []Verdict { return []Verdict{Uncovered, Parked, Covered, Exempt} }

// Reason is why a host has its verdict: of one that is parked or uncovered, why it is not covered.
type Reason string

// Why a host is covered.
const (
	// InForce: a filing in force covers it.
	InForce Reason = "InForce"
	// Kept: its filing's standing is being asked for anew, and what was cleared stays so.
	Kept Reason = "Kept"
	// FilingNotSeen: it is cleared, by a filing that the user may not read.
	FilingNotSeen Reason = "FilingNotSeen"
)

// Why a host is exempt.
const (
	// ExemptDomain: spec.exemptDomains of the ExposurePolicy has it.
	ExemptDomain Reason = "ExemptDomain"
	// ExemptNamespace: its namespace is never gated.
	ExemptNamespace Reason = "ExemptNamespace"
	// HostlessAllowed: spec.hostless of the ExposurePolicy lets routes be that name no host.
	HostlessAllowed Reason = "HostlessAllowed"
)

// Why a host is not covered.
const (
	// NoFiling: there is none.
	NoFiling Reason = "NoFiling"
	// FilingNotInForce: there is one, and its stage says why it does not count.
	FilingNotInForce Reason = "FilingNotInForce"
	// NotLetIn: there is one in another namespace, which does not let this one in.
	NotLetIn Reason = "NotLetIn"
	// ClearancePending: its filing is in force, and the operator has not cleared it here yet.
	ClearancePending Reason = "ClearancePending"
	// NamespaceFull: its filing is in force, and the namespace has no room for more clearances.
	NamespaceFull Reason = "NamespaceFull"
	// ClearedWithoutFiling: it is cleared here still, and no filing is in force.
	ClearedWithoutFiling Reason = "ClearedWithoutFiling"
	// FilingUnknown: the user may not read all filings.
	FilingUnknown Reason = "FilingUnknown"
	// NotAHostName: it is not well formed, so that no filing can cover it.
	NotAHostName Reason = "NotAHostName"
	// NamesNoHost: the route, or a part of it, serves every host.
	NamesNoHost Reason = "NamesNoHost"
	// ListenerNamesNoHost: so does the listener that the route takes its hosts from.
	ListenerNamesNoHost Reason = "ListenerNamesNoHost"
	// ListenersNotKnown: what the route takes its hosts from is not there, or could not be read.
	ListenersNotKnown Reason = "ListenersNotKnown"
)

// Why a host is parked that is covered, or needs no filing.
const (
	// ParkedForOthers: another host of its route is not covered.
	ParkedForOthers Reason = "ParkedForOthers"
	// ReleasePending: nothing keeps the route parked any more.
	ReleasePending Reason = "ReleasePending"
	// ParkedByOwner: its owner gave it the class that no controller serves, not the gate.
	ParkedByOwner Reason = "ParkedByOwner"
)

// Served is why an uncovered host is served.
type Served string

// Why uncovered hosts are served.
const (
	// ServedByMode: the gate's mode in its namespace keeps nothing from being served.
	ServedByMode Served = "ServedByMode"
	// ServedUnparkable: its route was there before, and cannot be parked.
	ServedUnparkable Served = "ServedUnparkable"
	// ServedUntilClosed: the gate closes it within seconds.
	ServedUntilClosed Served = "ServedUntilClosed"
)

// Finding is what becomes of one host of one route, and why.
type Finding struct {
	Verdict Verdict `json:"verdict"`
	// Mode of the gate in the route's namespace; "" where it is not known.
	Mode string `json:"mode,omitempty"`
	// Group, Kind, Namespace and Name of the route.
	Group     string `json:"group,omitempty"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Host as the route has it, in lower case; exposure.AnyHost for every host.
	Host string `json:"host"`
	// From is the parent from whose listeners the route takes the host: Gateway/infra/edge. "" where it names it itself.
	From   string `json:"from,omitempty"`
	Reason Reason `json:"reason"`
	// Served is why it is served, of an uncovered host.
	Served Served `json:"served,omitempty"`
	// Domain that covers the host, or would have to be filed; "" where none can be.
	Domain string `json:"domain,omitempty"`
	// Filing by namespace and name, its number, its stage and why its gate is closed; "" where there is none.
	Filing string             `json:"filing,omitempty"`
	Number string             `json:"number,omitempty"`
	Stage  v1alpha1.StageName `json:"stage,omitempty"`
	Closed string             `json:"closed,omitempty"`
	// Action is the next thing that somebody must do for the filing.
	Action *v1alpha1.NextAction `json:"nextAction,omitempty"`
}

// Report is what a cluster exposes.
type Report struct {
	// Findings, the gravest first.
	Findings []Finding
	// NotSeen is what they say nothing of.
	NotSeen []NotSeen
	// Unattached counts the routes that name hosts and are attached to nothing that serves.
	Unattached int
}

// Count is how many findings there are of a verdict.
func (r *Report) Count(v Verdict) int {
	count := 0
	for i := range r.Findings {
		if r.Findings[i].Verdict == v {
			count++
		}
	}
	return count
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(slices.Index(Verdicts(), a.Verdict), slices.Index(Verdicts(), b.Verdict)),
		cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Group, b.Group),
		cmp.Compare(a.Name, b.Name), cmp.Compare(a.Host, b.Host), cmp.Compare(a.From, b.From),
	)
}

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		InForce, Kept, FilingNotSeen, ExemptDomain, ExemptNamespace, HostlessAllowed,
		NoFiling, FilingNotInForce, NotLetIn, ClearancePending, NamespaceFull, ClearedWithoutFiling, FilingUnknown,
		NotAHostName, NamesNoHost, ListenerNamesNoHost, ListenersNotKnown, ParkedForOthers, ReleasePending, ParkedByOwner,
	}
}
