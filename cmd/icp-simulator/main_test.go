package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// start runs the command and gives its two addresses and what ends it.
func start(t *testing.T, args ...string) (protocol, control string, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, args, write, io.Discard) }()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^listening protocol=(http://127\.0\.0\.1:[0-9]+/v1) control=(http://127\.0\.0\.1:[0-9]+)\n$`)
	found := form.FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("the command says %q", line)
	}
	return found[1], found[2], func() error { cancel(); return <-done }
}

func ask(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestTheCommandServesBothAddressesAndEndsInPeace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	protocol, control, end := start(t,
		"--token-file", write("token", "a-good-token\n"),
		"--filed", write("filed.yaml", "subjects: [{number: 浙ICP备1号, websites: [{domain: shop.example.com, number: 浙ICP备1号-1}]}]"),
		"--delay", "1h", "--delays", "BureauReview=2h,PreliminaryReview=30m,Approved=3h", "--manual", "BureauReview", "--frozen-clock",
	)
	if status, text := ask(t, "GET", protocol+"/filings/shop.example.com", "a-good-token", ""); status != 200 || !strings.Contains(text, "浙ICP备1号-1") {
		t.Errorf("the protocol answers %d %s", status, text)
	}
	if status, _ := ask(t, "GET", protocol+"/filings/shop.example.com", "another", ""); status != 401 {
		t.Errorf("another token is answered %d", status)
	}
	_, stages := ask(t, "GET", control+"/stages", "", "")
	for _, want := range []string{`"delay": "2h0m0s"`, `"delay": "30m0s"`, `"delay": "3h0m0s"`, `"delay": "1h0m0s"`, `"manual": true`} {
		if !strings.Contains(stages, want) {
			t.Errorf("%s is not in %s", want, stages)
		}
	}
	_, before := ask(t, "GET", control+"/clock", "", "")
	_, after := ask(t, "GET", control+"/clock", "", "")
	if before != after {
		t.Errorf("a frozen clock went from %s to %s", before, after)
	}
	if err := end(); err != nil {
		t.Errorf("ended with %v", err)
	}
	if response, err := http.Get(control + "/clock"); err == nil {
		_ = response.Body.Close()
		t.Error("the control still answers")
	}
}

func TestTheCommandRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"an unknown flag":             {"--nothing"},
		"an argument":                 {"serve"},
		"a delay without a duration":  {"--delays", "BureauReview"},
		"a delay of an unknown stage": {"--delays", "Waiting=1s"},
		"a stage that is not decided": {"--manual", "Confirmation"},
		"an unknown rule set":         {"--rule-set", "1999-01-01"},
		"a file that is not there":    {"--filed", filepath.Join(t.TempDir(), "nothing.yaml")},
		"a token file not there":      {"--token-file", filepath.Join(t.TempDir(), "nothing")},
		"an address of nobody's":      {"--listen", "192.0.2.1:0"},
		"a control of nobody's":       {"--control", "192.0.2.1:0"},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
				t.Errorf("%v was taken", args)
			}
		})
	}
}

func TestHelpIsNoError(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	if err := run(t.Context(), []string{"--help"}, io.Discard, &text); err != nil {
		t.Error(err)
	}
	if !strings.Contains(text.String(), "-filed") {
		t.Errorf("help says %q", text.String())
	}
}

func TestTheCommandSaysItsVersion(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"version"}, {"--version"}, {"--seed=2", "--version"}} {
		var out strings.Builder
		if err := run(t.Context(), args, &out, io.Discard); err != nil || !strings.HasPrefix(out.String(), "icp-simulator (devel) (go1.") {
			t.Errorf("%v: %q, %v", args, out.String(), err)
		}
	}
	if err := run(t.Context(), []string{"versions"}, io.Discard, io.Discard); err == nil {
		t.Error("another argument is taken")
	}
}
