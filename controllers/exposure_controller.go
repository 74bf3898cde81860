package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/failpoint"
)

// routeRequest is a route to look at.
type routeRequest struct {
	kind schema.GroupKind
	client.ObjectKey
}

// ExposureReconciler makes routes what their namespace's clearances and mode say, where those have changed since the
// route was written: it touches a route whose verdict differs from its state, and the policies park or release it.
// Only where the API server cannot (MutatingAdmissionPolicy, before Kubernetes 1.36) does it write the parked fields itself.
type ExposureReconciler struct {
	client.Client
	Events  events.EventRecorder
	Routes  *Routes
	Falls   *Falls
	Workers int

	// hold tells whether the API server has policies that park.
	hold *hold
	// retries says how long to wait before a route is touched again that a touch has not settled: a policy, or a
	// Namespace, may reach one of several API servers a little later.
	retries workqueue.TypedRateLimiter[routeRequest]
}

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;watch
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=list;watch;patch
// +kubebuilder:rbac:groups=gateway.networking.k8s.io,resources=httproutes;grpcroutes;tlsroutes,verbs=list;watch;patch
// +kubebuilder:rbac:groups="",resources=services,verbs=list;watch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=exposurepolicies,verbs=list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// SetupWithManager registers the controller and what wakes it, for the kinds of route that the cluster has.
func (r *ExposureReconciler) SetupWithManager(mgr ctrl.Manager) error {
	r.retries = workqueue.NewTypedItemExponentialFailureRateLimiter[routeRequest](firstTouchAgain, mostTouchAgain)
	wake := routeWaker{reader: mgr.GetClient(), events: r.Events, routes: r.Routes, falls: r.Falls}
	c, err := builder.TypedControllerManagedBy[routeRequest](mgr).
		Named("exposure").
		WatchesRawSource(source.TypedKind(mgr.GetCache(), client.Object(&corev1.Namespace{}), wake.byNamespace())).
		WatchesRawSource(source.TypedKind(mgr.GetCache(), client.Object(&v1alpha1.ExposurePolicy{}), wake.byPolicy())).
		WithOptions(controller.TypedOptions[routeRequest]{MaxConcurrentReconciles: max(r.Workers, 1)}).
		Build(r)
	if err != nil {
		return err
	}
	return r.Routes.each(func(row routeKind) error {
		return c.Watch(source.TypedKind(mgr.GetCache(), row.object(), wake.byRoute(row.kind.GroupKind())))
	})
}

// Reconcile settles one route.
func (r *ExposureReconciler) Reconcile(ctx context.Context, req routeRequest) (ctrl.Result, error) {
	row, known := r.Routes.row(req.kind)
	if !known {
		return ctrl.Result{}, nil
	}
	object := row.object()
	if err := r.Routes.get(ctx, req.ObjectKey, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	gate, err := gateOf(ctx, r.Client, req.Namespace)
	if err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	verdict := gate.judge(row.read(object))
	if verdict.settled() {
		r.retries.Forget(req)
		return ctrl.Result{}, nil
	}
	if verdict.route.Unparkable {
		r.tellUncovered(object, verdict)
		return ctrl.Result{}, nil
	}
	r.Falls.touch()
	failpoint.Here(failpoint.BeforeRoute, verdict.state())
	after, err := r.settle(ctx, row, object, verdict)
	if err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	failpoint.Here(failpoint.AfterRoute, verdict.state())
	if gate.judge(row.read(after)).settled() {
		r.retries.Forget(req)
		return ctrl.Result{}, nil
	}
	return reconcile.Result{RequeueAfter: r.retries.When(req)}, nil
}

// gate is what decides over the routes of one namespace.
type gate struct {
	closes  bool
	cleared exposure.Cleared
	pending exposure.PendingFilings
	rules   exposure.Rules
}

// gateOf reads the gate of a namespace from the cache.
func gateOf(ctx context.Context, reader client.Reader, name string) (gate, error) {
	settings, err := gateSettings(ctx, reader)
	if err != nil {
		return gate{}, err
	}
	var namespace corev1.Namespace
	if err := reader.Get(ctx, client.ObjectKey{Name: name}, &namespace); err != nil {
		return gate{}, fmt.Errorf("reading the gate of namespace %s: %w", name, err)
	}
	return newGate(settings, &namespace), nil
}

func newGate(settings admission.Settings, namespace *corev1.Namespace) gate {
	return gate{
		closes:  admission.Closes(settings.ModeOf(namespace.Name, namespace.Labels)),
		cleared: admission.Stand(namespace.Annotations),
		pending: admission.DecodePending(namespace.Annotations),
		rules:   settings.Rules,
	}
}

// gateSettings reads the ExposurePolicy. Where somebody deleted it, the gate stays as it is: the settings are those that
// its policies were made of.
func gateSettings(ctx context.Context, reader client.Reader) (admission.Settings, error) {
	var policy v1alpha1.ExposurePolicy
	err := reader.Get(ctx, client.ObjectKey{Name: exposurePolicyName}, &policy)
	if apierrors.IsNotFound(err) {
		return settingsInForce(ctx, reader)
	}
	if err != nil {
		return admission.Settings{}, fmt.Errorf("reading ExposurePolicy %s: %w", exposurePolicyName, err)
	}
	return admission.SettingsOf(&policy), nil
}

// verdict is what the gate says of a route, beside what the route is.
type verdict struct {
	route   exposure.Route
	blocked []string
	// closed tells that the route may not be served.
	closed bool
	// because says why, of a route that is closed.
	because string
}

func (g gate) judge(route exposure.Route) verdict {
	blocked := route.Blocked(g.cleared, g.rules)
	v := verdict{route: route, blocked: blocked, closed: g.closes && len(blocked) > 0}
	if v.closed {
		v.because = route.Reasons(blocked, g.pending)
	}
	return v
}

// state is what the operator says, touching a route, that the verdict has it be.
func (v verdict) state() string {
	if v.closed {
		return checkedHeld
	}
	return checkedCleared
}

// settled tells that the route is as the verdict has it: not served where it may not be, with a note of why, and not
// held by the gate where it may.
func (v verdict) settled() bool {
	if v.closed {
		return !v.route.Exposes() && (!v.route.Held || v.route.Notes(v.blocked) && v.route.Because == v.because)
	}
	return !v.route.Held
}
