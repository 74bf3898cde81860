package admission

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestModeOf(t *testing.T) {
	t.Parallel()
	settings := SettingsOf(&icpv1alpha1.ExposurePolicy{Spec: icpv1alpha1.ExposurePolicySpec{
		DefaultMode: icpv1alpha1.ModeWarn, ExemptNamespaces: []string{"exempt"},
	}})
	label := func(mode string) map[string]string { return map[string]string{icpv1alpha1.GateLabel: mode} }
	for name, row := range map[string]struct {
		namespace string
		labels    map[string]string
		mode      string
		closes    bool
	}{
		"the label says":                               {"shop", label("hold"), "hold", true},
		"without a label the default says":             {"shop", map[string]string{"other": "deny"}, "warn", false},
		"off is off":                                   {"shop", label("off"), "off", false},
		"audit closes nothing":                         {"shop", label("audit"), "audit", false},
		"deny closes":                                  {"shop", label("deny"), "deny", true},
		"a value that nobody knows is deny":            {"shop", label("Hold"), "deny", true},
		"an empty value is deny":                       {"shop", label(""), "deny", true},
		"an exempt namespace is off, whatever it says": {"exempt", label("deny"), "off", false},
		"kube-system is exempt":                        {"kube-system", label("deny"), "off", false},
		"the operator's namespace is exempt":           {"icp-system", label("deny"), "off", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mode := settings.ModeOf(row.namespace, row.labels)
			if diff := cmp.Diff(row.mode, mode); diff != "" {
				t.Error(diff)
			}
			if Closes(mode) != row.closes {
				t.Errorf("%s closes: %v", mode, Closes(mode))
			}
		})
	}
	if diff := cmp.Diff("off", SettingsOf(nil).ModeOf("shop", nil)); diff != "" {
		t.Errorf("without an ExposurePolicy nothing is gated by default: %s", diff)
	}
}

// The operator writes nothing in steady state, which rests on this: the same settings make the same policies.
func TestBuildIsDeterministic(t *testing.T) {
	t.Parallel()
	settings := SettingsOf(&icpv1alpha1.ExposurePolicy{Spec: icpv1alpha1.ExposurePolicySpec{
		DefaultMode: icpv1alpha1.ModeHold, ExemptDomains: []string{"b.internal", "a.internal"}, ExemptNamespaces: []string{"b", "a", "b"},
	}})
	if diff := cmp.Diff(Build(settings, true), Build(settings, true)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutMutatingPoliciesNothingParks(t *testing.T) {
	t.Parallel()
	policies := Build(SettingsOf(nil), false)
	if len(policies.Mutating)+len(policies.MutatingBindings) > 0 {
		t.Error("mutating policies are made")
	}
	if len(policies.Validating) == 0 || len(policies.ValidatingBindings) == 0 {
		t.Error("nothing refuses")
	}
}
