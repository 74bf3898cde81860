package audit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

func gated(mode string) map[string]string {
	if mode == "" {
		return nil
	}
	return map[string]string{v1alpha1.GateLabel: mode}
}

// filing makes one of a domain, at a stage; its gate is open where that is Approved, unless changed.
func filing(namespace, domain string, stage v1alpha1.StageName, changes ...func(*v1alpha1.IcpFiling)) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{}
	f.Namespace, f.Name, f.Spec.Domain.Name, f.Status.Stage = namespace, "site", domain, stage
	allowed := metav1.Condition{Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonNotApproved}
	if stage == v1alpha1.StageApproved {
		f.Status.WebsiteNumber, allowed.Status = "浙ICP备26000001号-1", metav1.ConditionTrue
	}
	f.Status.Conditions = []metav1.Condition{allowed}
	for _, change := range changes {
		change(f)
	}
	return f
}

func filed(namespace, domain string, stage v1alpha1.StageName, changes ...func(*v1alpha1.IcpFiling)) audit.Filing {
	return audit.FilingOf(filing(namespace, domain, stage, changes...))
}

func lettingAllIn(f *v1alpha1.IcpFiling) { f.Spec.Exposure.Namespaces.From = v1alpha1.NamespacesAll }

func closedFor(reason string) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Conditions[0].Status, f.Status.Conditions[0].Reason = metav1.ConditionFalse, reason
	}
}

func unknownNow(f *v1alpha1.IcpFiling) {
	f.Status.Conditions[0].Status = metav1.ConditionUnknown
	f.Annotations = map[string]string{v1alpha1.FiledAnnotation: "x"}
}

// scene is a cluster with namespace shop, in a mode, with these domains cleared.
type scene struct {
	mode    string
	cleared []string
	filings []audit.Filing
	route   exposure.Route
	change  func(*audit.Facts)
}

func (s scene) judge() *audit.Report {
	facts := &audit.Facts{
		Settings: admission.SettingsOf(nil), SettingsKnown: true, AllFilings: true, Filings: s.filings,
		Namespaces: map[string]audit.Namespace{"shop": audit.NamespaceOf(gated(s.mode), admission.Encode(exposure.NewClearances(s.cleared...)))},
	}
	s.route.Namespace, s.route.Name = "shop", "web"
	if s.route.Kind.Kind == "" {
		s.route.Kind = exposure.IngressKind
	}
	facts.Routes = []exposure.Route{s.route}
	if s.change != nil {
		s.change(facts)
	}
	return audit.Judge(facts)
}

func route(hosts ...string) exposure.Route { return exposure.Route{Hosts: hosts} }

func with(r exposure.Route, changes ...func(*exposure.Route)) exposure.Route {
	for _, change := range changes {
		change(&r)
	}
	return r
}

func parked(r *exposure.Route)       { r.Parked, r.Held = true, true }
func parkedByHand(r *exposure.Route) { r.Parked = true }
func unparkable(r *exposure.Route)   { r.Unparkable, r.Kind = true, exposure.ServiceKind }

func hold() string { return v1alpha1.GateHold }

// says is what a finding says, in short.
type says struct {
	Verdict audit.Verdict
	Host    string
	Reason  audit.Reason
	Served  audit.Served
	Filing  string
}

const example = "example.com"

