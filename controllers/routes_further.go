package controllers

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// unwatched says why a further kind of route is not watched: the policies gate what is written, but the operator can
// neither count its objects nor park or release those that are there.
type unwatched struct{ reason, message string }

// want watches a kind that the ExposurePolicy adds, or says why it cannot.
func (r *Routes) want(ctx context.Context, further admission.Further) (*unwatched, error) {
	resource := further.Resource()
	kind, err := r.mgr.GetRESTMapper().KindFor(resource)
	if err != nil && !meta.IsNoMatchError(err) {
		return nil, fmt.Errorf("asking the API server for %s: %w", further.Name(), err)
	}
	if err != nil || kind.Version != resource.Version {
		return &unwatched{v1alpha1.ReasonRouteKindNotServed, fmt.Sprintf("the API server does not serve %s in version %s: nothing of it is gated until it does",
			further.Name(), resource.Version)}, nil
	}
	lacks, err := r.lacks(ctx, further)
	if err != nil || lacks != "" {
		return &unwatched{v1alpha1.ReasonRouteKindNotPermitted, fmt.Sprintf("the operator may not %s %s: give it a ClusterRole with the label %s (see docs/exposure-gate.md)",
			lacks, further.Name(), operatorRoleLabel)}, err
	}
	return nil, r.add(ctx, furtherRow(further, kind))
}

// operatorRoleLabel is the label of ClusterRoles that are the operator's, too: those for further kinds of route.
const operatorRoleLabel = `icp.beian.dev/aggregate-to-operator: "true"`

// lacks names the verbs on a further kind that the operator needs and does not hold.
func (r *Routes) lacks(ctx context.Context, further admission.Further) (string, error) {
	verbs := []string{"list", "watch"}
	if further.Parks() {
		verbs = append(verbs, "patch")
	}
	var lacks []string
	for _, verb := range verbs {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Verb: verb, Group: further.Resource().Group, Version: further.Resource().Version, Resource: further.Resource().Resource,
			},
		}}
		if err := r.mgr.GetClient().Create(ctx, review); err != nil {
			return "", fmt.Errorf("asking whether the operator may %s %s: %w", verb, further.Name(), err)
		}
		if !review.Status.Allowed {
			lacks = append(lacks, verb)
		}
	}
	return strings.Join(lacks, " and "), nil
}

// furtherRow makes the row of a further kind. Its index has a name for each expression, so that another expression
// indexes the objects anew.
func furtherRow(further admission.Further, kind schema.GroupVersionKind) routeKind {
	as := further.Exposure(kind.GroupKind())
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(further.Expression()))
	return routeKind{
		kind: kind,
		object: func() client.Object {
			object := &unstructured.Unstructured{}
			object.SetGroupVersionKind(kind)
			return object
		},
		list: func() client.ObjectList {
			list := &unstructured.UnstructuredList{}
			list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
			return list
		},
		read: func(o client.Object) exposure.Route {
			if object, is := o.(*unstructured.Unstructured); is {
				return as.Read(object)
			}
			return exposure.Route{}
		},
		park: func(o client.Object, blocked []string, because string) {
			if object, is := o.(*unstructured.Unstructured); is {
				as.Park(object, blocked, because)
			}
		},
		release: func(o client.Object) {
			if object, is := o.(*unstructured.Unstructured); is {
				as.Release(object)
			}
		},
		index: fmt.Sprintf("%s.%x", indexRouteDomain, hash.Sum64()),
	}
}

// drop forgets a further kind: its objects are no routes any more.
func (r *Routes) drop(kind schema.GroupKind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.rows, kind)
}
