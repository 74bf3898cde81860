package plugin

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/audit/read"
	"github.com/beian-dev/icp-operator/internal/board/serve"
)

const (
	// exposedFor is how long the board shows what the cluster exposes before it asks the API server again.
	exposedFor = 30 * time.Second
	// listedWithin bounds how long the filings may take to be listed.
	listedWithin = time.Minute
)

// boardSource is what the user may read: the filings are watched, the rest is read when it is asked for.
type boardSource struct {
	filings cache.Cache
	live    client.Reader
	rest    rest.Interface
	scope   access.Scope
	// instead is the namespace whose routes are shown where those of all may not be read.
	instead string
}

// boardSource watches the filings that the user may list, and says who they are.
func (e *Env) boardSource(ctx context.Context) (serve.Source, serve.Viewer, error) {
	config, err := e.Config()
	if err != nil {
		return nil, nil, err
	}
	c, own, err := e.Place()
	if err != nil {
		return nil, nil, err
	}
	viewer := oneself{name: whoAmI(ctx, c)}
	if viewer.scope, err = e.boardScope(ctx, c, own); err != nil {
		return nil, nil, err
	}
	discovered, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	options := cache.Options{Scheme: Scheme(), DefaultTransform: cache.TransformStripManagedFields()}
	if !viewer.scope.All {
		options.DefaultNamespaces = map[string]cache.Config{}
		for _, namespace := range viewer.scope.Namespaces {
			options.DefaultNamespaces[namespace] = cache.Config{}
		}
	}
	filings, err := cache.New(config, options)
	if err != nil {
		return nil, nil, fmt.Errorf("connecting to the cluster: %w", err)
	}
	if err := startListing(ctx, filings); err != nil {
		return nil, nil, err
	}
	source := &boardSource{filings: filings, live: c, rest: discovered.RESTClient(), scope: viewer.scope, instead: own}
	return source, viewer, nil
}

// startListing lists the filings, and goes on watching them until the context ends.
func startListing(ctx context.Context, filings cache.Cache) error {
	go func() { _ = filings.Start(ctx) }()
	within, cancel := context.WithTimeout(ctx, listedWithin)
	defer cancel()
	if _, err := filings.GetInformer(within, &v1alpha1.IcpFiling{}); err != nil {
		return fmt.Errorf("listing the filings: %w", err)
	}
	return nil
}

// nothingToSeeError says that there is nothing to show.
type nothingToSeeError struct{ namespace string }

// Error says so, and what would change it.
func (e nothingToSeeError) Error() string {
	return fmt.Sprintf("you may not list icpfilings.icp.beian.dev, neither in all namespaces nor in %q: have the ClusterRole icp-viewer bound to you there, or name another namespace with -n", e.namespace)
}

// boardScope is where the user may list and watch filings: the namespace that was named, else all, else those of the cluster's that
// they may, else the context's.
func (e *Env) boardScope(ctx context.Context, c client.Client, own string) (access.Scope, error) {
	named := e.Flags.Namespace != nil && *e.Flags.Namespace != ""
	if !named {
		if all, err := mayWatch(ctx, c, ""); err != nil || all {
			return access.Scope{All: all}, err
		}
	}
	candidates := []string{own}
	var list corev1.NamespaceList
	switch err := c.List(ctx, &list); {
	case named, apierrors.IsForbidden(err):
	case err != nil:
		return access.Scope{}, fmt.Errorf("listing the namespaces: %w", err)
	default:
		for i := range list.Items {
			if list.Items[i].Name != own {
				candidates = append(candidates, list.Items[i].Name)
			}
		}
	}
	scope := access.Scope{More: len(candidates) > access.Most}
	for _, namespace := range candidates[:min(len(candidates), access.Most)] {
		may, err := mayWatch(ctx, c, namespace)
		if err != nil {
			return access.Scope{}, err
		}
		if may {
			scope.Namespaces = append(scope.Namespaces, namespace)
		}
	}
	if len(scope.Namespaces) == 0 {
		return access.Scope{}, nothingToSeeError{own}
	}
	return scope, nil
}

// mayWatch asks the API server whether the user may list and watch filings.
func mayWatch(ctx context.Context, c client.Client, namespace string) (bool, error) {
	for _, verb := range []string{"list", "watch"} {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: verb, Group: v1alpha1.GroupVersion.Group, Version: v1alpha1.GroupVersion.Version, Resource: "icpfilings",
			},
		}}
		if err := c.Create(ctx, review); err != nil {
			return false, fmt.Errorf("asking the API server what you may list: %w", err)
		}
		if !review.Status.Allowed {
			return false, nil
		}
	}
	return true, nil
}

// whoAmI is the user's name, as far as the API server tells.
func whoAmI(ctx context.Context, c client.Client) string {
	var review authenticationv1.SelfSubjectReview
	if err := c.Create(ctx, &review); err != nil {
		return "—"
	}
	return review.Status.UserInfo.Username
}

// Filings are those that the user may list.
func (b *boardSource) Filings(ctx context.Context) ([]v1alpha1.IcpFiling, error) {
	var list v1alpha1.IcpFilingList
	if err := b.filings.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing filings: %w", err)
	}
	return list.Items, nil
}

// Reviews asks the API server; of what the user may not read there is none.
func (b *boardSource) Reviews(ctx context.Context, namespace string) ([]v1alpha1.IcpReview, error) {
	var list v1alpha1.IcpReviewList
	if err := b.live.List(ctx, &list, client.InNamespace(namespace)); err != nil && !apierrors.IsForbidden(err) {
		return nil, fmt.Errorf("listing reviews: %w", err)
	}
	return list.Items, nil
}

// Exposed asks the API server, which leaves out what the user may not read.
func (b *boardSource) Exposed(ctx context.Context) (*audit.Facts, error) {
	options := read.Options{Instead: b.instead}
	if !b.scope.All && len(b.scope.Namespaces) == 1 {
		options.Namespace = b.scope.Namespaces[0]
	}
	return read.FromCluster(ctx, b.rest, options)
}

// ResourceOf is never asked for: what the user may not list was not read.
func (b *boardSource) ResourceOf(kind schema.GroupKind) (schema.GroupResource, error) {
	return schema.GroupResource{Group: kind.Group, Resource: kind.Kind}, nil
}

// oneself is the user, who sees what could be read.
type oneself struct {
	name  string
	scope access.Scope
}

// Name is the user's.
func (o oneself) Name() string { return o.name }

// MaySignOut is false: the board ends with its command.
func (o oneself) MaySignOut() bool { return false }

// Where is the scope that was found at the start, for filings; of everything else what was read may be seen.
func (o oneself) Where(_ context.Context, of schema.GroupResource, _ []string) (access.Scope, error) {
	if of.Group == v1alpha1.GroupVersion.Group {
		return o.scope, nil
	}
	return access.Scope{All: true}, nil
}
