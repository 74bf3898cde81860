package gate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

const legacyClass = "kubernetes.io/ingress.class"

// manifests are routes as people write them, for host www.example.com.
var manifests = map[string]func() client.Object{
	"an Ingress with a class field":               func() client.Object { return ingressFor("www.example.com") },
	"an Ingress with the legacy class annotation": func() client.Object { return classed(false, true) },
	"an Ingress with class field and annotation":  func() client.Object { return classed(true, true) },
	"an Ingress without a class":                  func() client.Object { return classed(false, false) },
	"an Ingress with annotations of its own":      func() client.Object { return annotated(ingressFor("www.example.com")) },
	"an HTTPRoute":                                func() client.Object { return httpRouteFor("www.example.com") },
	"an HTTPRoute with annotations of its own":    func() client.Object { return annotated(httpRouteFor("www.example.com")) },
	"a GRPCRoute": func() client.Object { return grpcRouteFor("www.example.com") },
	"a TLSRoute":  func() client.Object { return tlsRouteFor("www.example.com") },
	"an HTTPRoute of two Gateways and a mesh Service": func() client.Object { return ofManyParents() },
}

func classed(field, annotation bool) *networkingv1.Ingress {
	ingress := ingressFor("www.example.com")
	if !field {
		ingress.Spec.IngressClassName = nil
	}
	if annotation {
		ingress.Annotations = note(legacyClass, "nginx")
	}
	return ingress
}

func annotated[T client.Object](object T) T {
	object.SetAnnotations(note("example.com/owner", "li"))
	return object
}

func ofManyParents() *gatewayv1.HTTPRoute {
	route := httpRouteFor("www.example.com")
	core, service := gatewayv1.Group(""), gatewayv1.Kind("Service")
	section := gatewayv1.SectionName("https")
	route.Spec.ParentRefs = append(route.Spec.ParentRefs,
		gatewayv1.ParentReference{Name: "edge-2", SectionName: &section},
		gatewayv1.ParentReference{Name: "web", Group: &core, Kind: &service})
	return route
}

// apply is `kubectl apply --server-side`: no conflict is forced.
func (p place) apply(manifest client.Object, options ...client.ApplyOption) *unstructured.Unstructured {
	p.Helper()
	object, err := p.tryApply(manifest, options...)
	p.must(err)
	return object
}

// tryApply does so where the API server may refuse it.
func (p place) tryApply(manifest client.Object, options ...client.ApplyOption) (*unstructured.Unstructured, error) {
	p.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(manifest)
	p.must(err)
	object := &unstructured.Unstructured{Object: content}
	unstructured.RemoveNestedField(object.Object, "status")
	unstructured.RemoveNestedField(object.Object, "metadata", "creationTimestamp")
	object.SetNamespace(p.name)
	err = p.tenant.Apply(p.Context(), client.ApplyConfigurationFromUnstructured(object), append(options, client.FieldOwner("kubectl"))...)
	return object, err
}

// live reads a route anew.
func (p place) live(manifest client.Object) client.Object {
	p.Helper()
	object := manifest.DeepCopyObject().(client.Object)
	p.must(p.tenant.Get(p.Context(), client.ObjectKey{Namespace: p.name, Name: manifest.GetName()}, object))
	return object
}

func (p place) wantParked(manifest client.Object, parked bool) client.Object {
	p.Helper()
	object := p.live(manifest)
	if got := exposure.Read(object).Parked; got != parked {
		p.Fatalf("parked: %v, want %v: %v", got, parked, essence(object))
	}
	return object
}

// wantSameApplied applies the manifest again and expects no conflict and no change: what a GitOps tool would call
// synchronised.
func (p place) wantSameApplied(manifest client.Object) {
	p.Helper()
	before := p.live(manifest)
	dry := p.apply(manifest, client.DryRunAll)
	p.apply(manifest)
	after := p.live(manifest)
	if diff := cmp.Diff(before.GetResourceVersion(), after.GetResourceVersion()); diff != "" {
		p.Errorf("applying the same manifest again changed the route (-before +after):\n%s", cmp.Diff(essence(before), essence(after)))
	}
	dryTyped := manifest.DeepCopyObject().(client.Object)
	p.must(runtime.DefaultUnstructuredConverter.FromUnstructured(dry.Object, dryTyped))
	if diff := cmp.Diff(essence(before), essence(dryTyped)); diff != "" {
		p.Errorf("a dry run of the same manifest shows drift (-live +dry run):\n%s", diff)
	}
}

func TestParkingIsInvisibleToWhoeverAppliesAManifestServerSide(t *testing.T) {
	t.Parallel()
	for name, manifest := range manifests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			p.apply(manifest())
			p.wantParked(manifest(), true)
			p.wantSameApplied(manifest())

			p.clear("example.com")
			p.touchUntil(manifest(), false)
			p.wantAsWritten(manifest())
			p.wantSameApplied(manifest())

			p.clear()
			p.touchUntil(manifest(), true)
			p.wantSameApplied(manifest())
		})
	}
}

// wantAsWritten expects of a released route that nothing is left of its parking.
func (p place) wantAsWritten(manifest client.Object) {
	p.Helper()
	other := newPlace(p.T, v1alpha1.GateOff)
	other.apply(manifest)
	want, got := other.live(manifest), p.live(manifest)
	annotations := got.GetAnnotations()
	delete(annotations, v1alpha1.GateCheckedAnnotation)
	got.SetAnnotations(annotations)
	if diff := cmp.Diff(essence(want), essence(got)); diff != "" {
		p.Errorf("the route is not as it was written (-written +released):\n%s", diff)
	}
}

func TestAWriteAfterTheClearanceReleases(t *testing.T) {
	t.Parallel()
	for name, manifest := range manifests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			p.apply(manifest())
			p.clear("example.com")
			p.eventually("a write releases", func() bool {
				if _, err := p.tryApply(manifest()); !apierrors.IsForbidden(err) { // the Namespace may change while it is judged
					p.must(err)
				}
				return !exposure.Read(p.live(manifest())).Parked
			})
			p.wantAsWritten(manifest())
		})
	}
}

func TestInDenyTheOperatorsTouchParksAndReleases(t *testing.T) {
	t.Parallel()
	for name, manifest := range manifests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateDeny, "example.com")
			p.apply(manifest())
			p.wantParked(manifest(), false)
			p.clear()
			p.touchUntil(manifest(), true)
			p.wantSameApplied(manifest())
			p.clear("example.com")
			p.touchUntil(manifest(), false)
			p.wantAsWritten(manifest())
			p.wantSameApplied(manifest())
		})
	}
}

func TestLoweringTheModeReleases(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{v1alpha1.GateOff, v1alpha1.GateAudit, v1alpha1.GateWarn} {
		for name, manifest := range manifests {
			t.Run(name+" in "+mode, func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, v1alpha1.GateHold)
				p.apply(manifest())
				p.mode(mode)
				p.touchUntil(manifest(), false)
				p.wantAsWritten(manifest())
			})
		}
	}
}
