package plugin_test

import (
	"strings"
	"testing"
)

func TestALanguageThatIsNeitherOfTheTwoIsRefused(t *testing.T) {
	t.Parallel()
	got := icp(t, "fr", "version")
	if got.code != 2 || got.out != "" || !strings.Contains(got.err, "say zh or en") {
		t.Errorf("ended with %d, out %q, err %q", got.code, got.out, got.err)
	}
	if got := icp(t, "zh", "version"); got.code != 0 || strings.TrimSpace(got.out) == "" {
		t.Errorf("version ended with %d, out %q, err %q", got.code, got.out, got.err)
	}
}
