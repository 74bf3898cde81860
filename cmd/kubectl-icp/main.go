// Command kubectl-icp shows people where their filings stand, what they must do, and what a cluster exposes. As kubectl-icp
// on the PATH it is kubectl's plugin icp; under any other name it works by itself.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/plugin"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	code := plugin.Run(ctx, os.Args, os.Getenv, streams, clock.RealClock{})
	stop()
	os.Exit(code)
}
