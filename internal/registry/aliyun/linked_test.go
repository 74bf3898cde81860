package aliyun_test

import (
	"os/exec"
	"strings"
	"testing"
)

func TestTheCloudsSdkIsLinkedIntoTheOperatorAlone(t *testing.T) {
	t.Parallel()
	const module, sdk = "github.com/beian-dev/icp-operator", "github.com/aliyun/"
	programs, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{if eq .Name "main"}}{{.ImportPath}} {{join .Deps " "}}{{end}}`, module+"/...").Output()
	if err != nil {
		t.Fatalf("listing the programs of the module: %v", err)
	}
	linked := map[string]bool{}
	for line := range strings.Lines(string(programs)) {
		program, needs, _ := strings.Cut(strings.TrimSpace(line), " ")
		linked[program] = strings.Contains(needs, sdk)
	}
	if _, ok := linked[module+"/cmd/icp-simulator"]; !ok {
		t.Fatalf("the simulator is not among the programs %v", linked)
	}
	for program, is := range linked {
		if is && program != module {
			t.Errorf("%s links the SDK", program)
		}
	}
}
