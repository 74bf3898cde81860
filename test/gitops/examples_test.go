package gitops

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/fluxcd/cli-utils/pkg/object"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"github.com/fluxcd/pkg/ssa"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// example is a repository of examples/, whose app is in namespace shop of a cluster with a provider by hand and the Secrets that
// the filing refers to.
type example struct {
	place
	dir     string
	applied []*unstructured.Unstructured
}

func newExample(t *testing.T, name string) example {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	e := example{place: place{T: t, WithT: NewWithT(t), world: newWorldOf(t, true), name: "shop", domain: "example.com"}, dir: filepath.Join(root, "examples", name)}
	e.providerByHand()
	if e.applied, err = cluster.Kustomize(filepath.Join(e.dir, "apps", "shop")); err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{}
	namespace.Name = e.name
	e.must(e.admin.Create(t.Context(), namespace))
	secrets, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	e.must(err)
	for _, secret := range secrets {
		if secret.GetKind() == "Secret" && secret.GetNamespace() == e.name {
			e.must(e.admin.Create(t.Context(), secret))
		}
	}
	return e
}

// definitions applies what the example tells the tool, whose kind is defined by its project, and returns it as the API server
// took it: strictly, since a field that a kind does not have is an error.
func (e example) definitions(p project, crd, file, kind string) *unstructured.Unstructured {
	e.Helper()
	e.must(e.installCRD(e.Context(), p, crd))
	content, err := os.ReadFile(filepath.Join(e.dir, filepath.FromSlash(file)))
	e.must(err)
	objects, err := cluster.Decode(content)
	e.must(err)
	for _, object := range objects {
		if object.GetKind() == kind {
			namespace := &corev1.Namespace{}
			namespace.Name = object.GetNamespace()
			e.must(client.IgnoreAlreadyExists(e.admin.Create(e.Context(), namespace)))
			e.must(e.admin.Create(e.Context(), object, client.FieldValidation("Strict")))
			return object
		}
	}
	e.Fatalf("%s has no %s", file, kind)
	return nil
}

