package controllers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// writeStatus writes the status if it changed: one patch, refused where somebody wrote the filing meanwhile. The pass
// goes on with what was written.
func (r *IcpFilingReconciler) writeStatus(ctx context.Context, w *work, outcome procedure.Outcome) error {
	want := outcome.Status
	if w.facts.Failure == nil || w.facts.Failure.Reason == v1alpha1.ReasonProviderRefused {
		want.ObservedGeneration = w.filing.Generation
	}
	if equality.Semantic.DeepEqual(w.filing.Status, want) {
		return nil
	}
	before := w.filing.DeepCopy()
	updated := w.filing.DeepCopy()
	updated.Status = want
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	failpoint.Here(failpoint.BeforeStatus, string(want.Stage))
	if err := r.Status().Patch(ctx, updated, patch); err != nil {
		return fmt.Errorf("writing the status of filing %s/%s: %w", w.filing.Namespace, w.filing.Name, err)
	}
	failpoint.Here(failpoint.AfterStatus, string(want.Stage))
	w.filing, w.facts.Filing = updated, updated
	r.fresh.wrote(updated, r.Clock.Now())
	r.tell(before, updated)
	failpoint.Here(failpoint.AfterEvent, string(want.Stage))
	return nil
}

// tell makes an Event of each new stage, so that kubectl describe shows the journey.
func (r *IcpFilingReconciler) tell(before, after *v1alpha1.IcpFiling) {
	if before.Status.Stage == after.Status.Stage && before.Status.Attempt == after.Status.Attempt {
		return
	}
	kind, note := corev1.EventTypeNormal, fmt.Sprintf("%s is at %s (%s), attempt %d", after.Spec.Domain.Name, after.Status.Stage, rules.Chinese(after.Status.Stage), after.Status.Attempt)
	if ready := meta.FindStatusCondition(after.Status.Conditions, v1alpha1.ConditionReady); ready != nil && meta.IsStatusConditionTrue(after.Status.Conditions, v1alpha1.ConditionStalled) {
		kind, note = corev1.EventTypeWarning, note+": "+ready.Message
	}
	if next := after.Status.NextAction; next != nil {
		note += fmt.Sprintf("; next: %s, %s", next.Actor, next.Task)
		if next.DueDate != "" {
			note += " by " + next.DueDate
		}
	}
	r.Events.Eventf(after, nil, kind, string(after.Status.Stage), "Progress", "%s", clipNote(note))
}

// clipNote keeps an Event's note within its limit of 1 kB.
func clipNote(note string) string {
	const limit = 1000
	if len(note) > limit {
		return strings.ToValidUTF8(note[:limit-4], "") + " …"
	}
	return note
}

// keepObservations keeps in the filing's guarded annotations what only the operator saw, before anything else tells of
// it: when the site opened, and which reminders were given. A reminder's Event has a name of its own, so that one which
// is repeated after a crash stays one.
func (r *IcpFilingReconciler) keepObservations(ctx context.Context, w *work, outcome procedure.Outcome) error {
	keep := map[string]any{}
	for name, value := range map[string]string{
		v1alpha1.OrderAnnotation: outcome.OrderID, v1alpha1.FiledAnnotation: outcome.Filed,
		v1alpha1.RemindersAnnotation: outcome.LastReminder, v1alpha1.DeadlinesAnnotation: outcome.Deadlines,
	} {
		if value != "" {
			keep[name] = value
		}
	}
	for name, value := range map[string]*string{v1alpha1.RegistryAnnotation: outcome.Registry, v1alpha1.FinalWarningAnnotation: outcome.FinalWarning} {
		switch {
		case value == nil:
		case *value == "":
			keep[name] = nil // a merge patch takes it away
		default:
			keep[name] = *value
		}
	}
	if !outcome.OpenedAt.IsZero() {
		keep[v1alpha1.OpenedAtAnnotation] = outcome.OpenedAt.UTC().Format(time.RFC3339)
	}
	for i := range outcome.Reminders {
		if err := r.remind(ctx, w.filing, &outcome.Reminders[i]); err != nil {
			return err
		}
		failpoint.Here(failpoint.AfterReminder, outcome.Reminders[i].Name)
	}
	if len(keep) == 0 {
		return nil
	}
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": keep}})
	if err != nil {
		return fmt.Errorf("building the annotations of filing %s/%s: %w", w.filing.Namespace, w.filing.Name, err)
	}
	updated := w.filing.DeepCopy()
	failpoint.Here(failpoint.BeforeAnnotations, string(outcome.Status.Stage))
	if err := r.Patch(ctx, updated, client.RawPatch(types.MergePatchType, body)); err != nil {
		return fmt.Errorf("keeping what was seen of filing %s/%s in its annotations: %w", w.filing.Namespace, w.filing.Name, err)
	}
	failpoint.Here(failpoint.AfterAnnotations, string(outcome.Status.Stage))
	if updated.Generation != w.filing.Generation {
		// The spec is not the one that was checked: what follows from it is for the next pass.
		return apierrors.NewConflict(v1alpha1.GroupVersion.WithResource("icpfilings").GroupResource(), w.filing.Name, errors.New("its spec was written meanwhile"))
	}
	if updated.ResourceVersion != w.filing.ResourceVersion {
		updated.Status = *w.filing.Status.DeepCopy()
	}
	w.filing, w.facts.Filing = updated, updated
	r.fresh.wrote(updated, r.Clock.Now())
	return nil
}
