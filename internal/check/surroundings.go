package check

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// surroundings are what a manifest is judged by besides itself: the other manifests, and what the caller says of the
// cluster.
type surroundings struct {
	Options
	settings admission.Settings
	// assumed tells that nothing says which mode namespaces without a label have.
	assumed    bool
	namespaces map[string]*corev1.Namespace
	filings    []filing
	providers  map[string]*v1alpha1.FilingProvider
	listeners  map[string]*exposure.Listeners
	secrets    map[types.NamespacedName]*Manifest
	// policed tells that an ExposurePolicy is among the manifests.
	policed bool
	// gates are the policies that the operator makes of the ExposurePolicy, but those for routes, which the matcher judges as
	// they do: to compile them takes longer than all else.
	gates func() []compiled
	// standing are the namespaces that were asked for, by name.
	standing sync.Map
}

// filing is one of the manifests' filings.
type filing struct {
	*v1alpha1.IcpFiling
	manifest *Manifest
}

// gather reads the surroundings off the manifests. What cannot be read is left out: it is found elsewhere.
func gather(manifests []*judged, o Options) (*surroundings, []Finding) {
	s := &surroundings{Options: o, namespaces: map[string]*corev1.Namespace{}, providers: map[string]*v1alpha1.FilingProvider{},
		listeners: map[string]*exposure.Listeners{}, secrets: map[types.NamespacedName]*Manifest{}}
	var policy *v1alpha1.ExposurePolicy
	var of *Manifest
	for _, m := range manifests {
		if m.template {
			continue
		}
		switch m.GroupVersionKind().GroupKind() {
		case schema.GroupKind{Kind: "Namespace"}:
			var namespace corev1.Namespace
			if into(m.Unstructured, &namespace) == nil {
				s.namespaces[namespace.Name] = &namespace
			}
		case schema.GroupKind{Kind: "Secret"}:
			s.secrets[types.NamespacedName{Namespace: m.GetNamespace(), Name: m.GetName()}] = m.Manifest
		case gatewayKind("Gateway"), gatewayKind("ListenerSet"):
			if object := routeObject(m.GroupVersionKind().GroupKind()); into(m.Unstructured, object) == nil { // what is no Gateway is told of elsewhere
				listeners := exposure.ListenersOf(object)
				s.listeners[listeners.Key()] = listeners
			}
		case ourKind("IcpFiling"):
			var read v1alpha1.IcpFiling
			if into(m.defaulted(), &read) == nil {
				s.filings = append(s.filings, filing{&read, m.Manifest})
			}
		case ourKind("FilingProvider"):
			var read v1alpha1.FilingProvider
			if into(m.defaulted(), &read) == nil {
				s.providers[read.Name] = &read
			}
		case ourKind("ExposurePolicy"):
			var read v1alpha1.ExposurePolicy
			if m.valid && into(m.object, &read) == nil {
				policy, of = &read, m.Manifest
			}
		}
	}
	return s, s.setGate(policy, of)
}

// setGate finds how the gate is set, and which kinds it knows besides its own.
func (s *surroundings) setGate(policy *v1alpha1.ExposurePolicy, of *Manifest) []Finding {
	var found []Finding
	s.settings, s.policed = admission.SettingsOf(policy), policy != nil
	if policy != nil {
		for i, kind := range policy.Spec.RouteKinds {
			further, err := admission.CompileRouteKind(kind)
			if err != nil {
				found = append(found, of.finding(Error, RuleRouteKindInvalid, fmt.Sprintf("spec.routeKinds[%d]", i)).quotes(err.Error()))
				continue
			}
			s.settings.Further = append(s.settings.Further, further)
		}
	}
	switch {
	case s.Mode != "":
		s.settings.DefaultMode = s.Mode
	case policy == nil:
		s.settings.DefaultMode, s.assumed = v1alpha1.GateHold, true
	}
	s.gates = sync.OnceValue(func() []compiled {
		var gates []compiled
		for _, made := range admission.Build(s.settings, true).Validating {
			gates = append(gates, compile(made))
		}
		return gates
	})
	return found
}

// standing is a namespace, as far as the manifests tell of it, with what may be exposed there.
type standing struct {
	*corev1.Namespace
	cleared exposure.Clearances
}

