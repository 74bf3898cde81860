package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// process is one child of this program, its output going to a log file.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{} // closed when the child has ended
	err  error         // how it ended; to be read after done is closed
}

// startProcess starts bin in dir, with its output in dir/logs/name.log.
func startProcess(dir, name, bin string, args []string) (*process, error) {
	p := &process{name: name, log: filepath.Join(dir, "logs", name+".log"), done: make(chan struct{})}
	logFile, err := os.Create(p.log)
	if err != nil {
		return nil, fmt.Errorf("create the log of %s: %w", name, err)
	}
	p.cmd = exec.Command(bin, args...) //nolint:noctx // it lives until kill; its group has to end with it
	p.cmd.Dir = dir
	return p, p.start(logFile)
}

// again starts a child that has ended as it was started before; its log goes on.
func (p *process) again() (*process, error) {
	next := &process{name: p.name, log: p.log, done: make(chan struct{})}
	logFile, err := os.OpenFile(p.log, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", p.name, err)
	}
	next.cmd = exec.Command(p.cmd.Path, p.cmd.Args[1:]...) //nolint:noctx // as startProcess
	next.cmd.Dir = p.cmd.Dir
	return next, next.start(logFile)
}

// start starts what is to be run, with its output in a log of which the child keeps its own copy.
func (p *process) start(logFile *os.File) error {
	defer logFile.Close()
	p.cmd.Stdout, p.cmd.Stderr = logFile, logFile
	p.cmd.SysProcAttr = childAttributes()
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return nil
}

// kill ends the child at once and waits for it. All data is temporary, so there is nothing that a
// graceful end would save, and the API server's takes seconds.
func (p *process) kill() {
	killGroup(p.cmd.Process)
	<-p.done
}

// died describes a child that ended by itself, with the end of its log.
func (p *process) died() error {
	how := "ended"
	if p.err != nil {
		how = "ended with " + p.err.Error()
	}
	return fmt.Errorf("%s %s; the end of %s:\n%s", p.name, how, p.log, tail(p.log, 15))
}

// portWasTaken tells whether the child ended because another process listens where it wanted to.
func (p *process) portWasTaken() bool {
	content, err := os.ReadFile(p.log)
	return err == nil && bytes.Contains(content, []byte("address already in use"))
}

// tail returns the last lines of a file, or why it cannot be read.
func tail(path string, lines int) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
