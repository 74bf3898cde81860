package gitops

import (
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAParkedRouteIsNoFailureToFluxAndSuspendedInArgoCD(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	judges, err := theJudges()
	p.must(err)
	manifests, own := p.manifests(false), argoCDsOwn(t)
	flux{}.sync(p, manifests)
	p.untilParked(true, manifests)
	for _, manifest := range manifests {
		route := p.live(manifest)
		got, message, err := judges.judge(t.Context(), route)
		p.must(err)
		if want := (verdict{"Suspended", "Current", "Current"}); got != want {
			t.Errorf("%s: got %v, want %v", route.GetName(), got, want)
		}
		if message != route.GetAnnotations()[because] || message == "" {
			t.Errorf("%s: Argo CD says %q", route.GetName(), message)
		}
		if health := found(t, route, own); health != "Progressing" {
			t.Errorf("Argo CD's own check finds %s %s", route.GetName(), health)
		}
	}
	p.clear(true)
	p.untilParked(false, manifests)
	for _, manifest := range manifests {
		route := p.live(manifest)
		got, _, err := judges.judge(t.Context(), route)
		p.must(err)
		if want := (verdict{"Progressing", "Current", "Current"}); got != want {
			t.Errorf("%s, released and not yet served: got %v, want %v", route.GetName(), got, want)
		}
	}
}

// argoCDsOwn is the check that Argo CD has of HTTPRoutes, for all kinds of the Gateway API: in this version that of GRPCRoutes goes
// by what was said of earlier generations, and TLSRoutes have none; in later ones both are judged as HTTPRoutes are. Its check of
// an Ingress is no script.
func argoCDsOwn(t *testing.T) scripts {
	t.Helper()
	script, err := argoCDProject.file(t.Context(), "resource_customizations/gateway.networking.k8s.io/HTTPRoute/health.lua")
	if err != nil {
		t.Fatal(err)
	}
	own := scripts{}
	for _, kind := range []string{"HTTPRoute", "GRPCRoute", "TLSRoute"} {
		own["gateway.networking.k8s.io/"+kind] = string(script)
	}
	return own
}

// found is what Argo CD finds with checks.
func found(t *testing.T, object *unstructured.Unstructured, checks scripts) string {
	t.Helper()
	result, err := health.GetResourceHealth(object, checks)
	if err != nil {
		t.Fatal(err)
	}
	return string(result.Status)
}

// words of Gateways about a route: Accepted, ResolvedRefs and, from some, Programmed, all of one generation, as the Gateway API
// asks of its implementations.
func words() []any {
	all := []any{}
	for _, generation := range []int64{1, 2} {
		for _, accepted := range []string{"True", "False"} {
			for _, resolved := range []string{"True", "False"} {
				for _, programmed := range []string{"", "True", "False"} {
					var conditions []any
					for kind, is := range map[string]string{"Accepted": accepted, "ResolvedRefs": resolved, "Programmed": programmed} {
						if is != "" {
							conditions = append(conditions, map[string]any{"type": kind, "status": is, "observedGeneration": generation, "message": "because"})
						}
					}
					all = append(all, map[string]any{"parentRef": map[string]any{"name": "edge"}, "conditions": conditions})
				}
			}
		}
	}
	return all
}

func TestARouteThatIsNotParkedIsJudgedAsArgoCDJudgesItItself(t *testing.T) {
	t.Parallel()
	judges, err := theJudges()
	if err != nil {
		t.Fatal(err)
	}
	tried, own := 0, argoCDsOwn(t)
	same := func(kind string, status map[string]any) {
		t.Helper()
		group := map[bool]string{true: "networking.k8s.io/v1", false: "gateway.networking.k8s.io/v1"}[kind == "Ingress"]
		object := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": group, "kind": kind, "metadata": map[string]any{"name": "web", "generation": int64(2)}, "spec": map[string]any{}, "status": status,
		}}
		got, _, err := judges.judge(t.Context(), object)
		if err != nil {
			t.Fatal(err)
		}
		if want := found(t, object, own); got.argo != want {
			t.Errorf("%s %v: got %s, want %s", kind, status, got.argo, want)
		}
		tried++
	}
	for _, addresses := range [][]any{nil, {}, {map[string]any{"ip": "203.0.113.10"}}} {
		same("Ingress", map[string]any{"loadBalancer": map[string]any{"ingress": addresses}})
	}
	same("Ingress", map[string]any{})
	for _, kind := range []string{"HTTPRoute", "GRPCRoute", "TLSRoute"} {
		same(kind, map[string]any{})
		same(kind, map[string]any{"parents": []any{}})
		for _, one := range words() {
			same(kind, map[string]any{"parents": []any{one}})
		}
	}
	if tried < 80 {
		t.Errorf("only %d were tried", tried)
	}
}
