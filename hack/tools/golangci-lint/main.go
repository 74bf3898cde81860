// Command golangci-lint is the linter of this repository: golangci-lint with kube-api-linter in it,
// which checks API types against the Kubernetes API conventions.
package main

import (
	"os"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"
	_ "sigs.k8s.io/kube-api-linter" // registers itself as the module kubeapilinter
)

func main() {
	if err := commands.Execute(commands.BuildInfo{Version: "v2.15.0 with kube-api-linter"}); err != nil {
		_, _ = os.Stderr.WriteString("golangci-lint: " + err.Error() + "\n")
		os.Exit(exitcodes.Failure)
	}
}
