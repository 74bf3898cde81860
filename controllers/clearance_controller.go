package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// afterConflict is how long a Namespace that somebody else has just written is let be, for the cache to hear of it.
const afterConflict = 50 * time.Millisecond

// ClearanceReconciler writes, on each Namespace, which domains may be exposed there: those of the filings whose gate
// is open and that let the namespace in. It is the only writer of these annotations. Filings that change together are
// written together, since the queue knows a namespace once.
type ClearanceReconciler struct {
	client.Client
	Events  events.EventRecorder
	Workers int
}

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// SetupWithManager registers the controller, what wakes it, and the index that it reads.
func (r *ClearanceReconciler) SetupWithManager(mgr ctrl.Manager) error {
	err := mgr.GetFieldIndexer().IndexField(context.Background(), &v1alpha1.IcpFiling{}, indexClears, clearsIn)
	if err != nil {
		return fmt.Errorf("indexing filings by where they clear their domain: %w", err)
	}
	return ctrl.NewControllerManagedBy(mgr).
		Named("clearance").
		For(&corev1.Namespace{}, builder.WithPredicates(clearanceChanged)).
		Watches(&v1alpha1.IcpFiling{}, clearedNamespaces{reader: mgr.GetClient()}).
		WithOptions(controller.Options{MaxConcurrentReconciles: max(r.Workers, 1)}).
		Complete(r)
}

// Reconcile makes a Namespace's clearances what the filings say.
func (r *ClearanceReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var namespace corev1.Namespace
	if err := r.Get(ctx, req.NamespacedName, &namespace); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !namespace.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil // its routes go with it
	}
	wanted, err := r.wanted(ctx, &namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	fitting, omitted := admission.Fit(wanted, admission.Decode(namespace.Annotations), namespace.Annotations)
	if len(omitted) > 0 {
		r.Events.Eventf(&namespace, nil, corev1.EventTypeWarning, "ClearancesFull", "Clear",
			"%d filed domains have no room among the clearances of this namespace (%s first): spread their routes over several namespaces",
			len(omitted), omitted[0])
	}
	change := admission.Change(namespace.Annotations, fitting)
	if len(change) == 0 {
		return ctrl.Result{}, nil
	}
	err = r.write(ctx, &namespace, change)
	if apierrors.IsConflict(err) {
		return reconcile.Result{RequeueAfter: afterConflict}, nil
	}
	return ctrl.Result{}, client.IgnoreNotFound(err)
}

// wanted returns the domains of the filings that clear them in a namespace, and of those that keep what stands.
func (r *ClearanceReconciler) wanted(ctx context.Context, namespace *corev1.Namespace) (exposure.Clearances, error) {
	filings, err := clearingFilings(ctx, r.Client, namespace)
	if err != nil {
		return exposure.Clearances{}, err
	}
	var domains []string
	var standing exposure.Clearances
	for i := range filings {
		domain := strings.ToLower(filings[i].Spec.Domain.Name)
		if !clears(&filings[i]) {
			if standing.Len() == 0 {
				standing = admission.Decode(namespace.Annotations)
			}
			if !standing.Has(domain) {
				continue
			}
		}
		domains = append(domains, domain)
	}
	return exposure.NewClearances(domains...), nil
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
	if err := r.Patch(ctx, target, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(operatorName)); err != nil {
		return fmt.Errorf("writing the clearances of namespace %s: %w", namespace.Name, err)
	}
	return nil
}
