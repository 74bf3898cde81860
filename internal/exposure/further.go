package exposure

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ParkedValueAnnotation remembers what stood where a route of a further kind is parked; absent where nothing did. The
// entries of a list stand in lines.
const ParkedValueAnnotation = "icp.beian.dev/parked-value"

// Further is a kind of route that an ExposurePolicy adds to those that the gate knows.
type Further struct {
	Kind schema.GroupKind
	// Hosts yields the hosts of an object; "" and "*" stand for every host. Where it fails, the object counts as hostless.
	Hosts func(object map[string]any) ([]string, error)
	// Path leads to the field that parks an object; empty where the kind cannot be parked.
	Path []string
	// Parked is what stands there in a parked object: a string, or a list of strings.
	Parked any
}

// Read says what the gate needs to know of an object of the kind. Its hosts are not checked by the API server, and so
// judged as those of annotations are.
func (f Further) Read(object *unstructured.Unstructured) Route {
	route := Route{Kind: f.Kind, Namespace: object.GetNamespace(), Name: object.GetName(), Unparkable: len(f.Path) == 0}
	hosts, err := f.Hosts(object.Object)
	if err != nil {
		route.Hostless = true
	}
	for _, host := range hosts {
		if host == AnyHost {
			host = ""
		}
		addExactHost(&route, host)
	}
	addAnnotations(&route, object.GetAnnotations())
	route.Inert = len(route.Hosts)+len(route.Malformed) == 0 && !route.Hostless
	if len(f.Path) == 0 {
		return route
	}
	at, _ := f.at(object)
	route.Parked = sameValue(at, f.Parked)
	route.Note, route.Held = object.GetAnnotations()[ParkedHostsAnnotation]
	route.Because = object.GetAnnotations()[ParkedBecauseAnnotation]
	return route
}

// Park changes an object so that no controller serves it. Parking what is parked refreshes the notes of its hosts.
func (f Further) Park(object *unstructured.Unstructured, blocked []string, because string) {
	if len(f.Path) == 0 {
		return
	}
	wished, has := f.wished(object)
	annotations := object.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[ParkedHostsAnnotation] = JoinBlocked(blocked)
	annotations[ParkedBecauseAnnotation] = because
	remember(annotations, ParkedValueAnnotation, written(wished), has)
	object.SetAnnotations(annotations)
	object.SetLabels(labelParked(object.GetLabels()))
	f.put(object, f.Parked, true)
}

// Release undoes Park. It leaves alone what the gate has not parked.
func (f Further) Release(object *unstructured.Unstructured) {
	if _, held := object.GetAnnotations()[ParkedHostsAnnotation]; !held || len(f.Path) == 0 {
		return
	}
	wished, has := f.wished(object)
	annotations := object.GetAnnotations()
	delete(annotations, ParkedHostsAnnotation)
	delete(annotations, ParkedBecauseAnnotation)
	delete(annotations, ParkedValueAnnotation)
	object.SetAnnotations(annotations)
	f.put(object, wished, has)
	if len(object.GetAnnotations()) == 0 {
		object.SetAnnotations(nil)
	}
	object.SetLabels(unlabelParked(object.GetLabels()))
}

// wished says what would stand at the path if the object were not parked. What stands there now counts, as somebody's
// latest wish, unless it is the gate's own.
func (f Further) wished(object *unstructured.Unstructured) (value any, has bool) {
	annotations := object.GetAnnotations()
	_, held := annotations[ParkedHostsAnnotation]
	if at, there := f.at(object); !held || !sameValue(at, f.Parked) {
		return at, there
	}
	remembered, there := annotations[ParkedValueAnnotation]
	if _, list := f.Parked.([]any); !list {
		return remembered, there
	}
	var lines []any
	for line := range strings.SplitSeq(remembered, "\n") {
		lines = append(lines, line)
	}
	return lines, there
}

func (f Further) at(object *unstructured.Unstructured) (value any, there bool) {
	value, there, err := unstructured.NestedFieldNoCopy(object.Object, f.Path...)
	return value, there && err == nil
}

func (f Further) put(object *unstructured.Unstructured, value any, has bool) {
	if !has {
		unstructured.RemoveNestedField(object.Object, f.Path...)
		return
	}
	// It fails where something else than an object stands on the way, as no object of the kind has.
	_ = unstructured.SetNestedField(object.Object, value, f.Path...)
}

// written is a value as ParkedValueAnnotation has it.
func written(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		lines := make([]string, len(v))
		for i := range v {
			lines[i], _ = v[i].(string)
		}
		return strings.Join(lines, "\n")
	}
	return ""
}

func sameValue(a, b any) bool {
	_, listA := a.([]any)
	_, listB := b.([]any)
	return a != nil && listA == listB && written(a) == written(b)
}
