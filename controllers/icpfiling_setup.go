package controllers

import (
	"context"
	"fmt"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// Indexes of the cache.
const (
	indexDomain   = "spec.domain.name"
	indexFiling   = "spec.filingRef.name"
	indexSecret   = "referred.secrets"
	indexProvider = "used.provider"
	indexSubject  = "spec.subject"
	indexFull     = "says.full"
)

// Retries after a failure begin here and double up to the most.
const (
	firstRetry = 500 * time.Millisecond
	mostRetry  = 2 * time.Minute
)

// AddFilingIndexes adds the indexes of filings and reviews to the cache.
func AddFilingIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	for _, index := range []struct {
		object client.Object
		field  string
		values client.IndexerFunc
	}{
		{&v1alpha1.IcpFiling{}, indexDomain, func(o client.Object) []string {
			return []string{o.(*v1alpha1.IcpFiling).Spec.Domain.Name}
		}},
		{&v1alpha1.IcpFiling{}, indexSecret, secretsOf},
		{&v1alpha1.IcpFiling{}, indexSubject, subjectOf},
		{&v1alpha1.IcpFiling{}, indexProvider, providersOf},
		{&v1alpha1.IcpFiling{}, indexFull, fullOf},
		{&v1alpha1.IcpReview{}, indexFiling, func(o client.Object) []string {
			return []string{o.(*v1alpha1.IcpReview).Spec.FilingRef.Name}
		}},
	} {
		if err := indexer.IndexField(ctx, index.object, index.field, index.values); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", index.object, index.field, err)
		}
	}
	return nil
}

// secretsOf lists the names of the Secrets that a filing refers to.
func secretsOf(o client.Object) []string {
	spec := &o.(*v1alpha1.IcpFiling).Spec
	var names []string
	for _, ref := range []*v1alpha1.SecretReference{spec.Subject.ResponsiblePersonRef, spec.Website.ResponsiblePersonRef} {
		if ref != nil {
			names = append(names, ref.Name)
		}
	}
	for _, ref := range materialRefs(spec) {
		names = append(names, ref.Name)
	}
	return names
}

// providersOf lists the names of the providers whose changes concern a filing; "" stands for the default one.
func providersOf(o client.Object) []string {
	filing := o.(*v1alpha1.IcpFiling)
	names := []string{""}
	if filing.Spec.ProviderRef != nil {
		names = []string{filing.Spec.ProviderRef.Name}
	}
	if filing.Status.Provider != "" && filing.Status.Provider != names[0] {
		names = append(names, filing.Status.Provider)
	}
	return names
}

