package version

import (
	"runtime/debug"
	"testing"
)

func TestAProgramSaysItsVersion(t *testing.T) {
	t.Parallel()
	built := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		settings = append(settings, debug.BuildSetting{Key: "GOOS", Value: "linux"}, debug.BuildSetting{Key: "GOARCH", Value: "arm64"})
		return &debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: version}, Settings: settings}
	}
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123"}
	tests := []struct {
		name, release string
		info          *debug.BuildInfo
		want          string
	}{
		{"a release says the one that it was linked as", "v1.2.3", built("(devel)"), "icp v1.2.3 (go1.26.0 linux/arm64)"},
		{"an installed module says its own", "", built("v1.2.4"), "icp v1.2.4 (go1.26.0 linux/arm64)"},
		{"a build of a clone says the commit", "", built("(devel)", commit), "icp (devel) (go1.26.0 linux/arm64, commit 0123456789ab)"},
		{"one of a clone with changes says so", "", built("(devel)", commit, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
			"icp (devel) (go1.26.0 linux/arm64, commit 0123456789ab and changes)"},
		{"a test's says that it has none", "", built(""), "icp (devel) (go1.26.0 linux/arm64)"},
		{"one that nothing is known of says no more", "", nil, "icp (devel)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := line("icp", test.release, test.info); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
