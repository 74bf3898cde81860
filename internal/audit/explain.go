package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Explanation is what a cluster makes of a host.
type Explanation struct {
	// Host that is asked about.
	Host string `json:"host"`
	// Domain that somebody registered, and so files: "" where the host is not below a public suffix.
	Domain string `json:"domain,omitempty"`
	// Exempt tells that the ExposurePolicy says that the host needs no filing.
	Exempt bool `json:"exempt,omitempty"`
	// Filings that cover it, those in force first.
	Filings []FilingFound `json:"filings"`
	// AllFilings tells that the user may see all there are.
	AllFilings bool `json:"allFilingsSeen"`
	// Routes that a controller would serve it by, those that name it first.
	Routes []RouteFound `json:"routes"`
	// NotSeen is what they say nothing of.
	NotSeen []NotSeen `json:"notSeen,omitempty"`
}

// FilingFound is a filing that covers a host.
type FilingFound struct {
	Namespace string             `json:"namespace"`
	Name      string             `json:"name"`
	Domain    string             `json:"domain"`
	Stage     v1alpha1.StageName `json:"stage"`
	// Closed is why its gate is closed, where the stage does not say it.
	Closed string `json:"closed,omitempty"`
	Number string `json:"number,omitempty"`
	// InForce tells that hosts of the domain may be exposed.
	InForce bool                    `json:"inForce"`
	Action  *v1alpha1.NextAction    `json:"nextAction,omitempty"`
	From    v1alpha1.NamespacesFrom `json:"from"`
}

// RouteFound is a route that a controller would serve a host by.
type RouteFound struct {
	// Finding is of the host by which the route serves the one that is asked about, perhaps a wildcard.
	Finding
	// Unattached tells that the route is attached to nothing that serves; there is no verdict then.
	Unattached bool `json:"unattached,omitempty"`
	// Says is what the gate wrote on the route when it parked it.
	Says string `json:"parkedBecause,omitempty"`
}

// Explain says what becomes of a host. It is as ReadHost gives it.
func Explain(facts *Facts, host string) *Explanation {
	j := newJudge(facts)
	e := &Explanation{Host: host, Filings: []FilingFound{}, AllFilings: facts.AllFilings, Routes: []RouteFound{}, NotSeen: facts.NotSeen}
	e.Domain, _ = rules.RegistrableDomain(strings.TrimPrefix(host, "*."))
	asked := exposure.Route{Hosts: []string{host}}
	e.Exempt = len(asked.Blocked(exposure.NewClearances(), facts.Settings.Rules)) == 0
	for _, domain := range exposure.Suffixes(host) {
		for _, filing := range j.byDomain[domain] {
			e.Filings = append(e.Filings, FilingFound{
				Namespace: filing.Namespace, Name: filing.Name, Domain: filing.Domain, Stage: filing.Stage, Closed: filing.Closed,
				Number: filing.Number, InForce: filing.Clears, Action: filing.Next, From: filing.in.From,
			})
		}
	}
	slices.SortStableFunc(e.Filings, func(a, b FilingFound) int { return rank(a.InForce) - rank(b.InForce) })
	for i := range facts.Routes {
		route := &facts.Routes[i]
		for _, finding := range j.route(route) {
			if serves(route, finding.Host, host) {
				e.Routes = append(e.Routes, found(route, finding))
			}
		}
	}
	slices.SortStableFunc(e.Routes, func(a, b RouteFound) int {
		return cmp.Or(
			rank(a.Host != exposure.AnyHost)-rank(b.Host != exposure.AnyHost), rank(!a.Unattached)-rank(!b.Unattached),
			rank(a.Host == host)-rank(b.Host == host),
			compareFindings(a.Finding, b.Finding),
		)
	})
	return e
}

// found is a route as it is found. Of one that is attached to nothing there is no verdict, nor a mode that matters.
func found(route *exposure.Route, finding Finding) RouteFound {
	if route.Inert {
		finding.Verdict, finding.Reason, finding.Served = "", "", ""
		return RouteFound{Finding: finding, Unattached: true}
	}
	return RouteFound{Finding: finding, Says: route.Because}
}

// serves tells whether a route serves a host by one that it has.
func serves(route *exposure.Route, has, host string) bool {
	one := exposure.Route{Kind: route.Kind, Hosts: []string{has}}
	return has == exposure.AnyHost || one.Serves(host)
}

func rank(yes bool) int {
	if yes {
		return 0
	}
	return 1
}

// Next says what to do about a host, as far as what was seen tells.
func (e *Explanation) Next(namespace string) []Step {
	var steps []Step
	told := map[string]bool{}
	for i := range e.Routes {
		if e.Routes[i].Unattached || e.Routes[i].Host == exposure.AnyHost && len(e.Filings) > 0 {
			continue
		}
		for _, step := range e.Routes[i].Next() {
			if key := step.Command + step.Says.English; !told[key] {
				told[key] = true
				steps = append(steps, step)
			}
		}
	}
	if len(e.Filings) == 0 && !e.Exempt && len(steps) == 0 {
		return Start(e.Domain, namespace)
	}
	return steps
}