// startPods has the app's Pods run, as a node would, and waits until the Deployment knows.
func (e example) startPods() {
	e.Helper()
	e.Eventually(func() bool {
		var pods corev1.PodList
		e.must(e.admin.List(e.Context(), &pods, client.InNamespace(e.name)))
		for i := range pods.Items {
			before := pods.Items[i].DeepCopy()
			pods.Items[i].Status.Phase = corev1.PodRunning
			pods.Items[i].Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
			e.must(client.IgnoreNotFound(e.admin.Status().Patch(e.Context(), &pods.Items[i], client.MergeFrom(before))))
		}
		return e.verdicts("Deployment")["Deployment"].argo == "Healthy"
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(BeTrue())
}

// verdicts are what the three say of those kinds that the example applies.
func (e example) verdicts(kinds ...string) map[string]verdict {
	e.Helper()
	judges, err := theJudges()
	e.must(err)
	said := map[string]verdict{}
	for _, manifest := range e.applied {
		if slices.Contains(kinds, manifest.GetKind()) {
			v, _, err := judges.judge(e.Context(), e.live(manifest))
			e.must(err)
			said[manifest.GetKind()] = v
		}
	}
	return said
}

// is waits until the three say of each kind what they should.
func (e example) is(want map[string]verdict) {
	e.Helper()
	e.Eventually(func() string {
		return cmp.Diff(want, e.verdicts(slices.Collect(maps.Keys(want))...), cmp.AllowUnexported(verdict{}))
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(BeEmpty())
}

// runPage runs the commands of docs/gitops.md that have a text.
func (e example) runPage(text string) {
	e.Helper()
	for _, block := range commands(e.T, "gitops.md") {
		if strings.Contains(block, text) {
			e.run(e.T, text, block)
			return
		}
	}
	e.Errorf("the page has %q no more", text)
}

// well is what all three say of what is as it should be.
var well = verdict{"Healthy", "Current", "Current"}

func TestTheExampleOfFluxStaysGreenWhileItsRouteIsHeld(t *testing.T) {
	t.Parallel()
	e := newExample(t, "flux")
	written := e.definitions(kustomizeController, "config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml", "clusters/production/shop.yaml", "Kustomization")
	var kustomization struct {
		Spec struct {
			Wait             bool                          `json:"wait"`
			HealthCheckExprs []kustomize.CustomHealthCheck `json:"healthCheckExprs"`
		} `json:"spec"`
	}
	e.must(runtime.DefaultUnstructuredConverter.FromUnstructured(written.Object, &kustomization))
	judges, err := theJudges()
	e.must(err)
	if diff := cmp.Diff(judges.checks[:1], kustomization.Spec.HealthCheckExprs); diff != "" {
		t.Errorf("the example has other expressions than config/flux (-config +example):\n%s", diff)
	}
	if !kustomization.Spec.Wait {
		t.Error("the example does not wait")
	}

	resources := flux{}.resources(e.place)
	set, err := resources.ApplyAllStaged(t.Context(), flux{}.owned(resources, e.applied), flux{}.options())
	e.must(err)
	e.startPods()
	e.must(e.reconcile(set, kustomization.Spec.HealthCheckExprs, within))
	waiting := map[string]verdict{
		"Namespace": well, "Deployment": well, "Service": well,
		"IcpFiling": {"Suspended", "Current", "InProgress"}, "Ingress": {"Suspended", "Current", "Current"},
	}
	e.is(waiting)
	e.runPage("--for=condition=PrerequisitesMet")
	if err := e.reconcile(set, nil, 2*time.Second); err == nil || !strings.Contains(err.Error(), "IcpFiling/shop/example-com status: 'InProgress'") {
		t.Errorf("without the expressions: %v", err)
	}
	for kind, drift := range (flux{}).drift(e.place, e.applied) {
		t.Errorf("%s has drifted: %s", kind, drift)
	}

	e.approve("example-com")
	e.runPage("--for=condition=Ready")
	for _, manifest := range e.applied {
		if manifest.GetKind() == "Ingress" {
			e.serve(manifest)
		}
	}
	e.must(e.reconcile(set, kustomization.Spec.HealthCheckExprs, within))
	e.must(e.reconcile(set, nil, within))
	waiting["IcpFiling"], waiting["Ingress"] = well, well
	e.is(waiting)
}

// reconcile waits for what was applied as kustomize-controller does: with a Kustomization's expressions, or without.
func (e example) reconcile(set *ssa.ChangeSet, exprs []kustomize.CustomHealthCheck, timeout time.Duration) error {
	e.Helper()
	reader, err := cel.NewStatusReader(exprs)
	e.must(err)
	resources := flux{}.resources(e.place, reader(e.admin.RESTMapper()))
	var ids object.ObjMetadataSet
	for _, entry := range set.Entries {
		ids = append(ids, entry.ObjMetadata)
	}
	return resources.WaitForSetWithContext(e.Context(), ids, ssa.WaitOptions{Interval: 100 * time.Millisecond, Timeout: timeout, FailFast: true})
}

func TestTheExampleOfArgoCDStaysGreenWhileItsRouteIsHeld(t *testing.T) {
	t.Parallel()
	e := newExample(t, "argocd")
	application := e.definitions(argoCDProject, "manifests/crds/application-crd.yaml", "applications/shop.yaml", "Application")
	if options := application.GetAnnotations()["argocd.argoproj.io/compare-options"]; options != "ServerSideDiff=true,IncludeMutationWebhook=true" {
		t.Errorf("the example compares with %q", options)
	}
	if path, _, _ := unstructured.NestedString(application.Object, "spec", "source", "path"); path != "apps/shop" {
		t.Errorf("the example applies %s", path)
	}

	installed := &corev1.ConfigMap{Data: map[string]string{"admin.enabled": "false"}}
	installed.Namespace, installed.Name = "argocd", "argocd-cm"
	e.must(e.admin.Create(t.Context(), installed))
	e.runPage("-k config/argocd")
	e.must(e.admin.Get(t.Context(), client.ObjectKeyFromObject(installed), installed))
	judges, err := theJudges()
	e.must(err)
	if len(installed.Data) != len(judges.scripts)+1 || installed.Data["admin.enabled"] != "false" {
		t.Errorf("argocd-cm has %d keys", len(installed.Data))
	}

	o := &operation{argoCD: argoCD{serverSide: true}}
	o.goOn(e.place, e.applied)
	e.startPods()
	e.Eventually(func() common.OperationPhase {
		o.goOn(e.place, e.applied)
		return o.phase
	}).WithTimeout(within).WithPolling(200*time.Millisecond).Should(BeEquivalentTo(common.OperationSucceeded), "%s", o.message)
	waiting := map[string]verdict{
		"Namespace": well, "Deployment": well, "Service": well,
		"IcpFiling": {"Suspended", "Current", "InProgress"}, "HTTPRoute": {"Suspended", "Current", "Current"},
	}
	e.is(waiting)
	for kind, drift := range o.drift(e.place, e.applied) {
		t.Errorf("%s is OutOfSync: %s", kind, drift)
	}

	e.approve("example-com")
	waiting["IcpFiling"], waiting["HTTPRoute"] = well, verdict{"Progressing", "Current", "Current"} // no Gateway is there to take it
	e.is(waiting)
	filing := e.filingAt("example-com", func(f *v1alpha1.IcpFiling) bool {
		return meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	})
	if filing.Status.WebsiteNumber == "" {
		t.Error("it has no number")
	}
}
