package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// exposing makes a route of each kind for the hosts.
var exposing = map[string]func(hosts ...string) client.Object{
	"ingresses":  func(hosts ...string) client.Object { return ingressFor(hosts...) },
	"httproutes": func(hosts ...string) client.Object { return httpRouteFor(hosts...) },
	"grpcroutes": func(hosts ...string) client.Object { return grpcRouteFor(hosts...) },
	"tlsroutes":  func(hosts ...string) client.Object { return tlsRouteFor(hosts...) },
	"services": func(hosts ...string) client.Object {
		return serviceFor(note(dnsName, strings.Join(hosts, ",")))
	},
}

// as writes a route as an object that the API server judges alone.
func as(p place, route client.Object, apiVersion string) *unstructured.Unstructured {
	p.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(route)
	p.must(err)
	object := &unstructured.Unstructured{Object: content}
	if apiVersion != "" {
		object.SetAPIVersion(apiVersion)
	}
	return object
}

// ways are those in which a tenant may bring an uncleared host into being, whatever the kind.
var ways = map[string]func(p place, route client.Object) error{
	"as it is": func(p place, r client.Object) error { return p.tenant.Create(p.Context(), r) },
	"under a name that the API server makes up": func(p place, r client.Object) error {
		r.SetName("")
		r.SetGenerateName("web-")
		return p.tenant.Create(p.Context(), r)
	},
	"by a server-side apply in the operator's name": func(p place, r client.Object) error {
		object := as(p, r, "")
		unstructured.RemoveNestedField(object.Object, "metadata", "creationTimestamp")
		unstructured.RemoveNestedField(object.Object, "status")
		return p.tenant.Apply(p.Context(), client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("icp-operator"), client.ForceOwnership)
	},
	"owned by another object, and with a finalizer": func(p place, r client.Object) error {
		owner := inPlace(p, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "owner-"}})
		p.must(p.tenant.Create(p.Context(), owner))
		r.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID, Controller: new(true)}})
		r.SetFinalizers([]string{"example.com/kept"})
		return p.tenant.Create(p.Context(), r)
	},
	"with the notes and the label of what was parked and looked at": func(p place, r client.Object) error {
		annotations := map[string]string{"icp.beian.dev/parked-hosts": "evil.cn", "icp.beian.dev/gate-checked": "cleared", "icp.beian.dev/parked-because": "x"}
		maps.Copy(annotations, r.GetAnnotations())
		r.SetAnnotations(annotations)
		r.SetLabels(map[string]string{v1alpha1.ParkedLabel: "true"})
		return p.tenant.Create(p.Context(), r)
	},
	"with the label of another mode on the route itself": func(p place, r client.Object) error {
		r.SetLabels(map[string]string{v1alpha1.GateLabel: v1alpha1.GateOff})
		return p.tenant.Create(p.Context(), r)
	},
	"as a status that comes with it": func(p place, r client.Object) error {
		object := as(p, r, "")
		p.must(unstructured.SetNestedField(object.Object, map[string]any{}, "status"))
		return p.tenant.Create(p.Context(), object)
	},
	"first with a cleared host, and then by an update": func(p place, r client.Object) error {
		return p.changed(r, func(innocent client.Object) error {
			r.SetResourceVersion(innocent.GetResourceVersion())
			r.SetUID(innocent.GetUID())
			r.SetName(innocent.GetName())
			return p.tenant.Update(p.Context(), r)
		})
	},
	"first with a cleared host, and then by a server-side apply that takes everything over": func(p place, r client.Object) error {
		return p.changed(r, func(client.Object) error {
			object := as(p, r, "")
			unstructured.RemoveNestedField(object.Object, "metadata", "creationTimestamp")
			unstructured.RemoveNestedField(object.Object, "status")
			return p.tenant.Apply(p.Context(), client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("other"), client.ForceOwnership)
		})
	},
	"first with a cleared host, and then by an annotation that a DNS controller reads": func(p place, r client.Object) error {
		return p.changed(r, func(innocent client.Object) error {
			return merge(`{"metadata":{"annotations":{"`+dnsName+`":"evil.cn"}}}`)(p, innocent)
		})
	},
	"first with a cleared host, and then by that annotation while it is being deleted": func(p place, r client.Object) error {
		return p.changed(r, func(innocent client.Object) error {
			p.must(merge(`{"metadata":{"finalizers":["example.com/kept"]}}`)(p, innocent))
			p.must(p.tenant.Delete(p.Context(), innocent))
			return merge(`{"metadata":{"annotations":{"`+dnsName+`":"evil.cn"}}}`)(p, innocent)
		})
	},
}

// changed makes the route with a cleared host in place of its own, and changes that.
func (p place) changed(route client.Object, change func(innocent client.Object) error) error {
	p.Helper()
	var innocent client.Object
	for _, of := range exposing {
		if made := of("www.example.com"); fmt.Sprintf("%T", made) == fmt.Sprintf("%T", route) {
			innocent = made
		}
	}
	p.in(innocent)
	p.eventually("a cleared host is served", func() bool {
		return p.tenant.Create(p.Context(), innocent) == nil && !exposure.Read(innocent).Parked || deleted(p, innocent)
	})
	return change(innocent)
}

