package audit_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// What the gate would refuse is what the audit calls uncovered, and what it would park is called parked.
func TestTheAuditAgreesWithTheGate(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts.Rows {
		t.Run(row.Says, func(t *testing.T) {
			t.Parallel()
			facts := audit.Facts{
				Settings: admission.SettingsOf(nil), SettingsKnown: true, AllFilings: true,
				Namespaces: map[string]audit.Namespace{"shop": audit.NamespaceOf(gated(v1alpha1.GateHold),
					admission.Encode(exposure.NewClearances(row.Cleared...)))},
			}
			for _, domain := range row.Cleared {
				facts.Filings = append(facts.Filings, filed("shop", domain, v1alpha1.StageApproved))
			}
			for _, object := range row.Routes() {
				object.SetNamespace("shop")
				facts.Routes = []exposure.Route{exposure.Read(object)}
				report := audit.Judge(&facts)
				if diff := cmp.Diff(distinct(row.Blocked), hostsOf(report, audit.Uncovered)); diff != "" {
					t.Errorf("uncovered hosts of a %T (-gate +audit):\n%s", object, diff)
				}
				if len(row.Blocked) == 0 {
					continue
				}
				exposure.Park(object, row.Blocked, "")
				facts.Routes = []exposure.Route{exposure.Read(object)}
				if report := audit.Judge(&facts); report.Count(audit.Parked) != len(report.Findings) {
					t.Errorf("a parked %T is served: %+v", object, report.Findings)
				}
			}
		})
	}
}

func distinct(hosts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(hosts)))
}

func hostsOf(report *audit.Report, of audit.Verdict) []string {
	hosts := map[string]bool{}
	for _, finding := range report.Findings {
		if finding.Verdict == of {
			hosts[finding.Host] = true
		}
	}
	return slices.Sorted(maps.Keys(hosts))
}
