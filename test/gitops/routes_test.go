package gitops

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// routes are routes as people write them, each with another version of it: what a pipeline applies later.
// $HOST is a host of the test's domain.
var routes = []struct {
	name, manifest string
	// changes replaces texts of the manifest: from, to, from, to, …
	changes []string
}{
	{
		name:     "an Ingress with a class field",
		manifest: ingress("", "ingressClassName: nginx"),
		changes:  []string{"path: /", "path: /shop", "ingressClassName: nginx", "ingressClassName: traefik"},
	},
	{
		name:     "an Ingress with the legacy class annotation",
		manifest: ingress("kubernetes.io/ingress.class: nginx", ""),
		changes:  []string{"ingress.class: nginx", "ingress.class: traefik"},
	},
	{
		name:     "an Ingress with class field and annotation",
		manifest: ingress("kubernetes.io/ingress.class: nginx", "ingressClassName: nginx"),
		changes:  []string{"kubernetes.io/ingress.class: nginx", "example.com/owner: li"},
	},
	{
		name:     "an Ingress without a class",
		manifest: ingress("", ""),
		changes:  []string{"path: /", "path: /shop"},
	},
	{
		name:     "an Ingress with annotations of its own",
		manifest: ingress("example.com/owner: li", "ingressClassName: nginx"),
		changes:  []string{"owner: li", "owner: wang"},
	},
	{
		name:     "an Ingress without a class, with annotations of its own",
		manifest: ingress("example.com/owner: li", ""),
		changes:  []string{"spec:", "spec:\n  ingressClassName: nginx"},
	},
	{
		name:     "an HTTPRoute of one Gateway",
		manifest: httpRoute("", "{name: edge}"),
		changes:  []string{"value: /", "value: /shop"},
	},
	{
		name:     "an HTTPRoute of several Gateways",
		manifest: httpRoute("", "{name: edge}", "{name: edge-2}"),
		changes:  []string{"name: edge-2", "name: edge-3"},
	},
	{
		name:     "an HTTPRoute with section, port and namespace of its Gateway",
		manifest: httpRoute("", "{name: edge, namespace: infra, sectionName: https, port: 443}"),
		changes:  []string{"sectionName: https", "sectionName: http"},
	},
	{
		name:     "an HTTPRoute that writes group and kind out",
		manifest: httpRoute("", "{group: gateway.networking.k8s.io, kind: Gateway, name: edge}"),
		changes:  []string{"{group: gateway.networking.k8s.io, kind: Gateway, name: edge}", "{name: edge-2}"},
	},
	{
		name:     "an HTTPRoute of a Gateway and of a mesh's Service",
		manifest: httpRoute("", "{name: edge}", "{group: '', kind: Service, name: web}"),
		changes:  []string{"{name: edge}", "{name: edge-2}"},
	},
	{
		name:     "an HTTPRoute with annotations of its own",
		manifest: httpRoute("example.com/owner: li", "{name: edge}"),
		changes:  []string{"{name: edge}", "{name: edge}\n  - {name: edge-2}"},
	},
	{
		name:     "a GRPCRoute",
		manifest: route("GRPCRoute", "", "{name: edge}"),
		changes:  []string{"{name: edge}", "{name: edge-2}"},
	},
	{
		name:     "a TLSRoute",
		manifest: route("TLSRoute", "", "{name: edge, sectionName: tls}"),
		changes:  []string{"port: 80", "port: 8443"},
	},
}

func ingress(annotation, class string) string {
	return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations: {` + annotation + `}
spec:
  ` + class + `
  rules:
  - host: $HOST
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
  tls:
  - hosts: [$HOST]
    secretName: web-tls
`
}

func httpRoute(annotation string, parents ...string) string {
	return strings.Replace(route("HTTPRoute", annotation, parents...), "  - backendRefs:",
		"  - matches:\n    - path: {type: PathPrefix, value: /}\n    backendRefs:", 1)
}

// route is a route of the Gateway API, of any kind.
func route(kind, annotation string, parents ...string) string {
	return `
apiVersion: gateway.networking.k8s.io/v1
kind: ` + kind + `
metadata:
  annotations: {` + annotation + `}
spec:
  parentRefs:
  - ` + strings.Join(parents, "\n  - ") + `
  hostnames: [$HOST]
  rules:
  - backendRefs:
    - {name: web, port: 80}
`
}

// manifests makes each route of the table for the place, as it is written or as it is changed.
func (p place) manifests(changed bool) []*unstructured.Unstructured {
	p.Helper()
	var all []*unstructured.Unstructured
	for _, route := range routes {
		text := route.manifest
		if changed {
			text = strings.NewReplacer(route.changes...).Replace(text)
			if text == route.manifest {
				p.Fatalf("the change of %s changes nothing", route.name)
			}
		}
		manifest := &unstructured.Unstructured{}
		p.must(yaml.Unmarshal([]byte(strings.ReplaceAll(text, "$HOST", "www."+p.domain)), &manifest.Object))
		manifest.SetNamespace(p.name)
		manifest.SetName(strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(strings.ToLower(route.name)))
		if len(manifest.GetAnnotations()) == 0 {
			unstructured.RemoveNestedField(manifest.Object, "metadata", "annotations")
		}
		all = append(all, manifest)
	}
	return all
}
