package admission

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// hostsCost bounds what an expression that yields an object's hosts may cost, in units of CEL: as much as the API server
// allows one (Kubernetes 1.37).
const hostsCost = 1_000_000

// Further is a kind of route that an ExposurePolicy adds, with its expression compiled.
type Further struct {
	kind   icpv1alpha1.RouteKind
	hosts  cel.Program
	path   []string
	parked any // a string, or a list of strings
}

// CompileRouteKind makes a further kind of an ExposurePolicy ready for use. The error says how to put it right.
func CompileRouteKind(kind icpv1alpha1.RouteKind) (Further, error) {
	further, err := compileRouteKind(kind)
	if err != nil {
		return Further{}, fmt.Errorf("routeKinds %s: %w", RouteKindName(kind), err)
	}
	return further, nil
}

func compileRouteKind(kind icpv1alpha1.RouteKind) (Further, error) {
	if slices.ContainsFunc(gatedKinds, func(k gatedKind) bool { return k.group == kind.Group && k.resource == kind.Resource }) {
		return Further{}, errors.New("the gate knows this kind already: leave it out")
	}
	hosts, err := compileHosts(kind.Hosts)
	if err != nil {
		return Further{}, err
	}
	further := Further{kind: kind, hosts: hosts}
	if kind.Park == nil {
		return further, nil
	}
	if further.path, err = pathOf(kind.Park.Path); err != nil {
		return Further{}, err
	}
	further.parked = parkedValueOf(kind.Park.Value)
	return further, nil
}

// hostsEnvironment is the API server's for expressions of policies, with the one variable that all of them have.
var hostsEnvironment = sync.OnceValues(func() (*cel.Env, error) {
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: []cel.EnvOption{cel.Variable("object", cel.DynType)},
	})
	if err != nil {
		return nil, err
	}
	return set.NewExpressionsEnv(), nil
})

// compileHosts compiles an expression over object that yields a list of hosts, as the API server does.
func compileHosts(expression string) (cel.Program, error) {
	env, err := hostsEnvironment()
	if err != nil {
		return nil, fmt.Errorf("making an environment for CEL: %w", err)
	}
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		return nil, fmt.Errorf("hosts is no CEL expression over object: %w", issues.Err())
	}
	yields := ast.OutputType()
	if !slices.ContainsFunc([]*cel.Type{cel.DynType, cel.ListType(cel.StringType), cel.ListType(cel.DynType)}, yields.IsExactType) {
		return nil, fmt.Errorf("hosts yields %s: let it yield a list of host names, for example [object.spec.host]", yields)
	}
	return env.Program(ast, cel.CostLimit(hostsCost))
}

// Name of the kind, for people: virtualservices.networking.istio.io.
func (f Further) Name() string { return RouteKindName(f.kind) }

// Resource of the kind.
func (f Further) Resource() schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: f.kind.Group, Version: f.kind.Version, Resource: f.kind.Resource}
}

// SameParking tells whether both kinds park their objects in the same way: only then can one release what the other parked.
func (f Further) SameParking(other Further) bool {
	return slices.Equal(f.path, other.path) && reflect.DeepEqual(f.parked, other.parked)
}

// Parks tells whether objects of the kind can be parked.
func (f Further) Parks() bool { return len(f.path) > 0 }

// Expression is the one that yields an object's hosts: what an index of its objects by domain depends on.
func (f Further) Expression() string { return f.kind.Hosts }

// Exposure is the kind as package exposure has it; kind is what the API server calls its objects.
func (f Further) Exposure(kind schema.GroupKind) exposure.Further {
	return exposure.Further{Kind: kind, Hosts: f.hostsOf, Path: f.path, Parked: f.parked}
}

func (f Further) hostsOf(object map[string]any) ([]string, error) {
	value, _, err := f.hosts.Eval(map[string]any{"object": object})
	if err != nil {
		return nil, fmt.Errorf("finding the hosts of an object of %s: %w", f.Name(), err)
	}
	list, err := value.ConvertToNative(reflect.TypeFor[[]string]())
	if err != nil {
		return nil, fmt.Errorf("finding the hosts of an object of %s: %w", f.Name(), err)
	}
	hosts, _ := list.([]string)
	return hosts, nil
}

// fieldName is a field that a CEL expression can select.
var fieldName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// annotationsPath leads to the annotations of every object.
var annotationsPath = []string{"metadata", "annotations"}

// pathOf reads a JSON pointer to a field, or to an annotation.
func pathOf(pointer string) ([]string, error) {
	path := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i := range path {
		path[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(path[i])
	}
	fields := path
	if atAnnotation(path) {
		fields = annotationsPath
	}
	for _, field := range fields {
		if !fieldName.MatchString(field) {
			return nil, fmt.Errorf("park.path %s: %q is no field: give a JSON pointer to a field, or to an annotation "+
				"(/metadata/annotations/example.com~1class)", pointer, field)
		}
	}
	if len(path) < 2 || path[0] == "status" || path[0] == "metadata" && !atAnnotation(path) {
		return nil, fmt.Errorf("park.path %s: give a field of the spec, or an annotation", pointer)
	}
	return path, nil
}

func atAnnotation(path []string) bool {
	return len(path) == len(annotationsPath)+1 && slices.Equal(path[:len(annotationsPath)], annotationsPath)
}

// parkedValueOf reads a value: text in square brackets is a list of texts, separated by commas.
func parkedValueOf(value string) any {
	inner, list := strings.CutPrefix(value, "[")
	if !list || !strings.HasSuffix(inner, "]") {
		return value
	}
	var entries []any
	for entry := range strings.SplitSeq(strings.TrimSuffix(inner, "]"), ",") {
		entries = append(entries, strings.Trim(entry, ` "'`))
	}
	return entries
}
