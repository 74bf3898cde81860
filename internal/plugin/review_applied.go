package plugin

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// appliedWithin is how long the operator is waited for.
const appliedWithin = 20 * time.Second

// verdict is what the operator says of a review; the zero value where it has said nothing yet.
type verdict struct {
	Status metav1.ConditionStatus
	Reason string
}

// Ignored says that the review does not count.
func (v verdict) Ignored() bool { return v.Status == metav1.ConditionFalse }

// applied waits until the operator says whether a review counts. Who may not watch is told nothing.
func applied(ctx context.Context, c client.WithWatch, review *v1alpha1.IcpReview) (verdict, string, error) {
	ctx, cancel := context.WithTimeout(ctx, appliedWithin)
	defer cancel()
	watch, err := c.Watch(ctx, &v1alpha1.IcpReviewList{}, client.InNamespace(review.Namespace), client.MatchingFields{"metadata.name": review.Name})
	if err != nil {
		if ctx.Err() != nil {
			return verdict{}, "", nil // it has taken too long
		}
		return verdict{}, "", fmt.Errorf("waiting for what becomes of review %s/%s, which is written: %w", review.Namespace, review.Name, err)
	}
	defer watch.Stop()
	for event := range watch.ResultChan() {
		seen, is := event.Object.(*v1alpha1.IcpReview)
		if !is {
			continue
		}
		if said := meta.FindStatusCondition(seen.Status.Conditions, v1alpha1.ConditionApplied); said != nil && said.Status != metav1.ConditionUnknown {
			return verdict{said.Status, said.Reason}, said.Message, nil
		}
	}
	return verdict{}, "", nil
}