// in is the namespace of that name.
func (s *surroundings) in(name string) *standing {
	once, _ := s.standing.LoadOrStore(name, sync.OnceValue(func() *standing { return s.stand(name) }))
	return once.(func() *standing)() // nothing else is stored
}

// stand finds what may be exposed in a namespace: the domains that its annotations clear, those that the caller says are
// cleared, and, where the caller assumes approval, those of all filings here that let it in. Its annotations then say so.
func (s *surroundings) stand(name string) *standing {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if here := s.namespaces[name]; here != nil {
		namespace = here.DeepCopy()
	}
	if namespace.Labels == nil {
		namespace.Labels = map[string]string{}
	}
	if namespace.Annotations == nil {
		namespace.Annotations = map[string]string{}
	}
	namespace.Labels[corev1.LabelMetadataName] = name
	written := admission.Decode(namespace.Annotations)
	domains, parents := append(written.Domains(), s.Cleared...), written.Parents()
	if s.AssumeApproved {
		for _, f := range s.filings {
			if procedure.LetsIn(f.Namespace, f.Spec.Exposure.Namespaces, namespace.Name, namespace.Labels) {
				domains = append(domains, f.Spec.Domain.Name)
			}
		}
	}
	cleared := exposure.NewClearances(domains...)
	for _, key := range slices.Sorted(maps.Keys(s.listeners)) {
		parents = append(parents, s.parents(s.listeners[key], cleared)...)
	}
	cleared = cleared.WithParents(parents...)
	maps.Copy(namespace.Annotations, admission.Encode(cleared))
	return &standing{namespace, cleared}
}

// parents are the keys of a Gateway, and of its listeners, whose hosts are all cleared: the operator writes them among the
// clearances once a route needs them.
func (s *surroundings) parents(of *exposure.Listeners, cleared exposure.Cleared) []string {
	var keys []string
	for _, section := range append([]string{""}, of.Sections()...) {
		if len(exposure.ListenedFor(of.Hostnames(section)).Blocked(cleared, s.settings.Rules)) == 0 {
			keys = append(keys, exposure.ParentKey(of.Kind, of.Namespace, of.Name, section))
		}
	}
	return keys
}

// covering are the filings here that are for the host's domain, those that let the namespace in first.
func (s *surroundings) covering(host string, namespace *standing) (of filing, letIn, found bool) {
	for _, f := range s.filings {
		if !exposure.Covers(f.Spec.Domain.Name, host) {
			continue
		}
		if procedure.LetsIn(f.Namespace, f.Spec.Exposure.Namespaces, namespace.Name, namespace.Labels) {
			return f, true, true
		}
		if !found {
			of, found = f, true
		}
	}
	return of, false, found
}

func ourKind(kind string) schema.GroupKind {
	return schema.GroupKind{Group: v1alpha1.GroupVersion.Group, Kind: kind}
}

func into(object *unstructured.Unstructured, typed any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed)
}

// refused are the findings of the policies that concern an object which is no route.
func (s *surroundings) refused(ctx context.Context, m *judged) []Finding {
	resource := resourceOf(m.GroupVersionKind())
	of := created{object: m.defaulted(), kind: m.GroupVersionKind(), resource: resource, namespace: m.GetNamespace(), name: m.GetName()}
	if of.namespace != "" {
		of.in = s.in(of.namespace).Namespace
	}
	policies := guards()
	if m.GetKind() == "Namespace" && s.policed || slices.Contains([]string{exposure.GatewayParent, exposure.ListenerSetParent}, m.GetKind()) {
		policies = slices.Concat(policies, s.gates())
	}
	var found []Finding
	for _, policy := range policies {
		if !policy.concerns(resource) {
			continue
		}
		if says := policy.refusal(ctx, of); says != "" {
			severity := Error
			if slices.Contains(takeRights, policy.Name) {
				severity = Warning
			}
			finding := m.finding(severity, RulePolicy, m.namedIn(says)).says(says, "准入策略 "+policy.Name+" 会拒绝："+says)
			finding.Policy = policy.Name
			found = append(found, finding)
		}
	}
	return found
}

// takeRights are policies that let pass who holds a right, or whose objections hinder nobody: a cluster admin may lower a
// mode, and clearances that come with a Namespace are put back where the API server can.
var takeRights = []string{admission.SettingsPolicy(), "icp-guard-clearances"}
