package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// Shard is the part of a cluster that an operator works on: the namespaces that it holds, with all that is in them. See
// docs/adr/0024-shards.md. Nil stands for the whole cluster, as in a trial run of the operator.
type Shard struct {
	name  string
	live  client.Reader
	clock clock.RealClock
	// came wakes the namespaces that came while the operator runs.
	came chan event.GenericEvent

	mu sync.RWMutex
	// holds tells of each namespace that is known whether this process holds it. What it holds it never ceases to: it ends instead.
	holds map[string]bool
	// others are those that other shards hold.
	others map[string]struct{}
	// gained are the namespaces that came while the process ran and whose objects were there before, in their order; changed is closed
	// when there is one more. closed are those of which not all is in memory yet.
	gained  []string
	changed chan struct{}
	closed  map[string]int
	// read are the filings of gained namespaces whose orders are read once, since nobody else will tell what was told before.
	read map[types.NamespacedName]struct{}
	// caches are those whose objects are of the shard's namespaces alone.
	caches []*shardCache
	// pending are the namespaces that are to be passed on, or to be taken.
	pending map[string]struct{}
	// running is when a shard was last found to have an operator, or none.
	running map[string]found
}

// NewShard finds which namespaces a shard's operator holds now. The empty name is of the operator that holds all that no shard does.
func NewShard(ctx context.Context, config *rest.Config, name string) (*Shard, error) {
	live, err := client.New(config, client.Options{Scheme: Scheme()})
	if err != nil {
		return nil, fmt.Errorf("making a client: %w", err)
	}
	s := &Shard{
		name: name, live: live, came: make(chan event.GenericEvent, toldBuffer), holds: map[string]bool{}, others: map[string]struct{}{}, changed: make(chan struct{}), closed: map[string]int{},
		read: map[types.NamespacedName]struct{}{}, pending: map[string]struct{}{}, running: map[string]found{},
	}
	namespaces := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NamespaceList"}}
	for next := ""; ; {
		if err := live.List(ctx, namespaces, client.Limit(listedAtOnce), client.Continue(next)); err != nil {
			return nil, fmt.Errorf("listing the namespaces, to see which shard has them: %w", err)
		}
		for i := range namespaces.Items {
			o := &namespaces.Items[i]
			if s.holds[o.Name], err = s.decide(ctx, o); err != nil {
				return nil, err
			}
			if admission.HeldBy(o.Annotations) != name {
				s.others[o.Name] = struct{}{}
			}
		}
		if next = namespaces.Continue; next == "" {
			return s, nil
		}
	}
}

// listedAtOnce is how many namespaces are read at once: each may have a quarter of a megabyte of annotations.
const listedAtOnce = 200

// Others says that other shards have namespaces.
func (s *Shard) Others() bool { return len(s.othersNow()) > 0 }

// Name is the shard's; empty for the operator that is of none.
func (s *Shard) Name() string {
	if s == nil {
		return ""
	}
	return s.name
}

// shardOf is the shard that a Namespace's label asks for.
func shardOf(o metav1.Object) string { return o.GetLabels()[v1alpha1.ShardLabel] }

// decide says whether this process is to hold a namespace that it does not know yet. It holds what is passed to the shard, but not
// what is asked for by another that has an operator, which is to be passed on.
func (s *Shard) decide(ctx context.Context, o metav1.Object) (bool, error) {
	if admission.HeldBy(o.GetAnnotations()) != s.name {
		return false, nil
	}
	if shardOf(o) == s.name {
		return true, nil
	}
	runs, err := s.runs(ctx, shardOf(o))
	return !runs, err
}

// has says whether this process holds a namespace. It asks the API server about one that is new: what is in it may be heard of before
// the namespace itself is.
func (s *Shard) has(ctx context.Context, namespace string) (bool, error) {
	s.mu.RLock()
	holds, known := s.holds[namespace]
	s.mu.RUnlock()
	if known {
		return holds, nil
	}
	o := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}}
	if err := s.live.Get(ctx, client.ObjectKey{Name: namespace}, o); err != nil {
		if apierrors.IsNotFound(err) {
			return false, nil // all that is in it goes
		}
		return false, fmt.Errorf("reading namespace %s: %w", namespace, err)
	}
	holds, err := s.decide(ctx, o)
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if before, known := s.holds[namespace]; known {
		return before, nil
	}
	s.holds[namespace] = holds
	return holds, nil
}

// works says whether this process may decide about what is in a namespace: it holds it, and all of it is in memory.
func (s *Shard) works(namespace string) bool {
	if s == nil {
		return true
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, closed := s.closed[namespace]
	return s.holds[namespace] && !closed
}

// keeps says the same of a Namespace as it was read. Whoever writes it must have read this version: so two never write it in turns.
func (s *Shard) keeps(namespace *corev1.Namespace) bool {
	if s == nil {
		return true
	}
	if admission.HeldBy(namespace.Annotations) != s.name {
		return false
	}
	s.know(namespace)
	return s.works(namespace.Name)
}

// know notes a new namespace that is the shard's and that nobody else is to have.
func (s *Shard) know(namespace *corev1.Namespace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.holds[namespace.Name]; !known && admission.HeldBy(namespace.Annotations) == s.name && shardOf(namespace) == s.name {
		s.holds[namespace.Name] = true
	}
}

// elsewhere says that another shard's operator works on a Namespace.
func (s *Shard) elsewhere(namespace *corev1.Namespace) bool {
	return s != nil && admission.HeldBy(namespace.Annotations) != s.name
}

// readsOnce says, once, of a filing that came with its namespace: what its order's provider told before, it told another operator.
func (s *Shard) readsOnce(filing types.NamespacedName) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, is := s.read[filing]
	delete(s.read, filing)
	return is
}

// takes says whether the shard's filings may use a provider. What people file is told apart by who sees all of a provider's
// filings: no server refuses the second one of a domain.
func (s *Shard) takes(fp *v1alpha1.FilingProvider) bool {
	return s == nil || fp.Spec.HTTP != nil || shardOf(fp) == s.name
}

// elsewhereAgain is how soon it is looked again whether a domain is cleared in another shard.
const elsewhereAgain = 30 * time.Second

// clearedElsewhere says that a domain is cleared in a namespace of another shard: a filing holds it that is not known here.
func (s *Shard) clearedElsewhere(ctx context.Context, reader client.Reader, domain string) (bool, error) {
	if s == nil {
		return false, nil
	}
	domain = strings.ToLower(domain)
	for _, name := range s.othersNow() {
		namespace, err := namespaceOf(ctx, reader, name)
		if err != nil {
			return false, fmt.Errorf("finding whether %s is cleared in another shard: %w", domain, err)
		}
		if namespace != nil && s.elsewhere(namespace) && admission.Stand(namespace.Annotations).Has(domain) {
			return true, nil
		}
	}
	return false, nil
}

// othersNow are the namespaces of other shards.
func (s *Shard) othersNow() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Collect(maps.Keys(s.others))
}
