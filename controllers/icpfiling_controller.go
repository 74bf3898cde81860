package controllers

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/traces"
)

// IcpFilingReconciler moves filings through the procedure: it gathers facts, lets package procedure decide, asks the
// provider, and writes the status.
type IcpFilingReconciler struct {
	client.Client
	// Live reads past the cache: the Secrets that a filing refers to are never cached whole.
	Live client.Reader
	// Clock gives the time; every decision takes it from here.
	Clock clock.PassiveClock
	// Events tells people of stages.
	Events events.EventRecorder
	// Providers gives the clients of providers.
	Providers *Providers
	// News is what the providers' feeds have told.
	News *News
	// Falls are the filings whose gate closes before their status says so.
	Falls *Falls
	// Lookups is what the providers' registries have said.
	Lookups *Lookups
	// Pages is what home pages were found to show.
	Pages *HomePages
	// Told wakes filings that a feed, a registry or a home page has told of.
	Told <-chan event.TypedGenericEvent[*v1alpha1.IcpFiling]
	// Routes are the routes in the cluster.
	Routes *Routes
	// Shard is whose filings it moves.
	Shard *Shard
	// Rules are the rule sets, with the rows that the operator was started with. Zero: the built-in ones.
	Rules rules.Book
	// Workers is how many filings are worked on at once, at least one.
	Workers int
	// Traces tell of each pass; nil tells nobody.
	Traces *traces.Traces

	fresh freshness
	key   digestKey
	// personSecrets and materialSecrets hold the metadata of persons' and of papers' Secrets, never what they hold.
	personSecrets, materialSecrets client.Reader
}

// mostAsks bounds what one pass asks of a provider; the procedure never needs as many in a row.
const mostAsks = 12

// work is a filing in the middle of a pass.
type work struct {
	facts   procedure.Facts
	filing  *v1alpha1.IcpFiling
	fp      *v1alpha1.FilingProvider
	client  provider.Provider
	persons persons
	reviews []v1alpha1.IcpReview
	newsSeq uint64
	// elsewhere tells that the domain is cleared in another shard.
	elsewhere bool
	retry     time.Duration
}

// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings,verbs=list;watch;patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings/status,verbs=patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpreviews,verbs=list;watch;patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpreviews/status,verbs=patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingproviders;exposurepolicies,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=list;watch
// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=httproutes,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile brings one filing's status up to what is known now.
func (r *IcpFilingReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if wait := r.Falls.wait(req.NamespacedName); wait > 0 {
		return afterOthers(wait), nil
	}
	if !r.Shard.works(req.Namespace) {
		return ctrl.Result{RequeueAfter: handOverEvery}, nil // not all that is to be decided by is in memory
	}
	var filing v1alpha1.IcpFiling
	err := r.Get(ctx, req.NamespacedName, &filing)
	if apierrors.IsNotFound(err) {
		r.fresh.forget(req.NamespacedName)
		r.Falls.forget(req.NamespacedName)
		r.News.Forget(req.NamespacedName)
		return ctrl.Result{}, r.answerForMissing(ctx, req.NamespacedName)
	}
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("reading filing %s: %w", req.NamespacedName, err)
	}
	r.Falls.decided(&filing) // a fall that its status tells is over, whichever namespaces the filing lets in
	if !filing.DeletionTimestamp.IsZero() && !controllerutil.ContainsFinalizer(&filing, v1alpha1.CancelFinalizer) {
		return ctrl.Result{}, nil
	}
	if r.fresh.stale(&filing, r.Clock.Now()) {
		return ctrl.Result{RequeueAfter: believed}, nil
	}
	result, err := r.pass(ctx, filing.DeepCopy())
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		// Somebody else wrote it meanwhile: the event of that brings the pass that counts.
		return ctrl.Result{RequeueAfter: firstRetry}, nil
	}
	return result, err
}

// afterOthers has a filing of a mass looked at again: after all that is not of it, for its routes are closed, and a thousand such
// statuses keep whoever files meanwhile waiting.
func afterOthers(wait time.Duration) ctrl.Result {
	return ctrl.Result{RequeueAfter: wait, Priority: new(handler.LowPriority)}
}

