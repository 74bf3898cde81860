package upgrade_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// place is a release on the control plane. Each test has the cluster to itself, and they run one after the other.
type place struct {
	*testing.T
	root, folder string
	objects      []*unstructured.Unstructured
}

func TestAReleaseIsUpgradedAndRolledBackAndNothingIsLostOrRewritten(t *testing.T) { //nolint:paralleltest // see place
	for _, folder := range releases(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) { //nolint:paralleltest // see place
			p := install(t, folder)
			before := p.read()

			p.must(plane.Apply(p.Context(), filepath.Join(p.root, "config", "crd")))
			p.same(before, p.read(), "by the present definitions")
			p.stored()
			p.takenAgain(before)

			p.must(plane.Apply(p.Context(), filepath.Join(p.root, "config", "default")))
			begun := time.Now()
			end, err := startOperator(p.Context(), p.frozenAt())
			p.must(err)
			p.must(cluster.UntilGated(p.Context(), admin))
			_, err = untilQuiet(p.Context())
			end()
			p.must(err)
			under := p.read()
			p.same(lasting(before), lasting(under), "under the present operator")
			p.Logf("the operator wrote since it began: %s", strings.Join(p.writes(begun), ", "))

			p.define()
			p.same(under, p.read(), "by the release's own definitions again")
			p.stored()
			p.takenAgain(under)
		})
	}
}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// install makes the cluster one of a release.
func install(t *testing.T, folder string) *place {
	t.Helper()
	p := &place{T: t, folder: folder}
	var err error
	p.root, err = cluster.Root()
	p.must(err)
	p.define()
	text, err := os.ReadFile(filepath.Join(folder, "objects.yaml"))
	p.must(err)
	p.objects, err = cluster.Decode(text)
	p.must(err)
	kinds := map[string]bool{}
	for _, o := range p.objects {
		kinds[o.GetKind()] = kinds[o.GetKind()] || o.Object["status"] != nil
		made := o.DeepCopy()
		p.must(wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
			err = admin.Create(ctx, made) // a definition that is established is in discovery a moment later
			return err == nil, nil
		}))
		status, has := o.Object["status"]
		if o.GroupVersionKind().Group != v1alpha1.GroupVersion.Group || !has {
			continue
		}
		made.Object["status"] = runtime.DeepCopyJSONValue(status)
		p.must(admin.Status().Update(t.Context(), made))
	}
	for _, kind := range []string{"IcpFiling", "IcpReview", "FilingProvider", "FilingNotifier", "ExposurePolicy"} {
		if !kinds[kind] {
			t.Errorf("%s has no %s with a status", folder, kind)
		}
	}
	return p
}

// define applies the release's own definitions.
func (p *place) define() {
	p.Helper()
	files, err := filepath.Glob(filepath.Join(p.folder, "crd", "*.yaml"))
	p.must(err)
	var all []*unstructured.Unstructured
	for _, file := range files {
		text, err := os.ReadFile(file)
		p.must(err)
		more, err := cluster.Decode(text)
		p.must(err)
		all = append(all, more...)
	}
	p.must(plane.ApplyObjects(p.Context(), all...))
}

// frozenAt is the time at which the objects were as they are.
func (p *place) frozenAt() time.Time {
	p.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, "at"))
	p.must(err)
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	p.must(err)
	return at
}

// name names an object.
func name(o *unstructured.Unstructured) string {
	return strings.Trim(o.GetKind()+" "+o.GetNamespace()+"/"+o.GetName(), "/")
}

// read reads the release's objects as they are now, their versions among the rest.
func (p *place) read() map[string]*unstructured.Unstructured {
	p.Helper()
	all := map[string]*unstructured.Unstructured{}
	for _, o := range p.objects {
		now := &unstructured.Unstructured{}
		now.SetGroupVersionKind(o.GroupVersionKind())
		p.must(admin.Get(p.Context(), client.ObjectKeyFromObject(o), now))
		now.SetManagedFields(nil)
		all[name(o)] = now
	}
	return all
}

// same compares objects whole, with their resource versions: none was written.
func (p *place) same(before, after map[string]*unstructured.Unstructured, when string) {
	p.Helper()
	if diff := cmp.Diff(before, after); diff != "" {
		p.Errorf("%s (-before +after):\n%s", when, diff)
	}
}

