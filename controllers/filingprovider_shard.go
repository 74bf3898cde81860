package controllers

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// followForShard asks a provider's feed for the filings of a shard, and keeps how far it came beside what other operators keep. Events
// of others' filings concern nobody here; so a shard that comes to a provider begins at the beginning of its feed, and a namespace that
// comes to a shard has its orders read.
func (r *FilingProviderReconciler) followForShard(ctx context.Context, fp *v1alpha1.FilingProvider) (ctrl.Result, error) {
	if fp.Spec.HTTP == nil {
		r.News.Heard(fp.Name)
		return ctrl.Result{}, nil
	}
	wait := r.interval(fp)
	used, err := r.used(ctx, fp)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !used {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	at := feedOf(fp.Status.Shards, r.Shard.Name())
	before := at
	r.follow(fp, &at)
	more, polled := r.poll(ctx, fp, at.cursor)
	if polled != nil {
		wait = max(wait, provider.RetryAfterOf(polled))
		r.failing.Store(fp.Name, true)
		logOf(ctx).Info("a provider does not answer", "reason", failureOf(provider.Unquoted(polled)).Message)
	} else if _, failed := r.failing.LoadAndDelete(fp.Name); failed {
		if err := r.wakeFailed(ctx, fp.Name); err != nil {
			return ctrl.Result{}, err
		}
	}
	if cursor, ok := r.News.Safe(fp.Name); ok {
		at.cursor = cursor
	}
	if wait, err = r.afterPoll(ctx, fp, more, polled, wait); err != nil {
		return ctrl.Result{}, err
	}
	if at == before {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	err = r.keepFeed(ctx, fp, at)
	if apierrors.IsConflict(err) {
		err = nil // another shard wrote: the next time
	}
	return ctrl.Result{RequeueAfter: wait}, client.IgnoreNotFound(err)
}

// used says whether a filing of the shard uses a provider, or may come to.
func (r *FilingProviderReconciler) used(ctx context.Context, fp *v1alpha1.FilingProvider) (bool, error) {
	names := []string{fp.Name}
	if fp.Annotations[v1alpha1.DefaultProviderAnnotation] == "true" {
		names = append(names, "")
	}
	for _, name := range names {
		var list v1alpha1.IcpFilingList
		if err := r.List(ctx, &list, client.MatchingFields{indexProvider: name}, client.Limit(1), client.UnsafeDisableDeepCopy); err != nil {
			return false, fmt.Errorf("finding whether a filing uses provider %s: %w", fp.Name, err)
		}
		if len(list.Items) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// feedOf is how far a shard has come.
func feedOf(feeds []v1alpha1.ShardFeed, shard string) feedAt {
	for _, f := range feeds {
		if f.Name == shard {
			return feedAt{f.Cursor, f.CursorOf}
		}
	}
	return feedAt{}
}

// keepFeed writes how far the shard has come. Nobody else may have written meanwhile: a list is written as a whole.
func (r *FilingProviderReconciler) keepFeed(ctx context.Context, fp *v1alpha1.FilingProvider, at feedAt) error {
	before := fp.DeepCopy()
	fp.Status.Shards = slices.DeleteFunc(fp.Status.Shards, func(f v1alpha1.ShardFeed) bool { return f.Name == r.Shard.Name() })
	fp.Status.Shards = append(fp.Status.Shards, v1alpha1.ShardFeed{Name: r.Shard.Name(), Cursor: at.cursor, CursorOf: at.of})
	if err := r.Status().Patch(ctx, fp, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
		return fmt.Errorf("writing in the status of FilingProvider %s how far shard %s has come: %w", fp.Name, r.Shard.Name(), err)
	}
	return nil
}