// SetupWithManager registers the controller and what wakes it.
func (r *IcpFilingReconciler) SetupWithManager(mgr ctrl.Manager) error {
	b := ctrl.NewControllerManagedBy(mgr).
		Named("icpfiling").
		For(&v1alpha1.IcpFiling{}).
		Watches(&v1alpha1.IcpFiling{}, newFirst()).
		Watches(&v1alpha1.IcpFiling{}, handler.EnqueueRequestsFromMapFunc(r.rivalsOf)).
		Watches(&v1alpha1.IcpFiling{}, handler.EnqueueRequestsFromMapFunc(r.waitersOf), builder.WithPredicates(turnPasses())).
		Watches(&v1alpha1.IcpFiling{}, handler.EnqueueRequestsFromMapFunc(r.subjectsOf), builder.WithPredicates(factsChanged())).
		Watches(&v1alpha1.IcpReview{}, handler.EnqueueRequestsFromMapFunc(filingOfReview)).
		Watches(&v1alpha1.FilingProvider{}, handler.EnqueueRequestsFromMapFunc(r.filingsOfProvider), builder.WithPredicates(
			// Its status holds the feed's cursor, which concerns no filing.
			predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{}, predicate.LabelChangedPredicate{}))).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.filingsOfNamespace), builder.WithPredicates(
			// A provider, and a filing's exposure, may ask for namespaces of some labels; and one that goes lets its filings go.
			predicate.Or[client.Object](predicate.LabelChangedPredicate{}, beginsToGo()))).
		Watches(&v1alpha1.ExposurePolicy{}, handler.EnqueueRequestsFromMapFunc(r.everyFiling), builder.WithPredicates(remindingChanged())).
		Watches(&corev1.Namespace{}, r.whenRoomChanges()).
		WatchesRawSource(source.TypedChannel(r.Told, handler.TypedEnqueueRequestsFromMapFunc(
			func(_ context.Context, f *v1alpha1.IcpFiling) []reconcile.Request {
				return []reconcile.Request{requestFor(f)}
			}))).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: max(r.Workers, 1),
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, mostRetry),
			NewQueue:                r.queue(),
		})
	for _, kind := range []corev1.SecretType{v1alpha1.PersonSecretType, v1alpha1.MaterialSecretType} {
		secrets, err := secretMetadata(mgr, r.Shard, kind)
		if err != nil {
			return err
		}
		if kind == v1alpha1.PersonSecretType {
			r.personSecrets = secrets
		} else {
			r.materialSecrets = secrets
		}
		b = b.WatchesRawSource(source.Kind(secrets, secretMeta(), handler.TypedEnqueueRequestsFromMapFunc(r.filingsOfSecret)))
	}
	c, err := b.Build(r.Traces.Passes(r.Client, r))
	if err != nil {
		return err
	}
	err = r.Routes.each(func(row routeKind) error {
		return c.Watch(source.Kind(mgr.GetCache(), row.object(), together(
			func(ctx context.Context, o client.Object) []reconcile.Request {
				return r.filingsOfRoute(ctx, r.Routes.withListened(ctx, r.Routes.read(row.kind.GroupKind(), o)))
			})))
	})
	if err != nil {
		return err
	}
	return r.Routes.eachParent(func(parent client.Object) error {
		return c.Watch(source.Kind(mgr.GetCache(), parent, together(
			func(ctx context.Context, o client.Object) []reconcile.Request {
				return r.filingsOfRoute(ctx, exposure.ListenedFor(exposure.ListenersOf(o).Hostnames("")))
			})))
	})
}

// newFirst has filings that nobody has looked at yet go before all that an operator finds at its start, which may be thousands that
// stand as they should: somebody waits for the new ones.
func newFirst() handler.EventHandler {
	return handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			if queue, orders := queue.(priorityqueue.PriorityQueue[reconcile.Request]); orders && e.Object.(*v1alpha1.IcpFiling).Status.Stage == "" {
				queue.AddWithOpts(priorityqueue.AddOpts{Priority: new(0)}, requestFor(e.Object))
			}
		},
	}
}

// queue makes a queue whose timers run on the operator's clock, where that is another than the real one and has timers: who
// moves it sees what falls due then. Nil stands for the usual queue.
func (r *IcpFilingReconciler) queue() func(string, workqueue.TypedRateLimiter[reconcile.Request]) workqueue.TypedRateLimitingInterface[reconcile.Request] {
	timers, own := timersOf(r.Clock)
	if !own {
		return nil
	}
	return func(name string, limiter workqueue.TypedRateLimiter[reconcile.Request]) workqueue.TypedRateLimitingInterface[reconcile.Request] {
		return workqueue.NewTypedRateLimitingQueueWithConfig(limiter, workqueue.TypedRateLimitingQueueConfig[reconcile.Request]{Name: name, Clock: timers})
	}
}

// routesTogether is how long a filing waits for further changes of its routes: those that its approval releases come within
// a moment, and are counted with one write.
const routesTogether = 250 * time.Millisecond

// together wakes the filings that a route's change concerns a moment later.
func together(of handler.MapFunc) handler.EventHandler {
	later := func(queue workqueue.TypedRateLimitingInterface[reconcile.Request], requests []reconcile.Request) {
		for _, req := range requests {
			queue.AddAfter(req, routesTogether)
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			later(queue, of(ctx, e.Object))
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			later(queue, append(of(ctx, e.ObjectOld), of(ctx, e.ObjectNew)...))
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			later(queue, of(ctx, e.Object))
		},
	}
}

