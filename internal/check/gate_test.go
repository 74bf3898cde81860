package check_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// now is the time of every test: nothing in them is old.
var now = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

// checked are the manifests, in a file by themselves.
func checked(t *testing.T, o check.Options, manifests string) check.Report {
	t.Helper()
	o.Now, o.Rules = now, rules.Builtin()
	if o.Namespace == "" {
		o.Namespace = "default"
	}
	return check.Check(t.Context(), []check.Source{{Name: "all.yaml", Data: []byte(manifests)}}, o)
}

// verdictOf each mode on a route that has a blocked host.
var verdictOf = map[string]check.Verdict{
	v1alpha1.GateDeny: check.Refused, v1alpha1.GateHold: check.Held, v1alpha1.GateWarn: check.Warned,
	v1alpha1.GateAudit: check.Audited, v1alpha1.GateOff: check.Admitted,
}

// The same table goes through the policies on a real API server in test/gate, which compares what they say with what check
// says they do.
func TestTheGatesTable(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts.Rows {
		t.Run(row.Says, func(t *testing.T) {
			t.Parallel()
			for _, route := range row.Routes() {
				for mode, verdict := range verdictOf {
					isJudged(t, mode, route, row.Cleared, row.Blocked, verdict)
				}
			}
		})
	}
	for _, row := range verdicts.Services {
		t.Run("a Service: "+row.Says, func(t *testing.T) {
			t.Parallel()
			for mode, verdict := range verdictOf {
				if verdict == check.Held {
					verdict = check.Refused
				}
				isJudged(t, mode, verdicts.Service(row.Annotations), []string{verdicts.ServicesCleared}, row.Blocked, verdict)
			}
		})
	}
}

// isJudged checks the verdict on a route, and that there is a finding for each blocked host.
func isJudged(t *testing.T, mode string, route client.Object, cleared, blocked []string, verdict check.Verdict) {
	t.Helper()
	route.SetNamespace("shop")
	manifests, err := verdicts.Manifests(verdicts.Namespace("shop", mode, cleared...), route)
	if err != nil {
		t.Fatal(err)
	}
	report := checked(t, check.Options{}, string(manifests))
	got := check.Route{Verdict: check.Admitted} // which a Service without names is not even told as
	if len(report.Routes) > 0 {
		got = report.Routes[0]
	}
	if len(blocked) == 0 {
		verdict = check.Admitted
	}
	if got.Verdict != verdict {
		t.Errorf("a %T in %s is %s, want %s", route, mode, got.Verdict, verdict)
	}
	if diff := cmp.Diff(blocked, got.Blocked); diff != "" {
		t.Errorf("the blocked hosts of a %T in %s (-want +got):\n%s", route, mode, diff)
	}
	for _, host := range blocked {
		told := slices.ContainsFunc(report.Findings, func(f check.Finding) bool { return strings.HasPrefix(f.Message.English, host+": the route would be") })
		if told != (verdict != check.Admitted) {
			t.Errorf("host %s of a %T in %s: told of is %v: %v", host, route, mode, told, report.Findings)
		}
	}
	if says := got.Says; (says == "") != (verdict == check.Admitted) {
		t.Errorf("a %T in %s: the API server says %q", route, mode, says)
	}
}
