package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// afterConflict is how long a Namespace that somebody else has just written is let be, for the cache to hear of it.
const afterConflict = 50 * time.Millisecond

// ClearanceReconciler writes, on each Namespace, which domains may be exposed there: those of the filings whose gate
// is open and that let the namespace in. It is the only writer of these annotations. Filings that change together are
// written together, since the queue knows a namespace once.
type ClearanceReconciler struct {
	client.Client
	// Live reads past the cache: whoever relies on a Gateway must see it as it is.
	Live client.Reader
	// Shard is whose Namespaces it writes.
	Shard   *Shard
	Events  events.EventRecorder
	Routes  *Routes
	Falls   *Falls
	Workers int

	// reliance is held while it is decided on whom somebody relies.
	reliance sync.Mutex
	// relying holds, by namespace, the parents among the clearances that were last written there.
	relying map[string][]string
	// writings are when it last wrote.
	writings writings
}

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings;exposurepolicies,verbs=list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// SetupWithManager registers the controller, what wakes it, and the index that it reads.
func (r *ClearanceReconciler) SetupWithManager(mgr ctrl.Manager) error {
	for index, in := range map[string]client.IndexerFunc{indexClears: clearsIn, indexPending: pendingIn} {
		if err := mgr.GetFieldIndexer().IndexField(context.Background(), &v1alpha1.IcpFiling{}, index, in); err != nil {
			return fmt.Errorf("indexing filings by where they clear their domain: %w", err)
		}
	}
	wake := clearedNamespaces{reader: mgr.GetClient(), falls: r.Falls}
	b := ctrl.NewControllerManagedBy(mgr).
		Named("clearance").
		For(&corev1.Namespace{}, builder.WithPredicates(clearanceChanged)).
		Watches(&v1alpha1.IcpFiling{}, wake).
		WatchesRawSource(source.Channel(r.Falls.fell, wake)).
		Watches(&v1alpha1.ExposurePolicy{}, handler.EnqueueRequestsFromMapFunc(r.everyNamespaceAgain), builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: max(r.Workers, 1)})
	if r.Shard != nil {
		b = b.WatchesRawSource(source.Channel(r.Shard.came, &handler.EnqueueRequestForObject{}))
	}
	c, err := b.Build(r)
	if err != nil {
		return err
	}
	return r.watchParents(mgr, c)
}

