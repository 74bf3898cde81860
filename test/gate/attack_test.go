package gate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// attempt is a way in which a tenant may try to have an uncleared host served.
type attempt struct {
	says string
	// from is what is there before: a route that is served (its host cleared) or parked (its host not).
	from func() client.Object
	// try is the write.
	try func(p place, route client.Object) error
	// parks lists the modes that accept the write and park; others refuse it.
	parks []string
}

var (
	inHold    = []string{v1alpha1.GateHold}
	inBoth    = []string{v1alpha1.GateHold, v1alpha1.GateDeny}
	inNeither []string
)

// merge writes a JSON merge patch, as the tenant.
func merge(patch string, subresources ...string) func(place, client.Object) error {
	return func(p place, route client.Object) error {
		raw := client.RawPatch(types.MergePatchType, []byte(patch))
		if len(subresources) > 0 {
			return p.tenant.SubResource(subresources[0]).Patch(p.Context(), route, raw)
		}
		return p.tenant.Patch(p.Context(), route, raw)
	}
}

func served() client.Object      { return ingressFor("www.example.com") }
func servedRoute() client.Object { return httpRouteFor("www.example.com") }

const evilRule = `{"host":"evil.cn","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80}}}}]}}`

// On a route whose host is cleared.
var widenings = []attempt{
	{"changes the host of a rule", served, merge(`{"spec":{"rules":[` + evilRule + `]}}`), inHold},
	{"adds a rule by a JSON patch", served, func(p place, r client.Object) error {
		return p.tenant.Patch(p.Context(), r, client.RawPatch(types.JSONPatchType, []byte(`[{"op":"add","path":"/spec/rules/-","value":`+evilRule+`}]`)))
	}, inHold},
	{"takes the host of a rule away", served, merge(`{"spec":{"rules":[` + strings.Replace(evilRule, `"host":"evil.cn",`, "", 1) + `]}}`), inHold},
	{"adds a default backend", served, merge(`{"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}`), inHold},
	{"adds a wildcard of the domain above", served, merge(`{"spec":{"rules":[` + strings.Replace(evilRule, "evil.cn", "*.com", 1) + `]}}`), inHold},
	{"adds a TLS host", served, merge(`{"spec":{"tls":[{"hosts":["evil.cn"],"secretName":"x"}]}}`), inHold},
	{"adds a server alias", served, merge(`{"metadata":{"annotations":{"` + serverAlias + `":"evil.cn"}}}`), inHold},
	{"adds a server alias in capitals", served, merge(`{"metadata":{"annotations":{"` + serverAlias + `":"EVIL.CN"}}}`), inHold},
	{"adds a server alias by the status", served, merge(`{"metadata":{"annotations":{"`+serverAlias+`":"evil.cn"}}}`, "status"), inNeither},
	{"adds a server snippet by the status", served, merge(`{"metadata":{"annotations":{"nginx.ingress.kubernetes.io/server-snippet":"x"}}}`, "status"), inNeither},
	{"replaces it with another host", served, func(p place, r client.Object) error {
		evil := ingressFor("evil.cn")
		p.in(evil)
		evil.ResourceVersion = r.GetResourceVersion()
		return p.tenant.Update(p.Context(), evil)
	}, inHold},
	{"replaces it with another host and forged notes of a parking", served, func(p place, r client.Object) error {
		evil := ingressFor("evil.cn")
		p.in(evil)
		evil.ResourceVersion = r.GetResourceVersion()
		evil.Annotations = map[string]string{"icp.beian.dev/parked-hosts": "evil.cn", "icp.beian.dev/parked-class": "nginx", "icp.beian.dev/gate-checked": "cleared"}
		return p.tenant.Update(p.Context(), evil)
	}, inHold},
	{"replaces it with another host and the label of what is parked", served, func(p place, r client.Object) error {
		evil := ingressFor("evil.cn")
		p.in(evil)
		evil.ResourceVersion = r.GetResourceVersion()
		evil.Labels = map[string]string{v1alpha1.ParkedLabel: "true"}
		return p.tenant.Update(p.Context(), evil)
	}, inBoth},
	{"changes a hostname", servedRoute, merge(`{"spec":{"hostnames":["evil.cn"]}}`), inHold},
	{"takes the hostnames away", servedRoute, merge(`{"spec":{"hostnames":null}}`), inHold},
	{"adds external-dns's hostname to an HTTPRoute", servedRoute, merge(`{"metadata":{"annotations":{"external-dns.alpha.kubernetes.io/hostname":"evil.cn"}}}`), inHold},
	{"changes a hostname through the older version of the API", servedRoute, func(p place, r client.Object) error {
		older := &unstructured.Unstructured{}
		older.SetAPIVersion("gateway.networking.k8s.io/v1beta1")
		older.SetKind("HTTPRoute")
		older.SetNamespace(r.GetNamespace())
		older.SetName(r.GetName())
		return merge(`{"spec":{"hostnames":["evil.cn"]}}`)(p, older)
	}, inHold},
}

