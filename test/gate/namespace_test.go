package gate

import (
	"fmt"
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// Ways in which whoever writes Namespaces, a GitOps controller as well as somebody who means harm, may come to lower the gate's
// mode or to clear a domain. None of them holds the verb ungate.
var rewritings = map[string]func(p place, by client.Client) error{
	"replaces the Namespace with its manifest, which knows nothing of the gate": func(p place, by client.Client) error {
		namespace := p.namespace()
		namespace.Labels, namespace.Annotations = nil, nil
		return by.Update(p.Context(), namespace)
	},
	"replaces it by its status": func(p place, by client.Client) error {
		namespace := p.namespace()
		namespace.Labels, namespace.Annotations = nil, nil
		return by.Status().Update(p.Context(), namespace)
	},
	"replaces it by its finalizing": func(p place, by client.Client) error {
		namespace := p.namespace()
		namespace.Labels, namespace.Annotations = nil, nil
		return by.SubResource("finalize").Update(p.Context(), namespace)
	},
	"applies it with the label, and then without, as its own": func(p place, by client.Client) error {
		if err := p.applyNamespace(by, map[string]any{v1alpha1.GateLabel: v1alpha1.GateHold}); err != nil {
			return err
		}
		return p.applyNamespace(by, map[string]any{"team": "shop"})
	},
	"applies it in the operator's name with mode off": func(p place, by client.Client) error {
		return p.applyNamespace(by, map[string]any{v1alpha1.GateLabel: v1alpha1.GateOff})
	},
	"takes all labels and annotations away by a JSON patch": func(p place, by client.Client) error {
		return by.Patch(p.Context(), p.namespace(), client.RawPatch(types.JSONPatchType,
			[]byte(`[{"op":"remove","path":"/metadata/labels"},{"op":"remove","path":"/metadata/annotations"}]`)))
	},
	"clears a domain of its own by a patch": func(p place, by client.Client) error {
		patch := fmt.Appendf(nil, `{"metadata":{"annotations":{"cleared.icp.beian.dev/v1":"2","cleared.icp.beian.dev/v1.e":%q}}}`, "\nevil.cn\n")
		return by.Patch(p.Context(), p.namespace(), client.RawPatch(types.MergePatchType, patch))
	},
}

func (p place) namespace() *corev1.Namespace {
	p.Helper()
	namespace := &corev1.Namespace{}
	p.must(shared.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, namespace))
	return namespace
}

func (p place) applyNamespace(by client.Client, labels map[string]any) error {
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace",
		"metadata": map[string]any{"name": p.name, "labels": labels}}}
	return by.Apply(p.Context(), client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("icp-operator"), client.ForceOwnership)
}

func TestWhoeverRewritesANamespaceNeitherLowersItsModeNorClearsADomain(t *testing.T) {
	t.Parallel()
	anyone := person(t, "rewrites")
	for says, rewrite := range rewritings {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold, "example.com")
			before := p.namespace()
			if err := rewrite(p, anyone); err != nil && !apierrors.IsForbidden(err) {
				t.Fatalf("neither taken nor refused: %v", err)
			}
			after := p.namespace()
			if after.Labels[v1alpha1.GateLabel] != v1alpha1.GateHold {
				t.Errorf("the mode is %q", after.Labels[v1alpha1.GateLabel])
			}
			if !maps.Equal(clearancesIn(before), clearancesIn(after)) {
				t.Errorf("the clearances were %v, and are %v", clearancesIn(before), clearancesIn(after))
			}
		})
	}
}

func clearancesIn(namespace *corev1.Namespace) map[string]string {
	found := map[string]string{}
	for name, value := range namespace.Annotations {
		if admission.IsClearance(name) {
			found[name] = value
		}
	}
	return found
}

// Whoever may delete a Namespace and make it anew has one without the gate's label: only a default mode keeps them from that.
// What was cleared before is not.
func TestANamespaceThatIsMadeAnewIsClearedForNothing(t *testing.T) {
	t.Parallel()
	anyone := person(t, "remakes")
	p := newPlace(t, v1alpha1.GateHold, "example.com")
	forged := p.namespace()
	p.must(anyone.Delete(t.Context(), forged.DeepCopy()))
	p.eventually("it is gone", func() bool {
		return apierrors.IsNotFound(shared.admin.Get(t.Context(), client.ObjectKey{Name: p.name}, &corev1.Namespace{}))
	})
	forged.ObjectMeta = metav1.ObjectMeta{Name: p.name, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}, Annotations: forged.Annotations}
	p.must(anyone.Create(t.Context(), forged))
	if found := clearancesIn(p.namespace()); len(found) > 0 {
		t.Errorf("it comes with the clearances %v", found)
	}
	p.eventually("what was cleared is parked", func() bool {
		route := inPlace(p, ingressFor("www.example.com"))
		return shared.admin.Create(t.Context(), route, client.DryRunAll) == nil && exposure.Read(route).Parked
	})
}

// A filing that is owned by an object which goes, or that names an owner which there never was, is collected as garbage.
func TestTheGarbageCollectorDeletesNoFilingWhoseHostsAreServed(t *testing.T) {
	t.Parallel()
	anyone := person(t, "owns")
	p := newPlace(t, "")
	write := func(filing client.Object, patch string) {
		t.Helper()
		p.must(anyone.Patch(t.Context(), filing, client.RawPatch(types.MergePatchType, []byte(patch))))
	}
	filing := inPlace(p, filingOf("example.com"))
	filing.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	p.must(anyone.Create(t.Context(), filing))
	p.must(shared.operator.Status().Patch(t.Context(), filing, client.RawPatch(types.MergePatchType,
		[]byte(`{"status":{"stage":"Approved","exposure":{"servedHosts":1,"heldHosts":0}}}`))))
	write(filing, `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"never","uid":"00000000-0000-4000-8000-000000000000"}]}}`)
	collector, err := shared.client(shared.ConfigFor("system:serviceaccount:kube-system:generic-garbage-collector"))
	p.must(err)
	p.wantRefused(collector.Delete(t.Context(), filing.DeepCopy()), "1 hosts of example.com are served")
	// The tenant's own finalizer keeps nothing, for a filing that is being deleted clears nothing.
	write(filing, `{"spec":{"deletionPolicy":"CloseExposure"},"metadata":{"ownerReferences":null,"finalizers":["example.com/kept"]}}`)
	p.must(anyone.Delete(t.Context(), filing))
	p.must(anyone.Get(t.Context(), client.ObjectKeyFromObject(filing), filing))
	if filing.DeletionTimestamp.IsZero() {
		t.Error("it is not being deleted")
	}
	write(filing, `{"metadata":{"finalizers":null}}`)
}
