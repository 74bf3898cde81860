// Command controlplane gets and runs a real Kubernetes control plane on this machine: etcd,
// kube-apiserver and kube-controller-manager as plain processes, without containers or root.
//
//	controlplane get --bin-dir bin/k8s
//	controlplane up  --bin-dir bin/k8s --dir bin/local
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

const usage = `usage:
  controlplane get [flags]   get the control plane's binaries: KUBEBUILDER_ASSETS, setup-envtest, or built from source
  controlplane up  [flags]   start a control plane and keep it up until a signal

"controlplane get -h" and "controlplane up -h" list the flags.
`

func main() {
	// Linux delivers Pdeathsig when the thread that started a child ends, so every child is
	// started from the one thread that lives as long as the process.
	runtime.LockOSThread()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return errors.New("no command given: want get or up")
	}
	switch args[0] {
	case "get":
		return runGet(ctx, args[1:])
	case "up":
		return runUp(ctx, args[1:])
	case "-h", "--help", "help":
		fmt.Print(usage)
		return nil
	default:
		fmt.Fprint(os.Stderr, usage)
		return fmt.Errorf("unknown command %q: want get or up", args[0])
	}
}

func runGet(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("get", flag.ContinueOnError)
	g := getter{out: os.Stderr, assets: os.Getenv("KUBEBUILDER_ASSETS")}
	flags.StringVar(&g.binDir, "bin-dir", "bin/k8s", "where the binaries are put")
	flags.StringVar(&g.moduleDir, "module-dir", "hack/controlplane", "the module that pins and builds them")
	flags.BoolVar(&g.kubectl, "kubectl", false, "get kubectl, too")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return g.get(ctx)
}

func runUp(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	o := upOptions{pickPort: func() (int, error) { return freePort(ctx) }, ready: os.Stdout, out: os.Stderr}
	untilStdinCloses := false
	flags.StringVar(&o.binDir, "bin-dir", "bin/k8s", "where `controlplane get` put the binaries")
	flags.StringVar(&o.dir, "dir", "bin/local", "where kubeconfig, logs, keys and data go; what an earlier run left there is replaced")
	flags.BoolVar(&o.audit, "audit", false, "record every write, and by whom, in DIR/audit.log")
	flags.BoolVar(&untilStdinCloses, "until-stdin-closes", false, "end when stdin reaches its end, so that a dead caller leaves nothing behind; a line \"restart etcd\" or \"restart kube-apiserver\" there kills that one and starts it again on what it has stored")
	flags.Func("apiserver-arg", "a further flag of kube-apiserver, e.g. --apiserver-arg=--v=4; repeatable", func(arg string) error {
		o.apiServerArgs = append(o.apiServerArgs, arg)
		return nil
	})
	flags.Func("etcd-arg", "a further flag of etcd, e.g. --etcd-arg=--quota-backend-bytes=67108864; repeatable", func(arg string) error {
		o.etcdArgs = append(o.etcdArgs, arg)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if untilStdinCloses {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		restarts := make(chan string)
		o.restarts = restarts
		go func() {
			defer cancel()
			readRestarts(ctx, os.Stdin, restarts)
		}()
	}
	return up(ctx, o)
}

// readRestarts sends what is to be restarted, line by line, until the lines end.
func readRestarts(ctx context.Context, lines io.Reader, restarts chan<- string) {
	for scanner := bufio.NewScanner(lines); scanner.Scan(); {
		if name, asked := strings.CutPrefix(scanner.Text(), "restart "); asked {
			select {
			case restarts <- name:
			case <-ctx.Done():
			}
		}
	}
}
