package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
)

// conform tests a server as the command does.
func conform(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	var out, complaints bytes.Buffer
	err := testConformance(t.Context(), args, strings.NewReader(stdin), &out, &complaints)
	return out.String(), err
}

func TestConformanceOfTheSimulatorItself(t *testing.T) {
	t.Parallel()
	protocol, control, _ := start(t, "--token", "a-token", "--manual", "PreliminaryReview,BureauReview")
	args := []string{"--url", protocol, "--token", "a-token", "--control-url", control, "--patience", "5s"}
	out, err := conform(t, "", args...)
	if err != nil || !strings.Contains(out, " ok, 0 failed, 1 not tested\n") {
		t.Errorf("%v:\n%s", err, out)
	}
	out, err = conform(t, "", append(args, "--output", "json")...)
	var report struct {
		Results []map[string]any `json:"results"`
	}
	if err != nil || json.Unmarshal([]byte(out), &report) != nil || len(report.Results) < 50 {
		t.Errorf("%v: %d results", err, len(report.Results))
	}
	out, err = conform(t, "", append(args, "--output", "junit", "--run", "key")...)
	var suite struct {
		Tests int `xml:"tests,attr"`
	}
	if err != nil || xml.Unmarshal([]byte(out), &suite) != nil || suite.Tests < 5 {
		t.Errorf("%v: %d tests:\n%s", err, suite.Tests, out)
	}
}

func TestConformanceTellsWhatIsWrongFromWhatCannotBeTested(t *testing.T) {
	t.Parallel()
	protocol, control, _ := start(t)
	if status, said := ask(t, "POST", control+"/faults", "", `{"kind": "WrongContentType", "times": 100000}`); status != 200 {
		t.Fatal(said)
	}
	_, err := conform(t, "", "--url", protocol, "--run", "media type")
	if !errors.Is(err, errNotConforming) || exitCode(err, []string{"icp-simulator", "conformance"}) != 1 {
		t.Errorf("a server that answers in HTML: %v", err)
	}
	for what, args := range map[string][]string{
		"no address":             {},
		"nobody there":           {"--url", "http://127.0.0.1:1/v1"},
		"a format that is none":  {"--url", protocol, "--output", "pdf"},
		"a pattern that is none": {"--url", protocol, "--run", "("},
		"a run that is none":     {"--url", protocol, "--run-id", "a b"},
		"a word too many":        {"--url", protocol, "please"},
	} {
		if _, err := conform(t, "", args...); err == nil || exitCode(err, []string{"icp-simulator", "conformance"}) != 2 {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAPersonIsAskedToDecideAndMaySkip(t *testing.T) {
	t.Parallel()
	protocol, _, _ := start(t, "--manual", "PreliminaryReview")
	out, err := conform(t, "skip\n", "--url", protocol, "--interactive", "--run", "returned names its reasons")
	if err != nil || !strings.Contains(out, "not tested An order that is returned") {
		t.Errorf("%v:\n%s", err, out)
	}
}
