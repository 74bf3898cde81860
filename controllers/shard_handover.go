package controllers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// ErrNamespacesMove ends an operator whose namespaces another shard is to have: begun anew, it keeps nothing of them, and passes them on.
var ErrNamespacesMove = errors.New("namespaces go to another shard")

const (
	// handOverEvery is how often it is looked what is to be passed on, or has come.
	handOverEvery = 500 * time.Millisecond
	// moveTogether is how long an operator waits for further namespaces to be asked of it before it ends for those that are.
	moveTogether = 3 * time.Second
)

// handOver passes namespaces on to the shards that they are labelled for, and takes those that are passed on to this one.
type handOver struct {
	*Shard
	mgr    ctrl.Manager
	events events.EventRecorder
	// asked are the namespaces that others are to have, askedBefore those of the look before, and last is when there was one more.
	asked, askedBefore map[string]struct{}
	last               time.Time
	// told are those of which it was told that their new shard has no operator, with that shard.
	told map[string]string
}

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// addHandOver adds what passes namespaces on. It runs in every operator of a shard; only the one that leads passes anything on.
func (s *Shard) addHandOver(ctx context.Context, mgr ctrl.Manager) error {
	if s == nil {
		return nil
	}
	namespaces, err := mgr.GetCache().GetInformer(ctx, &corev1.Namespace{})
	if err != nil {
		return fmt.Errorf("watching the namespaces of a shard: %w", err)
	}
	see := func(o any) {
		if namespace, is := o.(*corev1.Namespace); is {
			s.see(namespace)
		}
	}
	_, err = namespaces.AddEventHandler(toolscache.ResourceEventHandlerFuncs{AddFunc: see, UpdateFunc: func(_, o any) { see(o) }, DeleteFunc: s.lose})
	if err != nil {
		return fmt.Errorf("watching the namespaces of a shard: %w", err)
	}
	return mgr.Add(&handOver{Shard: s, mgr: mgr, events: mgr.GetEventRecorder(operatorName), told: map[string]string{}})
}

// lose forgets a Namespace that is no more. That its name was this process's, or was not, it does not forget: what stood in it may still
// be told of.
func (s *Shard) lose(o any) {
	if tombstone, is := o.(toolscache.DeletedFinalStateUnknown); is {
		o = tombstone.Obj
	}
	if namespace, is := o.(*corev1.Namespace); is {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.others, namespace.Name)
	}
}

// see notes a Namespace about which something is to be done.
func (s *Shard) see(namespace *corev1.Namespace) {
	s.know(namespace)
	held, wanted := admission.HeldBy(namespace.Annotations), shardOf(namespace)
	s.mu.Lock()
	defer s.mu.Unlock()
	if delete(s.others, namespace.Name); held != s.name {
		s.others[namespace.Name] = struct{}{}
	}
	holds, known := s.holds[namespace.Name]
	if known && holds == (held == s.name) && (held != s.name || wanted == s.name) {
		delete(s.pending, namespace.Name)
		return
	}
	if known || held == s.name {
		s.pending[namespace.Name] = struct{}{}
	}
}

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (h *handOver) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (h *handOver) Start(ctx context.Context) error {
	for {
		if err := h.look(ctx); err != nil {
			if errors.Is(err, ErrNamespacesMove) {
				return err
			}
			h.mgr.GetLogger().Error(err, "handing namespaces over", "shard", h.name)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.clock.After(handOverEvery):
		}
	}
}

// look does what is to be done about each namespace.
func (h *handOver) look(ctx context.Context) error {
	h.mu.RLock()
	pending := make([]string, 0, len(h.pending))
	for name := range h.pending {
		pending = append(pending, name)
	}
	h.mu.RUnlock()
	slices.Sort(pending)
	h.askedBefore, h.asked = h.asked, map[string]struct{}{}
	var errs []error
	for _, name := range pending {
		namespace, err := namespaceOf(ctx, h.mgr.GetClient(), name)
		switch {
		case err != nil:
			errs = append(errs, err)
		case namespace == nil, !namespace.DeletionTimestamp.IsZero():
			h.done(name) // it goes, with all that is in it
		default:
			errs = append(errs, h.move(ctx, namespace))
		}
	}
	if len(h.asked) > 0 && h.clock.Since(h.last) >= moveTogether {
		errs = append(errs, fmt.Errorf("%w: %d of them", ErrNamespacesMove, len(h.asked)))
	}
	h.open()
	return errors.Join(errs...)
}

