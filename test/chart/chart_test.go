// Package chart holds the Helm chart to what config/default installs, with Helm's own engine and linter, and installs,
// upgrades and uninstalls it on a real API server; and it holds all of the repository's manifests to their kinds'
// definitions. It is a module of its own for what Helm depends on.
package chart

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

const release = "icp-operator"

// at is a path in the repository.
func at(t *testing.T, path ...string) string {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, path...)...)
}

func load(t *testing.T) *chartv2.Chart {
	t.Helper()
	loaded, err := loader.LoadDir(at(t, "dist", "chart"))
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// valuesOf reads values as a user writes them.
func valuesOf(t *testing.T, text string) map[string]any {
	t.Helper()
	values := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// render renders the chart's objects, by kind and name.
func render(t *testing.T, namespace, values string) (map[string]*unstructured.Unstructured, error) {
	t.Helper()
	loaded := load(t)
	all, err := util.ToRenderValues(loaded, valuesOf(t, values), common.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(loaded, all)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, ".yaml") {
			continue
		}
		more, err := cluster.Decode([]byte(files[name]))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		objects = append(objects, more...)
	}
	return byName(t, objects), nil
}

func byName(t *testing.T, objects []*unstructured.Unstructured) map[string]*unstructured.Unstructured {
	t.Helper()
	all := map[string]*unstructured.Unstructured{}
	for _, o := range objects {
		name := strings.TrimPrefix(o.GetNamespace()+"/"+o.GetName(), "/")
		key := o.GetKind() + " " + name
		if all[key] != nil {
			t.Errorf("%s is there twice", key)
		}
		all[key] = o
	}
	return all
}

func kustomized(t *testing.T, dir string) map[string]*unstructured.Unstructured {
	t.Helper()
	objects, err := cluster.Kustomize(dir)
	if err != nil {
		t.Fatal(err)
	}
	return byName(t, objects)
}

// forget takes away, of the kinds that outlive a release, the one thing that the chart adds: that they do.
func forget(t *testing.T, objects map[string]*unstructured.Unstructured) {
	t.Helper()
	for key, o := range objects {
		annotations := o.GetAnnotations()
		keeps := annotations["helm.sh/resource-policy"] == "keep"
		if outlives := o.GetKind() == "CustomResourceDefinition" || o.GetKind() == "Namespace"; keeps != outlives {
			t.Errorf("%s is kept when the release is uninstalled: %t, want %t", key, keeps, outlives)
		}
		if delete(annotations, "helm.sh/resource-policy"); len(annotations) == 0 {
			annotations = nil
		}
		o.SetAnnotations(annotations)
	}
}

func TestTheChartInstallsWhatTheKustomizationsInstall(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, kustomization, values string }{
		{"by default, config/default", at(t, "config", "default"), ""},
		{"with the calendars, config/calendar", at(t, "config", "calendar"), "calendar: {enabled: true}"},
		{"with the board, config/board", at(t, "config", "board"), "board: {enabled: true}"},
		{"with a NetworkPolicy, config/network-policy", at(t, "test", "chart", "testdata", "bounded"), "networkPolicy: {enabled: true}"},
		{"with both, config/calendar and the board's component", at(t, "test", "chart", "testdata", "both"), "{calendar: {enabled: true}, board: {enabled: true}}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := render(t, v1alpha1.OperatorNamespace, test.values)
			if err != nil {
				t.Fatal(err)
			}
			forget(t, got)
			want := kustomized(t, test.kustomization)
			if len(want) < 20 {
				t.Fatalf("the kustomization has %d objects only", len(want))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("objects (-kustomization +chart):\n%s\nrun make generate; dist/chart/templates/deployment.yaml is changed by hand", diff)
			}
		})
	}
}

func TestHelmsLinterFindsNothing(t *testing.T) {
	t.Parallel()
	for _, values := range []string{"", "{calendar: {enabled: true}, board: {enabled: true}}"} {
		for _, m := range lint.RunAll(at(t, "dist", "chart"), valuesOf(t, values), v1alpha1.OperatorNamespace).Messages {
			if m.Severity > support.InfoSev {
				t.Error(m)
			}
		}
	}
}
