package controllers

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/footer/probe"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// FooterReconciler asks home pages whether they show their numbers, where the ExposurePolicy has it do so, and wakes the
// filings of which something new was found. It writes nothing itself.
type FooterReconciler struct {
	client.Client
	// Clock gives the time.
	Clock clock.PassiveClock
	// Rules are the rule sets.
	Rules rules.Book
	// Routes are the routes in the cluster.
	Routes *Routes
	// Prober asks pages. The networks that it may reach are the ExposurePolicy's, and those that it may not these.
	Prober probe.Prober
	// Rhythm says how often.
	Rhythm FooterRhythm
	// Pages is what was found.
	Pages *HomePages
	// Tell wakes filings.
	Tell chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]
}

// pagesAtOnce is how many home pages are asked at once.
const pagesAtOnce = 4

// SetupWithManager registers the controller. A filing wakes it where its page is to be asked something else than before.
func (r *FooterReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("footer").
		For(&v1alpha1.IcpFiling{}, builder.WithPredicates(r.footerQuestionChanged())).
		Watches(&v1alpha1.ExposurePolicy{}, handler.EnqueueRequestsFromMapFunc(r.everyFiling), builder.WithPredicates(footerPolicyChanged())).
		WithOptions(controller.Options{MaxConcurrentReconciles: pagesAtOnce}).
		Complete(r)
}

// footerQuestionChanged lets through what changes whether, or for which numbers, a filing's page is asked.
func (r *FooterReconciler) footerQuestionChanged() predicate.Predicate {
	type asked struct {
		of footer.Question
		is bool
	}
	ask := func(o client.Object) (a asked) {
		set, err := r.Rules.On(r.Clock.Now()).Lookup("")
		if err == nil {
			a.of, a.is = procedure.AsksFooter(o.(*v1alpha1.IcpFiling), set)
		}
		return a
	}
	return predicate.Funcs{
		CreateFunc:  func(e event.CreateEvent) bool { return ask(e.Object).is },
		UpdateFunc:  func(e event.UpdateEvent) bool { return ask(e.ObjectOld) != ask(e.ObjectNew) },
		GenericFunc: func(event.GenericEvent) bool { return false },
	}
}

// footerPolicyChanged lets through the changes of the ExposurePolicy that concern home pages.
func footerPolicyChanged() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc:  func(e event.CreateEvent) bool { return !e.IsInInitialList },
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, after := e.ObjectOld.(*v1alpha1.ExposurePolicy), e.ObjectNew.(*v1alpha1.ExposurePolicy)
			return !equality.Semantic.DeepEqual(before.Spec.Footer, after.Spec.Footer)
		},
	}
}

func (r *FooterReconciler) everyFiling(ctx context.Context, _ client.Object) []reconcile.Request {
	return filingRequests(ctx, r.Client)
}

// Reconcile asks one filing's home page, if it is its turn, and comes back for the next.
func (r *FooterReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var filing v1alpha1.IcpFiling
	if err := r.Get(ctx, req.NamespacedName, &filing); err != nil {
		r.Pages.forget(req.NamespacedName)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	prober, on, err := r.prober(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}
	q, asked, err := r.question(ctx, &filing)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !on || !asked {
		r.Pages.forget(req.NamespacedName)
		return ctrl.Result{}, nil
	}
	how := r.Rhythm.defaulted()
	if wait := r.Pages.due(&filing, q, how, r.Clock.Now()).Sub(r.Clock.Now()); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	seen, err := r.look(ctx, prober, &filing, q)
	if err != nil {
		return ctrl.Result{}, err
	}
	if r.Pages.see(req.NamespacedName, seen, how, r.Clock.Now()) {
		select {
		case r.Tell <- event.TypedGenericEvent[*v1alpha1.IcpFiling]{Object: &filing}:
		case <-ctx.Done():
			return ctrl.Result{}, ctx.Err()
		}
	}
	wait := r.Pages.due(&filing, q, how, r.Clock.Now()).Sub(r.Clock.Now())
	return ctrl.Result{RequeueAfter: max(wait, time.Millisecond)}, nil
}

// prober is one that reaches what the ExposurePolicy allows, and whether it has pages asked at all.
func (r *FooterReconciler) prober(ctx context.Context) (probe.Prober, bool, error) {
	var policy v1alpha1.ExposurePolicy
	if err := r.Get(ctx, client.ObjectKey{Name: exposurePolicyName}, &policy); err != nil {
		return probe.Prober{}, false, client.IgnoreNotFound(err)
	}
	p := r.Prober
	p.Networks.Allow = nil
	for _, word := range policy.Spec.Footer.Networks {
		network, err := netip.ParsePrefix(word)
		if err != nil {
			continue // the API server lets none in that is no network
		}
		p.Networks.Allow = append(p.Networks.Allow, network.Masked())
	}
	return p, procedure.RemindingOf(&policy).ProbeFooters, nil
}

// question is what a filing's page is asked, by the rules that its provider goes by.
func (r *FooterReconciler) question(ctx context.Context, filing *v1alpha1.IcpFiling) (footer.Question, bool, error) {
	var fp v1alpha1.FilingProvider
	if filing.Status.Provider != "" {
		if err := r.Get(ctx, client.ObjectKey{Name: filing.Status.Provider}, &fp); client.IgnoreNotFound(err) != nil {
			return footer.Question{}, false, fmt.Errorf("reading FilingProvider %s: %w", filing.Status.Provider, err)
		}
	}
	book := r.Rules.On(r.Clock.Now())
	set, err := book.Lookup(fp.Spec.RuleSet)
	if err != nil {
		if set, err = book.Lookup(""); err != nil {
			return footer.Question{}, false, err
		}
	}
	q, asked := procedure.AsksFooter(filing, set)
	return q, asked, nil
}

// look asks a filing's home page at the first address of its routes' load balancers that may be asked.
func (r *FooterReconciler) look(ctx context.Context, prober probe.Prober, filing *v1alpha1.IcpFiling, q footer.Question) (procedure.FooterSeen, error) {
	seen := procedure.FooterSeen{Of: q}
	addresses, err := r.Routes.addressesOf(ctx, filing, q.Page)
	if err != nil {
		return seen, err
	}
	if len(addresses) == 0 {
		seen.Why = "no Ingress or HTTPRoute that serves it gives the IP address of a load balancer"
		return seen, nil
	}
	address := addresses[max(slices.IndexFunc(addresses, func(a netip.Addr) bool { return prober.Networks.Permits(a, false) }), 0)]
	seen.Finding, err = prober.Look(ctx, probe.Site{Host: strings.ToLower(q.Page), Domain: filing.Spec.Domain.Name, Address: address}, q)
	if ctx.Err() != nil {
		return seen, ctx.Err()
	}
	if err != nil {
		seen.Finding, seen.Why = footer.Finding{}, err.Error()
	}
	return seen, nil
}
