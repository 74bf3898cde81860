package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
)

func TestKeyIsTheSameForTheSameEffectAndForNoOther(t *testing.T) {
	t.Parallel()
	base := provider.Key("team", "example.com", 1, v1alpha1.StageConfirmation)
	if again := provider.Key("team", "example.com", 1, v1alpha1.StageConfirmation); again != base {
		t.Errorf("the same effect has the keys %q and %q", base, again)
	}
	keys := map[string]string{
		"the effect itself":               base,
		"another account":                 provider.Key("other", "example.com", 1, v1alpha1.StageConfirmation),
		"another domain":                  provider.Key("team", "example.net", 1, v1alpha1.StageConfirmation),
		"another attempt":                 provider.Key("team", "example.com", 2, v1alpha1.StageConfirmation),
		"another stage":                   provider.Key("team", "example.com", 1, v1alpha1.StageProductVerification),
		"something extra":                 provider.Key("team", "example.com", 1, v1alpha1.StageConfirmation, "O1"),
		"something else extra":            provider.Key("team", "example.com", 1, v1alpha1.StageConfirmation, "O2"),
		"two extras":                      provider.Key("team", "example.com", 1, v1alpha1.StageConfirmation, "O", "1"),
		"a boundary moved to the left":    provider.Key("tea", "mexample.com", 1, v1alpha1.StageConfirmation),
		"no account, and a longer domain": provider.Key("", "teamexample.com", 1, v1alpha1.StageConfirmation),
	}
	seen := map[string]string{}
	for what, key := range keys {
		if other, ok := seen[key]; ok {
			t.Errorf("%s and %s have the same key %q", what, other, key)
		}
		seen[key] = what
	}
}

func TestKeyFitsTheProtocolHoweverLongItsParts(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[!-~]{16,255}$`)
	key := provider.Key(strings.Repeat("户", 128), strings.Repeat("a", 253), 1<<31-1, v1alpha1.StageSubjectAndWebsiteInformation, strings.Repeat("x", 1000))
	if !form.MatchString(key) {
		t.Errorf("key %q is not of the protocol's form", key)
	}
}
