package controllers

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
)

// AddMetrics has the operator's metrics served with those of a registry. Their state is read from its cache at each scrape, by the
// operator that leads.
func AddMetrics(mgr ctrl.Manager, operator *Operator, with prometheus.Registerer) error {
	guards, err := guardsInstalled()
	if err != nil {
		return fmt.Errorf("reading the guards that are installed: %w", err)
	}
	gate := &gateState{cache: mgr.GetCache(), routes: operator.Routes, policies: operator.policies, guards: guards}
	if err := with.Register(serve.NewCollector(mgr.GetCache(), leads(mgr), gate.read)); err != nil {
		return fmt.Errorf("registering the metrics of the state: %w", err)
	}
	return operator.meters.Register(with)
}

// leads tells whether the operator acts: it was elected, or nobody has to be.
func leads(mgr ctrl.Manager) func() bool {
	return func() bool {
		select {
		case <-mgr.Elected():
			return true
		default:
			return false
		}
	}
}

// gateState reads what stands of the gate, for metrics.
type gateState struct {
	cache    client.Reader
	routes   *Routes
	policies *ExposurePolicyReconciler
	guards   []client.Object
}

func (g *gateState) read(ctx context.Context) (metrics.Gate, error) {
	routes, err := g.countRoutes(ctx)
	if err != nil {
		return metrics.Gate{}, err
	}
	there, err := g.policies.policiesThere(ctx)
	if err != nil {
		return metrics.Gate{}, err
	}
	guards, err := g.countGuards(ctx)
	if err != nil {
		return metrics.Gate{}, err
	}
	states := map[metrics.Part]map[metrics.PolicyState]int{metrics.PartGuard: guards}
	if of := g.policies.inPlace.states(there); of != nil {
		states[metrics.PartGate] = of
	}
	return metrics.Gate{Routes: routes, Policies: states}, nil
}

// countRoutes counts the routes of every gated namespace, as the ExposurePolicy's status does.
func (g *gateState) countRoutes(ctx context.Context) (map[string]metrics.NamespaceRoutes, error) {
	settings, err := gateSettings(ctx, g.cache)
	if err != nil {
		return nil, err
	}
	routes, err := g.routes.ofNamespace(ctx, "")
	if err != nil {
		return nil, err
	}
	byNamespace := map[string][]exposure.Route{}
	for _, route := range routes {
		byNamespace[route.Namespace] = append(byNamespace[route.Namespace], route)
	}
	var namespaces corev1.NamespaceList
	if err := g.cache.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing namespaces: %w", err)
	}
	counted := map[string]metrics.NamespaceRoutes{}
	for i := range namespaces.Items {
		namespace := &namespaces.Items[i]
		mode := settings.ModeOf(namespace.Name, namespace.Labels)
		if mode == v1alpha1.GateOff || len(byNamespace[namespace.Name]) == 0 {
			continue
		}
		counted[namespace.Name] = metrics.NamespaceRoutes{Mode: mode, Counts: newGate(settings, namespace).count(byNamespace[namespace.Name])}
	}
	return counted, nil
}
