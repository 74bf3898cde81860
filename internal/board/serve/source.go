package serve

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
)

// Source is what is shown. What it gives is shared, and not to be changed.
type Source interface {
	// Filings are all that there are, or all that whoever serves may see.
	Filings(ctx context.Context) ([]v1alpha1.IcpFiling, error)
	// Reviews are what was recorded of a namespace's filings, as far as whoever serves may see that.
	Reviews(ctx context.Context, namespace string) ([]v1alpha1.IcpReview, error)
	// Exposed is what the cluster's routes would have served, and what decides over it.
	Exposed(ctx context.Context) (*audit.Facts, error)
	// ResourceOf names the resource of a kind of route, by which it is said who may list it.
	ResourceOf(kind schema.GroupKind) (schema.GroupResource, error)
}
