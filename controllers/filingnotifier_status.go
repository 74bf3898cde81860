package controllers

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

// countEvery is how often the number of waiting messages is written, where nothing else of the status changes.
const countEvery = 10 * time.Second

// show writes a notifier's status if it changed, and says when to look again.
func (r *FilingNotifierReconciler) show(ctx context.Context, n *v1alpha1.FilingNotifier, last *condition, wait time.Duration) (ctrl.Result, error) {
	result := ctrl.Result{RequeueAfter: wait}
	if !r.Shard.works(n.Namespace) {
		return result, nil // what another operator shows of it is what comes of its own messages
	}
	now := r.Clock.Now()
	want := n.Status.DeepCopy()
	before := meta.FindStatusCondition(n.Status.Conditions, v1alpha1.ConditionReady)
	if last == nil && (before == nil || before.Reason != v1alpha1.ReasonSendFailed || before.ObservedGeneration != n.Generation) {
		// Nothing was sent, and what stood in the way, if anything, does no longer. A send that failed is made good by one that
		// does not.
		last = ableToSend
	}
	if last != nil {
		meta.SetStatusCondition(&want.Conditions, metav1.Condition{
			Type: v1alpha1.ConditionReady, Status: last.status, Reason: last.reason, Message: clipMessage(last.message),
			ObservedGeneration: n.Generation, LastTransitionTime: metav1.NewTime(now),
		})
	}
	want.ObservedGeneration, want.Channel = n.Generation, send.Channel(&n.Spec)
	counted := want.Waiting
	want.Waiting = int32(min(r.Outbox.Waiting(notify.NameOf(n)), math.MaxInt32)) // #nosec G115 -- bounded in the same expression
	if equality.Semantic.DeepEqual(&n.Status, want) {
		return result, nil
	}
	if left := r.shown.wait(notify.NameOf(n), now); want.Waiting != counted && left > 0 {
		if same := want.DeepCopy(); onlyCount(same, counted, &n.Status) {
			if wait == 0 || wait > left {
				result.RequeueAfter = left
			}
			return result, nil
		}
	}
	return result, r.writeStatus(ctx, n, want, before)
}

// onlyCount says that a status differs from what is written by the count alone.
func onlyCount(want *v1alpha1.FilingNotifierStatus, counted int32, written *v1alpha1.FilingNotifierStatus) bool {
	want.Waiting = counted
	return equality.Semantic.DeepEqual(want, written)
}

func (r *FilingNotifierReconciler) writeStatus(ctx context.Context, n *v1alpha1.FilingNotifier, want *v1alpha1.FilingNotifierStatus, before *metav1.Condition) error {
	updated := n.DeepCopy()
	updated.Status = *want
	if err := r.Status().Patch(ctx, updated, client.MergeFrom(n)); err != nil {
		if client.IgnoreNotFound(err) == nil {
			return nil
		}
		return fmt.Errorf("writing the status of FilingNotifier %s/%s: %w", n.Namespace, n.Name, err)
	}
	r.fresh.wrote(updated, r.Clock.Now())
	r.shown.wrote(notify.NameOf(n), r.Clock.Now())
	after := meta.FindStatusCondition(want.Conditions, v1alpha1.ConditionReady)
	switch {
	case after == nil || before != nil && before.Status == after.Status:
	case after.Status == metav1.ConditionFalse:
		r.Events.Eventf(updated, nil, corev1.EventTypeWarning, after.Reason, "Send", "%s", clipNote(after.Message))
	case before != nil:
		r.Events.Eventf(updated, nil, corev1.EventTypeNormal, after.Reason, "Send", "it sends again")
	}
	return nil
}

// clipMessage keeps a condition's message short: a template's error quotes the template.
func clipMessage(message string) string {
	const limit = 1000
	if r := []rune(message); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return message
}

// shownCounts knows when each notifier's status was last written.
type shownCounts struct {
	mu sync.Mutex
	at map[types.NamespacedName]time.Time
}

// wait is how long the count of a notifier is left as it is.
func (s *shownCounts) wait(notifier types.NamespacedName, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[notifier].Add(countEvery).Sub(now)
}

func (s *shownCounts) wrote(notifier types.NamespacedName, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		s.at = map[types.NamespacedName]time.Time{}
	}
	s.at[notifier] = now
}

func (s *shownCounts) forget(notifier types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.at, notifier)
}
