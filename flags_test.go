package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap/zapcore"
)

const head = "apiVersion: config.icp.beian.dev/v1alpha1\nkind: OperatorConfiguration\n"

// configurationFile writes a configuration file, and returns its path.
func configurationFile(t *testing.T, text string) string {
	t.Helper()
	return filepath.Join(write(t, map[string]string{"config.yaml": head + text}), "config.yaml")
}

func TestAFlagWinsOverTheConfigurationFile(t *testing.T) {
	t.Parallel()
	path := configurationFile(t, "workers: 8\nmetrics: {bindAddress: \"0\"}\nlog: {level: error}\nnotify: {denyNetworks: [10.0.0.0/8]}\n")
	o, err := parse([]string{"--config", path, "--workers=2"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.workers != 2 || o.metrics != "0" || o.probes != ":8081" || !o.leaderElection || len(o.networks.Deny) != 1 || levelOf(&o.zap) != zapcore.ErrorLevel || o.levelByFlag {
		t.Errorf("got %+v", o)
	}
	if o, err = parse([]string{"--config", path, "--zap-log-level=debug"}, io.Discard); err != nil || levelOf(&o.zap) != zapcore.DebugLevel || !o.levelByFlag {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestABadConfigurationStopsTheOperatorWithItsLine(t *testing.T) {
	t.Parallel()
	for text, complaint := range map[string]string{
		"worker: 3\n":                                    "config.yaml:3: there is no setting worker",
		"workers: 0\n":                                   "config.yaml:3: workers: want a number from 1 up",
		"log:\n  level: loud\n":                          `config.yaml:4: log.level: invalid log level "loud"`,
		"log:\n  format: xml\n":                          `config.yaml:4: log.format: invalid encoder value "xml"`,
		"metrics:\n  bindAddress: 8080\n":                "config.yaml:4: metrics.bindAddress: want an address and a port",
		"notify:\n  allowNetworks: [10.1.0.0/16, all]\n": "config.yaml:4: notify.allowNetworks: ",
		"traces:\n  endpoint: collector:4318\n":          "config.yaml:4: traces.endpoint: want a URL",
	} {
		if _, err := parse([]string{"--config", configurationFile(t, text)}, io.Discard); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%q: got %v, want %s", text, err, complaint)
		}
	}
	if _, err := parse([]string{"--config", filepath.Join(t.TempDir(), "none.yaml")}, io.Discard); err == nil {
		t.Error("a file that is not there is no error")
	}
	if _, err := parse([]string{"serve"}, io.Discard); err == nil {
		t.Error("an argument is no error")
	}
}

// What the page on operations shows is what the operator takes, with the defaults.
func TestTheConfigurationOnThePageIsRight(t *testing.T) {
	t.Parallel()
	unset, err := parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"docs/operations.md", "docs/operations.zh.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, block, _ := bytes.Cut(text, []byte("```yaml\napiVersion: config.icp.beian.dev"))
		block, _, found := bytes.Cut(block, []byte("```"))
		path := filepath.Join(write(t, map[string]string{"config.yaml": "apiVersion: config.icp.beian.dev" + string(block)}), "config.yaml")
		o, err := parse([]string{"--config", path}, io.Discard)
		if !found || err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		if len(o.file.Settings) < 14 || o.metrics != unset.metrics || o.probes != unset.probes || o.profiling != unset.profiling || o.workers != unset.workers ||
			o.leaderElection != unset.leaderElection || o.board != unset.board || o.calendar != unset.calendar || o.tracesEndpoint != "" || levelOf(&o.zap) != levelOf(&unset.zap) {
			t.Errorf("%s: its settings are not the defaults: %+v, want %+v", page, o, unset)
		}
	}
}