// Whatever the way and the kind, in hold the route is parked, or refused where it cannot be; in deny it is refused, or parked
// where somebody asks for that. The watcher of every version, which each place has, judges the same of all that was written.
func TestNoWayOfWritingARouteOfAnyKindBringsAnUnclearedHostIntoBeing(t *testing.T) {
	t.Parallel()
	for resource, of := range exposing {
		for way, try := range ways {
			for _, mode := range []string{v1alpha1.GateHold, v1alpha1.GateDeny} {
				t.Run(fmt.Sprintf("%s %s in %s", resource, way, mode), func(t *testing.T) {
					t.Parallel()
					p := newPlace(t, mode, "example.com")
					p.wantShut(of, try(p, inPlace(p, of("evil.cn"))))
				})
			}
		}
	}
}

// wantShut expects that a write was refused, or that every route of the namespace which has the uncleared host is parked.
func (p place) wantShut(of func(...string) client.Object, err error) {
	p.Helper()
	if apierrors.IsForbidden(err) {
		return
	}
	p.must(err)
	list := &unstructured.UnstructuredList{}
	gvk := of("evil.cn").GetObjectKind().GroupVersionKind()
	list.SetAPIVersion(gvk.GroupVersion().String())
	list.SetKind(gvk.Kind + "List")
	p.must(p.tenant.List(p.Context(), list, client.InNamespace(p.name)))
	seen := false
	for i := range list.Items {
		route := of("x")
		p.must(runtime.DefaultUnstructuredConverter.FromUnstructured(list.Items[i].Object, route))
		read := exposure.Read(route)
		if slices.Contains(read.Hosts, "evil.cn") {
			seen = true
			if read.Exposes() {
				p.Errorf("%s is exposed by %s %s", "evil.cn", gvk.Kind, route.GetName())
			}
		}
	}
	if !seen {
		p.Errorf("the write was taken and nothing of it is there: it tries nothing")
	}
}

// gatedResources are the versions and subresources that the API server has of the gated kinds: what a later one adds is tried unasked.
func gatedResources(t *testing.T) map[string][]metav1.APIResource {
	t.Helper()
	asked, err := discovery.NewDiscoveryClientForConfig(shared.Config())
	if err != nil {
		t.Fatal(err)
	}
	_, lists, err := asked.ServerGroupsAndResources()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]metav1.APIResource{}
	for _, list := range lists {
		for _, resource := range list.APIResources {
			name, _, _ := strings.Cut(resource.Name, "/")
			group, _, _ := strings.Cut(list.GroupVersion, "/")
			if _, gated := exposing[name]; gated && (group == "v1" || strings.Contains(group, "networking")) {
				found[list.GroupVersion] = append(found[list.GroupVersion], resource)
			}
		}
	}
	return found
}

func TestNoVersionOfAKindBringsAnUnclearedHostIntoBeing(t *testing.T) {
	t.Parallel()
	tried := 0
	for version, resources := range gatedResources(t) {
		for _, resource := range resources {
			of, is := exposing[resource.Name]
			if !is {
				continue
			}
			tried++
			for _, mode := range []string{v1alpha1.GateHold, v1alpha1.GateDeny} {
				t.Run(fmt.Sprintf("%s of %s in %s", resource.Name, version, mode), func(t *testing.T) {
					t.Parallel()
					p := newPlace(t, mode, "example.com")
					p.wantShut(of, p.tenant.Create(t.Context(), as(p, inPlace(p, of("evil.cn")), version)))
				})
			}
		}
	}
	if tried < len(exposing) {
		t.Errorf("%d versions were tried, there are %d kinds", tried, len(exposing))
	}
}

// A write of a subresource takes metadata, too, on some; on others there is nothing to be written to.
func TestNoSubresourceBringsAnUnclearedHostIntoBeing(t *testing.T) {
	t.Parallel()
	tried := 0
	for version, resources := range gatedResources(t) {
		for _, resource := range resources {
			name, subresource, is := strings.Cut(resource.Name, "/")
			if !is || !slices.Contains(resource.Verbs, "patch") || subresource == "proxy" { // which writes nothing
				continue
			}
			tried++
			of := exposing[name]
			t.Run(fmt.Sprintf("%s of %s", resource.Name, version), func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, v1alpha1.GateDeny, "example.com")
				err := p.changed(of(), func(innocent client.Object) error {
					object := as(p, inPlace(p, of()), version)
					object.SetName(innocent.GetName())
					return shared.admin.SubResource(subresource).Patch(t.Context(), object, client.RawPatch(types.MergePatchType,
						[]byte(`{"metadata":{"annotations":{"`+dnsName+`":"evil.cn"}}}`)))
				})
				if apierrors.IsForbidden(err) {
					return
				}
				p.must(err) // of a kind of its own the API server takes a status alone
				if live := p.live(of("www.example.com")); slices.Contains(exposure.Read(live).Hosts, "evil.cn") {
					t.Errorf("it came through: %v", live.GetAnnotations())
				}
			})
		}
	}
	if tried < len(exposing) {
		t.Errorf("%d subresources were tried, each of %d kinds has a status", tried, len(exposing))
	}
}

// Nobody is asked how many of a route there should be: none of these kinds can be scaled.
func TestNoKindOfRouteCanBeScaled(t *testing.T) {
	t.Parallel()
	for version, resources := range gatedResources(t) {
		for _, resource := range resources {
			if strings.HasSuffix(resource.Name, "/scale") {
				t.Errorf("%s of %s can: try what that does", resource.Name, version)
			}
		}
	}
}
