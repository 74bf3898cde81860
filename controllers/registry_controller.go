package controllers

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
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
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// RegistryReconciler asks each provider's registry about its filings, many with one call, and wakes those of which
// something new was heard. It writes nothing itself.
type RegistryReconciler struct {
	client.Client
	// Clock gives the time.
	Clock clock.PassiveClock
	// Registries gives the registries.
	Registries *Registries
	// Lookups is who is asked about, and what was heard.
	Lookups *Lookups
	// Tell wakes filings.
	Tell chan<- event.TypedGenericEvent[*v1alpha1.IcpFiling]
	// Judge wakes providers of whose registry something new is known.
	Judge chan<- event.TypedGenericEvent[*v1alpha1.FilingProvider]
}

// registriesAtOnce is how many registries are asked at once.
const registriesAtOnce = 8

// SetupWithManager registers the controller. A filing wakes it where the registry is to be asked about it otherwise than
// before.
func (r *RegistryReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("registry").
		For(&v1alpha1.FilingProvider{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&corev1.Secret{}, askedWith(r.Client, func(fp *v1alpha1.FilingProvider) *v1alpha1.SecretReference {
			return registryCredentials(fp.Spec.Registry)
		})).
		Watches(&v1alpha1.IcpFiling{}, handler.EnqueueRequestsFromMapFunc(providerInUse), builder.WithPredicates(questionChanged())).
		WithOptions(controller.Options{MaxConcurrentReconciles: registriesAtOnce}).
		Complete(r)
}

// providerInUse is the provider that a filing's status names.
func providerInUse(_ context.Context, o client.Object) []reconcile.Request {
	name := o.(*v1alpha1.IcpFiling).Status.Provider
	if name == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: name}}}
}

// questionChanged lets through what changes whether, or against which numbers, the registry is asked about a filing.
func questionChanged() predicate.Predicate {
	of := func(o client.Object) (q struct {
		numbers  procedure.Numbers
		asked    bool
		provider string
	}) {
		f := o.(*v1alpha1.IcpFiling)
		q.numbers, q.asked = procedure.AsksRegistry(f)
		q.provider = f.Status.Provider
		return q
	}
	return predicate.Funcs{
		CreateFunc:  func(e event.CreateEvent) bool { return of(e.Object).asked },
		UpdateFunc:  func(e event.UpdateEvent) bool { return of(e.ObjectOld) != of(e.ObjectNew) },
		DeleteFunc:  func(e event.DeleteEvent) bool { return of(e.Object).asked },
		GenericFunc: func(event.GenericEvent) bool { return false },
	}
}

// Reconcile asks one provider's registry once, about whoever's turn it is, and comes back for the next turn.
func (r *RegistryReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var fp v1alpha1.FilingProvider
	if err := r.Get(ctx, req.NamespacedName, &fp); err != nil {
		r.Lookups.forget(req.Name)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if fp.Spec.Registry == nil {
		r.Lookups.forget(req.Name)
		return ctrl.Result{}, nil
	}
	how := rhythmOf(fp.Spec.Registry)
	if err := r.follow(ctx, fp.Name, how); err != nil {
		return ctrl.Result{}, err
	}
	before := r.Lookups.healthOf(fp.Name)
	news, wait, err := r.ask(ctx, &fp, how)
	if err != nil {
		return ctrl.Result{}, err
	}
	if r.Lookups.healthOf(fp.Name) != before {
		select {
		case r.Judge <- event.TypedGenericEvent[*v1alpha1.FilingProvider]{Object: &fp}:
		case <-ctx.Done():
			return ctrl.Result{}, ctx.Err()
		}
	}
	return ctrl.Result{RequeueAfter: wait}, r.tell(ctx, news)
}

// ask asks a provider's registry about whoever's turn it is, and says of whom something new was heard and when to come back.
func (r *RegistryReconciler) ask(ctx context.Context, fp *v1alpha1.FilingProvider, how rhythm) (news []types.NamespacedName, wait time.Duration, err error) {
	version, err := r.Registries.Providers.version(ctx, registryCredentials(fp.Spec.Registry))
	if err != nil {
		return nil, 0, err
	}
	asked, p, anew, err := r.Registries.of(fp, version)
	if anew {
		r.Lookups.release(fp.Name, r.Clock.Now())
	}
	if err != nil {
		return r.Lookups.deny(fp.Name, how, err, r.Clock.Now()), mostLookupRetry, nil
	}
	news, wait = r.Lookups.turn(ctx, fp.Name, asked, p, how)
	return news, wait, nil
}

// follow reads which filings there are to be asked about.
func (r *RegistryReconciler) follow(ctx context.Context, name string, how rhythm) error {
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, client.MatchingFields{indexProvider: name}, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing the filings of provider %s: %w", name, err)
	}
	var filings []*v1alpha1.IcpFiling
	for i := range list.Items {
		if list.Items[i].Status.Provider == name {
			filings = append(filings, &list.Items[i])
		}
	}
	r.Lookups.follow(name, filings, how, r.Clock.Now())
	return nil
}

// tell wakes filings.
func (r *RegistryReconciler) tell(ctx context.Context, news []types.NamespacedName) error {
	for _, key := range news {
		f := &v1alpha1.IcpFiling{}
		f.Namespace, f.Name = key.Namespace, key.Name
		select {
		case r.Tell <- event.TypedGenericEvent[*v1alpha1.IcpFiling]{Object: f}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// verifiedBefore says that a filing's status tells that the registry agreed.
func verifiedBefore(f *v1alpha1.IcpFiling) bool {
	return meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionRegistryVerified)
}

// turn asks a registry once, where it is anybody's turn and the pace allows it, and gives the filings of which something
// new was heard, and when to come back; 0 for never.
func (l *Lookups) turn(ctx context.Context, name string, asked registry.Registry, p *pace, how rhythm) (news []types.NamespacedName, wait time.Duration) {
	now := p.clock.Now()
	if soonest := l.soonest(name); !soonest.IsZero() && !soonest.After(now) && p.wait() == 0 {
		domains := l.next(name, asked.Batch(), how, now)
		answers, err := asked.Lookup(ctx, domains)
		l.judge(name, answers, err)
		if err != nil {
			p.failed(provider.RetryAfterOf(err), how.interval)
			answers = failing(domains, err)
		} else {
			p.answered()
		}
		news = l.hear(name, answers, how, now)
	}
	soonest := l.soonest(name)
	if soonest.IsZero() {
		return news, 0
	}
	return news, max(soonest.Sub(p.clock.Now()), p.wait(), time.Millisecond)
}

// failing are the answers of domains whose look-up failed as a whole.
func failing(domains []string, err error) []registry.Answer {
	answers := make([]registry.Answer, len(domains))
	for i, domain := range domains {
		answers[i] = registry.Answer{Domain: domain, RegistryAnswer: procedure.RegistryAnswer{Why: provider.Unquoted(err).Error()}}
	}
	return answers
}

// deny takes in that a registry cannot be asked at all, for whoever's turn it is.
func (l *Lookups) deny(name string, how rhythm, err error, now time.Time) []types.NamespacedName {
	l.judge(name, nil, err)
	return l.hear(name, failing(l.next(name, registry.MostAtOnce, how, now), err), how, now)
}
