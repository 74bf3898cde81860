package plugin_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/internal/plugin"
)

var update = flag.Bool("update", false, "write testdata anew")

// ran is what a run of the program wrote, and what it ended with.
type ran struct {
	out, err string
	code     int
}

// icp runs the program where there is no cluster: a kubeconfig that is not there would be complained of.
func icp(t *testing.T, in, language string, args ...string) ran {
	t.Helper()
	var out, complaints bytes.Buffer
	streams := genericiooptions.IOStreams{In: strings.NewReader(in), Out: &out, ErrOut: &complaints}
	now := clocktesting.NewFakeClock(time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC))
	args = append([]string{"kubectl-icp", "--kubeconfig", "testdata/none", "--lang", language}, args...)
	code := plugin.Run(t.Context(), args, func(string) string { return "" }, streams, now)
	return ran{out.String(), complaints.String(), code}
}

// isGolden compares with a file of testdata. No line of any may tell what a Secret holds.
func isGolden(t *testing.T, name, got string) {
	t.Helper()
	if strings.Contains(got, "canary") {
		t.Errorf("%s tells what stands in a Secret, or a person's name:\n%s", name, got)
	}
	file := filepath.Join("testdata", "check", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestCheckSaysWhatIsWrongInARepository(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"report.en.txt":      {"en", "-v"},
		"report.zh.txt":      {"zh", "-v"},
		"report.json.golden": {"zh", "-o", "json"},
		"report.sarif":       {"en", "-o", "sarif"},
		"report.github.txt":  {"en", "-o", "github"},
		"approved.en.txt":    {"en", "--assume-approved", "--mode", "warn"},
		"cleared.zh.txt":     {"zh", "--cleared", "example.com,example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := icp(t, "", args[0], append([]string{"check", "-f", "testdata/check"}, args[1:]...)...)
			if got.code != plugin.ExitFound || got.err != "" {
				t.Errorf("it ended with %d: %s", got.code, got.err)
			}
			isGolden(t, name, got.out)
		})
	}
}

func TestCheckEndsByWhatItFound(t *testing.T) {
	t.Parallel()
	const held = `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, spec: {rules: [{host: www.example.com}]}}`
	const filed = held + "\n---\n" + `{apiVersion: icp.beian.dev/v1alpha1, kind: IcpFiling, metadata: {name: site}, spec: {domain: {name: example.com, realNameVerified: true, expiresAt: "2030-01-01T00:00:00Z"},
  server: {serviceNumber: sn-1}, subject: {nature: Individual, province: Gansu, responsiblePersonRef: {name: li}}, website: {name: 山间清风随笔, responsiblePersonRef: {name: li}, serviceContents: [PersonalBlog]}}}`
	for says, row := range map[string]struct {
		in   string
		args []string
		code int
		out  string
	}{
		"nothing to check":                         {"", nil, 0, "0 objects read"},
		"no manifest":                              {"replicas: 3", nil, 0, "0 objects read"},
		"a held route, which is a warning":         {held, nil, 0, "1 held"},
		"a held route where warnings count":        {held, []string{"--strict"}, plugin.ExitFound, "1 held"},
		"a refused route":                          {held, []string{"--mode", "deny"}, plugin.ExitFound, "1 refused"},
		"a route that is cleared":                  {held, []string{"--mode", "deny", "--cleared", "example.com"}, 0, "1 admitted"},
		"a route that waits for a filing beside":   {filed, nil, 0, "(<stdin>:3)"},
		"a route whose filing is taken to be good": {filed, []string{"--mode", "deny", "--assume-approved"}, 0, "1 admitted"},
		"the namespace of who asks":                {held, []string{"-n", "mine"}, 0, "in namespace mine"},
		"the default namespace":                    {held, nil, 0, "in namespace default"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			got := icp(t, row.in, "en", append([]string{"check", "-f", "-"}, row.args...)...)
			if got.code != row.code || !strings.Contains(got.out, row.out) || got.err != "" {
				t.Errorf("it ended with %d, want %d, and said %s%s", got.code, row.code, got.out, got.err)
			}
		})
	}
}

