package routekinds

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

// exempt are the exemptDomains of the tests.
var exempt = []string{"svc.cluster.local"}

func TestTheFilesOfRouteKinds(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	entries := map[string]v1alpha1.RouteKind{}
	for _, k := range kinds {
		entries[k.file] = apply(t, k.file)
	}
	policy := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "icp.beian.dev/v1alpha1", "kind": "ExposurePolicy", "metadata": map[string]any{"name": "default"},
		"spec": map[string]any{"exemptDomains": []any{exempt[0]}},
	}}
	g.Expect(admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(policy), client.FieldOwner("admin"))).To(Succeed())
	g.Eventually(func() string {
		var policy v1alpha1.ExposurePolicy
		if err := admin.Get(t.Context(), client.ObjectKey{Name: "default"}, &policy); err != nil {
			return err.Error()
		}
		if len(policy.Spec.RouteKinds) != len(kinds) || policy.Status.ObservedGeneration != policy.Generation {
			return "not seen yet"
		}
		return fmt.Sprint(reasons(policy.Status.Conditions))
	}).WithTimeout(within).WithPolling(100*time.Millisecond).Should(Equal("PoliciesInForce Watched"), "every file is applied beside the others, and its kind is gated and watched")

	for _, k := range kinds {
		t.Run(k.file, func(t *testing.T) {
			t.Parallel()
			namespace := newNamespace(t, k.file)
			filing := cleared(t, namespace)
			for i, row := range k.rows {
				t.Run(row.says, func(t *testing.T) { tryRow(t, entries[k.file], namespace, fmt.Sprintf("row-%d", i), row) })
			}
			if entries[k.file].Park != nil {
				t.Run("parked and released as written", func(t *testing.T) { live(t, entries[k.file], namespace, k.rows[0].manifest, filing) })
			}
		})
	}
}

// apply applies a file as its first lines say, and returns the entry of routeKinds that it has.
func apply(t *testing.T, file string) v1alpha1.RouteKind {
	t.Helper()
	g := NewWithT(t)
	content, err := os.ReadFile(filepath.Join(root, "config", "route-kinds", file+".yaml"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(content)).To(ContainSubstring("# kubectl apply --server-side --field-manager=" + file + " -f config/route-kinds/" + file + ".yaml\n"))
	objects, err := cluster.Decode(content)
	g.Expect(err).NotTo(HaveOccurred())
	var policy v1alpha1.ExposurePolicy
	for _, object := range objects {
		if object.GetKind() == "ExposurePolicy" {
			g.Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &policy)).To(Succeed())
		}
		g.Expect(admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(object), client.FieldOwner(file))).To(Succeed())
	}
	g.Expect(policy.Spec.RouteKinds).To(HaveLen(1))
	return policy.Spec.RouteKinds[0]
}

func reasons(conditions []metav1.Condition) string {
	var reasons []string
	for _, name := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionRouteKindsWatched} {
		if condition := meta.FindStatusCondition(conditions, name); condition != nil {
			reasons = append(reasons, condition.Reason)
			if condition.Status != metav1.ConditionTrue {
				reasons = append(reasons, condition.Message)
			}
		}
	}
	return strings.Join(reasons, " ")
}

func newNamespace(t *testing.T, name string) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}}}
	NewWithT(t).Expect(admin.Create(t.Context(), namespace)).To(Succeed())
	return name
}

// cleared files example.com in a namespace.
func cleared(t *testing.T, namespace string) *v1alpha1.IcpFiling {
	t.Helper()
	g := NewWithT(t)
	filing := newFiling(namespace, "example.com")
	g.Expect(admin.Create(t.Context(), filing)).To(Succeed())
	allow(t, filing, true)
	g.Eventually(func() []string {
		var current corev1.Namespace
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: namespace}, &current)).To(Succeed())
		return admission.Decode(current.Annotations).Domains()
	}).WithTimeout(within).Should(ConsistOf("example.com"))
	return filing
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
	filing.Spec.Exposure.Namespaces = v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSame}
	filing.Spec.DeletionPolicy = v1alpha1.DeletionCloseExposure
	return filing
}

// allow says whether a filing's gate is open, as the filing controller does.
func allow(t *testing.T, filing *v1alpha1.IcpFiling, allowed bool) {
	t.Helper()
	before := filing.DeepCopy()
	status := metav1.ConditionFalse
	if allowed {
		status = metav1.ConditionTrue
	}
	meta.SetStatusCondition(&filing.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionExposureAllowed, Status: status, Reason: "Test", LastTransitionTime: metav1.Now(),
	})
	NewWithT(t).Expect(operator.Status().Patch(t.Context(), filing, client.MergeFrom(before))).To(Succeed())
}

// object reads a manifest, and gives it a place.
func object(t *testing.T, namespace, name, manifest string) *unstructured.Unstructured {
	t.Helper()
	objects, err := cluster.Decode([]byte(manifest))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	objects[0].SetNamespace(namespace)
	if objects[0].GetName() == "" {
		objects[0].SetName(name)
	}
	return objects[0]
}

