package gitops

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// newWorldFor makes a control plane of a test's own, for what concerns all of it.
func newWorldFor(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, false)
}

func newWorldOf(t *testing.T, whole bool) *world {
	t.Helper()
	plane, err := cluster.Start(context.Background(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	w, err := newWorld(context.Background(), plane, whole)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// defaultMode sets the default mode, and waits until it is in force: what refuses may be before what parks.
func (w *world) defaultMode(ctx context.Context, mode v1alpha1.GateMode) error {
	policy := &v1alpha1.ExposurePolicy{}
	policy.Name = "default"
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"defaultMode":"`+string(mode)+`"}}`))
	if err := w.admin.Patch(ctx, policy, patch); err != nil {
		return err
	}
	return cluster.UntilGated(ctx, w.admin)
}

func TestWithoutTheExposurePolicyAndTheOperatorTheGateStandsAsItIs(t *testing.T) {
	t.Parallel()
	w := newWorldFor(t)
	unlabelled, holds, denies := newPlaceIn(t, w, ""), newPlaceIn(t, w, v1alpha1.GateHold), newPlaceIn(t, w, v1alpha1.GateDeny)
	holds.must(w.defaultMode(t.Context(), v1alpha1.ModeHold))
	tool := flux{}
	tool.sync(unlabelled, unlabelled.manifests(false))
	unlabelled.untilParked(true, unlabelled.manifests(false))
	policy := &v1alpha1.ExposurePolicy{}
	policy.Name = "default"
	holds.must(w.admin.Delete(t.Context(), policy))
	holds.must(w.endOperator())

	for _, p := range []place{unlabelled, holds} {
		p.T = t
		tool.sync(p, p.manifests(true))
		for _, manifest := range p.manifests(true) {
			if !isParked(p.live(manifest)) {
				t.Errorf("%s of %s is served", manifest.GetName(), p.name)
			}
		}
		p.wantInSync(tool, p.manifests(true), "with neither")
	}
	for _, manifest := range denies.manifests(false) {
		if err := w.admin.Create(t.Context(), manifest); !apierrors.IsForbidden(err) {
			t.Errorf("%s is not refused: %v", manifest.GetName(), err)
		}
	}

	holds.must(w.startOperator(context.Background()))
	defer func() { holds.must(w.endOperator()) }()
	holds.clear(true)
	holds.untilParked(false, holds.manifests(true))
	unlabelled.clear(true)
	unlabelled.untilParked(false, unlabelled.manifests(true))
	unlabelled.clear(false)
	unlabelled.untilParked(true, unlabelled.manifests(true))
	var policies v1alpha1.ExposurePolicyList
	holds.must(w.admin.List(t.Context(), &policies))
	if len(policies.Items) != 0 {
		t.Error("the operator has made the ExposurePolicy again that somebody deleted")
	}
}
