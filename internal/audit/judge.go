package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Judge says what becomes of every host, and why. Routes that are attached to nothing that serves expose none.
func Judge(facts *Facts) *Report {
	j := newJudge(facts)
	report := &Report{NotSeen: facts.NotSeen}
	for i := range facts.Routes {
		route := &facts.Routes[i]
		switch {
		case !route.Inert:
			report.Findings = append(report.Findings, j.route(route)...)
		case len(route.Hosts)+len(route.Malformed) > 0:
			report.Unattached++
		}
	}
	slices.SortFunc(report.Findings, compareFindings)
	return report
}

// judge is Facts, made ready for looking things up in.
type judge struct {
	*Facts
	byDomain map[string][]*Filing
}

func newJudge(facts *Facts) *judge {
	j := &judge{Facts: facts, byDomain: make(map[string][]*Filing, len(facts.Filings))}
	for i := range facts.Filings {
		filing := &facts.Filings[i]
		j.byDomain[filing.Domain] = append(j.byDomain[filing.Domain], filing)
	}
	for _, filings := range j.byDomain {
		slices.SortFunc(filings, func(a, b *Filing) int { return strings.Compare(a.Key(), b.Key()) })
	}
	return j
}

// namedHost is a host as a route has it.
type namedHost struct {
	host, from string
	// not says why no filing can cover it; "" where one can.
	not Reason
}

// hostsOf lists the hosts that a controller would serve for a route, each once: its own, and those of its parents' listeners.
func (j *judge) hostsOf(route *exposure.Route) []namedHost {
	var hosts []namedHost
	add := func(from string, hostless Reason, of *exposure.Route) {
		for _, host := range of.Hosts {
			hosts = append(hosts, namedHost{host: host, from: from})
		}
		for _, host := range of.Malformed {
			hosts = append(hosts, namedHost{host: host, from: from, not: NotAHostName})
		}
		if of.Hostless {
			hosts = append(hosts, namedHost{host: exposure.AnyHost, from: from, not: hostless})
		}
	}
	add("", NamesNoHost, route)
	for _, key := range route.Via {
		kind, namespace, name, section, ok := exposure.ParseParentKey(key)
		parent := j.Parents[exposure.ParentKey(kind, namespace, name, "")]
		if !ok || parent == nil {
			hosts = append(hosts, namedHost{host: exposure.AnyHost, from: key, not: ListenersNotKnown})
			continue
		}
		listened := exposure.ListenedFor(parent.Hostnames(section))
		add(key, ListenerNamesNoHost, &listened)
	}
	return hosts
}

// route judges each host of a route.
func (j *judge) route(route *exposure.Route) []Finding {
	mode := j.mode(route.Namespace)
	var findings []Finding
	uncovered := false
	for _, host := range j.hostsOf(route) {
		finding := Finding{
			Mode: mode, Group: route.Kind.Group, Kind: route.Kind.Kind, Namespace: route.Namespace, Name: route.Name,
			Host: host.host, From: host.from,
		}
		j.host(&finding, host.not)
		uncovered = uncovered || finding.Verdict == Uncovered
		findings = append(findings, finding)
	}
	for i := range findings {
		switch finding := &findings[i]; {
		case route.Parked:
			finding.park(route.Held, uncovered)
		case finding.Verdict == Uncovered:
			finding.Served = servedBecause(mode, route.Unparkable)
		}
	}
	return findings
}

// park makes a finding one of a route that nobody serves.
func (f *Finding) park(held, others bool) {
	switch {
	case f.Verdict == Uncovered: // the reason says why it is parked
	case others:
		f.Reason = ParkedForOthers
	case held:
		f.Reason = ReleasePending
	default:
		f.Reason = ParkedByOwner
	}
	f.Verdict = Parked
}

func servedBecause(mode string, unparkable bool) Served {
	switch {
	case mode == "":
		return ""
	case !admission.Closes(mode):
		return ServedByMode
	case unparkable:
		return ServedUnparkable
	}
	return ServedUntilClosed
}

// mode is the gate's in a namespace; "" where it is not known.
func (j *judge) mode(namespace string) string {
	if slices.Contains(j.Settings.ExemptNamespaces, namespace) {
		return j.Settings.ModeOf(namespace, nil)
	}
	of, read := j.Namespaces[namespace]
	if _, labelled := of.Labels[v1alpha1.GateLabel]; !read || !labelled && !j.SettingsKnown {
		return ""
	}
	return j.Settings.ModeOf(namespace, of.Labels)
}

