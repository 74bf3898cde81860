package controllers

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

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
	mapping, err := furtherMapping(r.mgr.GetRESTMapper(), further)
	if err != nil {
		return nil, err
	}
	if mapping == nil {
		return &unwatched{v1alpha1.ReasonRouteKindNotServed, fmt.Sprintf("the API server does not serve %s in version %s: nothing of it is gated until it does",
			further.Name(), further.Resource().Version)}, nil
	}
	row := furtherRow(further, mapping.GroupVersionKind)
	before, there := r.row(row.kind.GroupKind())
	watched := there && before.madeOf == row.madeOf
	lacks, err := r.lacks(ctx, further, watched)
	if err != nil {
		return nil, err
	}
	if lacks != "" {
		return &unwatched{v1alpha1.ReasonRouteKindNotPermitted, notPermitted(lacks, further)}, nil
	}
	if watched {
		return nil, nil
	}
	return nil, r.add(ctx, row)
}

func notPermitted(lacks string, further admission.Further) string {
	return fmt.Sprintf("the operator may not %s %s: give it a ClusterRole with the label %s (see docs/exposure-gate.md)",
		lacks, further.Name(), operatorRoleLabel)
}

// furtherMapping is what the API server serves a further kind as; nil where it does not.
func furtherMapping(mapper meta.RESTMapper, further admission.Further) (*meta.RESTMapping, error) {
	kind, err := mapper.KindFor(further.Resource())
	if meta.IsNoMatchError(err) || err == nil && kind.Version != further.Resource().Version {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking the API server for %s: %w", further.Name(), err)
	}
	mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("asking the API server for %s: %w", further.Name(), err)
	}
	return mapping, nil
}

// operatorRoleLabel is the label of ClusterRoles that are the operator's, too: those for further kinds of route.
const operatorRoleLabel = `icp.beian.dev/aggregate-to-operator: "true"`

// rightsEvery is how often the operator asks whether it holds its rights to a kind still. Of a right that is taken away a
// watch tells minutes later, and nothing tells of the right to patch.
const rightsEvery = 15 * time.Second

// rights are what was found of the operator's rights to a kind, and when.
type rights struct {
	lacks string
	asked time.Time
}

// lacks names the verbs on a further kind that the operator needs and does not hold. Of a kind that is watched already it
// asks now and then.
func (r *Routes) lacks(ctx context.Context, further admission.Further, watched bool) (string, error) {
	r.adding.Lock()
	defer r.adding.Unlock()
	found, known := r.rights[further.MadeOf()]
	if known && watched && r.clock.Since(found.asked) < rightsEvery {
		return found.lacks, nil
	}
	lacks, err := r.askRights(ctx, further)
	if err == nil {
		r.rights[further.MadeOf()] = rights{lacks, r.clock.Now()}
	}
	return lacks, err
}

func (r *Routes) askRights(ctx context.Context, further admission.Further) (string, error) {
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
		index: fmt.Sprintf("%s.%x", indexRouteDomain, hash.Sum64()), name: further.Name(), madeOf: further.MadeOf(),
	}
}

// keepFurther forgets all further kinds but those given: the objects of the others are no routes any more.
func (r *Routes) keepFurther(kept []admission.Further) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for kind, row := range r.rows {
		if row.name == "" || slices.ContainsFunc(kept, func(f admission.Further) bool { return f.Name() == row.name }) {
			continue
		}
		delete(r.rows, kind)
		r.changes++
	}
}