func TestATenantCannotWidenARouteThatIsServed(t *testing.T) {
	t.Parallel()
	for _, a := range widenings {
		for _, mode := range []string{v1alpha1.GateHold, v1alpha1.GateDeny} {
			t.Run(fmt.Sprintf("%s in %s", a.says, mode), func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, mode, "example.com")
				route := a.from()
				p.in(route)
				p.eventually("the cleared route is served", func() bool {
					return p.tenant.Create(t.Context(), route) == nil && !exposure.Read(route).Parked || deleted(p, route)
				})
				err := a.try(p, route)
				if slices.Contains(a.parks, mode) {
					p.must(err)
					p.wantParked(a.from(), true)
					return
				}
				if !apierrors.IsForbidden(err) {
					t.Errorf("want a refusal, got %v", err)
				}
			})
		}
	}
}

// deleted deletes a route that was made a moment too early; it is false, for the wait to go on.
func deleted(p place, route client.Object) bool {
	_ = p.tenant.Delete(p.Context(), route)
	route.SetResourceVersion("")
	return false
}

// On a route that is parked. Each is accepted, and leaves it parked.
var unparkings = []attempt{
	{"writes the class field back", parkedByClass, merge(`{"spec":{"ingressClassName":"nginx"}}`), inBoth},
	{"writes another class", parkedByClass, merge(`{"spec":{"ingressClassName":"traefik"}}`), inBoth},
	{"takes the class field away", parkedByClass, merge(`{"spec":{"ingressClassName":null}}`), inBoth},
	{"takes the legacy annotation away", parkedByClass, merge(`{"metadata":{"annotations":{"kubernetes.io/ingress.class":null}}}`), inBoth},
	{"writes the legacy annotation", parkedByClass, merge(`{"metadata":{"annotations":{"kubernetes.io/ingress.class":"nginx"}}}`), inBoth},
	{"writes the legacy annotation by the status", parkedByClass, merge(`{"metadata":{"annotations":{"kubernetes.io/ingress.class":"nginx"}}}`, "status"), inBoth},
	{"takes the legacy annotation away by the status", parkedByClass, merge(`{"metadata":{"annotations":{"kubernetes.io/ingress.class":null}}}`, "status"), inBoth},
	{"takes all annotations away", parkedByClass, merge(`{"metadata":{"annotations":null}}`), inBoth},
	{"takes all annotations away by the status", parkedByClass, merge(`{"metadata":{"annotations":null}}`, "status"), inBoth},
	{"takes the notes away and writes the class", parkedByClass, merge(`{"metadata":{"annotations":null},"spec":{"ingressClassName":"nginx"}}`), inBoth},
	{"takes the label of what is parked away", parkedByClass, merge(`{"metadata":{"labels":null}}`), inBoth},
	{"takes the label away by the status", parkedByClass, merge(`{"metadata":{"labels":null}}`, "status"), inBoth},
	{"takes label and notes away and writes the class", parkedByClass, merge(`{"metadata":{"labels":null,"annotations":null},"spec":{"ingressClassName":"nginx"}}`), inBoth},
	{"takes label and notes away by the status", parkedByClass, merge(`{"metadata":{"labels":null,"annotations":null}}`, "status"), inBoth},
	{"replaces it with its manifest", parkedByClass, func(p place, r client.Object) error {
		again := ingressFor("www.example.com")
		p.in(again)
		again.ResourceVersion = r.GetResourceVersion()
		return p.tenant.Update(p.Context(), again)
	}, inBoth},
	{"writes the parents back", parkedByParents, merge(`{"spec":{"parentRefs":[{"name":"edge","group":"gateway.networking.k8s.io"}]}}`), inBoth},
	{"adds a parent", parkedByParents, merge(`{"spec":{"parentRefs":[{"name":"edge","group":"gateway.networking.k8s.io.parked.icp.beian.dev"},{"name":"edge2"}]}}`), inBoth},
	{"takes the parked parents away", parkedByParents, merge(`{"spec":{"parentRefs":[{"name":"edge2"}]}}`), inBoth},
	{"takes label and notes away and writes the parents", parkedByParents, merge(`{"metadata":{"labels":null,"annotations":null},"spec":{"parentRefs":[{"name":"edge"}]}}`), inBoth},
	{"takes the notes away and writes the parents", parkedByParents, merge(`{"metadata":{"annotations":null},"spec":{"parentRefs":[{"name":"edge"}]}}`), inBoth},
}

