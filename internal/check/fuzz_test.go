package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// FuzzManifests: what stands in a repository is anybody's; it is judged, or what is wrong with it is said.
func FuzzManifests(f *testing.F) {
	for _, text := range []string{
		"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}, spec: {rules: [{host: www.example.com}]}}",
		"{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {icp.beian.dev/gate: deny}}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: a, namespace: a, annotations: {external-dns.alpha.kubernetes.io/hostname: a.cn}}}",
		"{apiVersion: icp.beian.dev/v1alpha1, kind: IcpFiling, metadata: {name: a}, spec: {domain: {name: example.com}, server: {serviceNumber: s}, subject: {nature: Individual, province: Zhejiang, responsiblePersonRef: {name: li}}, website: {name: x, responsiblePersonRef: {name: li}}}}",
		"{apiVersion: icp.beian.dev/v1alpha1, kind: ExposurePolicy, metadata: {name: default}, spec: {routeKinds: [{group: example.net, version: v1, resource: sites, hosts: \"object.spec.hosts\"}]}}",
		"a: &a [*a, *a]", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: []}]}", "\x00", "---\n---\n", "{kind: 1}", "{{ .Values.x }}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		report := check.Check(t.Context(), []check.Source{{Name: "a.yaml", Data: data}}, check.Options{Now: time.Unix(1_800_000_000, 0), Rules: rules.Builtin()})
		for _, finding := range report.Findings {
			said := finding.Message.English
			if said == "" || strings.Contains(said, "%!") && !strings.Contains(string(data), "%!") || finding.Rule == "" {
				t.Errorf("half a finding: %+v", finding)
			}
		}
	})
}
