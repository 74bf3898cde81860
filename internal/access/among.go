package access

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Most is how many namespaces of one user are judged one by one; who may list in all namespaces needs none of that.
const Most = 200

// atOnce is how many are judged at once.
const atOnce = 8

// Scope is where a user may list something.
type Scope struct {
	// All says that it is in every namespace.
	All bool
	// Namespaces are those where it is, if not in all.
	Namespaces []string
	// More says that there were more namespaces than are judged one by one: the rest is judged by name alone.
	More bool
}

// Has says whether a namespace is in the scope.
func (s Scope) Has(namespace string) bool {
	return s.All || slices.Contains(s.Namespaces, namespace)
}

// Where says in which of some namespaces a user may list a resource: in all, or in those, the first Most of which are judged.
func (a *Access) Where(ctx context.Context, user User, of schema.GroupResource, among []string) (Scope, error) {
	if all, known := a.known(user, of, ""); known && all {
		return Scope{All: true}, nil
	}
	asked := append([]string{""}, among...)
	scope := Scope{More: len(among) > Most}
	if scope.More {
		asked = asked[:Most+1]
	}
	if slices.ContainsFunc(asked, func(namespace string) bool { _, known := a.known(user, of, namespace); return !known }) {
		if err := a.within(a.asking); err != nil {
			return Scope{}, err
		}
	}
	allowed := make([]bool, len(asked))
	judge := func(ctx context.Context, i int) (err error) {
		var known bool
		if allowed[i], known = a.known(user, of, asked[i]); !known {
			allowed[i], err = a.ask(ctx, user, of, asked[i])
		}
		return err
	}
	if err := judge(ctx, 0); err != nil {
		return Scope{}, err
	}
	if allowed[0] {
		return Scope{All: true}, nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := 1; i < len(asked); i++ {
		group.Go(func() error { return judge(ctx, i) })
	}
	if err := group.Wait(); err != nil {
		return Scope{}, err
	}
	for i, namespace := range asked[1:] {
		if allowed[i+1] {
			scope.Namespaces = append(scope.Namespaces, namespace)
		}
	}
	return scope, nil
}
