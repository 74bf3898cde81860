package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	setupEnvtestTool = "sigs.k8s.io/controller-runtime/tools/setup-envtest@v0.25.1"
	// envtestIndex is where setup-envtest looks up what can be downloaded.
	envtestIndex = "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml"

	indexWithin    = 6 * time.Second
	downloadWithin = 5 * time.Minute
)

// setupEnvtest downloads the binaries of the minor version of kubernetes and returns their folder.
// Where its index cannot be reached, as in many build farms, it says so within indexWithin.
func setupEnvtest(ctx context.Context, binDir, kubernetes string) (string, error) {
	if err := reachable(ctx, envtestIndex); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, downloadWithin)
	defer cancel()
	store, err := filepath.Abs(filepath.Join(binDir, "envtest"))
	if err != nil {
		return "", fmt.Errorf("resolve %s: %w", binDir, err)
	}
	minor := kubernetes[1:strings.LastIndex(kubernetes, ".")]
	cmd := exec.CommandContext(ctx, "go", "run", setupEnvtestTool, "use", minor+".x", "-p", "path", "--bin-dir", store)
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { killGroup(cmd.Process); return nil }
	var answer, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &answer, &complaints
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%w: %s", err, lastLine(complaints.String()))
	}
	dir := strings.TrimSpace(answer.String())
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("it named a folder that cannot be read: %w", err)
	}
	return dir, nil
}

func reachable(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, indexWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return fmt.Errorf("ask for its index: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("its index cannot be reached: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("its index answers %s", response.Status)
	}
	return nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
