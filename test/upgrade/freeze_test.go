package upgrade_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/config/crd"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// frozen are the kinds whose objects a release keeps: the operator's, and what its statuses rest on.
var frozen = []schema.GroupVersionKind{
	{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "Secret"}, {Group: "networking.k8s.io", Version: "v1", Kind: "Ingress"},
	v1alpha1.GroupVersion.WithKind("FilingProvider"), v1alpha1.GroupVersion.WithKind("ExposurePolicy"),
	v1alpha1.GroupVersion.WithKind("IcpFiling"), v1alpha1.GroupVersion.WithKind("IcpReview"), v1alpha1.GroupVersion.WithKind("FilingNotifier"),
}

// freezeAs keeps the present definitions, and objects as the present operator leaves them, as a release.
func freezeAs(ctx context.Context, release string) error {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	if err := plane.Apply(ctx, filepath.Join(root, "config", "default")); err != nil {
		return err
	}
	// Decisions come after what they are on was made, and before now.
	now := time.Now().UTC().Truncate(time.Second).Add(2 * time.Minute)
	end, err := startOperator(ctx, now)
	if err != nil {
		return err
	}
	err = errors.Join(cluster.UntilGated(ctx, admin), furnish(ctx, root, now), untilServed(ctx))
	end()
	if err != nil {
		return err
	}
	folder := filepath.Join(root, "test", "upgrade", "testdata", release)
	if err := os.MkdirAll(filepath.Join(folder, "crd"), 0o755); err != nil { //nolint:gosec // a folder of the repository
		return err
	}
	files, err := crd.Bases.ReadDir("bases")
	if err != nil {
		return err
	}
	for _, file := range files {
		data, err := crd.Bases.ReadFile("bases/" + file.Name())
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, "crd", file.Name()), data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	objects, err := written(ctx)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(folder, "objects.yaml"), objects, 0o600),
		os.WriteFile(filepath.Join(folder, "at"), []byte(now.Format(time.RFC3339)+"\n"), 0o600))
}

// furnish files by hand: one is in force and its host is served, one was returned; what each needs is there.
func furnish(ctx context.Context, root string, now time.Time) error {
	samples, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return err
	}
	objects := []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}}},
		&v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "console"}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "hook"}, Type: v1alpha1.NotifierSecretType, StringData: map[string]string{"url": "https://hook.example/"}},
		&v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "hook"}, Spec: v1alpha1.FilingNotifierSpec{
			Events:  []v1alpha1.FilingEvent{v1alpha1.EventRevoked}, // of which there is none to tell
			Webhook: &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: "hook"}},
		}},
		&networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}, Spec: networkingv1.IngressSpec{
			IngressClassName: new("nginx"), Rules: []networkingv1.IngressRule{{Host: "www.in-force.cn"}},
		}},
	}
	for i, name := range []string{"in-force", "returned"} {
		f := &v1alpha1.IcpFiling{}
		for _, o := range samples {
			if o.GetKind() == "IcpFiling" {
				if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, f); err != nil {
					return err
				}
			}
		}
		f.Name, f.Spec.ProviderRef = name, &v1alpha1.ProviderReference{Name: "console"}
		f.Spec.Domain.Name, f.Spec.Website.Homepage = name+".cn", "www."+name+".cn"
		f.Spec.Subject.Certificate.Number = cluster.CreditCode(i + 1)
		objects = append(objects, f)
		objects = append(objects, reviews(name, now)...)
	}
	for _, o := range samples {
		if o.GetKind() == "Secret" && o.GetNamespace() == "shop" {
			objects = append(objects, o)
		}
	}
	for i, o := range objects {
		if err := admin.Create(ctx, o); err != nil {
			return fmt.Errorf("make object %d, %T %s: %w", i, o, o.GetName(), err)
		}
	}
	return nil
}

