package admission

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestThePoliciesSayWhatTheyWereMadeOf(t *testing.T) {
	t.Parallel()
	for _, hold := range []bool{true, false} {
		settings := SettingsOf(&icpv1alpha1.ExposurePolicy{Spec: icpv1alpha1.ExposurePolicySpec{
			DefaultMode: icpv1alpha1.ModeHold, ExemptNamespaces: []string{"exempt"},
			ExemptDomains: []string{"corp.internal"}, Hostless: icpv1alpha1.HostlessAllow,
		}})
		var made *admissionregistrationv1.ValidatingAdmissionPolicy
		for _, policy := range Build(settings, hold).Validating {
			if policy.Name == SettingsPolicy() {
				made = policy
			}
		}
		if made == nil {
			t.Fatalf("hold %v: there is no policy %s", hold, SettingsPolicy())
		}
		read, err := SettingsMadeOf(made.Annotations)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(settings, read); diff != "" {
			t.Errorf("hold %v (-made of +read):\n%s", hold, diff)
		}
	}
}

func TestPoliciesThatSayNothingOfWhatTheyWereMadeOfGateNothingByDefault(t *testing.T) {
	t.Parallel()
	settings, err := SettingsMadeOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(SettingsOf(nil), settings); diff != "" {
		t.Error(diff)
	}
	if _, err := SettingsMadeOf(map[string]string{SettingsAnnotation: "{"}); err == nil {
		t.Error("what cannot be read is no error")
	}
}
