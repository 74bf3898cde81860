// Package routekinds tries what config/route-kinds gives the gate on a real API server, with the kinds as their own projects
// define them. It is a module of its own, so that only whoever runs it gets those.
package routekinds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// within bounds every wait: most take a moment, but what a touch has not settled is touched again after a minute at most.
const within = 2 * time.Minute

// closesWithin is how soon an object must be parked whose clearance has gone, on a machine that is busy with all these tests:
// sooner than by any looking again.
const closesWithin = 20 * time.Second

// definition is where a project keeps the CRD of a kind.
type definition struct{ module, version, sum, file string }

var definitions = []definition{
	{"istio.io/api", "v1.32.0", "h1:37mJvg9I0biYZAEQF+MATs4FNeCpXEIVO3LFpVb6iNM=", "kubernetes/customresourcedefinitions.gen.yaml"},
	{"github.com/traefik/traefik/v3", "v3.6.12", "h1:6pe4s7aaDTQs+AsF7KP3sM/xnq7zOVvibRQe5tw9eFo=", "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml"},
	{"github.com/projectcontour/contour", "v1.33.8", "h1:QoOfwqWws+CVRFpsRC2+f1DmB5IdurtyUtepIsiWfE0=", "examples/contour/01-crds.yaml"},
	{"knative.dev/serving", "v0.51.0", "h1:yN2Q7eYqJgoPfZkATjoBZyGbZ2P1Qhns9HIMU4mF+to=", "config/core/300-resources/domain-mapping.yaml"},
	{file: "testdata/apisixroutes.yaml"},
}

// gated are the CRDs of config/route-kinds.
var gated = map[string]bool{
	"virtualservices.networking.istio.io": true, "ingressroutes.traefik.io": true, "httpproxies.projectcontour.io": true,
	"domainmappings.serving.knative.dev": true, "apisixroutes.apisix.apache.org": true,
}

var (
	admin    client.WithWatch
	operator client.Client
	root     string
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	cluster.Main(m, cluster.Options{}, setup)
}

// setup installs what production installs and the kinds, and starts the gate's controllers with the operator's own rights.
func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	if root, err = cluster.Root(); err != nil {
		return err
	}
	if err := c.Install(ctx); err != nil {
		return err
	}
	for _, d := range definitions {
		crds, err := d.read(ctx)
		if err != nil {
			return fmt.Errorf("find %s of %s: %w", d.file, d.module, err)
		}
		if err := c.ApplyObjects(ctx, crds...); err != nil {
			return err
		}
	}
	if admin, err = client.NewWithWatch(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	user := cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if operator, err = client.New(c.ConfigFor(user), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	return startGate(ctx, c)
}

func startGate(ctx context.Context, c *cluster.Cluster) error {
	token, err := c.TokenConfig(ctx, v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(token, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	if err != nil {
		return err
	}
	routes, err := controllers.NewRoutes(ctx, mgr)
	if err != nil {
		return err
	}
	if err := errors.Join(controllers.AddFilingIndexes(ctx, mgr.GetFieldIndexer()), controllers.AddGate(mgr, routes, 4)); err != nil {
		return err
	}
	go func() {
		if err := mgr.Start(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "the gate's controllers:", err)
		}
	}()
	return nil
}

// read reads the CRDs of the kinds that are gated.
func (d definition) read(ctx context.Context) ([]*unstructured.Unstructured, error) {
	dir := "."
	if d.module != "" {
		var err error
		if dir, err = d.download(ctx); err != nil {
			return nil, err
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, d.file))
	if err != nil {
		return nil, err
	}
	objects, err := cluster.Decode(content)
	if err != nil {
		return nil, err
	}
	var crds []*unstructured.Unstructured
	for _, object := range objects {
		if gated[object.GetName()] {
			unstructured.RemoveNestedField(object.Object, "status")
			crds = append(crds, object)
		}
	}
	if len(crds) != 1 {
		return nil, fmt.Errorf("it has %d of the CRDs", len(crds))
	}
	return crds, nil
}

// download has the Go toolchain download the project's module, and says where it is.
func (d definition) download(ctx context.Context) (string, error) {
	answer, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", d.module+"@"+d.version).Output()
	if err != nil {
		return "", fmt.Errorf("download it: %w: %s", err, answer)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal(answer, &module); err != nil {
		return "", err
	}
	if module.Sum != d.sum {
		return "", fmt.Errorf("its sum is %s, not %s", module.Sum, d.sum)
	}
	return module.Dir, nil
}
