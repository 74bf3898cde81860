package monitoring_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

const component = "../../config/monitoring/component/"

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// strictly reads an object, and refuses fields that its kind has not.
func strictly[T any](t *testing.T, file string) *T {
	t.Helper()
	object := new(T)
	if err := yaml.UnmarshalStrict(read(t, component+file), object); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return object
}

func rules(t *testing.T) []monitoringv1.Rule {
	t.Helper()
	var all []monitoringv1.Rule
	for _, g := range strictly[monitoringv1.PrometheusRule](t, "prometheusrule.yaml").Spec.Groups {
		all = append(all, g.Rules...)
	}
	if len(all) == 0 {
		t.Fatal("there are no rules")
	}
	return all
}

func TestEveryAlertIsSeenToFireAndNotToFire(t *testing.T) {
	t.Parallel()
	fires, rests := map[string]bool{}, map[string]bool{}
	for _, test := range scenarios(t) {
		for _, a := range test.Alerts {
			if len(a.Want) == 0 {
				rests[a.Name] = true
			}
			for _, want := range a.Want {
				fires[a.Name+" "+want.Labels["severity"]] = true
			}
		}
	}
	for _, r := range rules(t) {
		if !fires[r.Alert+" "+r.Labels["severity"]] || !rests[r.Alert] {
			t.Errorf("%s (%s): no test sees it fire, or none sees it rest", r.Alert, r.Labels["severity"])
		}
	}
}

func TestEveryAlertSaysWhatIsWrongAndWhereToReadWhatToDo(t *testing.T) {
	t.Parallel()
	var alerts []string
	for _, r := range rules(t) {
		alerts = append(alerts, r.Alert)
		if !slices.Contains([]string{"critical", "warning"}, r.Labels["severity"]) {
			t.Errorf("%s has the severity %q", r.Alert, r.Labels["severity"])
		}
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s does not say what is wrong", r.Alert)
		}
		if want := "https://github.com/beian-dev/icp-operator/blob/main/docs/monitoring.md#" + strings.ToLower(r.Alert); r.Annotations["runbook_url"] != want {
			t.Errorf("%s: the runbook is %s, want %s", r.Alert, r.Annotations["runbook_url"], want)
		}
	}
	for _, path := range pages {
		text := string(read(t, path))
		for _, alert := range alerts {
			if !strings.Contains(text, "\n### "+alert+"\n") {
				t.Errorf("%s has no section %s", path, alert)
			}
		}
		for heading := range strings.SplitSeq(text, "\n### ") {
			name, _, _ := strings.Cut(heading, "\n")
			if strings.HasPrefix(name, "Icp") && !slices.Contains(alerts, name) {
				t.Errorf("%s says what to do for %s, which is no alert", path, name)
			}
		}
	}
}

func TestTheServiceMonitorFindsThePortOfTheService(t *testing.T) {
	t.Parallel()
	monitor, service := strictly[monitoringv1.ServiceMonitor](t, "servicemonitor.yaml"), strictly[corev1.Service](t, "service.yaml")
	selects, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
	if err != nil || !selects.Matches(labels.Set(service.Labels)) || monitor.Namespace != service.Namespace {
		t.Errorf("%v selects no Service with %v (%v)", monitor.Spec.Selector, service.Labels, err)
	}
	deployment := string(read(t, "../../config/manager/deployment.yaml"))
	for _, endpoint := range monitor.Spec.Endpoints {
		port := slices.IndexFunc(service.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == endpoint.Port })
		if port < 0 || !strings.Contains(deployment, "- name: "+service.Spec.Ports[port].TargetPort.StrVal+"\n") {
			t.Errorf("the endpoint %s is no port of the Service, or of the Deployment", endpoint.Port)
		}
		if !endpoint.HonorLabels {
			t.Error("the label namespace would be the operator's")
		}
	}
	if len(monitor.Spec.Endpoints) == 0 {
		t.Error("it has no endpoint")
	}
}
