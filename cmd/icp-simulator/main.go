// Command icp-simulator is a simulated access provider, bureau and registry that speak the filing provider protocol. It
// prints one line with its two addresses once it listens, and ends on SIGINT or SIGTERM.
//
// icp-simulator conformance tests somebody else's server of the protocol. It ends with 0 where the server keeps it, 1 where
// it does not, and 2 where nothing could be tested.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/internal/simulator/pages"
	"github.com/beian-dev/icp-operator/internal/version"
)

// grace is how long running requests may take to end.
const grace = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if conforms := len(os.Args) > 1 && os.Args[1] == "conformance"; conforms {
		err = testConformance(ctx, os.Args[2:], os.Stdin, os.Stdout, os.Stderr)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "icp-simulator:", err)
		os.Exit(exitCode(err, os.Args))
	}
}

// exitCode tells a server that was tested and does not keep the protocol from what could not be done.
func exitCode(err error, args []string) int {
	if len(args) > 1 && args[1] == "conformance" && !errors.Is(err, errNotConforming) {
		return 2
	}
	return 1
}

// run serves until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	settings, err := parse(args, stderr)
	if err != nil || settings == nil {
		return err
	}
	if settings.version {
		_, err := fmt.Fprintln(stdout, version.Line("icp-simulator"))
		return err
	}
	settings.options.Logger = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: settings.logLevel}))
	if settings.frozen {
		settings.options.Clock = frozenClock{time.Now()}
	}
	sim, err := simulator.New(settings.options)
	if err != nil {
		return err
	}
	control, err := pages.Handler(sim)
	if err != nil {
		return err
	}
	server, err := simulator.Serve(ctx, sim.Protocol(), control, settings.protocol, settings.control)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stdout, "listening protocol=%s control=%s\n", server.ProtocolURL, server.ControlURL)
	select {
	case err = <-server.Failed():
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if stopped := server.Stop(ending); err == nil {
		err = stopped
	}
	return err
}

// frozenClock stands still: the simulator's time moves only as its control advances it.
type frozenClock struct{ at time.Time }

// Now implements clock.PassiveClock.
func (c frozenClock) Now() time.Time { return c.at }

// Since implements clock.PassiveClock.
func (c frozenClock) Since(t time.Time) time.Duration { return c.at.Sub(t) }
