package cluster

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// logTail is how many lines of a program's log an error shows.
const logTail = 15

// Program is a program that runs beside the control plane: the operator, a provider, an ingress controller. Its methods may
// be called from many goroutines.
type Program struct {
	name  string
	log   string
	cmd   *exec.Cmd
	ended chan struct{}
	err   error
}

// ProgramOptions say what is run.
type ProgramOptions struct {
	// Path is the program's file, which also names it; Args are its arguments.
	Path string
	Args []string
	// Env is added to this process's environment.
	Env []string
	// Log is the file that gets what the program writes. It is created anew.
	Log string
	// Announces says that the program is ready once it has written a line to its standard output.
	Announces bool
}

// StartProgram runs a program and returns it, with the line that it announced itself with, if it does. It ends with Stop
// or Kill, and on Linux with the thread that called, so at the latest with this process.
func StartProgram(o ProgramOptions) (*Program, string, error) {
	name := filepath.Base(o.Path)
	log, err := os.Create(o.Log)
	if err != nil {
		return nil, "", fmt.Errorf("start %s: %w", name, err)
	}
	cmd := exec.Command(o.Path, o.Args...) //nolint:noctx // ended by Stop, politely
	cmd.Env = append(os.Environ(), o.Env...)
	cmd.Stderr = log
	cmd.SysProcAttr = attributes()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		_ = log.Close()
		return nil, "", fmt.Errorf("start %s: %w (is it built?)", name, err)
	}
	p := &Program{name: name, log: o.Log, cmd: cmd, ended: make(chan struct{})}
	lines := bufio.NewReader(out)
	line := ""
	if o.Announces {
		line, err = lines.ReadString('\n')
	}
	go func() {
		_, _ = lines.WriteTo(log)
		p.err = cmd.Wait()
		_ = log.Close()
		close(p.ended)
	}()
	if err != nil {
		<-p.ended
		return nil, "", fmt.Errorf("%s ended before it was ready: %w\n%s", name, errors.Join(p.err, err), p.Tail())
	}
	return p, strings.TrimSpace(line), nil
}

// Done is closed when the program has ended, whoever ended it.
func (p *Program) Done() <-chan struct{} { return p.ended }

// Ended waits until the program has ended, and tells how, with the end of its log.
func (p *Program) Ended() error {
	<-p.ended
	return fmt.Errorf("%s ended: %w\n%s", p.name, errors.Join(p.err, errors.New("see its log")), p.Tail())
}

// Stop asks the program to end, and kills it where it does not.
func (p *Program) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopWithin):
		p.Kill()
		return fmt.Errorf("%s did not end within %s and was killed", p.name, stopWithin)
	}
}

// Kill ends the program where it stands, and returns when it has ended.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Tail is the end of the program's log, for people.
func (p *Program) Tail() string {
	content, err := os.ReadFile(p.log)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-logTail):], "\n")
}
