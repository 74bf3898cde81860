package controllers

import (
	"cmp"
	"context"

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/event"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/footer/probe"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/traces"
)

// Scheme knows the kinds that the operator reads and writes.
func Scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(s))
	utilruntime.Must(gatewayv1.Install(s))
	utilruntime.Must(v1alpha1.AddToScheme(s))
	return s
}

// Name of the operator in events, field ownership and user agents.
const operatorName = "icp-operator"

// toldBuffer is how many filings may wait to be woken by a feed before the feed waits for them.
const toldBuffer = 1024

// Footers says how home pages are asked for their numbers, where an ExposurePolicy has that done. The zero value asks them as
// visitors would.
type Footers struct {
	// Prober asks pages, of networks that it does not deny.
	Prober probe.Prober
	// Rhythm says how often.
	Rhythm FooterRhythm
}

// Settings are what an operator may be given. The zero value works on four filings at once, by the built-in rules.
type Settings struct {
	// Shard is the part of the cluster that it works on; nil: all of it.
	Shard *Shard
	// Workers is how many filings are worked on at once; 0: the default.
	Workers int
	// Rules of filing; the zero book holds the built-in ones.
	Rules rules.Book
	// Footers says how home pages are asked.
	Footers Footers
	// Traces tell of passes and calls; nil tells nobody.
	Traces *traces.Traces
}

// usualWorkers is how many filings are worked on at once where nobody says.
const usualWorkers = 4

// Operator is what Setup has set up, for what else looks at it.
type Operator struct {
	// Routes are those that its controllers watch.
	Routes *Routes

	meters   *serve.Meters
	policies *ExposurePolicyReconciler
}

// Setup adds every controller to the manager.
func Setup(ctx context.Context, mgr ctrl.Manager, now clock.PassiveClock, s Settings) (*Operator, error) {
	workers := cmp.Or(s.Workers, usualWorkers)
	if err := s.Shard.addHandOver(ctx, mgr); err != nil {
		return nil, err
	}
	if err := AddFilingIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return nil, err
	}
	routes, err := NewRoutes(ctx, mgr)
	if err != nil {
		return nil, err
	}
	meters := serve.NewMeters()
	news, providers := NewNews(), &Providers{Secrets: mgr.GetClient(), Meters: meters, Traces: s.Traces}
	told := make(chan event.TypedGenericEvent[*v1alpha1.IcpFiling], toldBuffer)
	judged := make(chan event.TypedGenericEvent[*v1alpha1.FilingProvider])
	lookups, pages, fallen := NewLookups(), NewHomePages(), newFalls(news, told)
	filings := &IcpFilingReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Clock: now, Events: mgr.GetEventRecorder(operatorName), Shard: s.Shard,
		Providers: providers, News: news, Falls: fallen, Lookups: lookups, Pages: pages, Told: told, Routes: routes, Rules: s.Rules, Workers: workers,
		Traces: s.Traces,
	}
	feeds := &FilingProviderReconciler{Client: mgr.GetClient(), Clock: now, Shard: s.Shard, Providers: providers, News: news, Lookups: lookups, Judged: judged, Tell: told}
	for _, c := range []interface{ SetupWithManager(ctrl.Manager) error }{
		filings, feeds,
		&RegistryReconciler{Client: mgr.GetClient(), Clock: now, Registries: &Registries{Providers: providers, Clock: now}, Lookups: lookups, Tell: told, Judge: judged},
		&FooterReconciler{Client: mgr.GetClient(), Clock: now, Rules: s.Rules, Routes: routes, Prober: s.Footers.Prober, Rhythm: s.Footers.Rhythm, Pages: pages, Tell: told},
	} {
		if err := c.SetupWithManager(mgr); err != nil {
			return nil, err
		}
	}
	if err := mgr.Add(clockJumps{reader: mgr.GetClient(), clock: now, every: clockLookedAt, tell: told}); err != nil {
		return nil, err
	}
	policies, err := addGate(mgr, s.Shard, routes, workers, meters, fallen)
	return &Operator{Routes: routes, meters: meters, policies: policies}, err
}
