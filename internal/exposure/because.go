package exposure

import (
	"slices"
	"strings"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ParkedBecauseAnnotation says, on a route that the gate has parked, why each of its hosts is not served: which filing is at
// which stage, or that there is none and how to start one.
const ParkedBecauseAnnotation = "icp.beian.dev/parked-because"

// Pending is a filing that lets a namespace in and clears nothing there.
type Pending struct {
	// Domain that is filed.
	Domain string
	// Filing by namespace and name; empty where it is of another namespace, which is nobody's business.
	Filing string
	// Stage that it is at.
	Stage string
	// Reason why its gate is closed; empty where the stage says it.
	Reason string
}

// String says where the filing stands.
func (p Pending) String() string {
	text := AnotherFiling
	if p.Filing != "" {
		text = "filing " + p.Filing
	}
	text += " is at " + p.Stage
	if p.Reason != "" {
		text += " (" + p.Reason + ")"
	}
	return text
}

// PendingFilings are those of one namespace; of several for one domain the first is told of.
type PendingFilings struct {
	Listed []Pending
	// More tells that there was no room for all.
	More bool
}

func (p PendingFilings) of(host string) (Pending, bool) {
	for _, domain := range slices.Backward(Suffixes(host)) {
		for _, pending := range p.Listed {
			if pending.Domain == domain {
				return pending, true
			}
		}
	}
	return Pending{}, false
}

// Words that the policies use, too.
const (
	// NotCleared, the namespace, the hosts, NotInForce, the reasons, SeeFilings and the namespace make up a refusal.
	NotCleared = "not cleared for exposure in namespace "
	NotInForce = ": no ICP filing (ICP备案) in force covers it there ("
	SeeFilings = "); see the filings with: kubectl get icp -n "
	// NoFiling goes before the namespace's name.
	NoFiling = "no filing covers it here: start one with an IcpFiling in namespace "
	// PerhapsNoFiling is said where not all filings could be listed.
	PerhapsNoFiling = "its filing, if there is one, is not in force"
	// NoHostName is said of hosts that are not well formed.
	NoHostName = "not a host name: no filing can cover it"
	// NamesNoHost is said of AnyHost.
	NamesNoHost = "what names no host may serve every one: name its hosts"
	// NamesNoHostVia is said of a route that would take its hosts from the listeners of its parents.
	NamesNoHostVia = "what names no host serves all that its Gateway listens for, and not all of that is known to be filed here: " +
		`name its hosts, or add the label ` + icpv1alpha1.ParkedLabel + `: "true" to have it wait, parked, until it is`
	// AnotherFiling is what a filing of another namespace is called.
	AnotherFiling = "a filing in another namespace"
	// AndOthers ends the reasons where more hosts are blocked than are told of.
	AndOthers = "; and others"
)

// MaxReasons bounds how many hosts a reason is given for, so that a refusal has room for it.
const MaxReasons = 4

// Reasons say why the blocked hosts are not served. The policies say the same.
func (r Route) Reasons(blocked []string, pending PendingFilings) string {
	var reasons []string
	for _, host := range blocked[:min(len(blocked), MaxReasons)] {
		name := host
		if runes := []rune(host); len(runes) > MaxHostLength {
			name = string(runes[:MaxHostLength])
		}
		reasons = append(reasons, name+": "+r.reason(host, pending))
	}
	joined := strings.Join(reasons, "; ")
	if len(blocked) > MaxReasons {
		joined += AndOthers
	}
	return joined
}

// Refusal is what the policy says that refuses the route, or warns of it: its hosts, and why they are not served. It may name
// the hosts in another order, and one twice that the route names twice.
func (r Route) Refusal(blocked []string, pending PendingFilings) string {
	return NotCleared + r.Namespace + ": " + JoinBlocked(blocked) + NotInForce + r.Reasons(blocked, pending) + SeeFilings + r.Namespace
}

func (r Route) reason(host string, pending PendingFilings) string {
	if host == AnyHost && len(r.Via) > 0 {
		return NamesNoHostVia
	}
	if host == AnyHost {
		return NamesNoHost
	}
	if slices.Contains(r.Malformed, host) {
		return NoHostName
	}
	if filing, there := pending.of(host); there {
		return filing.String()
	}
	if pending.More {
		return PerhapsNoFiling
	}
	return NoFiling + r.Namespace
}
