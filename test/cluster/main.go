package cluster

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Runner is what *testing.M is for Main; this package, which the demo uses too, imports no testing.
type Runner interface{ Run() int }

// Main runs a package's tests on one control plane and exits with their code. setup gets the
// control plane ready, and keeps it for the tests:
//
//	func TestMain(m *testing.M) {
//		cluster.Main(m, cluster.Options{}, func(ctx context.Context, c *cluster.Cluster) error {
//			shared = c
//			return c.Install(ctx)
//		})
//	}
func Main(m Runner, options Options, setup func(context.Context, *Cluster) error) {
	os.Exit(runTests(m, options, setup))
}

func runTests(m Runner, options Options, setup func(context.Context, *Cluster) error) (code int) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	c, err := Start(ctx, options)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := c.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the control plane:", err)
			code = max(code, 1)
		}
	}()
	if setup != nil {
		if err := setup(ctx, c); err != nil {
			fmt.Fprintln(os.Stderr, "set up the control plane:", err)
			return 1
		}
	}
	return m.Run()
}
