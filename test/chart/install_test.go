package chart

import (
	"context"
	"testing"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// helmAt is Helm with a control plane.
func helmAt(t *testing.T, c *cluster.Cluster) *action.Configuration {
	t.Helper()
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.Namespace = new(c.Kubeconfig()), new(v1alpha1.OperatorNamespace)
	helm := action.NewConfiguration()
	if err := helm.Init(flags, v1alpha1.OperatorNamespace, "secret"); err != nil {
		t.Fatal(err)
	}
	return helm
}

func TestAReleaseIsInstalledUpgradedAndUninstalledAndLeavesWhatPeopleMade(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c, err := cluster.Start(context.WithoutCancel(ctx), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	admin, err := client.New(c.Config(), client.Options{Scheme: controllers.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	helm := helmAt(t, c)
	install := action.NewInstall(helm)
	install.ReleaseName, install.Namespace, install.CreateNamespace, install.WaitStrategy = release, v1alpha1.OperatorNamespace, true, kube.HookOnlyStrategy
	_, err = install.RunWithContext(ctx, load(t), map[string]any{})
	must(err)

	namespace, deployment := &corev1.Namespace{}, &appsv1.Deployment{}
	at := client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: release}
	must(admin.Get(ctx, client.ObjectKey{Name: v1alpha1.OperatorNamespace}, namespace))
	if namespace.Labels["pod-security.kubernetes.io/enforce"] != "restricted" {
		t.Errorf("the namespace that Helm made has not the label of the chart's: %v", namespace.Labels)
	}
	objects, err := render(t, v1alpha1.OperatorNamespace, "")
	must(err)
	for key, o := range objects {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(o), o); err != nil {
			t.Errorf("%s is not there once installed: %v", key, err)
		}
	}
	provider := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "desk"}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}}
	must(admin.Create(ctx, provider))

	upgrade := action.NewUpgrade(helm)
	upgrade.Namespace, upgrade.WaitStrategy = v1alpha1.OperatorNamespace, kube.HookOnlyStrategy
	_, err = upgrade.RunWithContext(ctx, release, load(t), map[string]any{"replicas": 3})
	must(err)
	must(admin.Get(ctx, at, deployment))
	if *deployment.Spec.Replicas != 3 {
		t.Errorf("%d replicas once upgraded, want 3", *deployment.Spec.Replicas)
	}

	uninstall := action.NewUninstall(helm)
	uninstall.WaitStrategy = kube.HookOnlyStrategy
	_, err = uninstall.Run(release)
	must(err)
	if err := admin.Get(ctx, at, deployment); !apierrors.IsNotFound(err) {
		t.Errorf("the Deployment once uninstalled: %v, want none", err)
	}
	must(admin.Get(ctx, client.ObjectKeyFromObject(provider), provider))
	must(admin.Get(ctx, client.ObjectKeyFromObject(namespace), namespace))
	if provider.DeletionTimestamp != nil || namespace.DeletionTimestamp != nil {
		t.Error("what people made goes with the release")
	}
}
