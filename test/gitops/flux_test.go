package gitops

import (
	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/kstatus/polling/engine"
	"github.com/fluxcd/pkg/ssa"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// flux applies and compares as Flux's kustomize-controller does.
type flux struct{}

const fluxManager = "kustomize-controller"

// resources applies, and waits for what it applied with readers beside kstatus: those of a Kustomization's expressions.
func (flux) resources(p place, readers ...engine.StatusReader) *ssa.ResourceManager {
	poller := polling.NewStatusPoller(p.admin, p.admin.RESTMapper(), polling.Options{CustomStatusReaders: readers})
	return ssa.NewResourceManager(p.admin, poller, ssa.Owner{Field: fluxManager, Group: "kustomize.toolkit.fluxcd.io"})
}

// options are those that kustomize-controller applies with: it takes over what kubectl owned.
func (flux) options() ssa.ApplyOptions {
	options := ssa.DefaultApplyOptions()
	options.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{corev1.LastAppliedConfigAnnotation},
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: fluxManager, OperationType: metav1.ManagedFieldsOperationUpdate},
		},
	}
	return options
}

func (f flux) sync(p place, manifests []*unstructured.Unstructured) {
	p.Helper()
	f.apply(p, manifests)
}

// stamps: Flux applies server side.
func (flux) stamps() bool { return false }

// apply returns what Flux reports of each route, by its name.
func (f flux) apply(p place, manifests []*unstructured.Unstructured) map[string]ssa.Action {
	p.Helper()
	manager := f.resources(p)
	set, err := manager.ApplyAllStaged(p.Context(), f.owned(manager, manifests), f.options())
	p.must(err)
	actions := map[string]ssa.Action{}
	for _, entry := range set.Entries {
		actions[entry.ObjMetadata.Name] = entry.Action
	}
	return actions
}

// owned copies manifests and labels them, as a Kustomization does.
func (flux) owned(manager *ssa.ResourceManager, manifests []*unstructured.Unstructured) []*unstructured.Unstructured {
	var copies []*unstructured.Unstructured
	for _, manifest := range manifests {
		copies = append(copies, manifest.DeepCopy())
	}
	manager.SetOwnerLabels(copies, "shop", "flux-system")
	return copies
}

// drift is what `flux diff` shows, and what a reconciliation would report and do.
func (f flux) drift(p place, manifests []*unstructured.Unstructured) map[string]string {
	p.Helper()
	manager := f.resources(p)
	drift := map[string]string{}
	for _, manifest := range f.owned(manager, manifests) {
		entry, live, merged, err := manager.Diff(p.Context(), manifest, ssa.DefaultDiffOptions())
		p.must(err)
		if entry.Action != ssa.UnchangedAction {
			drift[manifest.GetName()] = string(entry.Action) + cmp.Diff(live, merged)
		}
	}
	return drift
}
