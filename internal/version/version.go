// Package version says which version of a program this is.
package version

import (
	"fmt"
	"runtime/debug"
)

// release is set where a release is linked:
//
//	-ldflags "-X github.com/beian-dev/icp-operator/internal/version.release=v1.2.3"
var release string

// commitDigits is how much of a commit's name is told.
const commitDigits = 12

// Number is the release; else what Go's toolchain knows of the module, a tag or a pseudo-version of its commit; "(devel)" where it knows neither.
func Number() string {
	info, _ := debug.ReadBuildInfo()
	return number(release, info)
}

func number(release string, info *debug.BuildInfo) string {
	switch {
	case release != "":
		return release
	case info == nil || info.Main.Version == "":
		return "(devel)"
	}
	return info.Main.Version
}

// Line says in one line which version of a program this is, and what it was built of and with.
func Line(program string) string {
	info, _ := debug.ReadBuildInfo()
	return line(program, release, info)
}

func line(program, release string, info *debug.BuildInfo) string {
	said := program + " " + number(release, info)
	if info == nil {
		return said
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	said += fmt.Sprintf(" (%s %s/%s", info.GoVersion, settings["GOOS"], settings["GOARCH"])
	if commit := settings["vcs.revision"]; commit != "" {
		said += ", commit " + commit[:min(len(commit), commitDigits)]
		if settings["vcs.modified"] == "true" {
			said += " and changes"
		}
	}
	return said + ")"
}
