package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// stopWithin bounds the end of a process that was asked to end.
const stopWithin = 10 * time.Second

// processes are the programs that the demo started, beside the control plane.
type processes struct {
	logs    string
	running []*process
	// failed tells of the first that ended by itself.
	failed chan error
}

type process struct {
	name  string
	cmd   *exec.Cmd
	ended chan struct{}
	err   error
}

func (p *processes) init(dir string) {
	p.logs = filepath.Join(dir, "logs")
	p.failed = make(chan error, 4)
}

// start runs a program with its output in a log file; where it announces itself, it returns the first line of its
// standard output.
func (p *processes) start(name, path string, env []string, announces bool, args ...string) (string, error) {
	log, err := os.Create(filepath.Join(p.logs, name+".log"))
	if err != nil {
		return "", fmt.Errorf("start the %s: %w", name, err)
	}
	cmd := exec.Command(path, args...) //nolint:noctx // ended by stop, politely
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = log
	cmd.SysProcAttr = attributes()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start the %s: %w (make build builds it)", name, err)
	}
	run := &process{name: name, cmd: cmd, ended: make(chan struct{})}
	p.running = append(p.running, run)
	lines := bufio.NewReader(out)
	line := ""
	if announces {
		line, err = lines.ReadString('\n')
	}
	go func() {
		_, _ = lines.WriteTo(log)
		run.err = cmd.Wait()
		close(run.ended)
		p.failed <- fmt.Errorf("the %s ended by itself: %w\n%s", name, errors.Join(run.err, errors.New("see its log")), tail(log.Name()))
	}()
	if err != nil {
		<-run.ended
		return "", fmt.Errorf("the %s ended before it was ready: %w\n%s", name, errors.Join(run.err, err), tail(log.Name()))
	}
	return strings.TrimSpace(line), nil
}

// stop ends what was started, the last first.
func (p *processes) stop() error {
	var errs []error
	for _, run := range slices.Backward(p.running) {
		_ = run.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-run.ended:
		case <-time.After(stopWithin):
			_ = run.cmd.Process.Kill()
			<-run.ended
			errs = append(errs, fmt.Errorf("the %s did not end within %s and was killed", run.name, stopWithin))
		}
	}
	return errors.Join(errs...)
}

// tail is the end of a log, for people.
func tail(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// taken says that somebody listens at an address.
func taken(ctx context.Context, address string) bool {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