// pass gathers, decides, acts, and writes the status.
func (r *IcpFilingReconciler) pass(ctx context.Context, filing *v1alpha1.IcpFiling) (ctrl.Result, error) {
	w, err := r.gather(ctx, filing)
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := r.stampReviews(ctx, w); err != nil {
		return ctrl.Result{}, err
	}
	outcome, err := r.walk(ctx, w)
	if err != nil {
		return ctrl.Result{}, err
	}
	if wait := r.Falls.found(ctx, w.filing, &outcome, w.facts.Order != nil); wait > 0 {
		return afterOthers(wait), nil
	}
	if err := r.act(ctx, w, outcome); err != nil {
		return ctrl.Result{}, err
	}
	return r.result(w, outcome)
}

// walk decides and asks in turn until there is nothing more to ask. Where the written status must hold an intent before
// a call is made, it is written first.
func (r *IcpFilingReconciler) walk(ctx context.Context, w *work) (procedure.Outcome, error) {
	for range mostAsks {
		outcome := procedure.Next(w.facts, r.Clock.Now())
		switch outcome.Ask {
		case procedure.AskNothing:
			return outcome, nil
		case procedure.AskToPersist:
			// An order's name is in the annotation before any status tells of it; and what would have to be cancelled is held
			// before it is made.
			if err := r.keepObservations(ctx, w, outcome); err != nil {
				return outcome, err
			}
			if err := r.hold(ctx, w, outcome); err != nil {
				return outcome, err
			}
			if err := r.writeStatus(ctx, w, outcome); err != nil {
				return outcome, err
			}
		default:
			if err := r.hold(ctx, w, outcome); err != nil {
				return outcome, err
			}
			r.perform(ctx, w, outcome)
		}
		if err := ctx.Err(); err != nil {
			return outcome, err
		}
	}
	return procedure.Outcome{}, fmt.Errorf("filing %s/%s: asked the provider %d times in one pass without coming to rest", w.filing.Namespace, w.filing.Name, mostAsks)
}

// act does what the outcome asks for, each thing so that it may be repeated, the status last.
func (r *IcpFilingReconciler) act(ctx context.Context, w *work, outcome procedure.Outcome) error {
	if err := r.keepObservations(ctx, w, outcome); err != nil {
		return err
	}
	if err := r.hold(ctx, w, outcome); err != nil {
		return err
	}
	if err := r.writeStatus(ctx, w, outcome); err != nil {
		return err
	}
	if err := r.letGo(ctx, w, outcome); err != nil {
		return err
	}
	if err := r.answerReviews(ctx, w, outcome); err != nil {
		return err
	}
	if w.facts.News && w.settled() {
		r.News.Done(w.facts.Provider.Name, client.ObjectKeyFromObject(w.filing), w.newsSeq)
	}
	return nil
}

// settled says that a pass has done with the news of its order what there is to do: it read the order, or rested without
// reading it, as a suspended filing that is not in force does, and one whose order is not its own. Only a failed reading is still to be made.
func (w *work) settled() bool {
	return w.facts.Order != nil || w.facts.Failure == nil || w.facts.Failure.Reason == v1alpha1.ReasonProviderRefused
}

// result says when to look again.
func (r *IcpFilingReconciler) result(w *work, outcome procedure.Outcome) (ctrl.Result, error) {
	if w.facts.Failure != nil {
		if w.retry > 0 {
			return ctrl.Result{RequeueAfter: w.retry}, nil
		}
		if w.facts.Failure.Reason != v1alpha1.ReasonProviderRefused {
			return ctrl.Result{}, fmt.Errorf("filing %s/%s: %s", w.filing.Namespace, w.filing.Name, w.facts.Failure.Message)
		}
	}
	if w.elsewhere {
		return ctrl.Result{RequeueAfter: elsewhereAgain}, nil // nobody tells when it is no more
	}
	if outcome.LookAgain.IsZero() {
		return ctrl.Result{}, nil
	}
	return ctrl.Result{RequeueAfter: max(outcome.LookAgain.Sub(r.Clock.Now()), time.Millisecond)}, nil
}
