package audit_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

// harmless is a command whose every word a shell takes as it is.
var harmless = regexp.MustCompile(`^[a-z0-9 .:/=_-]*$`)

// Commands are printed to be copied into a shell. What is in an annotation is anybody's to write; what is not a host name has no
// command made of it.
func TestNoHostMakesAPrintedCommandDangerous(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.OneOf(
			rapid.SampledFrom([]string{"$(id).evil.cn", "`id`.cn", "a;rm -rf ~.cn", "a|sh.cn", "a&b.cn", "a>b.cn", "'a'.cn", `"a".cn`, "~a.cn", "--help.cn", "-rf.evil.cn", "a\nb.cn", "*.evil.cn", "a\\b.cn", "!a.cn", "{a,b}.cn", "[a].cn", "#a.cn"}),
			rapid.StringMatching(`[ -~]{0,12}\.(cn|com)`), rapid.String(),
		).Draw(t, "host")
		route := exposure.Read(verdicts.Service(verdicts.Note(verdicts.DNSName, host)))
		route.Namespace, route.Name = "shop", "web"
		facts := &audit.Facts{
			Routes: []exposure.Route{route}, Namespaces: map[string]audit.Namespace{"shop": audit.NamespaceOf(gated(v1alpha1.GateHold), nil)},
			AllFilings: true, SettingsKnown: true, Settings: admission.SettingsOf(nil),
		}
		var steps []audit.Step
		if read, err := audit.ReadHost(host); err == nil {
			steps = audit.Explain(facts, read).Next("shop")
		}
		for _, f := range audit.Judge(facts).Findings {
			steps = append(steps, f.Next()...)
		}
		for _, step := range steps {
			if !harmless.MatchString(step.Command) || strings.Contains(step.Command, " --domain -") {
				t.Errorf("of host %q a command is made: %q", host, step.Command)
			}
		}
	})
}
