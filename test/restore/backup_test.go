package restore_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// backedUp are the kinds of which manifests are kept.
var backedUp = []schema.GroupVersionKind{
	{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "Secret"},
	v1alpha1.GroupVersion.WithKind("FilingProvider"), v1alpha1.GroupVersion.WithKind("ExposurePolicy"),
	v1alpha1.GroupVersion.WithKind("FilingNotifier"), v1alpha1.GroupVersion.WithKind("IcpReview"), v1alpha1.GroupVersion.WithKind("IcpFiling"),
	{Group: "networking.k8s.io", Version: "v1", Kind: "Ingress"}, {Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute"},
}

// backup are manifests, as a file has them.
type backup []byte

// export writes manifests of all that is backed up in some namespaces, and of the cluster.
func export(ctx context.Context, reader client.Reader, namespaces ...string) (backup, error) {
	var manifests bytes.Buffer
	for _, kind := range backedUp {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		if err := reader.List(ctx, list); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
		}
		for i := range list.Items {
			o := &list.Items[i]
			in := o.GetNamespace()
			if kind.Kind == "Namespace" {
				in = o.GetName()
			}
			if in != "" && !slices.Contains(namespaces, in) && (kind.Kind != "Secret" || in != v1alpha1.OperatorNamespace) {
				continue
			}
			manifest, err := yaml.Marshal(stripped(o).Object)
			if err != nil {
				return nil, err
			}
			manifests.WriteString("---\n")
			manifests.Write(manifest)
		}
	}
	return manifests.Bytes(), nil
}

// stripped is an object without its status, and without what the API server gives it anew.
func stripped(o *unstructured.Unstructured) *unstructured.Unstructured {
	kept := &unstructured.Unstructured{Object: o.DeepCopy().Object}
	delete(kept.Object, "status")
	metadata := map[string]any{}
	for _, field := range []string{"name", "namespace", "labels", "annotations", "finalizers"} {
		if value, is, err := unstructured.NestedFieldCopy(o.Object, "metadata", field); err == nil && is {
			metadata[field] = value
		}
	}
	kept.Object["metadata"] = metadata
	return kept
}

// of returns the manifests of some kinds, in the order of the kinds.
func (b backup) of(kinds ...string) ([]*unstructured.Unstructured, error) {
	all, err := cluster.Decode(b)
	if err != nil {
		return nil, err
	}
	var found []*unstructured.Unstructured
	for _, kind := range kinds {
		for _, o := range all {
			if o.GetKind() == kind {
				found = append(found, o)
			}
		}
	}
	return found, nil
}

// bringBack creates objects. What is there already stays as it is, but for the ExposurePolicy, of which an operator makes one.
func bringBack(ctx context.Context, c client.Client, objects ...*unstructured.Unstructured) error {
	for _, o := range objects {
		err := c.Create(ctx, o.DeepCopy())
		if apierrors.IsAlreadyExists(err) {
			err = nil
			if o.GetKind() == "ExposurePolicy" {
				err = c.Patch(ctx, o.DeepCopy(), client.Merge)
			}
		}
		if err != nil {
			return fmt.Errorf("restore %s %s: %w", o.GetKind(), client.ObjectKeyFromObject(o), err)
		}
	}
	return nil
}
