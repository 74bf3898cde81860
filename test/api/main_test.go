package api_test

import (
	"context"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	clientgoscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// admin is a client of a cluster admin. No operator runs: what these tests see is the API server's own word.
var admin client.Client

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{}, func(ctx context.Context, c *cluster.Cluster) error {
		root, err := cluster.Root()
		if err != nil {
			return err
		}
		if err := c.Apply(ctx, filepath.Join(root, "config", "crd")); err != nil {
			return err
		}
		scheme := runtime.NewScheme()
		if err := clientgoscheme.AddToScheme(scheme); err != nil {
			return err
		}
		if err := v1alpha1.AddToScheme(scheme); err != nil {
			return err
		}
		admin, err = client.New(c.Config(), client.Options{Scheme: scheme})
		return err
	})
}
