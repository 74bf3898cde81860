package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// processes are the programs that the demo started, beside the control plane.
type processes struct {
	logs    string
	running []*cluster.Program
	// failed tells of the first that ended by itself.
	failed chan error
}

func (p *processes) init(dir string) {
	p.logs = filepath.Join(dir, "logs")
	p.failed = make(chan error, 4)
}

// start runs a program with its output in a log file; where it announces itself, it returns the first line of its
// standard output.
func (p *processes) start(name, path string, env []string, announces bool, args ...string) (string, error) {
	run, line, err := cluster.StartProgram(cluster.ProgramOptions{
		Path: path, Args: args, Env: env, Log: filepath.Join(p.logs, name+".log"), Announces: announces,
	})
	if err != nil {
		return "", fmt.Errorf("%w (make build builds what the demo runs)", err)
	}
	p.running = append(p.running, run)
	go func() { p.failed <- run.Ended() }()
	return line, nil
}

// stop ends what was started, the last first.
func (p *processes) stop() error {
	var errs []error
	for _, run := range slices.Backward(p.running) {
		errs = append(errs, run.Stop())
	}
	return errors.Join(errs...)
}

// freeAddress is one of the loopback that nobody listens at: the usual one, if it can be had.
func freeAddress(ctx context.Context, usual string) (string, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", usual)
	if err != nil {
		say("%s is taken: a free port takes its place", usual)
		l, err = listen.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