// lasting are objects without what the operator writes because they were made anew here: which versions of Secrets it saw, when an
// object was made, and, whenever an operator begins, since when it knows that what parks does act.
func lasting(objects map[string]*unstructured.Unstructured) map[string]*unstructured.Unstructured {
	all := map[string]*unstructured.Unstructured{}
	for name, o := range objects {
		o = o.DeepCopy()
		o.SetResourceVersion("")
		annotations := o.GetAnnotations()
		if filed := annotations[v1alpha1.FiledAnnotation]; filed != "" {
			annotations[v1alpha1.FiledAnnotation] = secretVersions.ReplaceAllString(filed, "")
			o.SetAnnotations(annotations)
		}
		status, _, _ := unstructured.NestedMap(o.Object, "status")
		stages, _ := status["stages"].([]any)
		for _, stage := range stages {
			if of, is := stage.(map[string]any); is && of["name"] == string(v1alpha1.StagePreparation) {
				delete(of, "startedAt")
			}
		}
		conditions, _ := status["conditions"].([]any)
		for _, condition := range conditions {
			if of, is := condition.(map[string]any); is && of["type"] == v1alpha1.ConditionHoldSupported {
				delete(of, "lastTransitionTime")
			}
		}
		if status != nil {
			o.Object["status"] = status
		}
		all[name] = o
	}
	return all
}

// secretVersions is where the record of what was filed names the versions of Secrets.
var secretVersions = regexp.MustCompile(`,"secrets":"[0-9a-f]*"`)

// takenAgain has the API server take every object as it is, in a dry run, and answer all of it.
func (p *place) takenAgain(before map[string]*unstructured.Unstructured) {
	p.Helper()
	for name, o := range before {
		if o.GroupVersionKind().Group != v1alpha1.GroupVersion.Group {
			continue
		}
		again := o.DeepCopy()
		if err := admin.Update(p.Context(), again, client.DryRunAll, client.FieldValidation("Strict")); err != nil {
			p.Errorf("%s is refused: %v", name, err)
			continue
		}
		again.SetManagedFields(nil)
		if diff := cmp.Diff(o, again); diff != "" {
			p.Errorf("%s, written as it is, is not the same (-before +after):\n%s", name, diff)
		}
	}
}

// stored checks that every definition has had one stored version, the one that the release had.
func (p *place) stored() {
	p.Helper()
	for _, kind := range []string{"icpfilings", "icpreviews", "filingproviders", "filingnotifiers", "exposurepolicies"} {
		of := &unstructured.Unstructured{}
		of.SetGroupVersionKind(schema.GroupVersionKind{Group: apiextensionsv1.GroupName, Version: "v1", Kind: "CustomResourceDefinition"})
		p.must(admin.Get(p.Context(), client.ObjectKey{Name: kind + "." + v1alpha1.GroupVersion.Group}, of))
		versions, _, err := unstructured.NestedStringSlice(of.Object, "status", "storedVersions")
		p.must(err)
		if diff := cmp.Diff([]string{"v1alpha1"}, versions); diff != "" {
			p.Errorf("the stored versions of %s: %s", kind, diff)
		}
	}
}

// writes are what the operator wrote since a time, beside its policies and Events.
func (p *place) writes(since time.Time) []string {
	p.Helper()
	own := cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	all, err := plane.Writes(func(w cluster.Write) bool {
		return w.By() == own && !w.DryRun && w.At.After(since) && w.Resource != "events" && w.Group != "admissionregistration.k8s.io"
	})
	p.must(err)
	counts := map[string]int{}
	var told []string
	for _, w := range all {
		what := strings.Trim(fmt.Sprintf("%s %s/%s %s/%s", w.Verb, w.Resource, w.Subresource, w.Namespace, w.Name), "/")
		if counts[what]++; counts[what] == 1 {
			told = append(told, what)
		}
	}
	return told
}

// untilQuiet waits until the operator has written nothing for some seconds, and says when it last wrote: where filings stand is told
// 5 s after another write of a Namespace.
func untilQuiet(ctx context.Context) (last time.Time, err error) {
	own := cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	const quiet = 10 * time.Second
	err = wait.PollUntilContextTimeout(ctx, time.Second, within, true, func(context.Context) (bool, error) {
		all, err := plane.Writes(func(w cluster.Write) bool { return w.By() == own && !w.DryRun })
		if err != nil || len(all) == 0 {
			return false, err
		}
		last = all[len(all)-1].At
		return time.Since(last) > quiet, nil
	})
	return last, err
}