// host judges one host as if its route were served.
func (j *judge) host(f *Finding, not Reason) {
	if not == "" {
		j.covered(f)
	}
	named := exposure.Route{Hosts: []string{f.Host}}
	switch {
	case f.Verdict == Covered:
	case not == "" && len(named.Blocked(exposure.NewClearances(), j.Settings.Rules)) == 0:
		f.Verdict, f.Reason = Exempt, ExemptDomain
	case slices.Contains(j.Settings.ExemptNamespaces, f.Namespace):
		f.Verdict, f.Reason = Exempt, ExemptNamespace
	case j.Settings.Rules.AllowHostless && (f.From != "" || f.Host == exposure.AnyHost):
		f.Verdict, f.Reason = Exempt, HostlessAllowed
	case not != "":
		f.Verdict, f.Reason = Uncovered, not
	default:
		f.Verdict = Uncovered
		j.uncovered(f)
	}
}

// covered finds what covers a host, if anything does: the domain that stands among the namespace's clearances, and the filing
// that clears it.
func (j *judge) covered(f *Finding) {
	namespace, read := j.Namespaces[f.Namespace]
	if !read {
		// Whoever may not read a namespace sees its own filings, and those that let all in.
		if filing := j.letIn(f, func(filing *Filing) bool { return filing.Clears }); filing != nil {
			f.of(filing, InForce)
			f.Verdict = Covered
		}
		return
	}
	domain, cleared := exposure.Covering(namespace.Cleared, f.Host)
	if !cleared {
		return
	}
	f.Domain, f.Verdict = domain, Covered
	of := func(what func(*Filing) bool) *Filing {
		return j.letIn(f, func(filing *Filing) bool { return filing.Domain == domain && what(filing) })
	}
	if filing := of(func(filing *Filing) bool { return filing.Clears }); filing != nil {
		f.of(filing, InForce)
	} else if filing := of(func(filing *Filing) bool { return filing.Keeps }); filing != nil {
		f.of(filing, Kept)
	} else if !j.AllFilings {
		f.Reason = FilingNotSeen
	} else {
		f.Verdict, f.Reason = "", ClearedWithoutFiling
	}
}

// uncovered says why nothing covers a host.
func (j *judge) uncovered(f *Finding) {
	inForce := func(filing *Filing) bool { return filing.Clears }
	whichever := func(*Filing) bool { return true }
	namespace, read := j.Namespaces[f.Namespace]
	stale := f.Reason == ClearedWithoutFiling
	if filing := j.letIn(f, inForce); filing != nil {
		f.of(filing, ClearancePending)
		if namespace.full {
			f.Reason = NamespaceFull
		}
	} else if filing := j.letIn(f, whichever); filing != nil {
		f.of(filing, FilingNotInForce)
	} else if filing := cmp.Or(j.first(f.Host, inForce), j.first(f.Host, whichever)); filing != nil {
		f.of(filing, NotLetIn)
	} else if f.Domain, _ = rules.RegistrableDomain(strings.TrimPrefix(f.Host, "*.")); j.AllFilings {
		f.Reason = NoFiling
	}
	switch {
	case stale:
		f.Reason = ClearedWithoutFiling
	case f.Reason == "", f.Reason == NotLetIn && !read:
		f.Reason = FilingUnknown
	}
}

// letIn finds, of the filings that could cover a finding's host and let its namespace in, the first that fits: one of the
// namespace itself before others.
func (j *judge) letIn(f *Finding, fits func(*Filing) bool) *Filing {
	labels := j.Namespaces[f.Namespace].Labels
	for _, own := range []bool{true, false} {
		filing := j.first(f.Host, func(filing *Filing) bool {
			return own == (filing.Namespace == f.Namespace) && filing.letsIn(f.Namespace, labels) && fits(filing)
		})
		if filing != nil {
			return filing
		}
	}
	return nil
}

// first finds, of the filings that could cover a host, the first that fits.
func (j *judge) first(host string, fits func(*Filing) bool) *Filing {
	for _, domain := range exposure.Suffixes(host) {
		for _, filing := range j.byDomain[domain] {
			if fits(filing) {
				return filing
			}
		}
	}
	return nil
}

// of has a finding tell of a filing.
func (f *Finding) of(filing *Filing, reason Reason) {
	f.Reason, f.Domain, f.Filing, f.Number, f.Stage = reason, filing.Domain, filing.Key(), filing.Number, filing.Stage
	f.Closed, f.Action = filing.Closed, filing.Next
}
