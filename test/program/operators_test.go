package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// operators are the processes that run at the same time.
type operators struct {
	alive   []*operator
	started int
}

// operator is one process.
type operator struct {
	*cluster.Program
	log string
}

// start starts one more, which tells of what it does, with flags beside those that every one gets.
func (o *operators) start(ctx context.Context, flags ...string) (*operator, error) {
	o.started++
	p, err := startOperator(ctx, plane, fmt.Sprintf("operator-%d", o.started), append(flags, "--traces-endpoint="+told.URL)...)
	if err == nil {
		o.alive = append(o.alive, p)
	}
	return p, err
}

// startOperator starts one under its own service account. It may send to this machine, and says in its log where it serves.
func startOperator(ctx context.Context, c *cluster.Cluster, name string, flags ...string) (*operator, error) {
	config, err := c.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return nil, err
	}
	kubeconfig := filepath.Join(c.Dir(), name+".kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, config); err != nil {
		return nil, err
	}
	log := filepath.Join(c.Dir(), "logs", name+".log")
	program, _, err := cluster.StartProgram(cluster.ProgramOptions{
		Path: filepath.Join(root, "bin", "icp-operator"), Env: []string{"KUBECONFIG=" + kubeconfig}, Log: log,
		Args: append([]string{"--metrics-bind-address=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0", "--calendar-bind-address=127.0.0.1:0", "--notify-allow-networks=127.0.0.0/8"}, flags...),
	})
	return &operator{program, log}, err
}

// stop ends all that are alive.
func (o *operators) stop() error {
	var errs []error
	for _, p := range o.alive {
		errs = append(errs, p.Stop())
	}
	o.alive = nil
	return errors.Join(errs...)
}

// kill ends one where it stands.
func (o *operators) kill(p *operator) {
	p.Kill()
	o.alive = slices.DeleteFunc(o.alive, func(other *operator) bool { return other == p })
}

// end has one end as it does by itself, and returns when it has.
func (o *operators) end(p *operator) error {
	o.alive = slices.DeleteFunc(o.alive, func(other *operator) bool { return other == p })
	return p.Stop()
}

// leader is the one that leads; nil while none does.
func (o *operators) leader() *operator {
	for _, p := range o.alive {
		if p.says("Successfully acquired lease") {
			return p
		}
	}
	return nil
}

func (o *operators) tails() string {
	var all strings.Builder
	for _, p := range o.alive {
		fmt.Fprintf(&all, "%s:\n%s\n", filepath.Base(p.log), p.Tail())
	}
	return all.String()
}

// untilReady returns when every one says that it is ready.
func (o *operators) untilReady(ctx context.Context) error {
	for _, p := range o.alive {
		if err := p.untilReady(ctx); err != nil {
			return err
		}
	}
	return nil
}

// says tells whether a text is in its log.
func (p *operator) says(text string) bool {
	content, err := os.ReadFile(p.log)
	return err == nil && strings.Contains(string(content), text)
}

// address is where it serves something, by its log.
func (p *operator) address(name string) (string, bool) {
	content, err := os.ReadFile(p.log)
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(content)) {
		var said struct{ Msg, Name, Addr string }
		if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "starting server" && said.Name == name {
			return said.Addr, true
		}
	}
	return "", false
}

// get asks it for something that it serves: the status and the answer are zero until it does.
func (p *operator) get(ctx context.Context, name, path string, edit ...func(*http.Request)) (int, string) {
	address, serves := p.address(name)
	if !serves {
		return 0, ""
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return 0, err.Error()
	}
	for _, e := range edit {
		e(r)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(body)
}

const probes = "health probe"

func (p *operator) untilReady(ctx context.Context) error {
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		status, _ := p.get(ctx, probes, "/readyz")
		return status == http.StatusOK, nil
	})
	if err != nil {
		return fmt.Errorf("wait until an operator is ready: %w\n%s", err, p.Tail())
	}
	return nil
}
