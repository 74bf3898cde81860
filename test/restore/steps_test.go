package restore_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// file makes a filing of a subject of its own.
func (o *origin) file(ctx context.Context, namespace, name, provider string) error {
	o.numbers++
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: *o.sample.Spec.DeepCopy()}
	f.Spec.ProviderRef = &v1alpha1.ProviderReference{Name: provider}
	f.Spec.Domain.Name = domainOf(namespace, name)
	f.Spec.Website.Homepage = "www." + f.Spec.Domain.Name
	f.Spec.Subject.Certificate.Number = cluster.CreditCode(o.numbers)
	return o.admin.Create(ctx, f)
}

func domainOf(namespace, name string) string { return namespace + "-" + name + ".cn" }

// untilStage waits until a filing is at a stage, and for a reason of its condition Ready.
func (s *site) untilStage(ctx context.Context, namespace, name string, stage v1alpha1.StageName, reason string) (*v1alpha1.IcpFiling, error) {
	f := &v1alpha1.IcpFiling{}
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		if err := s.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, f); err != nil {
			return false, client.IgnoreNotFound(err)
		}
		ready := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionReady)
		return f.Status.Stage == stage && ready != nil && ready.Reason == reason, nil
	})
	if err != nil {
		return f, fmt.Errorf("wait until filing %s/%s is at %s, %s: %w; it is at %s: %+v", namespace, name, stage, reason, err, f.Status.Stage, f.Status.Conditions)
	}
	return f, nil
}

// decide takes a decision of the bureau's once the order waits for it.
func (o *origin) decide(ctx context.Context, name string, r simulator.Ruling) error {
	domain := domainOf(shop, name)
	var refused error
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, within, true, func(context.Context) (bool, error) {
		order, there := o.desk.NewestOrder(domain)
		if !there || r.Stage == v1alpha1.StageBureauReview && order.Stage != string(r.Stage) {
			return false, nil
		}
		refused = o.desk.Decide(order.Order.ID, r)
		return refused == nil, nil
	})
	if err != nil {
		return fmt.Errorf("decide on %s: %w", domain, errors.Join(err, refused))
	}
	return nil
}

// record has the steps of a filing by hand recorded by who may, up to a stage.
func (o *origin) record(ctx context.Context, name string, upTo v1alpha1.StageName) error {
	f := &v1alpha1.IcpFiling{}
	if err := o.admin.Get(ctx, client.ObjectKey{Namespace: office, Name: name}, f); err != nil {
		return err
	}
	for i, stage := range []v1alpha1.StageName{
		v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
		v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview,
	} {
		who, decision := applicant, v1alpha1.DecisionReported
		if i > 3 {
			who, decision = reviewer, v1alpha1.DecisionPassed
		}
		review := &v1alpha1.IcpReview{ObjectMeta: metav1.ObjectMeta{Namespace: office, Name: fmt.Sprintf("%s-%d", name, i)}, Spec: v1alpha1.IcpReviewSpec{
			FilingRef: v1alpha1.FilingReference{Name: name}, ProviderRef: v1alpha1.ProviderReference{Name: "console"}, Attempt: 1,
			Stage: stage, Decision: decision, DecidedAt: metav1.NewTime(f.CreationTimestamp.Add(time.Duration(i) * time.Second)), DecidedBy: who,
		}}
		if decision != v1alpha1.DecisionReported {
			// What the applicant reports is stamped with its domain by the operator.
			review.Spec.FilingRef.Domain = domainOf(office, name)
		}
		if stage == v1alpha1.StageConfirmation {
			review.Spec.OrderID = "console-" + name
		}
		if stage == v1alpha1.StageBureauReview {
			review.Spec.SubjectNumber, review.Spec.WebsiteNumber = "浙ICP备26000009号", "浙ICP备26000009号-1"
		}
		as, err := client.New(o.plane.ConfigFor(who), client.Options{Scheme: controllers.Scheme()})
		if err != nil {
			return err
		}
		if err := as.Create(ctx, review); err != nil {
			return err
		}
		if stage == upTo {
			break
		}
	}
	return nil
}

// expose makes routes of a filing's hosts once they are cleared: the namespaces deny.
func (o *origin) expose(ctx context.Context, namespace, name string) error {
	domain := domainOf(namespace, name)
	group := gatewayv1.Group(gatewayv1.GroupName)
	for _, route := range []client.Object{
		&networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: networkingv1.IngressSpec{
			IngressClassName: new("nginx"), Rules: []networkingv1.IngressRule{{Host: "www." + domain}},
		}},
		&gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: gatewayv1.HTTPRouteSpec{
			CommonRouteSpec: gatewayv1.CommonRouteSpec{ParentRefs: []gatewayv1.ParentReference{{Group: &group, Name: "public"}}},
			Hostnames:       []gatewayv1.Hostname{gatewayv1.Hostname("api." + domain)},
		}},
	} {
		if err := untilAdmitted(ctx, o.admin, route); err != nil {
			return err
		}
	}
	return nil
}

// untilAdmitted creates an object again and again until it is let in.
func untilAdmitted(ctx context.Context, c client.Client, object client.Object) error {
	var refused error
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		refused = client.IgnoreAlreadyExists(c.Create(ctx, object.DeepCopyObject().(client.Object))) //nolint:forcetypeassert // a copy of itself
		return refused == nil, nil
	})
	if err != nil {
		return fmt.Errorf("make %T %s: %w", object, client.ObjectKeyFromObject(object), errors.Join(err, refused))
	}
	return nil
}

// served tells of every route whether it exposes a host, by its namespace, its kind and name.
func (s *site) served(ctx context.Context) (map[client.ObjectKey]bool, error) {
	served := map[client.ObjectKey]bool{}
	for kind, list := range map[string]client.ObjectList{"Ingress": &networkingv1.IngressList{}, "HTTPRoute": &gatewayv1.HTTPRouteList{}} {
		if err := s.admin.List(ctx, list); err != nil {
			return nil, err
		}
		err := meta.EachListItem(list, func(each runtime.Object) error {
			o, is := each.(client.Object)
			if is {
				served[client.ObjectKey{Namespace: o.GetNamespace(), Name: kind + " " + o.GetName()}] = exposure.Read(o).Exposes()
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return served, nil
}
