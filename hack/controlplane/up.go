package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// upOptions says what to start and where.
type upOptions struct {
	binDir, dir   string
	audit         bool
	apiServerArgs []string
	etcdArgs      []string
	pickPort      func() (int, error) // where the API server is to serve
	restarts      <-chan string       // names the parts that are to be killed and started again
	ready         io.Writer           // gets the one line that says that the control plane is ready, and one for each restart
	out           io.Writer           // gets everything that is for people
}

// portAttempts is how often another port is tried when one is taken between being found and used.
const portAttempts = 5

// up starts a control plane and keeps it up until ctx ends, which is no error. A child that ends
// before is one.
func up(ctx context.Context, o upOptions) error {
	plane, err := newPlane(o)
	if err != nil {
		return err
	}
	defer plane.stop()
	if err := plane.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	fmt.Fprintln(o.ready, "ready", filepath.Join(plane.dir, fileKubeconfig))
	return plane.watch(ctx)
}

// plane is one control plane: its directory, its keys and the processes started so far.
type plane struct {
	upOptions
	lock      *os.File
	authority *authority
	admin     pair
	processes []*process
	api       *apiClient
}

func newPlane(o upOptions) (*plane, error) {
	var err error
	if o.binDir, err = filepath.Abs(o.binDir); err != nil {
		return nil, fmt.Errorf("resolve --bin-dir: %w", err)
	}
	if o.dir, err = filepath.Abs(o.dir); err != nil {
		return nil, fmt.Errorf("resolve --dir: %w", err)
	}
	for _, name := range []string{"etcd", "kube-apiserver"} {
		if _, err := os.Stat(filepath.Join(o.binDir, name)); err != nil {
			return nil, fmt.Errorf("%s is not in %s: run make controlplane", name, o.binDir)
		}
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make --dir: %w", err)
	}
	p := &plane{upOptions: o}
	if p.lock, err = lockDir(o.dir); err != nil {
		return nil, err
	}
	return p, nil
}

// start brings up the parts in their order and returns when clients can rely on them.
func (p *plane) start(ctx context.Context) error {
	if err := prepareDir(p.dir); err != nil {
		return err
	}
	if err := p.writeKeys(); err != nil {
		return err
	}
	if _, err := p.run("etcd", etcdArgs(p.etcdArgs)); err != nil {
		return err
	}
	client, err := p.startAPIServer(ctx)
	if err != nil {
		return err
	}
	p.api = client
	controllers, err := p.startControllerManager(client.server)
	if err != nil {
		return err
	}
	return p.until(ctx, "the roles that every cluster has", func(ctx context.Context) error {
		return client.rolesReady(ctx, controllers)
	})
}

func (p *plane) writeKeys() error {
	now := time.Now()
	var err error
	if p.authority, err = newAuthority(now); err != nil {
		return err
	}
	server, err := p.authority.server(net.ParseIP(loopback), serviceIP)
	if err != nil {
		return err
	}
	if p.admin, err = p.authority.client("admin", "system:masters"); err != nil {
		return err
	}
	private, public, err := serviceAccountKeys()
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		fileAuthority:            p.authority.pem,
		fileServerCertificate:    server.certificate,
		fileServerKey:            server.key,
		fileServiceAccountKey:    private,
		fileServiceAccountPublic: public,
		fileAuditPolicy:          []byte(auditPolicy),
	} {
		if err := writePrivate(p.dir, name, content); err != nil {
			return err
		}
	}
	return nil
}

// startAPIServer returns a client of the API server once it says that it is ready.
func (p *plane) startAPIServer(ctx context.Context) (*apiClient, error) {
	for attempt := 1; ; attempt++ {
		port, err := p.pickPort()
		if err != nil {
			return nil, err
		}
		server := "https://" + net.JoinHostPort(loopback, strconv.Itoa(port))
		client, err := newAPIClient(server, p.authority, p.admin)
		if err != nil {
			return nil, err
		}
		process, err := p.run("kube-apiserver", apiServerArgs(port, p.audit, p.apiServerArgs))
		if err != nil {
			return nil, err
		}
		err = p.until(ctx, "the API server", client.ready)
		if err == nil {
			return client, writePrivate(p.dir, fileKubeconfig, kubeconfig(server, p.authority.pem, "admin", p.admin))
		}
		if attempt == portAttempts || !process.portWasTaken() {
			return nil, err
		}
		p.forget(process)
	}
}

