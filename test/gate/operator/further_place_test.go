package operator

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

// kindsGroup is the group of the tests' own kinds of route. All have one shape: hosts, a class and gateways.
const kindsGroup = "routes.example.net"

// siteHosts yields the hosts of an object of any of them.
const siteHosts = "has(object.spec.hosts) ? object.spec.hosts : ['']"

// entry adds a kind to the gate.
func entry(resource, hosts string, park *v1alpha1.Park) v1alpha1.RouteKind {
	return v1alpha1.RouteKind{Group: kindsGroup, Version: "v1", Resource: resource, Hosts: hosts, Park: park}
}

func byClass() *v1alpha1.Park { return &v1alpha1.Park{Path: "/spec/class", Value: "icp-parked"} }

// serve makes a CRD of the shape.
func (p place) serve(resource string) {
	p.Helper()
	p.serveWith(resource, "hosts", "class", "gateways")
}

// serveWith makes a CRD, or makes it another, that has those fields of the shape.
func (p place) serveWith(resource string, fields ...string) {
	p.Helper()
	text := apiextensionsv1.JSONSchemaProps{Type: "string"}
	texts := apiextensionsv1.JSONSchemaProps{Type: "array", Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &text}}
	spec := map[string]apiextensionsv1.JSONSchemaProps{"hosts": texts, "class": text, "gateways": texts}
	maps.DeleteFunc(spec, func(field string, _ apiextensionsv1.JSONSchemaProps) bool { return !slices.Contains(fields, field) })
	crd := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: resource + "." + kindsGroup}}
	crd.Spec.Group, crd.Spec.Scope = kindsGroup, apiextensionsv1.NamespaceScoped
	crd.Spec.Names = apiextensionsv1.CustomResourceDefinitionNames{Plural: resource, Kind: kindOf(resource)}
	crd.Spec.Versions = []apiextensionsv1.CustomResourceDefinitionVersion{{
		Name: "v1", Served: true, Storage: true,
		Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
			Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{"spec": {
				Type: "object", Properties: spec,
			}},
		}},
	}}
	crd.SetGroupVersionKind(apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition"))
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(crd)
	p.must(err)
	delete(object, "status")
	p.must(p.plane.ApplyObjects(p.Context(), &unstructured.Unstructured{Object: object}))
}

// permit gives the operator a kind, as config/route-kinds does.
func (p place) permit(resources ...string) {
	p.Helper()
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "icp-route-kind-" + resources[0], Labels: map[string]string{"icp.beian.dev/aggregate-to-operator": "true"}},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{kindsGroup}, Resources: resources, Verbs: []string{"get", "list", "watch", "patch"}}},
	}
	p.must(p.admin.Create(p.Context(), role))
}

// forbid takes what permit gave away again.
func (p place) forbid(resource string) {
	p.Helper()
	p.must(p.admin.Delete(p.Context(), &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "icp-route-kind-" + resource}}))
}

func kindOf(resource string) string {
	return strings.ToUpper(resource[:1]) + strings.TrimSuffix(resource[1:], "s")
}

// site makes an object of a kind, as a manifest has it.
func (p place) site(resource, name string, spec map[string]any, annotations map[string]string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: kindsGroup, Version: "v1", Kind: kindOf(resource)})
	object.SetNamespace(p.name)
	object.SetName(name)
	object.SetAnnotations(annotations)
	return object
}

// apply applies a manifest as `kubectl apply --server-side` does, and returns the object as it then is.
func (p place) apply(manifest *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	applied := manifest.DeepCopy()
	err := p.admin.Apply(p.Context(), client.ApplyConfigurationFromUnstructured(applied), client.FieldOwner("kubectl"))
	return applied, err
}

// current reads an object as it is, and as the gate sees it.
func (p place) current(kind v1alpha1.RouteKind, object *unstructured.Unstructured) (*unstructured.Unstructured, exposure.Route) {
	p.Helper()
	further, err := admission.CompileRouteKind(kind)
	p.must(err)
	now := object.DeepCopy()
	p.must(p.admin.Get(p.Context(), client.ObjectKeyFromObject(object), now))
	return now, further.Exposure(now.GroupVersionKind().GroupKind()).Read(now)
}

// watchKind watches the objects of a kind for the gate's promise, from when the kind is gated until the returned function is called.
func (p place) watchKind(kind v1alpha1.RouteKind, object *unstructured.Unstructured) (*promise.Watcher, context.CancelFunc) {
	p.Helper()
	further, err := admission.CompileRouteKind(kind)
	p.must(err)
	ctx, cancel := context.WithCancel(p.Context())
	watcher, err := promise.WatchFurther(ctx, p.admin, admission.SettingsOf(nil), further, object.GroupVersionKind())
	p.must(err)
	return watcher, cancel
}

// untilHeld waits until the gate holds an object, or does not.
func (p place) untilHeld(held bool, kind v1alpha1.RouteKind, object *unstructured.Unstructured) {
	p.Helper()
	p.Eventually(func() bool {
		_, route := p.current(kind, object)
		return route.Held && route.Parked
	}).WithTimeout(within).WithPolling(20*time.Millisecond).Should(Equal(held), "%s held", object.GetName())
}

// asWritten is what a manifest says of an object: its spec and annotations, but for those of the gate.
func asWritten(object *unstructured.Unstructured) map[string]any {
	annotations := map[string]string{}
	for name, value := range object.GetAnnotations() {
		if name != v1alpha1.GateCheckedAnnotation {
			annotations[name] = value
		}
	}
	return map[string]any{"spec": object.Object["spec"], "annotations": annotations}
}

// kinds sets the further kinds, and waits for what the status says of them.
func (p place) kinds(ready, watched string, kinds ...v1alpha1.RouteKind) {
	p.Helper()
	p.policy(v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeOff, RouteKinds: kinds})
	p.untilReason(v1alpha1.ConditionReady, ready)
	p.untilReason(v1alpha1.ConditionRouteKindsWatched, watched)
}

// untilReason waits for the reason of a condition of the ExposurePolicy's; "" stands for no condition.
func (p place) untilReason(condition, reason string) metav1.Condition {
	p.Helper()
	var found *metav1.Condition
	p.Eventually(func() string {
		if found = meta.FindStatusCondition(p.status().Conditions, condition); found == nil {
			return ""
		}
		return found.Reason
	}).WithTimeout(within).Should(Equal(reason), "%s: %v", condition, found)
	if found == nil {
		return metav1.Condition{}
	}
	return *found
}

// none takes all further kinds away, and waits until what they had parked is released.
func (p place) none() {
	p.Helper()
	p.kinds(v1alpha1.ReasonPoliciesInForce, "")
}

// untilRefused waits until the API server refuses an object, by the gate.
func (p place) untilRefused(object client.Object) {
	p.Helper()
	var err error
	p.Eventually(func() bool {
		err = p.admin.Create(p.Context(), object.DeepCopyObject().(client.Object), client.DryRunAll)
		return apierrors.IsForbidden(err)
	}).WithTimeout(within).Should(BeTrue(), "%v", err)
	p.Expect(err).To(MatchError(ContainSubstring("not cleared for exposure in namespace " + p.name)))
}

// told lists the reasons of the Events on an object.
func (p place) told(object client.Object) []string {
	p.Helper()
	var events eventsv1.EventList
	p.must(p.admin.List(p.Context(), &events, client.InNamespace(p.name)))
	var reasons []string
	for _, event := range events.Items {
		if event.Regarding.Name == object.GetName() && event.Type == corev1.EventTypeWarning {
			reasons = append(reasons, event.Reason)
		}
	}
	return reasons
}