// move does what is to be done about one.
func (h *handOver) move(ctx context.Context, namespace *corev1.Namespace) error {
	held, wanted := admission.HeldBy(namespace.Annotations), shardOf(namespace)
	h.mu.RLock()
	_, known := h.holds[namespace.Name]
	h.mu.RUnlock()
	holds, err := h.has(ctx, namespace.Name)
	if holds && !known {
		h.came <- event.GenericEvent{Object: namespace} // it was let be until now
	}
	switch {
	case err != nil:
		return err
	case holds && held != h.name:
		return fmt.Errorf("%w: %s is held by shard %q", ErrNamespacesMove, namespace.Name, held)
	case held != h.name, wanted == h.name && holds:
		h.done(namespace.Name)
		return nil
	case wanted == h.name:
		h.gain(namespace.Name)
		return nil
	}
	runs, err := h.runs(ctx, wanted)
	switch {
	case err != nil:
		return err
	case !runs && !holds:
		h.gain(namespace.Name) // it would be nobody's
		return nil
	case !runs:
		h.tellNotRunning(namespace, wanted)
		return nil
	case holds:
		h.ask(namespace.Name)
		return nil
	case !leads(h.mgr)():
		return nil
	}
	return h.pass(ctx, namespace, wanted)
}

// ask notes that another shard is to have a namespace that this process holds.
func (h *handOver) ask(name string) {
	if _, before := h.askedBefore[name]; !before {
		h.last = h.clock.Now()
	}
	h.asked[name] = struct{}{}
}

// tellNotRunning tells, once, that a namespace is labelled for a shard that has no operator.
func (h *handOver) tellNotRunning(namespace *corev1.Namespace, wanted string) {
	if h.told[namespace.Name] == wanted || !leads(h.mgr)() {
		return
	}
	h.told[namespace.Name] = wanted
	h.events.Eventf(namespace, nil, corev1.EventTypeWarning, "ShardNotRunning", "HandOver",
		"no operator of shard %q is running (lease %s): %s goes on with this namespace until one is", wanted, LeaseOf(wanted), h.words())
}

func (h *handOver) words() string {
	if h.name == "" {
		return "the operator that is of no shard"
	}
	return "that of shard " + h.name
}

// pass passes a namespace on of which this process keeps nothing. Its version must be the one that was read.
func (h *handOver) pass(ctx context.Context, namespace *corev1.Namespace, to string) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"resourceVersion": namespace.ResourceVersion, "annotations": admission.Hand(to),
	}})
	if err != nil {
		return fmt.Errorf("passing namespace %s on to shard %q: %w", namespace.Name, to, err)
	}
	target := &corev1.Namespace{}
	target.Name = namespace.Name
	err = h.mgr.GetClient().Patch(ctx, target, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(operatorName))
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil // it is looked at again
	}
	if err != nil {
		return fmt.Errorf("passing namespace %s on to shard %q: %w", namespace.Name, to, err)
	}
	return nil
}

// done notes that nothing is to be done about a namespace.
func (h *handOver) done(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pending, name)
	delete(h.told, name)
}

// gain takes a namespace that was passed on to this shard, and whose objects were not kept until now.
func (s *Shard) gain(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holds[name] = true
	s.closed[name] = len(s.gained)
	s.gained = append(s.gained, name)
	close(s.changed)
	s.changed = make(chan struct{})
}

// open begins the work on the gained namespaces all of whose objects are in memory.
func (s *Shard) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, n := range s.closed {
		if slices.ContainsFunc(s.caches, func(c *shardCache) bool { return !c.caughtUp(n) }) {
			continue
		}
		for _, c := range s.caches {
			for _, filing := range c.filingsOf(name) {
				s.read[filing] = struct{}{}
			}
		}
		namespace := &corev1.Namespace{}
		namespace.Name = name
		select {
		case s.came <- event.GenericEvent{Object: namespace}:
			delete(s.closed, name)
		default: // its controller has enough to do: the next time
		}
	}
}

// filingsOf are the filings of a namespace that are kept.
func (c *shardCache) filingsOf(namespace string) []types.NamespacedName {
	var filings []types.NamespacedName
	objects, err := c.kept.ByIndex(toolscache.NamespaceIndex, namespace)
	if err != nil { // which that index has not
		return nil
	}
	for _, o := range objects {
		if filing, is := o.(*v1alpha1.IcpFiling); is {
			filings = append(filings, client.ObjectKeyFromObject(filing))
		}
	}
	return filings
}
