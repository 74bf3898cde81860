package board_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/beian-dev/icp-operator/test/cluster"
)

func TestTheKustomizationServesTheBoardAtItsService(t *testing.T) {
	t.Parallel()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "board"))
	if err != nil {
		t.Fatal(err)
	}
	var deployment appsv1.Deployment
	var service corev1.Service
	for _, o := range objects {
		var to any
		switch {
		case o.GetKind() == "Deployment" && o.GetName() == "icp-operator":
			to = &deployment
		case o.GetKind() == "Service" && o.GetName() == "icp-board":
			to = &service
		default:
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, to); err != nil {
			t.Fatal(err)
		}
	}
	if len(service.Spec.Ports) != 1 || len(deployment.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("there is no Service, or no operator: %v", service)
	}
	pod, container := deployment.Spec.Template, deployment.Spec.Template.Spec.Containers[0]
	for name, ok := range map[string]bool{
		"the flag binds the port that the Service reaches": slices.ContainsFunc(container.Ports, func(p corev1.ContainerPort) bool {
			return p.Name == service.Spec.Ports[0].TargetPort.StrVal && slices.Contains(container.Args, fmt.Sprint("--board-bind-address=:", p.ContainerPort))
		}),
		"the certificate is where the flag says": slices.ContainsFunc(container.VolumeMounts, func(m corev1.VolumeMount) bool {
			return slices.Contains(container.Args, "--board-cert-dir="+m.MountPath) && slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool {
				return v.Name == m.Name && v.Secret != nil && v.Secret.SecretName == "icp-board-tls"
			})
		}),
		"the Service selects the operator's pods": pod.Labels["app.kubernetes.io/name"] == service.Spec.Selector["app.kubernetes.io/name"],
	} {
		if !ok {
			t.Errorf("%s: not so", name)
		}
	}
}
