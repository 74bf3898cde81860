package admission

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/validation/spec"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

func routeKind(hosts string, park *icpv1alpha1.Park) icpv1alpha1.RouteKind {
	return icpv1alpha1.RouteKind{Group: "example.net", Version: "v1", Resource: "sites", Hosts: hosts, Park: park}
}

func TestAWrongRouteKindIsToldWithWhatToDo(t *testing.T) {
	t.Parallel()
	park := func(path string) *icpv1alpha1.Park { return &icpv1alpha1.Park{Path: path, Value: "icp-parked"} }
	for says, row := range map[string]struct {
		kind icpv1alpha1.RouteKind
		want string
	}{
		"an expression that is no CEL":              {routeKind("object.spec.[", nil), "hosts is no CEL expression over object"},
		"one that reads something else than object": {routeKind("[request.name]", nil), "undeclared reference to 'request'"},
		"one that yields a number":                  {routeKind("1 + 1", nil), "let it yield a list of host names"},
		"one that yields a text":                    {routeKind("'example.com'", nil), "let it yield a list of host names"},
		"one that yields numbers":                   {routeKind("[1]", nil), "let it yield a list of host names"},
		"a path into the status":                    {routeKind("object.spec.hosts", park("/status/class")), "give a field of the spec, or an annotation"},
		"a path to a label":                         {routeKind("object.spec.hosts", park("/metadata/name")), "give a field of the spec, or an annotation"},
		"a path through a list":                     {routeKind("object.spec.hosts", park("/spec/routes/0")), `"0" is no field`},
		"a kind that the gate knows": {
			icpv1alpha1.RouteKind{Group: "networking.k8s.io", Version: "v1", Resource: "ingresses", Hosts: "[]"}, "the gate knows this kind already",
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			_, err := CompileRouteKind(row.kind)
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), RouteKindName(row.kind)) {
				t.Errorf("want an error that names the kind and says %q, got %v", row.want, err)
			}
		})
	}
}

func TestARouteOfAFurtherKindIsReleasedAsItWasParked(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]struct {
		park   icpv1alpha1.Park
		object string
	}{
		"by a field that had a value":           {icpv1alpha1.Park{Path: "/spec/class", Value: "icp-parked"}, `{"spec":{"class":"nginx","host":"a.cn"}}`},
		"by a field that had none":              {icpv1alpha1.Park{Path: "/spec/class", Value: "icp-parked"}, `{"spec":{"host":"a.cn"}}`},
		"by an annotation beside others":        {icpv1alpha1.Park{Path: "/metadata/annotations/example.net~1class", Value: "icp-parked"}, `{"metadata":{"annotations":{"example.net/class":"x","b":"c"}},"spec":{"host":"a.cn"}}`},
		"by an annotation where there was none": {icpv1alpha1.Park{Path: "/metadata/annotations/example.net~1class", Value: "icp-parked"}, `{"metadata":{},"spec":{"host":"a.cn"}}`},
		"by a list that had entries":            {icpv1alpha1.Park{Path: "/spec/gateways", Value: "[icp-parked/none]"}, `{"spec":{"host":"a.cn","gateways":["a/b","mesh"]}}`},
		"by a list that was not there":          {icpv1alpha1.Park{Path: "/spec/gateways", Value: `["icp-parked/none"]`}, `{"spec":{"host":"a.cn"}}`},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			compiled, err := CompileRouteKind(routeKind("[object.spec.host]", &row.park))
			if err != nil {
				t.Fatal(err)
			}
			further := compiled.Exposure(schema.GroupKind{Group: "example.net", Kind: "Site"})
			object := &unstructured.Unstructured{}
			if err := object.UnmarshalJSON([]byte(strings.Replace(row.object, "{", `{"apiVersion":"example.net/v1","kind":"Site",`, 1))); err != nil {
				t.Fatal(err)
			}
			object.SetName("site")
			before := object.DeepCopy()
			if route := further.Read(object); route.Parked || route.Held || !route.Exposes() || cmp.Diff([]string{"a.cn"}, route.Hosts) != "" {
				t.Errorf("before it is parked: %+v", route)
			}
			for range 2 {
				further.Park(object, []string{"a.cn"}, "a.cn: why")
				if route := further.Read(object); !route.Parked || !route.Held || route.Exposes() || !route.Notes([]string{"a.cn"}) {
					t.Errorf("parked: %+v", route)
				}
			}
			further.Release(object)
			if diff := cmp.Diff(before.Object, object.Object); diff != "" {
				t.Errorf("(-before +released):\n%s", diff)
			}
		})
	}
}

func TestAFurtherKindMustFitItsSchema(t *testing.T) {
	t.Parallel()
	schema := spec.MapProperty(nil)
	schema.Type, schema.AdditionalProperties = spec.StringOrArray{"object"}, nil
	inner := *schema
	inner.Properties = map[string]spec.Schema{"host": *spec.StringProperty(), "class": *spec.StringProperty()}
	schema.Properties = map[string]spec.Schema{"spec": inner}
	for says, row := range map[string]struct {
		kind icpv1alpha1.RouteKind
		want string
	}{
		"a field that there is":       {routeKind("[object.spec.host]", &icpv1alpha1.Park{Path: "/spec/class", Value: "none"}), ""},
		"an annotation":               {routeKind("[object.metadata.name]", &icpv1alpha1.Park{Path: "/metadata/annotations/class", Value: "none"}), ""},
		"a field that there is not":   {routeKind("[object.spec.hostname]", nil), "undefined field 'hostname'"},
		"hosts that are no list":      {routeKind("object.spec.host.map(h, h)", nil), "hosts does not fit the schema"},
		"a place to park that is not": {routeKind("[object.spec.host]", &icpv1alpha1.Park{Path: "/spec/klass", Value: "none"}), "park.path does not fit"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			further, err := CompileRouteKind(row.kind)
			if err != nil {
				t.Fatal(err)
			}
			if err := further.Fits(schema); (row.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), row.want) {
				t.Errorf("want %q, got %v", row.want, err)
			}
		})
	}
}

func TestAnObjectWhoseHostsCannotBeFoundCountsAsHostless(t *testing.T) {
	t.Parallel()
	compiled, err := CompileRouteKind(routeKind("[object.spec.host]", nil))
	if err != nil {
		t.Fatal(err)
	}
	route := compiled.Exposure(schema.GroupKind{}).Read(&unstructured.Unstructured{Object: map[string]any{}})
	if !route.Hostless || !route.Exposes() || !route.Unparkable {
		t.Errorf("%+v", route)
	}
}
