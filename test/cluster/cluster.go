// Package cluster runs the local control plane for tests, benchmarks and the demo: a real API
// server, etcd and controller manager, with RBAC on. What a server decides (validation, admission,
// authorization, field ownership) is tested on this, never on a fake.
package cluster

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// stopWithin bounds the end of a control plane, which takes some 50 ms where nothing else keeps the machine busy.
const stopWithin = time.Minute

// Options say how a control plane is started. The zero value suits most tests.
type Options struct {
	// Dir gets the kubeconfig, the logs and the data, and stays after Stop. Empty: a temporary
	// directory that Stop removes.
	Dir string
	// Audit records every write and who made it, for Writes.
	Audit bool
	// APIServerArgs are further flags of kube-apiserver, e.g. "--v=4".
	APIServerArgs []string
	// EtcdArgs are further flags of etcd.
	EtcdArgs []string
	// Log gets what the control plane has to tell people. Default: it is kept for the error of Start.
	Log io.Writer
}

// Cluster is a running control plane. Its methods may be called from many goroutines.
type Cluster struct {
	dir       string
	temporary bool
	audit     bool
	config    *rest.Config
	cmd       *exec.Cmd
	stdin     io.WriteCloser
	stdout    *bufio.Reader
	ended     chan struct{} // closed when the process has ended
	endErr    error
	stopOnce  sync.Once
	stopErr   error
	restarts  sync.Mutex
}

// Start brings up a control plane and returns when it is ready for use, after some 3 s. It ends
// with ctx, with Stop, and with this process, however that ends.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(root, "bin", "controlplane")
	binaries := filepath.Join(root, "bin", "k8s")
	for _, needed := range []string{binary, filepath.Join(binaries, "kube-apiserver")} {
		if _, err := os.Stat(needed); err != nil {
			return nil, fmt.Errorf("start a control plane: %w: run make controlplane", err)
		}
	}
	c := &Cluster{dir: options.Dir, audit: options.Audit, ended: make(chan struct{})}
	if c.dir == "" {
		c.temporary = true
		if c.dir, err = os.MkdirTemp("", "icp-cluster-"); err != nil {
			return nil, fmt.Errorf("start a control plane: %w", err)
		}
	}
	args := []string{"up", "--until-stdin-closes", "--bin-dir", binaries, "--dir", c.dir}
	if options.Audit {
		args = append(args, "--audit")
	}
	for _, arg := range options.APIServerArgs {
		args = append(args, "--apiserver-arg="+arg)
	}
	for _, arg := range options.EtcdArgs {
		args = append(args, "--etcd-arg="+arg)
	}
	if err := c.start(ctx, options.Log, binary, args); err != nil {
		_ = c.Stop()
		return nil, fmt.Errorf("start a control plane: %w", err)
	}
	return c, nil
}

// start runs the control plane's process until it says that it is ready.
func (c *Cluster) start(ctx context.Context, log io.Writer, binary string, args []string) error {
	var complaints bytes.Buffer
	if log == nil {
		log = &complaints
	}
	c.cmd = exec.CommandContext(ctx, binary, args...)
	c.cmd.Stderr = log
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return err
	}
	c.stdin = stdin
	c.cmd.Cancel = stdin.Close // lets it end its own children
	c.cmd.WaitDelay = stopWithin
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		close(c.ended)
		return err
	}
	c.stdout = bufio.NewReader(stdout)
	line, readErr := c.stdout.ReadString('\n')
	go func() {
		c.endErr = c.cmd.Wait()
		close(c.ended)
	}()
	kubeconfig, ready := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ready {
		_ = stdin.Close()
		<-c.ended
		if complaint := strings.TrimSpace(complaints.String()); complaint != "" && ctx.Err() == nil {
			return errors.New(complaint)
		}
		return errors.Join(ctx.Err(), readErr, c.endErr)
	}
	if c.config, err = clientcmd.BuildConfigFromFlags("", kubeconfig); err != nil {
		return fmt.Errorf("read its kubeconfig: %w", err)
	}
	c.config.QPS = -1 // no limit of the client's own; the API server has its priority and fairness
	return nil
}

// Config returns a client configuration of a cluster admin, without a client-side rate limit. It
// is the caller's to change.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Kubeconfig returns the path of a cluster admin's kubeconfig.
func (c *Cluster) Kubeconfig() string { return filepath.Join(c.dir, "kubeconfig") }

// Dir returns the control plane's directory; its logs are in Dir/logs.
func (c *Cluster) Dir() string { return c.dir }

// Done is closed when the control plane has ended, whoever ended it.
func (c *Cluster) Done() <-chan struct{} { return c.ended }

// Stop ends the control plane and every process of it, and removes its directory if that is
// temporary. Stopping twice is the same as once.
func (c *Cluster) Stop() error {
	c.stopOnce.Do(func() { c.stopErr = c.stop() })
	return c.stopErr
}

func (c *Cluster) stop() error {
	var err error
	if c.stdin != nil && c.cmd.Process != nil {
		_ = c.stdin.Close()
		timer := time.AfterFunc(stopWithin, func() { _ = c.cmd.Process.Kill() })
		<-c.ended
		timer.Stop()
		if err = c.endErr; err != nil {
			err = fmt.Errorf("the control plane in %s: %w", c.dir, err)
		}
	}
	if c.temporary {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return err
}

// Root returns the repository's root: the nearest folder, from the working directory upwards, that
// has the operator's go.mod.
func Root() (string, error) {
	const module = "module github.com/beian-dev/icp-operator\n"
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.Contains(string(content), module) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the repository: no folder from %s upwards has its go.mod", start)
		}
	}
}
