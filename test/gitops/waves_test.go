package gitops

import (
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// operation is Argo CD's sync of an Application, which its controller takes up again until it has ended.
type operation struct {
	argoCD
	phase   common.OperationPhase
	message string
	results []common.ResourceSyncResult
}

// scopes tells Argo CD which kinds have namespaces.
type scopes struct{ client.Client }

// IsNamespaced asks the API server.
func (s scopes) IsNamespaced(gk schema.GroupKind) (bool, error) {
	mapping, err := s.RESTMapper().RESTMapping(gk)
	if err != nil {
		return false, err
	}
	return mapping.Scope.Name() == "namespace", nil
}

// goOn is one look of the controller at the operation, which ends it or not. What has ended is looked at no more.
func (o *operation) goOn(p place, manifests []*unstructured.Unstructured) {
	p.Helper()
	if o.phase.Completed() {
		return
	}
	judges, err := theJudges()
	p.must(err)
	live := map[kube.ResourceKey]*unstructured.Unstructured{}
	tracked := o.tracked(manifests)
	for _, manifest := range tracked {
		object := &unstructured.Unstructured{}
		object.SetGroupVersionKind(manifest.GroupVersionKind())
		err := p.admin.Get(p.Context(), client.ObjectKeyFromObject(manifest), object)
		if apierrors.IsNotFound(err) {
			continue
		}
		p.must(err)
		live[kube.GetResourceKey(object)] = object
	}
	config := o.config(p)
	syncing, cleanUp, err := sync.NewSyncContext("main", sync.Reconcile(tracked, live, p.name, scopes{p.admin}), config, config, command(), p.name,
		sync.WithLogr(logr.Discard()), sync.WithHealthOverride(judges.scripts), sync.WithServerSideApply(true), sync.WithServerSideApplyManager(argoManager),
		sync.WithPermissionValidator(func(*unstructured.Unstructured, *metav1.APIResource) error { return nil }),
		sync.WithInitialState(o.phase, o.message, o.results, metav1.Now()))
	p.must(err)
	defer cleanUp()
	syncing.Sync()
	o.phase, o.message, o.results = syncing.GetState()
}

// inWave puts a manifest into a wave.
func inWave(manifest *unstructured.Unstructured, wave string) *unstructured.Unstructured {
	copied := manifest.DeepCopy()
	annotations := copied.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations["argocd.argoproj.io/sync-wave"] = wave
	copied.SetAnnotations(annotations)
	return copied
}

// settings is something that is healthy at once.
func (p place) settings() *unstructured.Unstructured {
	p.Helper()
	object := &unstructured.Unstructured{}
	p.must(yaml.Unmarshal([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"), &object.Object))
	object.SetNamespace(p.name)
	return object
}

func TestArgoCDWaitsForAParkedRouteInAnEarlierWaveOnly(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		routes, settings string
		ends             bool
	}{
		"without waves":                     {"0", "0", true},
		"with the routes in the last wave":  {"1", "0", true},
		"with the routes in the first wave": {"0", "1", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			routes := p.manifests(false)[:1]
			manifests := []*unstructured.Unstructured{inWave(p.settings(), row.settings), inWave(routes[0], row.routes)}
			o := &operation{}
			for range 5 { // each look is at what the one before has applied
				o.goOn(p, manifests)
			}
			if ended := o.phase == common.OperationSucceeded; ended != row.ends {
				t.Errorf("the operation is %s: %s", o.phase, o.message)
			}
			p.untilParked(true, routes)
			if row.ends {
				return
			}
			if !strings.Contains(o.message, "healthy state of networking.k8s.io/Ingress/") {
				t.Errorf("it waits for %q", o.message)
			}
			p.clear(true)
			p.untilParked(false, routes)
			p.serve(routes[0])
			p.Eventually(func() common.OperationPhase {
				o.goOn(p, manifests)
				return o.phase
			}).WithTimeout(within).Should(BeEquivalentTo(common.OperationSucceeded))
		})
	}
}

// serve gives an Ingress an address, as its controller does.
func (p place) serve(manifest *unstructured.Unstructured) {
	p.Helper()
	served := p.live(manifest)
	before := served.DeepCopy()
	p.must(unstructured.SetNestedSlice(served.Object, []any{map[string]any{"ip": "203.0.113.10"}}, "status", "loadBalancer", "ingress"))
	p.must(p.admin.Status().Patch(p.Context(), served, client.MergeFrom(before)))
}
