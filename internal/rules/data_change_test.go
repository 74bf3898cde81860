package rules_test

import (
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestWhatAChangeFilingMayChange(t *testing.T) {
	t.Parallel()
	const refused, allowed = "value: Refused", "value: Allowed"
	for name, tc := range map[string]struct {
		part, topic, value string
		allowed, known     bool
		remedy             string
	}{
		"the domain never":   {"Domain", "", "", false, true, "file the other domain"},
		"the province never": {"Province", "", "", false, true, "cancel the subject's filing (注销主体) and file anew"},
		"the name by the bureau's rule, which is not known": {"Name", "", "", false, false, "ask the provider whether the bureau of Hubei allows it"},
		"the certificate likewise":                          {"Certificate", "", "", false, false, "a row on ChangeCertificate"},
		"the name where a row allows it":                    {"Name", "ChangeName", allowed, true, true, ""},
		"the name where a row refuses it":                   {"Name", "ChangeName", refused, false, true, "cancel the filing (注销) and file anew"},
		"the certificate where a row allows it":             {"Certificate", "ChangeCertificate", allowed, true, true, ""},
		"the certificate where a row refuses it":            {"Certificate", "ChangeCertificate", refused, false, true, "file anew"},
		"a row on the other says nothing":                   {"Certificate", "ChangeName", allowed, false, false, "ask the provider"},
		"the website always":                                {"Website", "", "", true, true, ""},
		"a responsible person always":                       {"SubjectPerson", "", "", true, true, ""},
		"the server always":                                 {"Server", "", "", true, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, wantRule := rules.Builtin(), rules.Rule{}
			if tc.topic != "" {
				b = book(t, row("province: Hubei, topic: "+tc.topic+", "+tc.value))
			}
			for _, set := range rules.Names() {
				ok, known, rule, remedy := of(t, b, set).ChangeAllowed(tc.part, "Hubei")
				if ok != tc.allowed || known != tc.known || !strings.Contains(remedy, tc.remedy) || (remedy == "") != ok {
					t.Errorf("set %s: allowed %t, known %t, remedy %q", set, ok, known, remedy)
				}
				if tc.topic == "Change"+tc.part {
					wantRule = notice
				}
				if rule.Source == "" || wantRule.Source != "" && rule != wantRule {
					t.Errorf("set %s: by %s", set, rule)
				}
			}
		})
	}
	t.Run("the parts on which there is a rule have Chinese names", func(t *testing.T) {
		t.Parallel()
		for _, r := range lookup(t, "").ChangeRows() {
			if r.Chinese == "" || r.Remedy == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}
