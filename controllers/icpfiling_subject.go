package controllers

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// gatherOthers reads the cluster's other filings of the domain and of the subject, with the providers that they use.
func (r *IcpFilingReconciler) gatherOthers(ctx context.Context, w *work) error {
	domain, err := r.others(ctx, w.filing, client.MatchingFields{indexDomain: w.filing.Spec.Domain.Name})
	if err != nil {
		return fmt.Errorf("listing the filings of %s: %w", w.filing.Spec.Domain.Name, err)
	}
	w.facts.SameDomain = domain
	var here []v1alpha1.IcpFiling
	for _, o := range domain {
		if o.Provider == w.facts.Provider.Name {
			here = append(here, *o.Filing)
		}
	}
	if rival := procedure.Rival(w.filing, here); rival != nil {
		w.facts.Rival = rival.Namespace + "/" + rival.Name
		if rival.Namespace != w.filing.Namespace {
			// Who it is, an admin reads in the log.
			ctrl.LoggerFrom(ctx).V(1).Info("another namespace's filing holds the domain", "rival", w.facts.Rival)
			w.facts.Rival = procedure.ElsewhereFiling
		}
	}
	if w.facts.Rival == "" && !procedure.Clears(w.filing) {
		if w.elsewhere, err = r.Shard.clearedElsewhere(ctx, r.Client, w.filing.Spec.Domain.Name); err != nil {
			return err
		}
		if w.elsewhere {
			w.facts.Rival = procedure.ElsewhereFiling
		}
	}
	if key := procedure.SubjectKey(w.filing); key != "" {
		w.facts.Subject, err = r.others(ctx, w.filing, client.MatchingFields{indexSubject: key})
	}
	if err != nil {
		return fmt.Errorf("listing the other filings of the subject of %s/%s: %w", w.filing.Namespace, w.filing.Name, err)
	}
	return nil
}

func (r *IcpFilingReconciler) others(ctx context.Context, filing *v1alpha1.IcpFiling, by client.MatchingFields) ([]procedure.Other, error) {
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, by, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	var others []procedure.Other
	names := map[string]string{}
	for i := range list.Items {
		other := &list.Items[i]
		if other.Namespace == filing.Namespace && other.Name == filing.Name {
			continue
		}
		// Filings of one provider have it by the same reference: it is looked up once.
		ref := fmt.Sprint(providersOf(other), other.Status.OrderID != "" || other.Status.SubmittedFacts != "")
		name, known := names[ref]
		if !known {
			_, p, err := providerOf(ctx, r.Client, other)
			if err != nil {
				return nil, err
			}
			name = p.Name
			names[ref] = name
		}
		others = append(others, procedure.Other{Filing: other, Provider: name})
	}
	return others, nil
}

// sitesInForce counts the subject's other filings that are in force.
func sitesInForce(others []procedure.Other) int {
	n := 0
	for _, o := range others {
		if o.Filing.Status.ApprovedAt != nil && o.Filing.DeletionTimestamp.IsZero() && procedure.StageOrder(o.Filing.Status.Stage) >= 0 {
			n++
		}
	}
	return n
}

// subjectOf is what a filing's subject is known by, for the index.
func subjectOf(o client.Object) []string {
	if key := procedure.SubjectKey(o.(*v1alpha1.IcpFiling)); key != "" {
		return []string{key}
	}
	return nil
}

// rivalsOf wakes the other filings of a domain: whose it is may have changed.
func (r *IcpFilingReconciler) rivalsOf(ctx context.Context, o client.Object) []reconcile.Request {
	return without(r.requests(ctx, client.MatchingFields{indexDomain: o.(*v1alpha1.IcpFiling).Spec.Domain.Name}), o)
}

// waitersOf wakes those that wait for an order of the same subject to end.
func (r *IcpFilingReconciler) waitersOf(ctx context.Context, o client.Object) []reconcile.Request {
	return r.ofSubject(ctx, o.(*v1alpha1.IcpFiling), waits)
}

// turnPasses lets through what may end a filing's turn: its order was decided, it was stopped, or it goes.
func turnPasses() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc:  func(event.CreateEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, after := e.ObjectOld.(*v1alpha1.IcpFiling), e.ObjectNew.(*v1alpha1.IcpFiling)
			return before.Status.Stage != after.Status.Stage || procedure.InFlight(before) != procedure.InFlight(after) || stopped(before) != stopped(after) ||
				procedure.SubjectKey(before) != procedure.SubjectKey(after) ||
				before.DeletionTimestamp.IsZero() != after.DeletionTimestamp.IsZero()
		},
	}
}

// stopped is why a filing does not go on by itself; empty where it does.
func stopped(filing *v1alpha1.IcpFiling) string {
	if ready := meta.FindStatusCondition(filing.Status.Conditions, v1alpha1.ConditionReady); ready != nil {
		return ready.Reason
	}
	return ""
}

// subjectsOf wakes the subject's other filings that have something to compare with a filing whose facts have changed.
func (r *IcpFilingReconciler) subjectsOf(ctx context.Context, o client.Object) []reconcile.Request {
	return r.ofSubject(ctx, o.(*v1alpha1.IcpFiling), func(other *v1alpha1.IcpFiling) bool { return other.Status.SubmittedFacts != "" })
}

func (r *IcpFilingReconciler) ofSubject(ctx context.Context, filing *v1alpha1.IcpFiling, concerns func(*v1alpha1.IcpFiling) bool) []reconcile.Request {
	key := procedure.SubjectKey(filing)
	if key == "" {
		return nil
	}
	var list v1alpha1.IcpFilingList
	if err := r.List(ctx, &list, client.MatchingFields{indexSubject: key}, client.UnsafeDisableDeepCopy); err != nil {
		logOf(ctx).Error(err, "finding the other filings of a subject")
		return nil
	}
	var requests []reconcile.Request
	for i := range list.Items {
		if concerns(&list.Items[i]) {
			requests = append(requests, requestFor(&list.Items[i]))
		}
	}
	return without(requests, filing)
}

// factsChanged lets through the changes of a filing that its subject's other filings compare themselves with: its spec,
// what was taken to the provider, how far it is in force, and its going.
func factsChanged() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc:  func(event.CreateEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, after := e.ObjectOld.(*v1alpha1.IcpFiling), e.ObjectNew.(*v1alpha1.IcpFiling)
			return before.Generation != after.Generation || before.Status.Stage != after.Status.Stage ||
				before.Annotations[v1alpha1.FiledAnnotation] != after.Annotations[v1alpha1.FiledAnnotation]
		},
	}
}

// waits says that a filing, or a change of one, waits for another order of its subject.
func waits(filing *v1alpha1.IcpFiling) bool {
	if next := filing.Status.NextAction; next != nil && next.Task == procedure.TaskWaitForSubject {
		return true // whatever Ready says of what the provider refused before
	}
	for _, c := range filing.Status.Conditions {
		if c.Type == v1alpha1.ConditionReady && c.Reason == v1alpha1.ReasonWaitingForSubject ||
			c.Type == v1alpha1.ConditionInformationCurrent && c.Reason == v1alpha1.ReasonChangeFilingNeeded {
			return true
		}
	}
	return false
}

func without(requests []reconcile.Request, o client.Object) []reconcile.Request {
	kept := requests[:0]
	for _, req := range requests {
		if req != requestFor(o) {
			kept = append(kept, req)
		}
	}
	return kept
}
