package controllers

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// watchPolicies watches the kinds of what admission.Build makes, as the API server has them, those that are not watched yet.
func (r *ExposurePolicyReconciler) watchPolicies() error {
	kinds := []client.Object{&admissionregistrationv1.ValidatingAdmissionPolicy{}, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}}
	for _, kind := range append(kinds, r.hold.kinds()...) {
		name := fmt.Sprintf("%T", kind)
		if _, watched := r.watched[name]; watched {
			continue
		}
		if err := r.watch(kind); err != nil {
			return fmt.Errorf("watching the policies of the gate: %w", err)
		}
		r.watched[name] = struct{}{}
	}
	return nil
}

func (r *ExposurePolicyReconciler) policyLists() []client.ObjectList {
	lists := []client.ObjectList{
		&admissionregistrationv1.ValidatingAdmissionPolicyList{}, &admissionregistrationv1.ValidatingAdmissionPolicyBindingList{},
	}
	return append(lists, r.hold.lists()...)
}

// built remembers what was made of an ExposurePolicy: changes of routes, which are counted, change nothing of it.
type built struct {
	settings admission.Settings
	hold     bool
	made     *admission.Policies
}

// policies are what admission.Build makes, for the caller to change.
func (b *built) policies(settings admission.Settings, hold bool) admission.Policies {
	if len(settings.Further) > 0 {
		return admission.Build(settings, hold) // whose programs cannot be compared
	}
	if b.made == nil || b.hold != hold || !reflect.DeepEqual(b.settings, settings) {
		b.settings, b.hold, b.made = settings, hold, new(admission.Build(settings, hold))
	}
	return b.made.DeepCopy()
}

// keepPolicies makes the policies and bindings in the cluster those given. It replaces what differs as a whole, since a
// server-side apply would leave in place what somebody added. Those no longer wanted go last, so that no route passes
// between, and those of a further kind when what it had parked is released: the reasons say what keeps that from being done.
func (r *ExposurePolicyReconciler) keepPolicies(ctx context.Context, wanted admission.Policies) ([]unwatched, error) {
	there, err := r.policiesThere(ctx)
	if err != nil {
		return nil, err
	}
	for _, object := range wanted.Objects() {
		key := policyKey(object)
		current, exists := there[key]
		delete(there, key)
		if !exists {
			if current, exists, err = r.unlabelled(ctx, object); err != nil {
				return nil, err
			}
		}
		if err := r.keepPolicy(ctx, object, current, exists); err != nil {
			return nil, err
		}
	}
	if reasons, err := r.retire(ctx, there); err != nil || len(reasons) > 0 {
		return reasons, err
	}
	for _, object := range there {
		if err := r.deletePolicy(ctx, object); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// unlabelled finds a policy or binding that is there without the label by which those of the gate are listed, since somebody took
// that away.
func (r *ExposurePolicyReconciler) unlabelled(ctx context.Context, wanted client.Object) (client.Object, bool, error) {
	wired, err := r.hold.wire(wanted)
	if err != nil {
		return nil, false, err
	}
	current, is := wired.DeepCopyObject().(client.Object)
	if !is {
		return nil, false, nil
	}
	err = r.Get(ctx, client.ObjectKeyFromObject(wired), current)
	if apierrors.IsNotFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading %T %s: %w", wanted, wanted.GetName(), err)
	}
	current, err = unwire(current)
	return current, true, err
}

func (r *ExposurePolicyReconciler) deletePolicy(ctx context.Context, object client.Object) error {
	object, err := r.hold.wire(object)
	if err != nil {
		return err
	}
	r.inPlace.gone(object)
	if err := r.Delete(ctx, object); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("deleting %T %s, which the ExposurePolicy no longer asks for: %w", object, object.GetName(), err)
	}
	return nil
}

func (r *ExposurePolicyReconciler) keepPolicy(ctx context.Context, wanted, current client.Object, exists bool) error {
	wired, err := r.hold.wire(wanted)
	if err != nil {
		return err
	}
	stood := r.inPlace.stood(wanted)
	switch {
	case !exists:
		if err := r.Create(ctx, wired, client.FieldOwner(operatorName)); err != nil {
			return fmt.Errorf("creating %T %s: %w", wanted, wanted.GetName(), err)
		}
		if stood {
			r.Meters.Restored(metrics.Missing)
		}
	case !samePolicy(wanted, current):
		wired.SetResourceVersion(current.GetResourceVersion())
		if err := r.Update(ctx, wired, client.FieldOwner(operatorName)); err != nil {
			return fmt.Errorf("putting %T %s right: %w", wanted, wanted.GetName(), err)
		}
		if stood {
			r.Meters.Restored(metrics.Changed)
		}
	}
	r.inPlace.stands(wanted)
	return nil
}

// policiesThere reads the policies and bindings that the operator has made.
func (r *ExposurePolicyReconciler) policiesThere(ctx context.Context) (map[string]client.Object, error) {
	there := map[string]client.Object{}
	for _, list := range r.policyLists() {
		if err := r.List(ctx, list, client.MatchingLabels(admission.PolicyLabels())); err != nil {
			return nil, fmt.Errorf("listing the policies of the gate: %w", err)
		}
		err := meta.EachListItem(list, func(o runtime.Object) error {
			object, is := o.(client.Object)
			if !is {
				return nil
			}
			object, err := unwire(object)
			if err != nil {
				return err
			}
			there[policyKey(object)] = object
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading the policies of the gate: %w", err)
		}
	}
	return there, nil
}

// ofTheGate tells whether a policy or binding has the labels of those that the operator makes.
func ofTheGate(o client.Object) bool {
	return labels.SelectorFromSet(admission.PolicyLabels()).Matches(labels.Set(o.GetLabels()))
}

// gatePolicyChanged lets pass what somebody did to the policies and bindings of the gate, were it only that their labels or what they
// were made of was taken away.
var gatePolicyChanged = predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return ofTheGate(e.Object) },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return (ofTheGate(e.ObjectOld) || ofTheGate(e.ObjectNew)) && (e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() ||
			!maps.Equal(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels()) || !maps.Equal(e.ObjectOld.GetAnnotations(), e.ObjectNew.GetAnnotations()))
	},
	DeleteFunc:  func(e event.DeleteEvent) bool { return ofTheGate(e.Object) },
	GenericFunc: func(event.GenericEvent) bool { return false },
}

func policyKey(object client.Object) string { return fmt.Sprintf("%T %s", object, object.GetName()) }

// samePolicy compares specs, the labels by which they are listed, and what the policies were made of. What Build makes has every
// default filled in.
func samePolicy(wanted, current client.Object) bool {
	return equality.Semantic.DeepEqual(policySpec(wanted), policySpec(current)) && ofTheGate(current) &&
		!slices.ContainsFunc([]string{admission.SettingsAnnotation, admission.RouteKindAnnotation}, func(name string) bool {
			return wanted.GetAnnotations()[name] != current.GetAnnotations()[name]
		})
}

func policySpec(object client.Object) any {
	switch o := object.(type) {
	case *admissionregistrationv1.ValidatingAdmissionPolicy:
		return o.Spec
	case *admissionregistrationv1.ValidatingAdmissionPolicyBinding:
		return o.Spec
	case *admissionregistrationv1.MutatingAdmissionPolicy:
		return o.Spec
	case *admissionregistrationv1.MutatingAdmissionPolicyBinding:
		return o.Spec
	}
	return nil
}
