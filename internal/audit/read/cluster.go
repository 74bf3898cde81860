package read

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// Options say what is read of a cluster.
type Options struct {
	// Namespace whose routes are read; "" for all.
	Namespace string
	// Instead is the namespace that is looked at where the user may not read something in all of them; "" for none.
	Instead string
	// Selector of the routes' labels; "" for all.
	Selector string
	// Actions tells of which domains' filings the next action is read; nil for none.
	Actions func(domain string) bool
}

// session is one reading of a cluster.
type session struct {
	Options
	ctx    context.Context
	client rest.Interface

	mu    sync.Mutex
	facts audit.Facts
}

// FromCluster reads what the API server tells the user who asks. What is not there, and what they may not read, is said in
// Facts.NotSeen; an error is anything else.
func FromCluster(ctx context.Context, client rest.Interface, options Options) (*audit.Facts, error) {
	s := &session{Options: options, ctx: ctx, client: client}
	further, err := s.settings()
	if err != nil {
		return nil, err
	}
	// In this order, see audit.Facts.
	for _, step := range []func() error{func() error { return s.routes(further) }, s.surroundings, s.filings} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(s.facts.NotSeen, func(a, b audit.NotSeen) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Namespace, b.Namespace))
	})
	return &s.facts, nil
}

// routes reads those of every kind, the kinds at the same time.
func (s *session) routes(further []kind) error {
	found := make([][]exposure.Route, len(knownKinds)+len(further))
	var group errgroup.Group
	for i, kind := range append(append([]kind{}, knownKinds...), further...) {
		group.Go(func() error {
			q := query{resource: kind.resource, namespace: s.Namespace, selector: s.Selector, accept: whole}
			var err error
			found[i], err = permitted(s, q, func(q query) ([]exposure.Route, error) { return kind.list(s, q) })
			return err
		})
	}
	err := group.Wait()
	for _, routes := range found {
		s.facts.Routes = append(s.facts.Routes, routes...)
	}
	return err
}

// permitted reads a list, of the namespace Instead where the user may not read all of it, and notes what was not seen.
func permitted[Taken any](s *session, q query, read func(query) ([]Taken, error)) ([]Taken, error) {
	taken, err := read(q)
	if apierrors.IsForbidden(err) && q.namespace == "" && s.Instead != "" {
		q.namespace = s.Instead
		if taken, err = read(q); err == nil {
			s.miss(q.resource, "", audit.OtherNamespaces)
		}
	}
	switch {
	case apierrors.IsNotFound(err):
		s.miss(q.resource, "", audit.NotInstalled)
	case apierrors.IsForbidden(err):
		s.miss(q.resource, q.namespace, audit.NotPermitted)
	case err != nil:
		return nil, fmt.Errorf("listing %s: %w", q.resource.GroupResource(), err)
	default:
		return taken, nil
	}
	return nil, nil
}

func (s *session) miss(resource schema.GroupVersionResource, namespace string, reason audit.NotSeenReason) {
	s.note(audit.NotSeen{What: audit.WhatOf(resource), Namespace: namespace, Reason: reason})
}

func (s *session) note(missed audit.NotSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.facts.NotSeen = append(s.facts.NotSeen, missed)
}

// surroundings reads the namespaces, and what routes take hosts from.
func (s *session) surroundings() error {
	var group errgroup.Group
	group.Go(s.namespaces)
	group.Go(s.parents)
	return group.Wait()
}

func (s *session) namespaces() error {
	type named struct {
		name string
		audit.Namespace
	}
	s.facts.Namespaces = map[string]audit.Namespace{}
	only := s.Namespace
	if only == "" {
		q := query{resource: namespaces, accept: metadataOnly}
		all, err := list(s.ctx, s.client, q, decoded(func(o *bare) (named, bool) {
			return named{o.Metadata.Name, audit.NamespaceOf(o.Metadata.Labels, o.Metadata.Annotations)}, true
		}))
		if err == nil {
			for _, namespace := range all {
				s.facts.Namespaces[namespace.name] = namespace.Namespace
			}
			return nil
		}
		if !apierrors.IsForbidden(err) {
			return fmt.Errorf("listing namespaces: %w", err)
		}
		s.miss(namespaces, "", audit.OtherNamespaces)
		if only = s.Instead; only == "" {
			return nil
		}
	}
	namespace, err := get[bare](s.ctx, s.client, namespaces, "", only)
	switch {
	case apierrors.IsForbidden(err):
		s.miss(namespaces, only, audit.NotPermitted)
	case apierrors.IsNotFound(err):
		return fmt.Errorf("namespace %s: there is none", only)
	case err != nil:
		return fmt.Errorf("reading namespace %s: %w", only, err)
	default:
		s.facts.Namespaces[only] = audit.NamespaceOf(namespace.Metadata.Labels, namespace.Metadata.Annotations)
	}
	return nil
}

// own is the namespace that is looked at where not all may be.
func (s *session) own() string {
	if s.Namespace != "" {
		return s.Namespace
	}
	return s.Instead
}

// Client reads as a user who is configured. Nothing slows it down but the API server.
func Client(config *rest.Config) (rest.Interface, error) {
	config = rest.CopyConfig(config)
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	config.GroupVersion, config.APIPath = nil, ""
	return rest.UnversionedRESTClientFor(config)
}