// startControllerManager tells whether there is one. Without it a control plane is of use, though
// nothing is garbage-collected, namespaces never finish deleting and aggregated roles stay empty.
func (p *plane) startControllerManager(server string) (bool, error) {
	const name = "kube-controller-manager"
	if _, err := os.Stat(filepath.Join(p.binDir, name)); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(p.out, "%s is not in %s: namespaces will not finish deleting, nothing is garbage-collected, "+
			"and the roles admin, edit and view stay empty. `make controlplane` gets it.\n", name, p.binDir)
		return false, nil
	}
	// In production, too, its own identity may do little; its controllers' service accounts do the work.
	client, err := p.authority.client("system:" + name)
	if err != nil {
		return false, err
	}
	config := kubeconfig(server, p.authority.pem, "system:"+name, client)
	if err := writePrivate(p.dir, fileControllerKubeconfig, config); err != nil {
		return false, err
	}
	_, err = p.run(name, controllerManagerArgs())
	return true, err
}

func (p *plane) run(name string, args []string) (*process, error) {
	process, err := startProcess(p.dir, name, filepath.Join(p.binDir, name), args)
	if err == nil {
		p.processes = append(p.processes, process)
	}
	return process, err
}

// forget drops a process that has ended and is to be started again.
func (p *plane) forget(ended *process) {
	p.processes = slices.DeleteFunc(p.processes, func(process *process) bool { return process == ended })
}

// watch waits for the end of ctx, or of a child, and restarts what it is asked to.
func (p *plane) watch(ctx context.Context) error {
	for {
		again, err := p.watchOnce(ctx)
		if err != nil || !again {
			return err
		}
	}
}

func (p *plane) watchOnce(ctx context.Context) (again bool, err error) {
	alive, cancel := context.WithCancel(ctx)
	defer cancel()
	select {
	case <-ctx.Done():
		return false, nil
	case process := <-p.firstDeath(alive):
		return false, process.died()
	case name := <-p.restarts:
		cancel() // the end that follows is wanted
		if err := p.restart(ctx, name); err != nil {
			if ctx.Err() != nil {
				return false, nil
			}
			return false, err
		}
		fmt.Fprintln(p.ready, "restarted", name)
		return true, nil
	}
}

// restart kills a child, starts it again as it was, on what it has stored, and returns when the API server is ready.
func (p *plane) restart(ctx context.Context, name string) error {
	i := slices.IndexFunc(p.processes, func(process *process) bool { return process.name == name })
	if i < 0 {
		return fmt.Errorf("restart %q: there is none", name)
	}
	p.processes[i].kill()
	// The socket that a killed etcd leaves would look like one on which the next listens.
	socket := filepath.Join(p.processes[i].cmd.Dir, etcdSocket)
	if name == "etcd" {
		if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the socket of etcd: %w", err)
		}
	}
	again, err := p.processes[i].again()
	if err != nil {
		return err
	}
	p.processes[i] = again
	listens := func(context.Context) error { _, err := os.Stat(socket); return err }
	if err := p.until(ctx, "etcd to listen", listens); err != nil {
		return err
	}
	return p.until(ctx, "the API server after the restart of "+name, p.api.ready)
}

// firstDeath sends the first child that ends while ctx lives.
func (p *plane) firstDeath(ctx context.Context) <-chan *process {
	first := make(chan *process, len(p.processes))
	for _, process := range p.processes {
		go func() {
			select {
			case <-process.done:
				first <- process
			case <-ctx.Done():
			}
		}()
	}
	return first
}

// stop ends the children, the last one started first.
func (p *plane) stop() {
	for _, process := range slices.Backward(p.processes) {
		process.kill()
	}
	_ = p.lock.Close()
}