func TestWhatBecomesOfAHost(t *testing.T) {
	t.Parallel()
	const www = "www.example.com"
	approved := filed("shop", example, v1alpha1.StageApproved)
	waiting := filed("shop", example, v1alpha1.StageBureauReview)
	for name, row := range map[string]struct {
		scene
		want []says
	}{
		"covered by the filing of its domain": {
			scene{hold(), []string{example}, []audit.Filing{approved}, route(www), nil},
			[]says{{audit.Covered, www, audit.InForce, "", "shop/site"}}},
		"covered by another namespace's filing that lets all in": {
			scene{hold(), []string{example}, []audit.Filing{filed("other", example, v1alpha1.StageApproved, lettingAllIn)}, route(www), nil},
			[]says{{audit.Covered, www, audit.InForce, "", "other/site"}}},
		"covered while its filing's standing is asked for anew": {
			scene{hold(), []string{example}, []audit.Filing{filed("shop", example, "", unknownNow)}, route(www), nil},
			[]says{{audit.Covered, www, audit.Kept, "", "shop/site"}}},
		"covered by a filing that the user may not see": {
			scene{hold(), []string{example}, nil, route(www), func(f *audit.Facts) { f.AllFilings = false }},
			[]says{{audit.Covered, www, audit.FilingNotSeen, "", ""}}},
		"uncovered where it is cleared still and no filing is": {
			scene{hold(), []string{example}, []audit.Filing{filed("shop", example, v1alpha1.StageRevoked, closedFor("Revoked"))}, route(www), nil},
			[]says{{audit.Uncovered, www, audit.ClearedWithoutFiling, audit.ServedUntilClosed, "shop/site"}}},
		"uncovered and served where the gate is off": {
			scene{v1alpha1.GateOff, nil, nil, route(www), nil},
			[]says{{audit.Uncovered, www, audit.NoFiling, audit.ServedByMode, ""}}},
		"uncovered and served where the gate warns": {
			scene{v1alpha1.GateWarn, nil, []audit.Filing{waiting}, route(www), nil},
			[]says{{audit.Uncovered, www, audit.FilingNotInForce, audit.ServedByMode, "shop/site"}}},
		"uncovered and served where the gate records": {
			scene{v1alpha1.GateAudit, nil, nil, route(www), nil},
			[]says{{audit.Uncovered, www, audit.NoFiling, audit.ServedByMode, ""}}},
		"uncovered by default, where the namespace has no label": {
			scene{"", nil, nil, route(www), nil},
			[]says{{audit.Uncovered, www, audit.NoFiling, audit.ServedByMode, ""}}},
		"covered where the gate is off, too": {
			scene{v1alpha1.GateOff, []string{example}, []audit.Filing{approved}, route(www), nil},
			[]says{{audit.Covered, www, audit.InForce, "", "shop/site"}}},
		"uncovered until the gate closes it": {
			scene{v1alpha1.GateDeny, nil, nil, route(www), nil},
			[]says{{audit.Uncovered, www, audit.NoFiling, audit.ServedUntilClosed, ""}}},
		"uncovered for good, of a Service that was there before": {
			scene{hold(), nil, nil, with(route(www), unparkable), nil},
			[]says{{audit.Uncovered, www, audit.NoFiling, audit.ServedUnparkable, ""}}},
		"closed by a mode that nobody knows": {
			scene{"Hold", nil, nil, route(www), nil},
			[]says{{audit.Uncovered, www, audit.NoFiling, audit.ServedUntilClosed, ""}}},
		"uncovered, its filing cleared elsewhere only": {
			scene{v1alpha1.GateOff, nil, []audit.Filing{filed("other", example, v1alpha1.StageApproved)}, route(www), nil},
			[]says{{audit.Uncovered, www, audit.NotLetIn, audit.ServedByMode, "other/site"}}},
		"uncovered by a filing whose domain only ends the same": {
			scene{v1alpha1.GateOff, []string{example}, []audit.Filing{approved}, route("notexample.com"), nil},
			[]says{{audit.Uncovered, "notexample.com", audit.NoFiling, audit.ServedByMode, ""}}},
		"parked while its filing is under way": {
			scene{hold(), nil, []audit.Filing{waiting}, with(route(www), parked), nil},
			[]says{{audit.Parked, www, audit.FilingNotInForce, "", "shop/site"}}},
		"parked, its own filing before another namespace's": {
			scene{hold(), nil, []audit.Filing{filed("another", example, v1alpha1.StagePreparation, lettingAllIn), waiting}, with(route(www), parked), nil},
			[]says{{audit.Parked, www, audit.FilingNotInForce, "", "shop/site"}}},
		"parked for a moment, its filing just in force": {
			scene{hold(), nil, []audit.Filing{approved}, with(route(www), parked), nil},
			[]says{{audit.Parked, www, audit.ClearancePending, "", "shop/site"}}},
		"parked for a moment, its domain just cleared": {
			scene{hold(), []string{example}, []audit.Filing{approved}, with(route(www), parked), nil},
			[]says{{audit.Parked, www, audit.ReleasePending, "", "shop/site"}}},
		"parked with a host that is not covered": {
			scene{hold(), []string{example}, []audit.Filing{approved}, with(route(www, "www.example.org"), parked), nil},
			[]says{{audit.Parked, www, audit.ParkedForOthers, "", "shop/site"}, {audit.Parked, "www.example.org", audit.NoFiling, "", ""}}},
		"parked by its owner": {
			scene{hold(), []string{example}, []audit.Filing{approved}, with(route(www), parkedByHand), nil},
			[]says{{audit.Parked, www, audit.ParkedByOwner, "", "shop/site"}}},
		"exempt by its domain": {
			scene{hold(), nil, nil, route("web.corp.internal"), func(f *audit.Facts) { f.Settings.Rules.ExemptDomains = []string{"corp.internal"} }},
			[]says{{audit.Exempt, "web.corp.internal", audit.ExemptDomain, "", ""}}},
		"exempt by its namespace": {
			scene{hold(), nil, nil, route(www), func(f *audit.Facts) { f.Settings.ExemptNamespaces = []string{"shop"} }},
			[]says{{audit.Exempt, www, audit.ExemptNamespace, "", ""}}},
		"exempt, naming no host, where that is allowed": {
			scene{hold(), nil, nil, with(route(), func(r *exposure.Route) { r.Hostless = true }), func(f *audit.Facts) { f.Settings.Rules.AllowHostless = true }},
			[]says{{audit.Exempt, "*", audit.HostlessAllowed, "", ""}}},
		"every host, of a route that names none": {
			scene{v1alpha1.GateOff, []string{example}, []audit.Filing{approved}, with(route(www), func(r *exposure.Route) { r.Hostless = true }), nil},
			[]says{{audit.Uncovered, "*", audit.NamesNoHost, audit.ServedByMode, ""}, {audit.Covered, www, audit.InForce, "", "shop/site"}}},
		"no host name, even below an exempt domain": {
			scene{v1alpha1.GateOff, nil, nil, exposure.Route{Malformed: []string{"a_b.corp.internal"}}, func(f *audit.Facts) { f.Settings.Rules.ExemptDomains = []string{"corp.internal"} }},
			[]says{{audit.Uncovered, "a_b.corp.internal", audit.NotAHostName, audit.ServedByMode, ""}}},
		"nothing, of a route that is attached to nothing": {
			scene{hold(), nil, nil, with(route(www), func(r *exposure.Route) { r.Inert = true }), nil}, nil},
		"unknown, where not all filings may be read": {
			scene{v1alpha1.GateOff, nil, nil, route(www), func(f *audit.Facts) { f.AllFilings = false }},
			[]says{{audit.Uncovered, www, audit.FilingUnknown, audit.ServedByMode, ""}}},
		"judged by the filings that may be read, where the namespace may not": {
			scene{hold(), nil, []audit.Filing{approved}, route(www, "www.example.org"), func(f *audit.Facts) { f.Namespaces, f.AllFilings = nil, false }},
			[]says{{audit.Uncovered, "www.example.org", audit.FilingUnknown, "", ""}, {audit.Covered, www, audit.InForce, "", "shop/site"}}},
		"in a mode that is not known, where the ExposurePolicy may not be read": {
			scene{"", nil, nil, route(www), func(f *audit.Facts) { f.SettingsKnown = false }},
			[]says{{audit.Uncovered, www, audit.NoFiling, "", ""}}},
		"left out, for want of room in its namespace": {
			scene{hold(), nil, []audit.Filing{filed("shop", example, v1alpha1.StageApproved, closedFor(v1alpha1.ReasonNamespaceFull))}, with(route(www), parked),
				func(f *audit.Facts) {
					f.Namespaces["shop"] = audit.NamespaceOf(gated(hold()), admission.EncodeOmitted(3))
				}},
			[]says{{audit.Parked, www, audit.NamespaceFull, "", "shop/site"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []says
			for _, f := range row.judge().Findings {
				got = append(got, says{f.Verdict, f.Host, f.Reason, f.Served, f.Filing})
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHostsOfARouteThatNamesNoneAreThoseOfItsListeners(t *testing.T) {
	t.Parallel()
	https, open := gatewayv1.Hostname("*.example.com"), gatewayv1.Hostname("shop.example.org")
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: "infra", Name: "edge"}, Spec: gatewayv1.GatewaySpec{
		Listeners: []gatewayv1.Listener{{Name: "https", Hostname: &https}, {Name: "http", Hostname: &open}, {Name: "any"}},
	}}
	for name, row := range map[string]struct {
		via  []string
		want []says
	}{
		"of the one that it names": {[]string{"Gateway/infra/edge/https"}, []says{{audit.Covered, "*.example.com", audit.InForce, "", "shop/site"}}},
		"of all where it names none": {[]string{"Gateway/infra/edge"}, []says{
			{audit.Uncovered, "*", audit.ListenerNamesNoHost, audit.ServedByMode, ""},
			{audit.Uncovered, "shop.example.org", audit.NoFiling, audit.ServedByMode, ""},
			{audit.Covered, "*.example.com", audit.InForce, "", "shop/site"},
		}},
		"not known of a Gateway that is not there":  {[]string{"Gateway/infra/gone"}, []says{{audit.Uncovered, "*", audit.ListenersNotKnown, audit.ServedByMode, ""}}},
		"not known of a parent of another kind":     {[]string{"example.net/Thing/infra/edge"}, []says{{audit.Uncovered, "*", audit.ListenersNotKnown, audit.ServedByMode, ""}}},
		"not known of a listener that is not there": {[]string{"Gateway/infra/edge/tls"}, []says{{audit.Uncovered, "*", audit.ListenerNamesNoHost, audit.ServedByMode, ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listeners := exposure.ListenersOf(gateway)
			s := scene{
				v1alpha1.GateOff, []string{example}, []audit.Filing{filed("shop", example, v1alpha1.StageApproved)},
				exposure.Route{Kind: exposure.HTTPRouteKind, Via: row.via},
				func(f *audit.Facts) { f.Parents = map[string]*exposure.Listeners{listeners.Key(): listeners} },
			}
			var got []says
			for _, f := range s.judge().Findings {
				got = append(got, says{f.Verdict, f.Host, f.Reason, f.Served, f.Filing})
				if f.From == "" {
					t.Errorf("%s does not say where the route has it from", f.Host)
				}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoutesThatAreAttachedToNothingAreCountedWhereTheyNameHosts(t *testing.T) {
	t.Parallel()
	inert := func(r *exposure.Route) { r.Inert = true }
	if got := (scene{route: with(route("www.example.com"), inert)}).judge().Unattached; got != 1 {
		t.Errorf("a route that names a host: %d, want 1", got)
	}
	if got := (scene{route: with(route(), inert)}).judge().Unattached; got != 0 {
		t.Errorf("a Service without a public name: %d, want 0", got)
	}
}

// Every reason has words in both languages, and something to do where something is to be done.
func TestEveryReasonIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	nothingToDo := map[audit.Reason]bool{
		audit.InForce: true, audit.Kept: true, audit.FilingNotSeen: true, audit.ExemptDomain: true, audit.ExemptNamespace: true, audit.HostlessAllowed: true,
	}
	for _, reason := range audit.Reasons() {
		finding := audit.Finding{Reason: reason, Domain: example, Filing: "shop/site", Namespace: "shop", Name: "web", From: "Gateway/infra/edge", Stage: v1alpha1.StageBureauReview}
		why := finding.Why()
		if why.English == "" || why.Chinese == "" || why.English == why.Chinese {
			t.Errorf("%s: %+v", reason, why)
		}
		if steps := finding.Next(); (len(steps) == 0) != nothingToDo[reason] {
			t.Errorf("%s: what to do next: %+v", reason, steps)
		}
	}
	for _, verdict := range audit.Verdicts() {
		if w := verdict.Words(); w.English == "" || w.Chinese == "" || verdict.Says().English == "" || verdict.Says().Chinese == "" {
			t.Errorf("%s: %+v", verdict, w)
		}
	}
	for _, reason := range []audit.NotSeenReason{audit.NotInstalled, audit.NotPermitted, audit.OtherNamespaces, audit.KindInvalid} {
		w := audit.NotSeen{What: "x", Reason: reason}.Words()
		if len(w.English) < 5 || len(w.Chinese) < 5 {
			t.Errorf("%s: %+v", reason, w)
		}
	}
}

func TestAFilingIsStartedForTheDomainThatSomebodyRegistered(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"www.example.com.cn": "kubectl icp init --domain example.com.cn -n shop", "*.a.example.com": "kubectl icp init --domain example.com -n shop",
		"user.github.io": "kubectl icp init --domain github.io -n shop", "com.cn": "", "localhost": "",
	} {
		finding := (scene{mode: v1alpha1.GateOff, route: route(host)}).judge().Findings[0]
		if got := finding.Next()[0].Command; got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}
