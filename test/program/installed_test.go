package program

import (
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/configuration"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// deployment is the operator's, of a kustomization; so is the text of its configuration file.
func deployment(t *testing.T, dir string) (*appsv1.Deployment, string) {
	t.Helper()
	objects, err := cluster.Kustomize(filepath.Join(root, "config", dir))
	if err != nil {
		t.Fatal(err)
	}
	var d appsv1.Deployment
	var file corev1.ConfigMap
	for _, o := range objects {
		var into any
		switch o.GetKind() + " " + o.GetName() {
		case "Deployment icp-operator":
			into = &d
		case "ConfigMap icp-operator":
			into = &file
		default:
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, into); err != nil {
			t.Fatal(err)
		}
	}
	return &d, file.Data["config.yaml"]
}

func TestTheOperatorsPodsKeepTheirNamespacesPodSecurityLevel(t *testing.T) {
	for _, dir := range []string{"default", "calendar", "board"} {
		d, _ := deployment(t, dir)
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: d.Namespace, Name: "tried-" + dir, Labels: d.Spec.Template.Labels}, Spec: d.Spec.Template.Spec}
		if err := admin.Create(t.Context(), pod.DeepCopy(), client.DryRunAll); err != nil {
			t.Errorf("config/%s: %v", dir, err)
		}
		pod.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = new(true)
		if err := admin.Create(t.Context(), pod, client.DryRunAll); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "restricted") {
			t.Errorf("config/%s, with privileges: %v, want a refusal by the level restricted", dir, err)
		}
	}
}

func TestTheInstalledConfigurationFileIsOneAndMountedWhereTheFlagSays(t *testing.T) {
	d, text := deployment(t, "default")
	if _, err := configuration.Read("config.yaml", []byte(text)); err != nil {
		t.Error(err)
	}
	spec := d.Spec.Template.Spec
	mount, volume := spec.Containers[0].VolumeMounts[0], spec.Volumes[0]
	if spec.Containers[0].Args[0] != "--config="+mount.MountPath+"/config.yaml" || mount.Name != volume.Name || volume.ConfigMap.Name != "icp-operator" {
		t.Errorf("%v, %+v, %+v", spec.Containers[0].Args, mount, volume)
	}
}
