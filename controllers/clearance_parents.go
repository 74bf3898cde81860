package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// A route that names no host takes those of the listeners that it attaches to. A policy cannot read Gateways, so the
// operator writes, among the clearances of the route's namespace, which parents listen for cleared hosts alone; and first,
// on the parent's own Namespace, for which hostnames it is relied on, so that a policy keeps it from listening for others.

// clearedParents lists, by exposure.ParentKey, the parents of a namespace's routes all of whose hosts are cleared there, and
// which are kept so.
func (r *ClearanceReconciler) clearedParents(ctx context.Context, routes []exposure.Route, cleared exposure.Cleared) ([]string, error) {
	settings, err := gateSettings(ctx, r.Client)
	if err != nil {
		return nil, err
	}
	keys := map[string]struct{}{}
	for _, route := range routes {
		for _, key := range route.Via {
			keys[key] = struct{}{}
		}
	}
	var parents []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		kept, err := r.keepParent(ctx, key, cleared, settings.Rules)
		if err != nil {
			return nil, err
		}
		if kept {
			parents = append(parents, key)
		}
	}
	return parents, nil
}

// keepParent tells whether all hosts of a parent are cleared, and has it kept so: what it is relied on for is written
// before the parent is read once more, past the cache.
func (r *ClearanceReconciler) keepParent(ctx context.Context, key string, cleared exposure.Cleared, rules exposure.Rules) (bool, error) {
	kind, namespace, name, section, ok := exposure.ParseParentKey(key)
	if !ok || !r.Shard.works(namespace) {
		return false, nil // who keeps another shard's from listening for more is not known here
	}
	object := newParent(kind)
	at := client.ObjectKey{Namespace: namespace, Name: name}
	hostnames, err := hostnamesOf(ctx, r.Client, object, at, section)
	if err != nil || len(exposure.ListenedFor(hostnames).Blocked(cleared, rules)) > 0 {
		return false, err
	}
	err = r.rely(ctx, namespace, admission.ReliedName(kind, name, section), hostnames)
	if apierrors.IsInvalid(err) {
		// Its Namespace has no room for more. Nobody else's clearances wait for that.
		r.Events.Eventf(object, nil, corev1.EventTypeWarning, "ReliedFull", "Rely",
			"routes that name no host stay closed at %s: namespace %s has no room to note which hostnames it is relied on for", key, namespace)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now, err := hostnamesOf(ctx, r.Live, object, at, section)
	return err == nil && slices.Equal(hostnames, now), err
}

func newParent(kind string) client.Object {
	if kind == exposure.ListenerSetParent {
		return &gatewayv1.ListenerSet{}
	}
	return &gatewayv1.Gateway{}
}

// hostnamesOf reads the hostnames of a parent's listeners; none where it is not there.
func hostnamesOf(ctx context.Context, reader client.Reader, object client.Object, at client.ObjectKey, section string) ([]string, error) {
	err := reader.Get(ctx, at, object)
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the listeners of %s: %w", at, err)
	}
	return exposure.ListenersOf(object).Hostnames(section), nil
}

// rely writes, on a parent's Namespace, for which hostnames it is relied on. Whoever relies holds reliance, so that
// nobody takes it away at the same time.
func (r *ClearanceReconciler) rely(ctx context.Context, namespace, name string, hostnames []string) error {
	var live corev1.Namespace
	if err := r.Live.Get(ctx, client.ObjectKey{Name: namespace}, &live); err != nil {
		return fmt.Errorf("reading namespace %s: %w", namespace, err)
	}
	relied := admission.Relied(live.Annotations)
	if slices.Equal(relied[name], hostnames) {
		return nil
	}
	relied[name] = hostnames
	return r.writeRelied(ctx, &live, relied)
}

// unrely takes away, from a Namespace, what nobody relies on any more. reliance is held.
func (r *ClearanceReconciler) unrely(ctx context.Context, namespace *corev1.Namespace) error {
	relied := admission.Relied(namespace.Annotations)
	if len(relied) == 0 {
		return nil
	}
	var namespaces corev1.NamespaceList
	if err := r.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing namespaces: %w", err)
	}
	before := len(relied)
	maps.DeleteFunc(relied, func(name string, _ []string) bool {
		kind, parent, section := splitRelied(name)
		key := exposure.ParentKey(kind, namespace.Name, parent, section)
		return !slices.ContainsFunc(namespaces.Items, func(other corev1.Namespace) bool { return r.relies(&other, key) })
	})
	if len(relied) == before {
		return nil
	}
	return r.writeRelied(ctx, namespace, relied)
}

// relies tells whether a namespace has a parent among its clearances: as it was last written here, which the cache may not
// have heard of, or else as it stands.
func (r *ClearanceReconciler) relies(namespace *corev1.Namespace, key string) bool {
	if parents, written := r.relying[namespace.Name]; written {
		return slices.Contains(parents, key)
	}
	return admission.Stand(namespace.Annotations).HasParent(key)
}

// letGo takes away what was relied on for a namespace that has parents among its clearances no more.
func (r *ClearanceReconciler) letGo(ctx context.Context, before, after []string) error {
	for _, key := range before {
		_, name, _, _, ok := exposure.ParseParentKey(key)
		if !ok || slices.Contains(after, key) || !r.Shard.works(name) {
			continue
		}
		var namespace corev1.Namespace
		err := r.Live.Get(ctx, client.ObjectKey{Name: name}, &namespace)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading namespace %s: %w", name, err)
		}
		if err := r.unrely(ctx, &namespace); err != nil {
			return err
		}
	}
	return nil
}

// writeRelied writes what is relied on in a Namespace, if it is still the one that was read.
func (r *ClearanceReconciler) writeRelied(ctx context.Context, namespace *corev1.Namespace, relied map[string][]string) error {
	var value any
	if text := admission.EncodeRelied(relied); text != "" {
		value = text
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"resourceVersion": namespace.ResourceVersion, "annotations": map[string]any{admission.ReliedKey: value},
	}})
	if err != nil {
		return fmt.Errorf("writing what is relied on in namespace %s: %w", namespace.Name, err)
	}
	target := &corev1.Namespace{}
	target.Name = namespace.Name
	if err := r.Patch(ctx, target, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(operatorName)); err != nil {
		return fmt.Errorf("writing what is relied on in namespace %s: %w", namespace.Name, err)
	}
	return nil
}
