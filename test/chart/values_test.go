package chart

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/configuration"
)

// deployed is the operator's Deployment by these values.
func deployed(t *testing.T, values string) *appsv1.Deployment {
	t.Helper()
	objects, err := render(t, v1alpha1.OperatorNamespace, values)
	if err != nil {
		t.Fatal(err)
	}
	deployment := &appsv1.Deployment{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(objects["Deployment icp-system/icp-operator"].Object, deployment); err != nil {
		t.Fatal(err)
	}
	return deployment
}

func TestEachValueIsWhereItBelongs(t *testing.T) {
	t.Parallel()
	container := func(d *appsv1.Deployment) corev1.Container { return d.Spec.Template.Spec.Containers[0] }
	pod := func(d *appsv1.Deployment) corev1.PodSpec { return d.Spec.Template.Spec }
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	tests := []struct {
		name, values string
		got          func(*appsv1.Deployment) any
		want         any
	}{
		{"replicas", "replicas: 3", func(d *appsv1.Deployment) any { return *d.Spec.Replicas }, int32(3)},
		{"no replicas at all", "replicas: 0", func(d *appsv1.Deployment) any { return *d.Spec.Replicas }, int32(0)},
		{"an image of another registry", "image: {repository: registry.example.com/icp/operator, tag: v9}",
			func(d *appsv1.Deployment) any { return container(d).Image }, "registry.example.com/icp/operator:v9"},
		{"a digest wins over the tag", "image: {tag: v9, digest: '" + digest + "'}", func(d *appsv1.Deployment) any { return container(d).Image }, "icp-operator@" + digest},
		{"when the image is pulled", "image: {pullPolicy: Always}", func(d *appsv1.Deployment) any { return container(d).ImagePullPolicy }, corev1.PullAlways},
		{"what it is pulled with", "imagePullSecrets: [{name: registry}]", func(d *appsv1.Deployment) any { return pod(d).ImagePullSecrets }, []corev1.LocalObjectReference{{Name: "registry"}}},
		{"more memory, the other resources as they were", "resources: {limits: {memory: 1Gi}}", func(d *appsv1.Deployment) any {
			r := container(d).Resources
			return []string{r.Limits.Memory().String(), r.Requests.Memory().String(), r.Requests.Cpu().String()}
		}, []string{"1Gi", "64Mi", "50m"}},
		{"flags go last, so that they win", "{board: {enabled: true}, args: [--workers=8, --zap-log-level=debug]}", func(d *appsv1.Deployment) any {
			args := container(d).Args
			return args[len(args)-2:]
		}, []string{"--workers=8", "--zap-log-level=debug"}},
		{"further environment variables, after the chart's", "env: [{name: OTEL_EXPORTER_OTLP_ENDPOINT, value: 'http://collector:4318'}]", func(d *appsv1.Deployment) any {
			return []any{container(d).Env[0].Name, container(d).Env[1:]}
		}, []any{"GOMEMLIMIT", []corev1.EnvVar{{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "http://collector:4318"}}}},
		{"the configuration file is mounted where the flag says", "", func(d *appsv1.Deployment) any {
			return []any{container(d).Args[0], container(d).VolumeMounts[0].MountPath + "/config.yaml", pod(d).Volumes[0].ConfigMap.Name}
		}, []any{"--config=/etc/icp-operator/config/config.yaml", "/etc/icp-operator/config/config.yaml", "icp-operator"}},
		{"another ConfigMap of rules", "filingRules: {configMap: our-rules}", func(d *appsv1.Deployment) any { return pod(d).Volumes[1].ConfigMap.Name }, "our-rules"},
		{"another certificate of the board", "board: {enabled: true, tlsSecret: wildcard-tls}", func(d *appsv1.Deployment) any { return pod(d).Volumes[2].Secret.SecretName }, "wildcard-tls"},
		{"another one of the calendars", "calendar: {enabled: true, tlsSecret: wildcard-tls}", func(d *appsv1.Deployment) any { return pod(d).Volumes[2].Secret.SecretName }, "wildcard-tls"},
		{"annotations of the pods", "podAnnotations: {a/b: c}", func(d *appsv1.Deployment) any { return d.Spec.Template.Annotations }, map[string]string{"a/b": "c"}},
		{"labels of the pods, beside the chart's", "podLabels: {team: web}", func(d *appsv1.Deployment) any { return d.Spec.Template.Labels },
			map[string]string{"team": "web", "app.kubernetes.io/name": "icp-operator"}},
		{"nodes", "nodeSelector: {disk: ssd}", func(d *appsv1.Deployment) any { return pod(d).NodeSelector }, map[string]string{"disk": "ssd"}},
		{"tolerations", "tolerations: [{key: infra, operator: Exists}]", func(d *appsv1.Deployment) any { return pod(d).Tolerations },
			[]corev1.Toleration{{Key: "infra", Operator: corev1.TolerationOpExists}}},
		{"affinity", "affinity: {nodeAffinity: {}}", func(d *appsv1.Deployment) any { return pod(d).Affinity }, &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}},
		{"spreading", "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]", func(d *appsv1.Deployment) any { return pod(d).TopologySpreadConstraints },
			[]corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: "zone", WhenUnsatisfiable: corev1.ScheduleAnyway}}},
		{"priority", "priorityClassName: high", func(d *appsv1.Deployment) any { return pod(d).PriorityClassName }, "high"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, test.got(deployed(t, test.values))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAWrongValueIsRefusedByItsName(t *testing.T) {
	t.Parallel()
	for values, complaint := range map[string]string{
		"replica: 3":                          "replica",
		"replicas: two":                       "replicas",
		"image: {digest: latest}":             "digest",
		"image: {pullPolicy: Sometimes}":      "pullPolicy",
		"namespace: elsewhere":                "namespace",
		"args: [leader-elect]":                "args",
		"config: {kind: Other}":               "config",
		"env: {OTEL_SDK_DISABLED: 'true'}":    "env",
		"board: {enabled: true, secret: tls}": "secret",
	} {
		t.Run(values, func(t *testing.T) {
			t.Parallel()
			if _, err := render(t, v1alpha1.OperatorNamespace, values); err == nil || !strings.Contains(err.Error(), complaint) {
				t.Errorf("got %v, want an error that names %s", err, complaint)
			}
		})
	}
}

func TestTheChartIsInstalledInItsOwnNamespaceOnly(t *testing.T) {
	t.Parallel()
	if _, err := render(t, "default", ""); err == nil || !strings.Contains(err.Error(), "--namespace icp-system") {
		t.Errorf("got %v, want an error that says where it is installed", err)
	}
}

// The schema, the values and the page on installing must not part.
func TestEachValueIsInTheSchemaWithADescriptionAndOnThePage(t *testing.T) {
	t.Parallel()
	type node struct {
		Description string
		Properties  map[string]node
	}
	var schema node
	text, err := os.ReadFile(at(t, "dist", "chart", "values.schema.json"))
	if err == nil {
		err = json.Unmarshal(text, &schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(at(t, "dist", "chart", "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	if err := yaml.Unmarshal(written, &values); err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, name := range []string{"install.md", "install.zh.md"} {
		page, err := os.ReadFile(at(t, "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, string(page))
	}
	for name, value := range values {
		described, has := schema.Properties[name]
		if !has || described.Description == "" {
			t.Errorf("values.schema.json does not describe %s", name)
		}
		if inner, is := value.(map[string]any); is && name != "resources" && name != "config" {
			for key := range inner {
				if described.Properties[key].Description == "" {
					t.Errorf("values.schema.json does not describe %s.%s", name, key)
				}
			}
		}
		if slices.ContainsFunc(pages, func(page string) bool { return !strings.Contains(page, "`"+name) }) {
			t.Errorf("docs/install.md or docs/install.zh.md does not tell of %s", name)
		}
	}
}

func TestTheConfigurationFileIsWhatTheValueSays(t *testing.T) {
	t.Parallel()
	objects, err := render(t, v1alpha1.OperatorNamespace, "config: {log: {level: debug}, workers: 8, notify: {allowNetworks: [10.1.0.0/16]}}")
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := unstructured.NestedString(objects["ConfigMap icp-system/icp-operator"].Object, "data", "config.yaml")
	file, err := configuration.Read("config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range file.Settings {
		got[s.Path] = s.Value
	}
	if diff := cmp.Diff(map[string]string{"log.level": "debug", "workers": "8", "notify.allowNetworks": "10.1.0.0/16"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