func parkedByClass() client.Object   { return ingressFor("www.example.com") }
func parkedByParents() client.Object { return httpRouteFor("www.example.com") }

func TestATenantCannotUnparkARoute(t *testing.T) {
	t.Parallel()
	for _, a := range unparkings {
		for _, mode := range []string{v1alpha1.GateHold, v1alpha1.GateDeny} {
			t.Run(fmt.Sprintf("%s in %s", a.says, mode), func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, v1alpha1.GateHold)
				route := a.from()
				p.in(route)
				p.must(p.tenant.Create(t.Context(), route))
				p.mode(mode)
				p.must(a.try(p, route))
				p.wantParked(a.from(), true)
				// Whatever was tried, the clearance opens it again, as the tenant wrote it last.
				p.clear("example.com")
				p.touchUntil(a.from(), false)
				for name := range p.live(a.from()).GetAnnotations() {
					if strings.HasPrefix(name, "icp.beian.dev/parked") {
						t.Errorf("%s is left", name)
					}
				}
			})
		}
	}
}

func TestARouteThatIsDeletedCanEnd(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateDeny, "example.com")
	route := ingressFor("www.example.com")
	route.Finalizers = []string{"example.com/wait"}
	p.in(route)
	p.eventually("it is admitted", func() bool { return p.tenant.Create(t.Context(), route) == nil })
	p.must(p.tenant.Delete(t.Context(), route))
	p.clear()
	p.untilUncleared("example.com")
	if err := merge(`{"spec":{"rules":[`+evilRule+`]}}`)(p, route); !apierrors.IsForbidden(err) {
		t.Errorf("a host that was changed on a dying route: want a refusal, got %v", err)
	}
	p.must(merge(`{"metadata":{"finalizers":null}}`)(p, route))
}

func TestAControllerCanWriteTheStatusOfARouteThatLostItsClearance(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateDeny, "example.com")
	route := ingressFor("www.example.com")
	p.in(route)
	p.eventually("it is admitted", func() bool { return p.tenant.Create(t.Context(), route) == nil })
	p.clear()
	p.untilUncleared("example.com")
	p.must(shared.admin.Status().Patch(t.Context(), route, client.RawPatch(types.MergePatchType,
		[]byte(`{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}`))))
}

func inPlace[T client.Object](p place, object T) T {
	p.in(object)
	return object
}

func named(ingress *networkingv1.Ingress, name string) *networkingv1.Ingress {
	ingress.Name = name
	return ingress
}
