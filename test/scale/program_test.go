package scale_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// profiles is where the operator serves profiles of itself, where they are asked for.
var profiles = cmp.Or(os.Getenv("BENCH_PROFILES_AT"), "0")

// profile keeps one of the operator's own profiles, where they are asked for: in the temporary folder, for go tool pprof.
func profile(t *testing.T, kind, when string) {
	t.Helper()
	if profiles == "0" {
		return
	}
	path, err := keepProfile(t.Context(), kind, kind+"-"+when)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("a profile is in ", path)
}

// profileCPU has the operator and the API server profile their CPU from now on, where profiles are asked for. The function
// that it returns waits for it.
func profileCPU(t *testing.T, when string, of time.Duration) (wait func()) {
	t.Helper()
	if profiles == "0" {
		return func() {}
	}
	query := fmt.Sprintf("profile?seconds=%.0f", of.Seconds())
	var both errgroup.Group
	both.Go(func() error {
		_, err := keepProfile(t.Context(), query, "cpu-"+when)
		return err
	})
	both.Go(func() error {
		clients, err := kubernetes.NewForConfig(plane.Config())
		if err != nil {
			return err
		}
		content, err := clients.CoreV1().RESTClient().Get().AbsPath("/debug/pprof/profile").Param("seconds", fmt.Sprint(int(of.Seconds()))).DoRaw(t.Context())
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(os.TempDir(), "kube-apiserver-cpu-"+when+".prof"), content, 0o600)
	})
	own, err := os.Create(filepath.Join(os.TempDir(), "test-cpu-"+when+".prof")) //nolint:gosec // a folder that whoever runs the test chose
	if err != nil {
		t.Fatal(err)
	}
	if err := pprof.StartCPUProfile(own); err != nil {
		t.Fatal(err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = own.Close()
		if err := both.Wait(); err != nil {
			t.Fatal(err)
		}
		t.Log("profiles of the CPU are in ", os.TempDir())
	}
}

func keepProfile(ctx context.Context, kind, name string) (path string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+profiles+"/debug/pprof/"+kind, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(r)
	for errors.Is(err, syscall.ECONNREFUSED) && ctx.Err() == nil { // it has only just been started
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
		}
		answer, err = http.DefaultClient.Do(r)
	}
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	path = filepath.Join(os.TempDir(), "icp-operator-"+name+".prof")
	return path, os.WriteFile(path, content, 0o600)
}

// program starts the built operator, which leads at once.
func (p *platform) program(t *testing.T) *cluster.Program {
	t.Helper()
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, operator.config); err != nil {
		t.Fatal(err)
	}
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	program, _, err := cluster.StartProgram(cluster.ProgramOptions{
		Path: filepath.Join(root, "bin", "icp-operator"), Env: []string{"KUBECONFIG=" + kubeconfig}, Log: filepath.Join(dir, "operator.log"),
		Args: []string{"--metrics-bind-address=0", "--health-probe-bind-address=0", "--leader-elect=false", "--pprof-bind-address=" + profiles},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(program.Kill)
	return program
}

// untilIdle returns how long after the call the operator has no more to do: it has asked for its provider's feed, and from then on
// takes hardly anything of a core for some seconds.
func (p *platform) untilIdle(t *testing.T, program *cluster.Program) time.Duration {
	t.Helper()
	const look, quiet, share = 100 * time.Millisecond, 30, 5 // 30 looks at less than a fifth
	began, idle, last := time.Now(), time.Now(), time.Now()
	p.desk.ForgetRequests()
	spent := usage(t, program).CPU
	for still := 0; still < quiet; {
		pass(t, look)
		select {
		case <-program.Done():
			t.Fatal(program.Ended())
		default:
		}
		now, since := usage(t, program).CPU, time.Since(last)
		if share*(now-spent) > since || p.desk.Requests().Operations["listEvents"] == 0 {
			still, idle = 0, time.Now()
		} else {
			still++
		}
		spent, last = now, time.Now()
		if time.Since(began) > *within {
			t.Fatal("the operator never came to rest")
		}
	}
	return idle.Sub(began)
}

func usage(t *testing.T, program *cluster.Program) cluster.Usage {
	t.Helper()
	used, err := program.Usage()
	if err != nil {
		t.Fatal(err)
	}
	return used
}
