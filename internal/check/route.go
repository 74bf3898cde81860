package check

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/json"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// Verdict is what the gate does with a route that is applied.
type Verdict string

// Verdicts.
const (
	// Admitted: it is served.
	Admitted Verdict = "Admitted"
	// Held: it is accepted, parked, and served by nobody until its hosts are covered.
	Held Verdict = "Held"
	// Refused: the API server does not take it.
	Refused Verdict = "Refused"
	// Warned: it is served, and whoever applies it is warned.
	Warned Verdict = "Warned"
	// Audited: it is served, and the audit log has it.
	Audited Verdict = "Audited"
)

// Route is a route among the manifests, and the gate's verdict on it.
type Route struct {
	File      string
	Line      int
	Kind      string
	Namespace string
	Name      string
	Mode      string
	Verdict   Verdict
	Hosts     []string
	Blocked   []string
	// Says is what the API server says where it refuses or warns, and what it notes on a route that it parks.
	Says string
}

func gatewayKind(kind string) schema.GroupKind {
	return schema.GroupKind{Group: gatewayv1.GroupName, Kind: kind}
}

// routeObject makes an object of a kind that the gate reads; nil for all others.
func routeObject(kind schema.GroupKind) runtime.Object {
	switch kind {
	case exposure.IngressKind:
		return &networkingv1.Ingress{}
	case exposure.ServiceKind:
		return &corev1.Service{}
	case exposure.HTTPRouteKind:
		return &gatewayv1.HTTPRoute{}
	case exposure.GRPCRouteKind:
		return &gatewayv1.GRPCRoute{}
	case exposure.TLSRouteKind:
		return &gatewayv1.TLSRoute{}
	case gatewayKind(exposure.GatewayParent):
		return &gatewayv1.Gateway{}
	case gatewayKind(exposure.ListenerSetParent):
		return &gatewayv1.ListenerSet{}
	}
	return nil
}

// resourceOf is what the API server calls objects of the kind.
func resourceOf(kind schema.GroupVersionKind) schema.GroupVersionResource {
	resource, _ := meta.UnsafeGuessKindToResource(kind)
	return resource
}

// further is the kind of route of routeKinds that an object is of, or false.
func (s *surroundings) further(kind schema.GroupVersionKind) (admission.Further, bool) {
	resource := resourceOf(kind)
	for _, further := range s.settings.Further {
		if of := further.Resource(); of.Group == resource.Group && of.Resource == resource.Resource {
			return further, true
		}
	}
	return admission.Further{}, false
}

// read reads a manifest as a route; false where it is none.
func (s *surroundings) read(m *judged) (exposure.Route, []Finding, bool) {
	kind := m.GroupVersionKind()
	if further, is := s.further(kind); is {
		return further.Exposure(kind.GroupKind()).Read(m.Unstructured), nil, true
	}
	object := routeObject(kind.GroupKind())
	if object == nil {
		return exposure.Route{}, nil, false
	}
	unknown, err := decode(m.Unstructured, object)
	if err != nil {
		return exposure.Route{}, []Finding{m.finding(Error, RuleInvalid, "").says(
			fmt.Sprintf("not to be read as %s: %v", kind.Kind, err), fmt.Sprintf("无法按 %s 读取：%v", kind.Kind, err))}, false
	}
	var found []Finding
	for _, field := range unknown {
		name := strings.TrimSuffix(strings.TrimPrefix(field.Error(), `unknown field "`), `"`)
		found = append(found, m.finding(Warning, RuleUnknownField, name).says(field.Error(), fmt.Sprintf("没有字段 %q", name)))
	}
	route := exposure.Read(object)
	return route, found, route.Kind.Kind != ""
}

// decode reads an object as the API server does its own kinds, and names the fields that these do not have.
func decode(object *unstructured.Unstructured, typed runtime.Object) (unknown []error, err error) {
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return json.UnmarshalStrict(text, typed)
}

// judge gives the gate's verdict on a route; nil for what is none.
func (s *surroundings) judge(m *judged) (*Route, []Finding) {
	route, found, is := s.read(m)
	if !is || route.Unparkable && route.Inert {
		return nil, found
	}
	in := s.in(m.GetNamespace())
	verdict := &Route{File: m.file, Kind: m.GetKind(), Namespace: m.GetNamespace(), Name: m.GetName(), Verdict: Admitted,
		Mode: s.settings.ModeOf(in.Name, in.Labels), Hosts: append(slices.Clone(route.Hosts), route.Malformed...)}
	verdict.Line, _ = m.at("")
	if route.Hostless || len(route.Via) > 0 {
		verdict.Hosts = append(verdict.Hosts, exposure.AnyHost)
	}
	if !route.Exposes() {
		return verdict, found
	}
	verdict.Blocked = route.Blocked(in.cleared, s.settings.Rules)
	if verdict.Verdict = verdictOf(verdict.Mode, route, verdict.Blocked); verdict.Verdict == Admitted {
		return verdict, found
	}
	pending := admission.DecodePending(in.Annotations)
	if verdict.Says = route.Refusal(verdict.Blocked, pending); verdict.Verdict == Held {
		verdict.Says = route.Reasons(verdict.Blocked, pending)
	}
	for _, host := range verdict.Blocked {
		found = append(found, s.ofHost(m, route, verdict, host, in))
	}
	return verdict, found
}

// verdictOf is what a mode does with a route that has blocked hosts.
func verdictOf(mode string, route exposure.Route, blocked []string) Verdict {
	switch {
	case len(blocked) == 0:
		return Admitted
	case mode == v1alpha1.GateWarn:
		return Warned
	case mode == v1alpha1.GateAudit:
		return Audited
	case !admission.Closes(mode):
		return Admitted
	case mode == v1alpha1.GateHold && !route.Unparkable:
		return Held
	}
	return Refused
}
