package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// backend is the site behind every route. It counts who came.
type backend struct {
	server *httptest.Server
	mu     sync.Mutex
	hits   map[string]int
}

// ServeHTTP implements http.Handler.
func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.hits[r.Host]++
	b.mu.Unlock()
	_, _ = w.Write([]byte("the site\n"))
}

func (b *backend) count(host string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.hits[host]
}

// edge is Traefik, with its providers of Ingresses and of the Gateway API.
type edge struct {
	program *cluster.Program
	// visitor asks Traefik, whatever the host.
	visitor  *http.Client
	canaries int
	// slowest is the longest that Traefik took to serve the canaries.
	slowest time.Duration
}

// closing is how soon a site must be closed here: five times as long as Traefik took, in the run so far, to serve what nothing
// gates, and closedWithin at least.
func (e *edge) closing() time.Duration { return max(closedWithin, 5*e.slowest) }

// openEdge starts Traefik and returns when it serves.
func openEdge(ctx context.Context) (*edge, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", port)
	objects, err := manifests("edge", "", "EDGE_PORT", port)
	if err != nil {
		return nil, err
	}
	if err := plane.ApplyObjects(ctx, objects...); err != nil {
		return nil, err
	}
	if err := openNamespace(ctx, "canary", v1alpha1.GateOff); err != nil {
		return nil, err
	}
	config, err := plane.TokenConfig(ctx, "edge", "traefik")
	if err != nil {
		return nil, err
	}
	kubeconfig := filepath.Join(dir, "traefik.kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, config); err != nil {
		return nil, err
	}
	e := &edge{visitor: &http.Client{Timeout: within, Transport: &http.Transport{
		MaxIdleConnsPerHost: 4,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, address)
		},
	}}}
	e.program, _, err = cluster.StartProgram(cluster.ProgramOptions{
		Path: filepath.Join(root, "bin", "traefik"), Log: filepath.Join(dir, "logs", "traefik.log"),
		// In a pod of a cluster Traefik would turn to that.
		Env: []string{"KUBECONFIG=" + kubeconfig, "KUBERNETES_SERVICE_HOST="},
		Args: []string{
			"--entrypoints.web.address=" + address,
			"--providers.kubernetesingress=true", "--providers.kubernetesingress.ingressendpoint.hostname=edge.test",
			"--providers.kubernetesgateway=true", "--providers.kubernetesgateway.statusaddress.hostname=edge.test",
			"--providers.providersthrottleduration=100ms", // the default of 2 s is as long as what is measured
			"--global.checknewversion=false", "--global.sendanonymoususage=false", "--log.level=INFO",
		},
	})
	if err != nil {
		return nil, fmt.Errorf("%w (make traefik builds it)", err)
	}
	if err := e.catchUp(ctx); err != nil {
		return nil, fmt.Errorf("wait until Traefik serves: %w\n%s", err, e.program.Tail())
	}
	return e, nil
}

func (e *edge) stop() error {
	if e == nil || e.program == nil {
		return nil
	}
	return e.program.Stop()
}

// ask is one request for a host; it returns its status.
func (e *edge) ask(ctx context.Context, host string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/", http.NoBody)
	if err != nil {
		return 0, err
	}
	answer, err := e.visitor.Do(request)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// catchUp returns when Traefik has seen every route that was written before: new routes that nothing gates, one of each
// kind, are served.
func (e *edge) catchUp(ctx context.Context) error {
	e.canaries++
	domain := "canary-" + strconv.Itoa(e.canaries) + ".test"
	if err := applyRoutes(ctx, "canary", "site", domain); err != nil {
		return err
	}
	written := time.Now()
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		for _, host := range hostsOf(domain) {
			// Traefik may not listen yet.
			if status, err := e.ask(ctx, host); err != nil || status != http.StatusOK {
				return false, ctx.Err()
			}
		}
		return true, nil
	})
	if e.canaries > 1 { // the first ones waited for Traefik to start
		e.slowest = max(e.slowest, time.Since(written))
	}
	return err
}

// hostsOf lists the hosts of the routes in testdata/routes.yaml.
func hostsOf(domain string) []string {
	return []string{"www." + domain, "plain." + domain, "old." + domain, "api." + domain}
}

// applyRoutes applies testdata/routes.yaml under a name and for a domain.
func applyRoutes(ctx context.Context, namespace, name, domain string) error {
	return applyManifests(ctx, "routes", namespace, "ROUTES", name, "DOMAIN", domain)
}

// openNamespace makes a namespace with the backend in it.
func openNamespace(ctx context.Context, name, mode string) error {
	if err := admin.Create(ctx, namespaceOf(name, mode)); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(site.server.Listener.Addr().String())
	if err != nil {
		return err
	}
	return applyManifests(ctx, "backend", name, "BACKEND_PORT", port)
}

// manifests reads a file of testdata for a namespace, with words put in place of others.
func manifests(file, namespace string, words ...string) ([]*unstructured.Unstructured, error) {
	content, err := os.ReadFile(filepath.Join("testdata", file+".yaml"))
	if err != nil {
		return nil, err
	}
	objects, err := cluster.Decode([]byte(strings.NewReplacer(words...).Replace(string(content))))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, o := range objects {
		if namespace != "" {
			o.SetNamespace(namespace)
		}
	}
	return objects, nil
}

func applyManifests(ctx context.Context, file, namespace string, words ...string) error {
	objects, err := manifests(file, namespace, words...)
	if err != nil {
		return err
	}
	return plane.ApplyObjects(ctx, objects...)
}

func freePort(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return "", err
	}
	return port, listener.Close()
}
