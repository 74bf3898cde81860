package read

import (
	"fmt"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// atOnce is how many parents are read at the same time.
const atOnce = 8

// parentOf is one that routes take hosts from.
type parentOf struct{ kind, namespace, name string }

// parentsOf lists, each once, what routes that name no host take theirs from.
func parentsOf(routes []exposure.Route) map[parentOf]struct{} {
	parents := map[parentOf]struct{}{}
	for i := range routes {
		for _, key := range routes[i].Via {
			if kind, namespace, name, _, ok := exposure.ParseParentKey(key); ok {
				parents[parentOf{kind, namespace, name}] = struct{}{}
			}
		}
	}
	return parents
}

// parents reads the listeners that routes take hosts from, one by one: they are few, and may stand where the user may not list.
func (s *session) parents() error {
	s.facts.Parents = map[string]*exposure.Listeners{}
	var group errgroup.Group
	group.SetLimit(atOnce)
	for parent := range parentsOf(s.facts.Routes) {
		group.Go(func() error {
			listeners, err := s.parent(parent)
			switch {
			case apierrors.IsForbidden(err):
				s.miss(resourceOf(parent.kind), parent.namespace, audit.NotPermitted)
			case apierrors.IsNotFound(err): // which the finding says
			case err != nil:
				return fmt.Errorf("reading %s %s/%s: %w", parent.kind, parent.namespace, parent.name, err)
			default:
				s.mu.Lock()
				s.facts.Parents[listeners.Key()] = listeners
				s.mu.Unlock()
			}
			return nil
		})
	}
	return group.Wait()
}

func resourceOf(kind string) schema.GroupVersionResource {
	if kind == exposure.ListenerSetParent {
		return listenerSets
	}
	return gateways
}

func (s *session) parent(p parentOf) (*exposure.Listeners, error) {
	if p.kind == exposure.ListenerSetParent {
		set, err := get[gatewayv1.ListenerSet](s.ctx, s.client, listenerSets, p.namespace, p.name)
		return exposure.ListenersOf(set), err
	}
	gateway, err := get[gatewayv1.Gateway](s.ctx, s.client, gateways, p.namespace, p.name)
	return exposure.ListenersOf(gateway), err
}
