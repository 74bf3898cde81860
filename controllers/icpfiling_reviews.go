package controllers

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// mostWords is the most runes of a message of a review.
const mostWords = 1024

// gatherReviews reads the reviews on the filing. They are the order's history where people take it to the provider.
func (r *IcpFilingReconciler) gatherReviews(ctx context.Context, w *work) error {
	reviews, err := r.reviewsOf(ctx, client.ObjectKeyFromObject(w.filing))
	if err != nil {
		return err
	}
	w.reviews = reviews
	if w.facts.Provider.Hand == procedure.ByPeople {
		w.facts.Order = procedure.OrderOfReviews(w.filing, w.facts.Provider.Name, w.reviews)
		for i := range w.facts.Order.History {
			// People write it; what the status and the Events say is read by more of them.
			d := &w.facts.Order.History[i]
			d.Message = provider.Scrub(d.Message, mostWords)
		}
	}
	return nil
}

func (r *IcpFilingReconciler) reviewsOf(ctx context.Context, filing client.ObjectKey) ([]v1alpha1.IcpReview, error) {
	var list v1alpha1.IcpReviewList
	if err := r.List(ctx, &list, client.InNamespace(filing.Namespace), client.MatchingFields{indexFiling: filing.Name}); err != nil {
		return nil, fmt.Errorf("listing the reviews of filing %s: %w", filing, err)
	}
	return list.Items, nil
}

// answerForMissing says on each review of a filing which is not there that it counts for none.
func (r *IcpFilingReconciler) answerForMissing(ctx context.Context, filing client.ObjectKey) error {
	reviews, err := r.reviewsOf(ctx, filing)
	if err != nil {
		return err
	}
	for i := range reviews {
		review := &reviews[i]
		if !review.DeletionTimestamp.IsZero() {
			continue // its namespace goes
		}
		if err := r.answerReview(ctx, review, procedure.FilingMissing(review)); err != nil {
			return err
		}
	}
	return nil
}

// answerReviews says on each review whether it counts, where that changed.
func (r *IcpFilingReconciler) answerReviews(ctx context.Context, w *work, outcome procedure.Outcome) error {
	if w.fp == nil {
		return nil // nothing is known of the history: what was said of the reviews stands
	}
	for i := range w.reviews {
		review := &w.reviews[i]
		v := procedure.ReviewVerdict(w.filing, review, w.facts.Provider, outcome.Verdicts)
		if err := r.answerReview(ctx, review, v); err != nil {
			return err
		}
	}
	return nil
}

// stampReviews writes on each review for which domain it was made, before it counts for anything.
func (r *IcpFilingReconciler) stampReviews(ctx context.Context, w *work) error {
	if w.fp == nil {
		return nil
	}
	for i := range w.reviews {
		if err := r.stamp(ctx, w.filing, &w.reviews[i]); err != nil {
			return err
		}
	}
	return nil
}

// stamp writes on a review for which domain it was made.
func (r *IcpFilingReconciler) stamp(ctx context.Context, filing *v1alpha1.IcpFiling, review *v1alpha1.IcpReview) error {
	if _, stamped := review.Annotations[v1alpha1.ReviewDomainAnnotation]; stamped || !procedure.IsOf(review, filing) {
		return nil
	}
	updated := review.DeepCopy()
	metav1.SetMetaDataAnnotation(&updated.ObjectMeta, v1alpha1.ReviewDomainAnnotation, filing.Spec.Domain.Name)
	if err := r.Patch(ctx, updated, client.MergeFrom(review)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("writing on review %s/%s for which domain it was made: %w", review.Namespace, review.Name, err)
	}
	updated.DeepCopyInto(review)
	return nil
}

func (r *IcpFilingReconciler) answerReview(ctx context.Context, review *v1alpha1.IcpReview, v procedure.Verdict) error {
	status := metav1.ConditionFalse
	if v.Applied {
		status = metav1.ConditionTrue
	}
	updated := review.DeepCopy()
	changed := meta.SetStatusCondition(&updated.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionApplied, Status: status, Reason: v.Reason, Message: v.Message,
		ObservedGeneration: review.Generation, LastTransitionTime: metav1.NewTime(r.Clock.Now()),
	})
	if !changed {
		return nil
	}
	if err := r.Status().Patch(ctx, updated, client.MergeFrom(review)); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("writing the status of review %s/%s: %w", review.Namespace, review.Name, err)
	}
	return nil
}