// Reconcile makes a Namespace's clearances what the filings say.
func (r *ClearanceReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if wait := r.Falls.gathering(); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	var namespace corev1.Namespace
	if err := r.Get(ctx, req.NamespacedName, &namespace); err != nil {
		r.writings.forget(req.Name)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !namespace.DeletionTimestamp.IsZero() || !r.Shard.keeps(&namespace) {
		return ctrl.Result{}, nil // its routes go with it, or it is another's
	}
	wanted, unsure, err := r.wanted(ctx, &namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	fitting, omitted := admission.Fit(wanted, admission.Decode(namespace.Annotations), namespace.Annotations)
	if len(omitted) > 0 {
		r.Events.Eventf(&namespace, nil, corev1.EventTypeWarning, "ClearancesFull", "Clear",
			"%d filed domains have no room among the clearances of this namespace (%s first): spread their routes over several namespaces",
			len(omitted), omitted[0])
	}
	pending, err := r.pending(ctx, &namespace, fitting, omitted)
	if err != nil {
		return ctrl.Result{}, err
	}
	wait, err := r.keep(ctx, &namespace, fitting, pending, admission.EncodeOmitted(len(omitted)))
	if apierrors.IsConflict(err) {
		return reconcile.Result{RequeueAfter: afterConflict}, nil
	}
	if unsure && (wait == 0 || wait > unsureAgain) {
		wait = unsureAgain
	}
	return ctrl.Result{RequeueAfter: wait}, client.IgnoreNotFound(err)
}

// keep makes the clearances of a Namespace those given, and the parents all of whose hosts they cover, and puts further
// annotations beside them. It says how long those have to wait that are only told.
func (r *ClearanceReconciler) keep(ctx context.Context, namespace *corev1.Namespace, cleared exposure.Clearances, beside ...map[string]string) (time.Duration, error) {
	routes, err := r.Routes.via(ctx, anyParent, namespace.Name)
	if err != nil {
		return 0, err
	}
	before := admission.Parents(namespace.Annotations)
	if len(routes)+len(before) == 0 && namespace.Annotations[admission.ReliedKey] == "" {
		return r.change(ctx, namespace, cleared, beside...)
	}
	r.reliance.Lock()
	defer r.reliance.Unlock()
	parents, err := r.clearedParents(ctx, routes, cleared)
	if err != nil {
		return 0, err
	}
	parents = admission.Admitted(parents, namespace.Annotations)
	if r.relying == nil {
		r.relying = map[string][]string{}
	}
	before = append(before, r.relying[namespace.Name]...)
	// Between the two, both count.
	r.relying[namespace.Name] = slices.Concat(before, parents)
	wait, err := r.change(ctx, namespace, cleared.WithParents(parents...), beside...)
	if err != nil {
		return 0, err
	}
	r.relying[namespace.Name] = parents
	if err := r.letGo(ctx, before, parents); err != nil {
		return 0, err
	}
	return wait, r.unrely(ctx, namespace)
}

// change writes what must be for a Namespace's clearances to be those given, or says how long that may wait.
func (r *ClearanceReconciler) change(ctx context.Context, namespace *corev1.Namespace, cleared exposure.Clearances, beside ...map[string]string) (time.Duration, error) {
	change := admission.Change(namespace.Annotations, cleared, beside...)
	if len(change) == 0 {
		return 0, nil
	}
	if wait := r.writings.wait(namespace.Name, change, r.Falls.pace()); wait > 0 {
		return wait, nil
	}
	r.writings.note(namespace.Name)
	return 0, r.write(ctx, namespace, change)
}

// wanted returns the domains of the filings that clear them in a namespace, and of those that keep what stands. It is unsure where
// it leaves one out that may have fallen.
func (r *ClearanceReconciler) wanted(ctx context.Context, namespace *corev1.Namespace) (cleared exposure.Clearances, unsure bool, err error) {
	filings, err := filingsFor(ctx, r.Client, indexClears, namespace)
	if err != nil {
		return exposure.Clearances{}, false, err
	}
	var domains []string
	stands := sync.OnceValue(func() exposure.Clearances { return admission.Decode(namespace.Annotations) })
	for i := range filings {
		filing := r.Falls.decided(&filings[i])
		domain := strings.ToLower(filing.Spec.Domain.Name)
		clears := procedure.Clears(filing)
		if sure := clears && r.Falls.sure(filing); sure || (clears || procedure.KeepsCleared(filing)) && stands().Has(domain) {
			domains = append(domains, domain)
		} else if clears {
			unsure = true
			r.Falls.doubt(ctx, filing)
		}
	}
	return exposure.NewClearances(domains...), unsure, nil
}

// write patches the annotations that change. The Namespace must be the one that was read, or blocks of different
// states would stand side by side.
func (r *ClearanceReconciler) write(ctx context.Context, namespace *corev1.Namespace, change map[string]*string) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"resourceVersion": namespace.ResourceVersion, "annotations": change,
	}})
	if err != nil {
		return fmt.Errorf("writing the clearances of namespace %s: %w", namespace.Name, err)
	}
	target := &corev1.Namespace{}
	target.Name = namespace.Name
	failpoint.Here(failpoint.BeforeClearance, "")
	if err := r.Patch(ctx, target, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(operatorName)); err != nil {
		return fmt.Errorf("writing the clearances of namespace %s: %w", namespace.Name, err)
	}
	failpoint.Here(failpoint.AfterClearance, "")
	return nil
}
