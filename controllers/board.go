package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/audit/read"
	"github.com/beian-dev/icp-operator/internal/board/serve"
)

// exposedFor is how long the board shows what the cluster exposes before it reads it again, from memory.
const exposedFor = 10 * time.Second

// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings;icpreviews,verbs=list;watch
// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// AddBoard adds the server of the board, and returns its address. Every operator serves, whether it leads or not.
func AddBoard(ctx context.Context, mgr ctrl.Manager, now clock.PassiveClock, routes *Routes, o ServeOptions) (string, error) {
	if o.off() {
		return "", nil
	}
	s, err := listen(ctx, mgr, "board", o)
	if err != nil {
		return "", err
	}
	var secret func() ([]byte, error)
	if s.certificate != nil {
		secret = s.key
	}
	site := &serve.Site{
		Source: boardSource{mgr, routes}, Door: serve.NewDesk(mgr.GetClient(), now, secret), Clock: now,
		Log: mgr.GetLogger().WithName("board"), ExposedFor: exposedFor,
	}
	return s.serve(mgr, site.Handler())
}

// boardSource is what the operator has in memory.
type boardSource struct {
	mgr    ctrl.Manager
	routes *Routes
}

// Filings are all of them.
func (b boardSource) Filings(ctx context.Context) ([]v1alpha1.IcpFiling, error) {
	var list v1alpha1.IcpFilingList
	if err := b.mgr.GetCache().List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing filings: %w", err)
	}
	return list.Items, nil
}

// Reviews are all of the namespace's.
func (b boardSource) Reviews(ctx context.Context, namespace string) ([]v1alpha1.IcpReview, error) {
	var list v1alpha1.IcpReviewList
	if err := b.mgr.GetCache().List(ctx, &list, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing reviews: %w", err)
	}
	return list.Items, nil
}

// Exposed is by all routes of the kinds that are watched.
func (b boardSource) Exposed(ctx context.Context) (*audit.Facts, error) {
	return read.FromCache(ctx, b.mgr.GetCache(), b.routes.ofNamespace, "")
}

// ResourceOf names a kind's resource.
func (b boardSource) ResourceOf(kind schema.GroupKind) (schema.GroupResource, error) {
	mapping, err := b.mgr.GetRESTMapper().RESTMapping(kind)
	if err != nil {
		return schema.GroupResource{}, fmt.Errorf("finding the resource of %s: %w", kind, err)
	}
	return mapping.Resource.GroupResource(), nil
}
