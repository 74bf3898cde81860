package controllers

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
)

// exposurePolicyName is the name of the one ExposurePolicy.
const exposurePolicyName = "default"

// countWithin is how long a change of routes may wait to be counted: changes that come together are counted together.
const countWithin = 2 * time.Second

// ExposurePolicyReconciler keeps the admission policies that gate exposure what the ExposurePolicy says, and counts the
// routes. Where there is no ExposurePolicy, it leaves the policies as they are: deleting it opens no gate.
type ExposurePolicyReconciler struct {
	client.Client
	// Shard is whose routes it counts. The policies, and what the ExposurePolicy says of them, are the operator's that is of none.
	Shard  *Shard
	Routes *Routes
	// Meters count what somebody else did to the policies.
	Meters *serve.Meters

	hold    *hold
	tally   *tally
	inPlace inPlace
	built   built
	// watch has a kind of policy watched; watched are those that are.
	watch   func(client.Object) error
	watched map[string]struct{}
	// schemas are those of the kinds that the API server serves; tried is what came of trying further kinds.
	schemas resolver.SchemaResolver
	tried   map[string]error
}

// +kubebuilder:rbac:groups=icp.beian.dev,resources=exposurepolicies,verbs=list;watch;create
// +kubebuilder:rbac:groups=icp.beian.dev,resources=exposurepolicies/status,verbs=patch
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings;mutatingadmissionpolicies;mutatingadmissionpolicybindings,verbs=list;watch;create;update;delete
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=list;watch
// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=httproutes;grpcroutes;tlsroutes,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=services,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;watch

// SetupWithManager registers the controller and what wakes it: the ExposurePolicy, the policies made of it should
// anybody change them, and the routes that it counts.
func (r *ExposurePolicyReconciler) SetupWithManager(mgr ctrl.Manager) error {
	discover, err := discovery.NewDiscoveryClientForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return fmt.Errorf("making a client for schemas: %w", err)
	}
	r.tally, r.tried, r.schemas = newTally(), map[string]error{}, &resolver.ClientDiscoveryResolver{Discovery: discover}
	b := ctrl.NewControllerManagedBy(mgr).
		Named("exposurepolicy").
		For(&v1alpha1.ExposurePolicy{}, builder.WithPredicates(r.policyChanged()))
	b = b.WatchesRawSource(source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
		queue.Add(exposurePolicyRequest) // at the start, when there may be none
		return nil
	}))
	b = b.WatchesRawSource(source.TypedKind(mgr.GetCache(), client.Object(&corev1.Namespace{}), r.tally.wakeByNamespace()))
	c, err := b.Build(r)
	if err != nil {
		return err
	}
	r.watched = map[string]struct{}{}
	r.watch = func(kind client.Object) error {
		return c.Watch(source.Kind(mgr.GetCache(), kind, handler.EnqueueRequestsFromMapFunc(theExposurePolicy), gatePolicyChanged))
	}
	if err := r.watchPolicies(); err != nil {
		return err
	}
	return r.Routes.each(func(row routeKind) error {
		return c.Watch(source.TypedKind(mgr.GetCache(), row.object(), r.tally.wakeByRoute()))
	})
}

func theExposurePolicy(context.Context, client.Object) []reconcile.Request {
	return []reconcile.Request{exposurePolicyRequest}
}

var exposurePolicyRequest = reconcile.Request{NamespacedName: client.ObjectKey{Name: exposurePolicyName}}

// Reconcile puts the policies right, then the status.
func (r *ExposurePolicyReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if r.Shard.Name() != "" {
		return r.follow(ctx)
	}
	var policy v1alpha1.ExposurePolicy
	err := r.Get(ctx, req.NamespacedName, &policy)
	if apierrors.IsNotFound(err) {
		return ctrl.Result{}, r.begin(ctx)
	}
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("reading ExposurePolicy %s: %w", req.Name, err)
	}
	settings := admission.SettingsOf(&policy)
	further, err := r.tryFurther(ctx, &policy)
	if err != nil {
		return ctrl.Result{}, err
	}
	settings.Further = further.inForce
	r.Routes.keepFurther(further.inForce)
	if err := r.hold.look(r.RESTMapper()); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.watchPolicies(); err != nil {
		return ctrl.Result{}, err
	}
	retiring, err := r.keepPolicies(ctx, r.built.policies(settings, r.hold.served() != ""))
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := r.hold.try(ctx, r.Client); err != nil {
		return ctrl.Result{}, err
	}
	unwatched, err := r.watchFurther(ctx, further.inForce)
	if err != nil {
		return ctrl.Result{}, err
	}
	counts, err := r.tally.count(ctx, r.Client, r.Shard, r.Routes, settings, policy.Generation)
	if err != nil {
		return ctrl.Result{}, err
	}
	complete, err := clearancesCondition(ctx, r.Client, settings, policy.Generation)
	if err != nil {
		return ctrl.Result{}, err
	}
	again := ctrl.Result{}
	switch {
	case further.onTrial || len(retiring) > 0:
		again.RequeueAfter = lookAgain
	case len(unwatched)+len(further.inForce)+len(further.wrong) > 0:
		again.RequeueAfter = rightsEvery // and whether a kind is served now, or fits
	}
	if soon := r.hold.again(); soon > 0 && (again.RequeueAfter == 0 || soon < again.RequeueAfter) {
		again.RequeueAfter = soon
	}
	return again, r.writeStatus(ctx, &policy, counts, complete, further, append(retiring, unwatched...))
}

// lookAgain is how soon what the API server has still to do is looked at again.
const lookAgain = 500 * time.Millisecond

// writeStatus patches the status where it changes.
func (r *ExposurePolicyReconciler) writeStatus(ctx context.Context, policy *v1alpha1.ExposurePolicy, counts v1alpha1.RouteCounts, complete metav1.Condition, further furtherKinds, reasons []unwatched) error {
	before := policy.DeepCopy()
	status := &policy.Status
	meta.SetStatusCondition(&status.Conditions, further.ready(policy.Generation))
	meta.SetStatusCondition(&status.Conditions, r.hold.condition(policy.Generation))
	meta.SetStatusCondition(&status.Conditions, complete)
	if condition, wanted := routeKindsCondition(len(policy.Spec.RouteKinds), reasons, policy.Generation); wanted {
		meta.SetStatusCondition(&status.Conditions, condition)
	} else {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionRouteKindsWatched)
	}
	status.ObservedGeneration = policy.Generation
	status.Routes = &counts
	if equality.Semantic.DeepEqual(before.Status, policy.Status) {
		return nil
	}
	if err := r.Status().Patch(ctx, policy, client.MergeFrom(before), client.FieldOwner(operatorName)); err != nil {
		return fmt.Errorf("writing the status of ExposurePolicy %s: %w", policy.Name, err)
	}
	return nil
}