// beginsToGo passes the update with which an object's deletion begins.
func beginsToGo() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc: func(event.CreateEvent) bool { return false }, DeleteFunc: func(event.DeleteEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return e.ObjectOld.GetDeletionTimestamp().IsZero() && !e.ObjectNew.GetDeletionTimestamp().IsZero()
		},
	}
}

// secretMetadata is a cache of the metadata of Secrets of one type: which ones changed, never what they hold.
func secretMetadata(mgr ctrl.Manager, shard *Shard, kind corev1.SecretType) (cache.Cache, error) {
	which := fields.OneTermEqualSelector("type", string(kind))
	options := cache.Options{
		HTTPClient: mgr.GetHTTPClient(), Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(),
		NewInformer: shard.informer(which),
	}
	if shard == nil {
		options.ByObject = map[client.Object]cache.ByObject{secretMeta(): {Field: which}}
	}
	secrets, err := cache.New(mgr.GetConfig(), options)
	if err != nil {
		return nil, fmt.Errorf("making the cache of %s Secrets' metadata: %w", kind, err)
	}
	return secrets, mgr.Add(secrets)
}

func secretMeta() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}}
}

func requestFor(o client.Object) reconcile.Request {
	return reconcile.Request{NamespacedName: client.ObjectKeyFromObject(o)}
}

func filingOfReview(_ context.Context, o client.Object) []reconcile.Request {
	review := o.(*v1alpha1.IcpReview)
	return []reconcile.Request{{NamespacedName: client.ObjectKey{Namespace: review.Namespace, Name: review.Spec.FilingRef.Name}}}
}

func (r *IcpFilingReconciler) filingsOfNamespace(ctx context.Context, o client.Object) []reconcile.Request {
	return r.requests(ctx, client.InNamespace(o.GetName()))
}

func (r *IcpFilingReconciler) filingsOfProvider(ctx context.Context, o client.Object) []reconcile.Request {
	names := []string{o.GetName()}
	if o.GetAnnotations()[v1alpha1.DefaultProviderAnnotation] == "true" {
		names = append(names, "")
	}
	var requests []reconcile.Request
	for _, name := range names {
		requests = append(requests, r.requests(ctx, client.MatchingFields{indexProvider: name})...)
	}
	return requests
}

func (r *IcpFilingReconciler) filingsOfSecret(ctx context.Context, o *metav1.PartialObjectMetadata) []reconcile.Request {
	return r.requests(ctx, client.InNamespace(o.Namespace), client.MatchingFields{indexSecret: o.Name})
}

// filingsOfRoute wakes the filings of the domains that a route's hosts lie in.
func (r *IcpFilingReconciler) filingsOfRoute(ctx context.Context, route exposure.Route) []reconcile.Request {
	var requests []reconcile.Request
	for _, domain := range route.DomainKeys() {
		requests = append(requests, r.requests(ctx, client.MatchingFields{indexDomain: domain})...)
	}
	return requests
}

func logOf(ctx context.Context) logr.Logger { return ctrl.LoggerFrom(ctx) }

func (r *IcpFilingReconciler) requests(ctx context.Context, options ...client.ListOption) []reconcile.Request {
	return filingRequests(ctx, r.Client, options...)
}

// filingRequests wakes the filings that options choose; without any, all of them. It copies none.
func filingRequests(ctx context.Context, c client.Reader, options ...client.ListOption) []reconcile.Request {
	var list v1alpha1.IcpFilingList
	if err := c.List(ctx, &list, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		logOf(ctx).Error(err, "finding the filings that a change concerns")
		return nil
	}
	requests := make([]reconcile.Request, len(list.Items))
	for i := range list.Items {
		requests[i] = requestFor(&list.Items[i])
	}
	return requests
}
