package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPortThatIsTakenMeanwhileIsReplacedByAnother(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	ports := []int{taken.Addr().(*net.TCPAddr).Port}

	ctx, cancel := context.WithCancel(t.Context())
	dir, ready := t.TempDir(), &readySignal{cancel: cancel}
	err = up(ctx, upOptions{
		binDir: filepath.Join("..", "..", "bin", "k8s"), dir: dir, ready: ready, out: io.Discard,
		pickPort: func() (int, error) {
			if len(ports) == 0 {
				return freePort(ctx)
			}
			port := ports[0]
			ports = ports[1:]
			return port, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "ready " + filepath.Join(dir, "kubeconfig") + "\n"; ready.String() != want {
		t.Errorf("got %q on standard output, want %q", ready.String(), want)
	}
	info, err := os.Stat(filepath.Join(dir, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the kubeconfig's mode is %v, want 0600: it is a cluster admin's", info.Mode().Perm())
	}
}

// readySignal ends a run as soon as it says that it is ready.
type readySignal struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (r *readySignal) Write(line []byte) (int, error) {
	defer r.cancel()
	return r.Buffer.Write(line)
}

func TestWithoutBinariesARunSaysHowToGetThem(t *testing.T) {
	t.Parallel()
	err := up(t.Context(), upOptions{binDir: t.TempDir(), dir: t.TempDir(), ready: io.Discard, out: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "run make controlplane") {
		t.Errorf("got %v, want an error that names make controlplane", err)
	}
}