// reviews are what was recorded of a filing: it is approved, or returned by the provider.
func reviews(name string, now time.Time) []client.Object {
	var all []client.Object
	for i, stage := range []v1alpha1.StageName{
		v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
		v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview,
	} {
		spec := v1alpha1.IcpReviewSpec{
			FilingRef: v1alpha1.FilingReference{Name: name, Domain: name + ".cn"}, ProviderRef: v1alpha1.ProviderReference{Name: "console"}, Attempt: 1,
			Stage: stage, Decision: v1alpha1.DecisionReported, DecidedAt: metav1.NewTime(now.Add(time.Duration(i-10) * time.Second)), DecidedBy: "kubernetes-admin",
		}
		if i > 3 {
			spec.Decision = v1alpha1.DecisionPassed
		}
		switch stage {
		case v1alpha1.StageConfirmation:
			spec.OrderID = "console-" + name
		case v1alpha1.StageBureauReview:
			spec.SubjectNumber, spec.WebsiteNumber = "浙ICP备26000009号", "浙ICP备26000009号-1"
		case v1alpha1.StagePreliminaryReview:
			if name == "returned" {
				spec.Decision, spec.Reasons = v1alpha1.DecisionReturned, []string{"WebsiteNameInvalid"}
			}
		}
		all = append(all, &v1alpha1.IcpReview{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: fmt.Sprintf("%s-%d", name, i)}, Spec: spec})
		if spec.Decision == v1alpha1.DecisionReturned {
			break
		}
	}
	return all
}

// untilServed waits until everything says what it will say.
func untilServed(ctx context.Context) error {
	var stands string
	err := wait.PollUntilContextTimeout(ctx, time.Second, within, true, func(ctx context.Context) (bool, error) {
		var served, returned v1alpha1.IcpFiling
		var notifier v1alpha1.FilingNotifier
		var policy v1alpha1.ExposurePolicy
		err := errors.Join(
			admin.Get(ctx, client.ObjectKey{Namespace: "shop", Name: "in-force"}, &served), admin.Get(ctx, client.ObjectKey{Namespace: "shop", Name: "returned"}, &returned),
			admin.Get(ctx, client.ObjectKey{Namespace: "shop", Name: "hook"}, &notifier), admin.Get(ctx, client.ObjectKey{Name: "default"}, &policy))
		ready := meta.FindStatusCondition(returned.Status.Conditions, v1alpha1.ConditionReady)
		stands = fmt.Sprintf("in force: %+v; returned: %+v; notifier: %+v; routes: %+v", served.Status, ready, notifier.Status, policy.Status.Routes)
		return served.Status.PublicSecurity != nil && served.Status.Exposure != nil && served.Status.Exposure.ServedHosts == 1 &&
			ready != nil && ready.Reason == v1alpha1.ReasonReturned && len(notifier.Status.Conditions) > 0 &&
			policy.Status.Routes != nil && policy.Status.Routes.Served == 1, err
	})
	if err != nil {
		return fmt.Errorf("wait until all is said: %w; %s", err, stands)
	}
	_, err = untilQuiet(ctx)
	return err
}

// frozenWith says that an object is kept: of the operator's own namespace, the key alone by which persons' data are compared.
func frozenWith(o *unstructured.Unstructured) bool {
	const key = "icp-operator-digest-key"
	switch {
	case o.GetKind() == "Namespace":
		return o.GetName() == "shop" || o.GetName() == v1alpha1.OperatorNamespace
	case o.GetNamespace() == v1alpha1.OperatorNamespace:
		return o.GetName() == key
	}
	return o.GetNamespace() == "" || o.GetNamespace() == "shop"
}

// written are the objects of the kinds that are frozen, with their statuses.
func written(ctx context.Context) ([]byte, error) {
	var all bytes.Buffer
	for _, kind := range frozen {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		if err := admin.List(ctx, list); err != nil {
			return nil, err
		}
		for i := range list.Items {
			o := &list.Items[i]
			if !frozenWith(o) {
				continue
			}
			metadata, _, _ := unstructured.NestedMap(o.Object, "metadata")
			for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"} {
				delete(metadata, field)
			}
			o.Object["metadata"] = metadata
			text, err := yaml.Marshal(o.Object)
			if err != nil {
				return nil, err
			}
			all.WriteString("---\n" + strings.TrimSpace(string(text)) + "\n")
		}
	}
	return all.Bytes(), nil
}
