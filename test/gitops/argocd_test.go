package gitops

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/rest"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// argoCD applies and compares as Argo CD's application controller does.
type argoCD struct {
	// serverSide is the sync option ServerSideApply=true.
	serverSide bool
}

const argoManager = "argocd-controller"

// settings are values of the annotation argocd.argoproj.io/compare-options.
type settings struct{ serverSideDiff, includeMutationWebhook bool }

// needed is what docs/gitops.md says that Argo CD needs.
var needed = settings{serverSideDiff: true, includeMutationWebhook: true}

func command() *kube.KubectlCmd {
	return &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
}

// serverSchema is that of the API server, as Argo CD reads it once.
var serverSchema = sync.OnceValues(func() (*managedfields.GvkParser, error) {
	_, parser, err := command().LoadOpenAPISchema(shared.plane.Config())
	return parser, err
})

func (a argoCD) config(p place) *rest.Config { return p.plane.Config() }

// tracked copies manifests with the annotation by which Argo CD knows its own.
func (argoCD) tracked(manifests []*unstructured.Unstructured) []*unstructured.Unstructured {
	var copies []*unstructured.Unstructured
	for _, manifest := range manifests {
		copied := manifest.DeepCopy()
		annotations := copied.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["argocd.argoproj.io/tracking-id"] = "shop:" + copied.GetKind() + ":" + copied.GetNamespace() + "/" + copied.GetName()
		copied.SetAnnotations(annotations)
		copies = append(copies, copied)
	}
	return copies
}

func (a argoCD) sync(p place, manifests []*unstructured.Unstructured) {
	p.Helper()
	operations, cleanUp, err := command().ManageResources(a.config(p))
	p.must(err)
	defer cleanUp()
	for _, manifest := range a.tracked(manifests) {
		said, err := operations.ApplyResource(p.Context(), manifest, cmdutil.DryRunNone, false, true, a.serverSide, argoManager)
		p.must(err)
		if strings.Contains(strings.ToLower(said), "warning") {
			p.Errorf("Argo CD's apply of %s warns: %s", manifest.GetName(), said)
		}
	}
}

func (a argoCD) stamps() bool { return !a.serverSide }

func (a argoCD) drift(p place, manifests []*unstructured.Unstructured) map[string]string {
	p.Helper()
	return a.compare(p, needed, manifests)
}

// compare tells which routes Argo CD shows as OutOfSync, and the difference that it shows.
func (a argoCD) compare(p place, s settings, manifests []*unstructured.Unstructured) map[string]string {
	p.Helper()
	parser, err := serverSchema()
	p.must(err)
	applier, cleanUp, err := command().ManageServerSideDiffDryRuns(a.config(p))
	p.must(err)
	defer cleanUp()
	options := []diff.Option{
		diff.WithLogr(logr.Discard()), diff.WithManager(argoManager), diff.WithGVKParser(parser),
		diff.WithStructuredMergeDiff(a.serverSide),
		diff.WithServerSideDiff(s.serverSideDiff), diff.WithIgnoreMutationWebhook(!s.includeMutationWebhook),
		diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier)),
	}
	drift := map[string]string{}
	for _, manifest := range a.tracked(manifests) {
		result, err := diff.Diff(manifest, p.live(manifest), options...)
		p.must(err)
		if result.Modified {
			drift[manifest.GetName()] = cmp.Diff(string(result.NormalizedLive), string(result.PredictedLive))
		}
	}
	return drift
}

// Argo CD's own comparison knows nothing of what the API server changes in a write: these routes it shows as OutOfSync
// only while they are parked. An Ingress without a class it does not miss: what the gate adds is nobody's. Nor does it
// compare, client side, parents whose group the manifest leaves out; server side, it takes their defaults for drift
// always, gate or not.
func TestWithoutServerSideDiffArgoCDShowsParkedRoutesAsOutOfSync(t *testing.T) {
	t.Parallel()
	classes := []string{
		"an-ingress-with-a-class-field", "an-ingress-with-the-legacy-class-annotation",
		"an-ingress-with-class-field-and-annotation", "an-ingress-with-annotations-of-its-own",
	}
	for name, row := range map[string]struct {
		argoCD
		drifts []string
	}{
		"applying client side": {argoCD{}, append(slices.Clone(classes), "an-httproute-that-writes-group-and-kind-out")},
		"applying server side": {argoCD{serverSide: true}, classes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			manifests := p.manifests(false)
			row.sync(p, manifests)
			p.untilParked(true, manifests)
			drifts := row.compare(p, settings{}, manifests)
			p.Expect(row.compare(p, settings{serverSideDiff: true}, manifests)).To(BeEmpty(), "parked")

			p.clear(true)
			p.untilParked(false, manifests)
			for always := range row.compare(p, settings{}, manifests) {
				delete(drifts, always)
			}
			p.Expect(slices.Collect(maps.Keys(drifts))).To(ConsistOf(row.drifts))
			p.Expect(row.compare(p, settings{serverSideDiff: true}, manifests)).To(BeEmpty(), "released")
		})
	}
}
