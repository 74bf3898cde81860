package gate

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// checkedIn is what check says of a route in a namespace as it is, without asking the API server.
func checkedIn(p place, route client.Object) check.Route {
	p.Helper()
	var namespace corev1.Namespace
	p.must(shared.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
	namespace.APIVersion, namespace.Kind = "v1", "Namespace"
	namespace.ManagedFields = nil
	manifests, err := verdicts.Manifests(&namespace, inPlace(p, copied(route)))
	p.must(err)
	report := check.Check(p.Context(), []check.Source{{Name: "route.yaml", Data: manifests}}, check.Options{Now: time.Now(), Rules: rules.Builtin()})
	for _, finding := range report.Findings {
		if !strings.HasPrefix(finding.Rule, "Route") && finding.Policy != "icp-guard-clearances" { // which come with the Namespace here
			p.Errorf("check finds %+v", finding)
		}
	}
	if len(report.Routes) == 0 {
		return check.Route{Verdict: check.Admitted}
	}
	return report.Routes[0]
}

// wantCheckedAsRefused compares what check says of a route with the API server's answer in a namespace that denies, or warns.
func (p place) wantCheckedAsRefused(route client.Object, refusal string, verdict check.Verdict) {
	p.Helper()
	got := checkedIn(p, route)
	if refusal == "" {
		verdict = check.Admitted
	}
	if got.Verdict != verdict {
		p.Errorf("check says that a %T is %s, the API server\n%s", route, got.Verdict, refusal)
	}
	if refusal != "" && !sameRefusal(refusal, got.Says) {
		p.Errorf("of a %T the API server says\n%s, check\n%s", route, refusal, got.Says)
	}
}

// refusalOf is what an error of the API server says; empty for none.
func refusalOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// sameRefusal tells whether the API server's refusal is what check says it is: word for word, but for the hosts' order and
// that the policy names a host as often as the route does.
func sameRefusal(refusal, says string) bool {
	_, server, found := strings.Cut(refusal, exposure.NotCleared)
	_, without, _ := strings.Cut(says, exposure.NotCleared)
	return found && slices.Equal(partsOfRefusal(server), partsOfRefusal(without))
}

func partsOfRefusal(refusal string) []string {
	hosts, rest, _ := strings.Cut(refusal, exposure.NotInForce)
	namespace, hosts, _ := strings.Cut(hosts, ": ")
	list := strings.Split(hosts, ",")
	slices.Sort(list)
	return append(slices.Compact(list), namespace, rest)
}

// wantCheckedAsHeld compares what check says of a route with what the API server made of it in a namespace that holds.
func (p place) wantCheckedAsHeld(route, made client.Object) {
	p.Helper()
	got, read := checkedIn(p, route), exposure.Read(made)
	want := check.Admitted
	if read.Parked {
		want = check.Held
	}
	if got.Verdict != want || got.Verdict == check.Held && got.Says != read.Because {
		p.Errorf("check says that a %T is %s\n%s, the API server's is parked: %v\n%s", route, got.Verdict, got.Says, read.Parked, read.Because)
	}
}

func TestChecksWarnAsTheAPIServerDoes(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "warn", "example.com")
	for _, route := range []client.Object{ingressFor("www.example.com", "www.example.org"), httpRouteFor("a.example.net"), grpcRouteFor(), tlsRouteFor("www.example.com"),
		serviceFor(note(dnsName, "www.example.org")), alias(ingressFor("www.example.com"), "192.0.2.1 b.example.org")} {
		warnings := &warningsOf{}
		config := shared.Config()
		config.WarningHandlerWithContext = warnings
		warned, err := client.New(config, client.Options{Scheme: shared.scheme})
		p.must(err)
		p.must(warned.Create(t.Context(), inPlace(p, copied(route)), client.DryRunAll))
		p.wantCheckedAsRefused(route, strings.Join(warnings.texts, "\n"), check.Warned)
	}
}

// What the guards say of objects that somebody without rights makes, check says, too.
func TestChecksSayWhatTheGuardsSay(t *testing.T) {
	t.Parallel()
	anyone, p := person(t, "guarded", verbs("filingproviders", "mine", "report")), newPlace(t, "")
	user := whoIs(p, anyone)
	for _, row := range verdicts.Guarded {
		object, err := row.Object(user)
		p.must(err)
		if kind := object.GetKind(); kind != "Namespace" && kind != "IngressClass" {
			p.in(object)
		}
		manifests, err := verdicts.Manifests(object)
		p.must(err)
		writer := anyone
		if row.ByAdmin {
			writer = shared.admin
		}
		refusal := writer.Create(t.Context(), object, client.DryRunAll)
		if refused := row.Policy != "" && !row.PutBack; refused != (refusal != nil) || refused && !apierrors.IsForbidden(refusal) && !apierrors.IsInvalid(refusal) {
			t.Errorf("%s: got %v", row.Says, refusal)
		}
		said := saidOfGuards(t, manifests)
		switch {
		case row.Policy == "" && said != "", !strings.HasPrefix(said, row.Policy):
			t.Errorf("%s: check says %q, want %q to", row.Says, said, row.Policy)
		case refusal != nil && !strings.HasSuffix(refusal.Error(), strings.Replace(said, "\n", "' denied request: ", 1)):
			t.Errorf("%s: the API server says\n%v, check\n%s", row.Says, refusal, said)
		}
	}
}

// saidOfGuards is which guard refuses according to check, and what it says.
func saidOfGuards(t *testing.T, manifests []byte) string {
	t.Helper()
	report := check.Check(t.Context(), []check.Source{{Name: "it.yaml", Data: manifests}}, check.Options{Now: time.Now(), Namespace: "default", Rules: rules.Builtin()})
	for _, finding := range report.Findings {
		if finding.Rule == check.RulePolicy {
			return finding.Policy + "\n" + finding.Message.English
		}
	}
	return ""
}
