package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const (
	// installer is the field owner of what Install and Apply write: that of `kubectl apply
	// --server-side`, as when a user installs.
	installer = "kubectl"

	gatewayModule     = "sigs.k8s.io/gateway-api"
	establishedWithin = 60 * time.Second
	establishedPoll   = 50 * time.Millisecond
	discoveredWithin  = 60 * time.Second
)

// Install installs what production installs: the Gateway API's standard resources, then config/default.
func (c *Cluster) Install(ctx context.Context) error {
	if err := c.InstallGatewayAPI(ctx); err != nil {
		return err
	}
	root, err := Root()
	if err != nil {
		return err
	}
	return c.Apply(ctx, filepath.Join(root, "config", "default"))
}

// InstallGatewayAPI applies the Gateway API's standard CRDs, of the version in go.mod, and waits
// until they are served.
func (c *Cluster) InstallGatewayAPI(ctx context.Context) error {
	dir, err := moduleDir(ctx, gatewayModule)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "config", "crd", "standard", "*.yaml"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("find the Gateway API's CRDs in %s: %w", dir, errors.Join(err, os.ErrNotExist))
	}
	var objects []*unstructured.Unstructured
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read the Gateway API's CRDs: %w", err)
		}
		more, err := Decode(content)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		objects = append(objects, more...)
	}
	return c.ApplyObjects(ctx, objects...)
}

// Apply builds a kustomize directory and applies it as `kubectl apply --server-side -k` does.
func (c *Cluster) Apply(ctx context.Context, dir string) error {
	objects, err := Kustomize(dir)
	if err != nil {
		return err
	}
	if err := c.ApplyObjects(ctx, objects...); err != nil {
		return fmt.Errorf("apply %s: %w", dir, err)
	}
	return nil
}

// ApplyObjects applies objects server side, as a cluster admin who wins conflicts: namespaces and
// CRDs first, the rest when every CRD among them is served.
func (c *Cluster) ApplyObjects(ctx context.Context, objects ...*unstructured.Unstructured) error {
	writer, err := client.New(c.Config(), client.Options{Scheme: runtime.NewScheme()})
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	var first, rest []*unstructured.Unstructured
	for _, object := range objects {
		if kind := object.GetKind(); kind == "Namespace" || kind == "CustomResourceDefinition" {
			first = append(first, object)
		} else {
			rest = append(rest, object)
		}
	}
	for _, object := range first {
		if err := apply(ctx, writer, object); err != nil {
			return err
		}
	}
	for _, object := range first {
		if err := untilEstablished(ctx, writer, object); err != nil {
			return err
		}
	}
	for _, object := range rest {
		if err := applyOnceDiscovered(ctx, writer, object); err != nil {
			return err
		}
	}
	return nil
}

// applyOnceDiscovered applies an object, and waits for its kind: a CRD that is established is in the API server's
// discovery, and served, a moment later.
func applyOnceDiscovered(ctx context.Context, writer client.Client, object *unstructured.Unstructured) error {
	var err error
	waited := wait.PollUntilContextTimeout(ctx, establishedPoll, discoveredWithin, true, func(ctx context.Context) (bool, error) {
		err = apply(ctx, writer, object)
		return !meta.IsNoMatchError(err) && !apierrors.IsNotFound(err), nil
	})
	return errors.Join(err, waited)
}

func apply(ctx context.Context, writer client.Client, object *unstructured.Unstructured) error {
	// The server fills the object in; the caller's stays as it was.
	configuration := client.ApplyConfigurationFromUnstructured(object.DeepCopy())
	if err := writer.Apply(ctx, configuration, client.FieldOwner(installer), client.ForceOwnership); err != nil {
		return fmt.Errorf("apply %s %s: %w", object.GetKind(), client.ObjectKeyFromObject(object), err)
	}
	return nil
}

// untilEstablished waits until the kind of a CRD is served. Other objects are ready at once.
func untilEstablished(ctx context.Context, reader client.Client, object *unstructured.Unstructured) error {
	if object.GetKind() != "CustomResourceDefinition" {
		return nil
	}
	err := wait.PollUntilContextTimeout(ctx, establishedPoll, establishedWithin, true, func(ctx context.Context) (bool, error) {
		current := &unstructured.Unstructured{}
		current.SetGroupVersionKind(object.GroupVersionKind())
		if err := reader.Get(ctx, client.ObjectKeyFromObject(object), current); err != nil {
			return false, err
		}
		return established(current)
	})
	if err != nil {
		return fmt.Errorf("wait until CustomResourceDefinition %s is served: %w", object.GetName(), err)
	}
	return nil
}

func established(object *unstructured.Unstructured) (bool, error) {
	var crd apiextensionsv1.CustomResourceDefinition
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &crd); err != nil {
		return false, err
	}
	return slices.ContainsFunc(crd.Status.Conditions, func(condition apiextensionsv1.CustomResourceDefinitionCondition) bool {
		return condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue
	}), nil
}

// Kustomize builds a kustomize directory, as `kubectl kustomize` does.
func Kustomize(dir string) ([]*unstructured.Unstructured, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("build kustomization %s: %w", dir, err)
	}
	content, err := resources.AsYaml()
	if err != nil {
		return nil, fmt.Errorf("build kustomization %s: %w", dir, err)
	}
	return Decode(content)
}

// Decode reads the objects of a YAML stream, in their order; empty documents are left out.
func Decode(stream []byte) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(stream), 4096)
	var objects []*unstructured.Unstructured
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decode object %d of a YAML stream: %w", len(objects)+1, err)
		}
		if len(object.Object) == 0 {
			continue
		}
		if object.GroupVersionKind() == (schema.GroupVersionKind{}) || object.GetKind() == "" {
			return nil, fmt.Errorf("decode object %d of a YAML stream: it has no kind", len(objects)+1)
		}
		objects = append(objects, object)
	}
}

// moduleDir returns where the Go toolchain keeps a module that the repository's go.mod requires.
func moduleDir(ctx context.Context, module string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
	command.Dir = root
	var complaints bytes.Buffer
	command.Stderr = &complaints
	answer, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("find module %s: %w: %s", module, err, complaints.String())
	}
	dir := strings.TrimSpace(string(answer))
	if dir == "" {
		return "", fmt.Errorf("module %s has not been downloaded: run go mod download %s", module, module)
	}
	return dir, nil
}