func TestCheckIsToldWrongly(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]struct {
		args []string
		err  string
	}{
		"nothing to check":              {nil, "say what to check"},
		"a file that is not there":      {[]string{"-f", "testdata/none.yaml"}, "none.yaml"},
		"a mode that there is not":      {[]string{"-f", "-", "--mode", "Hold"}, "say one of deny, hold"},
		"an output that is none":        {[]string{"-f", "-", "-o", "xml"}, "say one of text, json"},
		"a cleared domain that is none": {[]string{"-f", "-", "--cleared", "*.example.com"}, "give a domain in lower case"},
		"no kustomization":              {[]string{"-k", "testdata/check/shop"}, "building kustomization testdata/check/shop"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			got := icp(t, "", "en", append([]string{"check"}, row.args...)...)
			if got.code != plugin.ExitFailed || !strings.Contains(got.err, row.err) || got.out != "" {
				t.Errorf("it ended with %d: %q, want %q; it said %s", got.code, got.err, row.err, got.out)
			}
		})
	}
}

func TestCheckBuildsAKustomization(t *testing.T) {
	t.Parallel()
	got := icp(t, "", "en", "check", "-k", "testdata/check/overlay", "--mode", "deny")
	const want = "testdata/check/overlay/kustomization.yaml: error: Ingress staging/web: staging.example.com: the route would be refused in namespace staging (mode deny): " +
		"no filing here covers it: add an IcpFiling of example.com in namespace staging [RouteRefused]\n"
	if got.code != plugin.ExitFound || !strings.HasPrefix(got.out, want) {
		t.Errorf("it ended with %d and said\n%s%s", got.code, got.out, got.err)
	}
}

func TestCheckReadsSubdirectoriesUnlessToldNot(t *testing.T) {
	t.Parallel()
	if got := icp(t, "", "en", "check", "-f", "testdata/check", "-R=false"); got.code != 0 || !strings.Contains(got.out, "1 objects read") {
		t.Errorf("it ended with %d and said\n%s%s", got.code, got.out, got.err)
	}
}

// In a CI, what a program writes to its output may be taken for the CI's own commands; and what is checked there is the work of
// whoever asks for it to be merged.
func TestNoManifestSpeaksToTheCIThatChecksIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const evil = "x\\n::set-env name=PATH::/tmp\\r\\n##[command]x\\u001b[2J%0A::error::x"
	for name, text := range map[string]string{
		"ingress.yaml":           `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: "` + evil + `", namespace: "` + evil + `"}, spec: {rules: [{host: "` + evil + `"}]}}`,
		"filing.yaml":            `{apiVersion: icp.beian.dev/v1alpha1, kind: IcpFiling, metadata: {name: "` + evil + `"}, spec: {domain: {name: "` + evil + `"}, "` + evil + `": 1}}`,
		"no\n::error::file.yaml": `: [`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"text", "github", "json", "sarif"} {
		got := icp(t, "", "en", "check", "-f", dir, "-o", format)
		if got.code != plugin.ExitFound && got.code != plugin.ExitFailed || len(got.out+got.err) < 50 {
			t.Errorf("-o %s ended with %d: %q, %q", format, got.code, got.out, got.err)
		}
		for line := range strings.Lines(got.out + got.err) {
			own := format == "github" && (strings.HasPrefix(line, "::error file=") || strings.HasPrefix(line, "::warning file=") || strings.HasPrefix(line, "::notice file="))
			if begins := strings.TrimSpace(line); !own && (strings.HasPrefix(begins, "::") || strings.HasPrefix(begins, "##[")) || strings.Contains(line, "\x1b") {
				t.Errorf("-o %s writes a line that somebody else wrote: %q", format, line)
			}
		}
	}
}
