package controllers

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
)

// AddMetrics has the operator's metrics served on a page. Their state is read from its cache at each scrape, by the operator that
// leads.
func AddMetrics(mgr ctrl.Manager, operator *Operator, page *serve.Page) error {
	guards, err := guardsInstalled()
	if err != nil {
		return fmt.Errorf("reading the guards that are installed: %w", err)
	}
	gate := &gateState{cache: mgr.GetCache(), policies: operator.policies, guards: guards}
	if err := page.Register(operator.meters, serve.NewCollector(mgr.GetCache(), leads(mgr), gate.read), serve.NewFilings(mgr.GetCache())); err != nil {
		return fmt.Errorf("registering the metrics: %w", err)
	}
	return nil
}

// MetricsAt are the options by which a manager serves a page of metrics at an address, in place of its own.
func MetricsAt(address string, page *serve.Page) metricsserver.Options {
	return metricsserver.Options{BindAddress: address, FilterProvider: func(*rest.Config, *http.Client) (metricsserver.Filter, error) {
		return func(logr.Logger, http.Handler) (http.Handler, error) { return page, nil }, nil
	}}
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
	policies *ExposurePolicyReconciler
	guards   []client.Object
}

func (g *gateState) read(ctx context.Context) (metrics.Gate, error) {
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
	return metrics.Gate{Routes: g.policies.tally.gated(), Policies: states}, nil
}