// read says what the Go code makes of an object.
func read(t *testing.T, kind v1alpha1.RouteKind, object *unstructured.Unstructured) exposure.Route {
	t.Helper()
	further, err := admission.CompileRouteKind(kind)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return further.Exposure(object.GroupVersionKind().GroupKind()).Read(object)
}

// tryRow has the API server judge an object, and compares with what the row, and the Go code, say of it.
func tryRow(t *testing.T, kind v1alpha1.RouteKind, namespace, name string, row row) {
	t.Helper()
	g := NewWithT(t)
	manifest := object(t, namespace, name, row.manifest)
	blocked := read(t, kind, manifest).Blocked(exposure.NewClearances("example.com"), exposure.Rules{ExemptDomains: exempt})
	g.Expect(exposure.JoinBlocked(blocked)).To(Equal(row.blocked), "in Go")

	g.Eventually(func() string {
		tried := manifest.DeepCopy()
		err := admin.Create(t.Context(), tried, client.DryRunAll)
		switch {
		case apierrors.IsForbidden(err) && kind.Park == nil:
			_, after, _ := strings.Cut(err.Error(), "not cleared for exposure in namespace "+namespace+": ")
			hosts, _, _ := strings.Cut(after, ": ")
			return hosts
		case err != nil:
			return err.Error()
		case read(t, kind, tried).Parked != (tried.GetAnnotations()[exposure.ParkedHostsAnnotation] != ""):
			return "parked without a note, or noted and not parked"
		}
		return tried.GetAnnotations()[exposure.ParkedHostsAnnotation]
	}).WithTimeout(within).WithPolling(100*time.Millisecond).Should(Equal(row.blocked), "on the API server")
}

// live takes an object through an end of its filing and back, and applies its manifest again at every step.
func live(t *testing.T, kind v1alpha1.RouteKind, namespace, manifest string, filing *v1alpha1.IcpFiling) {
	t.Helper()
	g := NewWithT(t)
	written := object(t, namespace, "site", manifest)
	written.SetAnnotations(map[string]string{"example.com/kept": "yes"})
	promised := watch(t, kind, written)
	allow(t, filing, false)
	for _, covered := range []bool{false, true, false, true} {
		if covered {
			allow(t, filing, true)
		} else {
			allow(t, filing, false)
		}
		now := written.DeepCopy()
		g.Eventually(func() bool {
			g.Expect(client.IgnoreNotFound(admin.Get(t.Context(), client.ObjectKeyFromObject(written), now))).To(Succeed())
			if now.GetUID() == "" { // the first time: once the clearance has gone, it is parked as it is written
				applied := written.DeepCopy()
				err := admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(applied), client.FieldOwner("kubectl"))
				if !apierrors.IsForbidden(err) { // the Namespace may change while it is judged
					g.Expect(err).NotTo(HaveOccurred())
				}
			}
			return read(t, kind, now).Held
		}).WithTimeout(within).WithPolling(50*time.Millisecond).Should(Equal(!covered), "held, while covered is %t", covered)
		g.Eventually(func() bool { // the operator may still be writing to it
			g.Expect(admin.Get(t.Context(), client.ObjectKeyFromObject(written), now)).To(Succeed())
			again := written.DeepCopy()
			g.Expect(admin.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(again), client.FieldOwner("kubectl"))).To(Succeed())
			return again.GetResourceVersion() == now.GetResourceVersion()
		}).WithTimeout(within).Should(BeTrue(), "applied again, it conflicts with nothing and changes nothing")
		if covered {
			annotations := now.GetAnnotations()
			delete(annotations, v1alpha1.GateCheckedAnnotation)
			g.Expect(annotations).To(Equal(written.GetAnnotations()))
			g.Expect(now.Object["spec"]).To(Equal(written.Object["spec"]), "as written")
		}
	}
	g.Expect(promised.CatchUp(t.Context(), admin, namespace)).To(Succeed())
	g.Expect(promised.Broken(namespace)).To(BeEmpty())
	longest, route := promised.LongestUncovered(namespace, time.Now())
	g.Expect(longest).To(BeNumerically("<=", closesWithin), "%s was exposed after its clearance had gone", route)
}

// watch watches the objects of a kind for the gate's promise.
func watch(t *testing.T, kind v1alpha1.RouteKind, object *unstructured.Unstructured) *promise.Watcher {
	t.Helper()
	further, err := admission.CompileRouteKind(kind)
	if err != nil {
		t.Fatal(err)
	}
	settings := admission.SettingsOf(&v1alpha1.ExposurePolicy{Spec: v1alpha1.ExposurePolicySpec{ExemptDomains: exempt}})
	watcher, err := promise.WatchFurther(t.Context(), admin, settings, further, object.GroupVersionKind())
	if err != nil {
		t.Fatal(err)
	}
	return watcher
}
