package gitops

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// place is a namespace of a test's own, with a domain that no other test has and a filing of it that is not in force.
type place struct {
	*testing.T
	*WithT
	*world
	name, domain string
	filing       *v1alpha1.IcpFiling
}

var places atomic.Int32

func newPlace(t *testing.T, mode string) place {
	t.Helper()
	return newPlaceIn(t, shared, mode)
}

// newPlaceIn makes a place in a mode, or of the default mode.
func newPlaceIn(t *testing.T, w *world, mode string) place {
	t.Helper()
	n := places.Add(1)
	p := place{T: t, WithT: NewWithT(t), world: w, name: fmt.Sprintf("place-%d", n), domain: fmt.Sprintf("example-%d.com", n)}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}}
	if mode != "" {
		namespace.Labels = map[string]string{v1alpha1.GateLabel: mode}
	}
	p.must(p.admin.Create(t.Context(), namespace))
	p.filing = newFiling(p.name, p.domain)
	p.must(p.admin.Create(t.Context(), p.filing))
	if mode != "" { // or the operator would write on parked routes, a moment later, where their filing stands
		p.untilJudged("by where the filing stands", func(_ bool, because string) bool { return strings.Contains(because, "is at Preparation") })
	}
	return p
}

// untilJudged waits until the API server judges a new Ingress for the domain, as a dry run, in a way: whether it would be
// served, and why not. It hears of a Namespace's change a moment later.
func (p place) untilJudged(how string, holds func(served bool, because string) bool) {
	p.Helper()
	p.Eventually(func() bool {
		probe := &unstructured.Unstructured{}
		p.must(yaml.Unmarshal([]byte(strings.ReplaceAll(ingress("", ""), "$HOST", "www."+p.domain)), &probe.Object))
		probe.SetNamespace(p.name)
		probe.SetName("probe")
		err := p.admin.Create(p.Context(), probe, client.DryRunAll)
		if apierrors.IsForbidden(err) {
			return holds(false, err.Error())
		}
		p.must(err)
		return holds(!isParked(probe), probe.GetAnnotations()[exposure.ParkedBecauseAnnotation])
	}).WithTimeout(within).WithPolling(20*time.Millisecond).Should(BeTrue(), "%s is judged %s", p.name, how)
}

func newFiling(namespace, domain string) *v1alpha1.IcpFiling {
	filing := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "shop"}}
	filing.Spec.Domain.Name = domain
	filing.Spec.Server.ServiceNumber = "sn-1"
	filing.Spec.Subject = v1alpha1.Subject{
		Nature: "Enterprise", Province: "Zhejiang", City: "Hangzhou", Name: "杭州示例科技有限公司", Address: "杭州",
		Certificate:          &v1alpha1.Certificate{Type: "UnifiedSocialCreditCode", Number: "91330100MA0EXAM076", Address: "杭州"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	filing.Spec.Website = v1alpha1.Website{
		Name: "示例商城", Homepage: "www." + domain, ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	return filing
}

func (p place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// clear says whether the filing is in force, as the filing controller does, and waits until the API server judges by it.
func (p place) clear(inForce bool) {
	p.Helper()
	before := p.filing.DeepCopy()
	condition := metav1.Condition{
		Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionFalse, Reason: "Test", LastTransitionTime: metav1.Now(),
	}
	var domains []string
	if inForce {
		condition.Status, domains = metav1.ConditionTrue, []string{p.domain}
	}
	meta.SetStatusCondition(&p.filing.Status.Conditions, condition)
	p.must(p.operator.Status().Patch(p.Context(), p.filing, client.MergeFrom(before)))
	p.Eventually(func() []string {
		var namespace corev1.Namespace
		p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
		return admission.Decode(namespace.Annotations).Domains()
	}).WithTimeout(within).WithPolling(20 * time.Millisecond).Should(ConsistOf(domains))
	p.untilJudged("by the clearance", func(served bool, _ string) bool { return served == inForce })
}

// live reads a route anew.
func (p place) live(manifest *unstructured.Unstructured) *unstructured.Unstructured {
	p.Helper()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(manifest.GroupVersionKind())
	p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(manifest), object))
	return object
}

// untilParked waits until the routes are parked, or are not, with the operator having no more to write of them.
func (p place) untilParked(parked bool, manifests []*unstructured.Unstructured) {
	p.Helper()
	checked := map[bool]string{true: "held", false: "cleared"}[parked]
	for _, manifest := range manifests {
		p.Eventually(func() bool {
			object := p.live(manifest)
			// What was written as it now is has not been touched, or was touched earlier.
			touched, is := object.GetAnnotations()[v1alpha1.GateCheckedAnnotation]
			return isParked(object) == parked && (!is || touched == checked)
		}).WithTimeout(within).WithPolling(20*time.Millisecond).Should(BeTrue(), "%s %s parked: %v", manifest.GetKind(), manifest.GetName(), parked)
	}
}

// isParked tells that no controller serves a route: by the class of an Ingress, or by every parent that is no mesh's.
func isParked(route *unstructured.Unstructured) bool {
	if route.GetKind() == "Ingress" {
		class, _, _ := unstructured.NestedString(route.Object, "spec", "ingressClassName")
		return class == v1alpha1.ParkedClass && route.GetAnnotations()["kubernetes.io/ingress.class"] == v1alpha1.ParkedClass
	}
	parents, _, _ := unstructured.NestedSlice(route.Object, "spec", "parentRefs")
	return !slices.ContainsFunc(parents, func(parent any) bool {
		p, _ := parent.(map[string]any)
		group, _ := p["group"].(string)
		return p["kind"] != "Service" && !strings.HasSuffix(group, v1alpha1.ParkedGroupSuffix)
	})
}

// wantAsWritten expects of released routes that nothing is left of their parking: that they are as in a namespace that
// is not gated, but for the operator's mark that it looked.
func (p place) wantAsWritten(manifests []*unstructured.Unstructured) {
	p.Helper()
	for _, manifest := range manifests {
		got := p.live(manifest)
		ungated := manifest.DeepCopy()
		ungated.SetNamespace("default")
		p.must(p.admin.Create(p.Context(), ungated, client.DryRunAll))
		unstructured.RemoveNestedField(got.Object, "metadata", "annotations", v1alpha1.GateCheckedAnnotation)
		unstructured.RemoveNestedField(got.Object, "metadata", "annotations", corev1.LastAppliedConfigAnnotation)
		if diff := cmp.Diff(essence(ungated), essence(got)); diff != "" {
			p.Errorf("%s %s is not as it was written (-written +released):\n%s", manifest.GetKind(), manifest.GetName(), diff)
		}
	}
}

// essence is what of a route the manifest says: without what tools write of themselves.
func essence(route *unstructured.Unstructured) map[string]any {
	return map[string]any{"annotations": withoutTools(route.GetAnnotations()), "labels": withoutTools(route.GetLabels()), "spec": route.Object["spec"]}
}

func withoutTools(written map[string]string) map[string]string {
	kept := map[string]string{}
	for key, value := range written {
		if !strings.HasPrefix(key, "argocd.argoproj.io/") && !strings.HasPrefix(key, "kustomize.toolkit.fluxcd.io/") {
			kept[key] = value
		}
	}
	return kept
}
