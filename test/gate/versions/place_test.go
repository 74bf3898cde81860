// Package versions runs the gate's controllers against API servers that have no policies that park, have them in a beta, or
// have them and do not act on them.
package versions

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
)

const (
	// within bounds every wait: most take a moment, but what a touch has not settled is touched again after a minute at most.
	within    = 2 * time.Minute
	namespace = "shop"
	domain    = "example.com"
	host      = "www.example.com"
)

// place is a control plane with a namespace in hold, on which the gate's controllers run.
type place struct {
	*testing.T
	*WithT
	admin, operator client.Client
}

// newPlace starts both. The controllers see the API server through wrap, where it is given.
func newPlace(t *testing.T, wrap func(*rest.Config), apiServerArgs ...string) place {
	t.Helper()
	ctrl.SetLogger(logr.Discard())
	c, err := cluster.Start(context.Background(), cluster.Options{APIServerArgs: apiServerArgs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	p := place{T: t, WithT: NewWithT(t)}
	p.must(c.Install(t.Context()))
	p.admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()})
	p.must(err)
	operator := c.ConfigFor(cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount))
	p.operator, err = client.New(operator, client.Options{Scheme: controllers.Scheme()})
	p.must(err)
	p.start(c, wrap)
	p.must(p.admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold},
	}}))
	return p
}

// start runs the gate's controllers until the test ends.
func (p place) start(c *cluster.Cluster, wrap func(*rest.Config)) {
	p.Helper()
	token, err := c.TokenConfig(p.Context(), v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	p.must(err)
	if wrap != nil {
		wrap(token)
	}
	mgr, err := ctrl.NewManager(token, ctrl.Options{
		Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: config.Controller{SkipNameValidation: new(true)},
	})
	p.must(err)
	ctx, stop := context.WithCancel(context.Background())
	routes, err := controllers.NewRoutes(ctx, mgr)
	p.must(err)
	p.must(errors.Join(controllers.AddFilingIndexes(ctx, mgr.GetFieldIndexer()), controllers.AddGate(mgr, routes, 2)))
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	p.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			p.Error(err)
		}
	})
}

func (p place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// passes has the operator look at its ExposurePolicy again.
func (p place) passes() {
	p.Helper()
	policy := &v1alpha1.ExposurePolicy{}
	p.Eventually(func() error {
		if err := p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, policy); err != nil {
			return err
		}
		policy.Spec.ExemptDomains = append(policy.Spec.ExemptDomains, fmt.Sprintf("internal-%d.example", len(policy.Spec.ExemptDomains)))
		return p.admin.Update(p.Context(), policy)
	}).WithTimeout(within).Should(Succeed())
}

// untilHold waits for what the ExposurePolicy says of hold.
func (p place) untilHold(status metav1.ConditionStatus, reason, message string) {
	p.Helper()
	p.Eventually(func() metav1.Condition {
		var policy v1alpha1.ExposurePolicy
		if err := p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, &policy); err != nil {
			return metav1.Condition{Message: err.Error()}
		}
		condition := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionHoldSupported)
		if condition == nil {
			return metav1.Condition{}
		}
		return *condition
	}).WithTimeout(within).Should(And(HaveField("Status", status), HaveField("Reason", reason), HaveField("Message", ContainSubstring(message))))
}

func ingress(name, host string) *networkingv1.Ingress {
	class, prefix := "nginx", networkingv1.PathTypePrefix
	o := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	o.Spec.IngressClassName = &class
	o.Spec.Rules = []networkingv1.IngressRule{{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{
		HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
			Path: "/", PathType: &prefix, Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
				Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80},
			}},
		}}},
	}}}
	return o
}

// untilRefused waits until a route with an uncovered host is refused.
func (p place) untilRefused() {
	p.Helper()
	p.Eventually(func() bool {
		return apierrors.IsForbidden(p.admin.Create(p.Context(), ingress("probe", "www.example.net"), client.DryRunAll))
	}).WithTimeout(within).Should(BeTrue())
}

// untilParkedAsWritten waits until a route with an uncovered host is parked in the very write.
func (p place) untilParkedAsWritten() {
	p.Helper()
	p.Eventually(func() (bool, error) {
		probe := ingress("probe", "www.example.net")
		err := p.admin.Create(p.Context(), probe, client.DryRunAll)
		return exposure.Read(probe).Parked, client.IgnoreNotFound(err)
	}).WithTimeout(within).Should(BeTrue())
}

// untilParked waits until a route is parked, or is not.
func (p place) untilParked(parked bool, route *networkingv1.Ingress) {
	p.Helper()
	p.Eventually(func() (bool, error) {
		err := p.admin.Get(p.Context(), client.ObjectKeyFromObject(route), route)
		return exposure.Read(route).Parked, err
	}).WithTimeout(within).Should(Equal(parked))
}

// filing makes a filing of the domain.
func (p place) filing() *v1alpha1.IcpFiling {
	p.Helper()
	filing := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "shop"}}
	filing.Spec.Domain.Name = domain
	filing.Spec.Server.ServiceNumber = "sn-1"
	filing.Spec.Subject = v1alpha1.Subject{
		Nature: "Enterprise", Province: "Zhejiang", City: "Hangzhou", Name: "杭州示例科技有限公司", Address: "杭州",
		Certificate:          &v1alpha1.Certificate{Type: "UnifiedSocialCreditCode", Number: "91330100MA0EXAM076", Address: "杭州"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	filing.Spec.Website = v1alpha1.Website{
		Name: "示例商城", Homepage: host, ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"},
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "person"},
	}
	p.must(p.admin.Create(p.Context(), filing))
	return filing
}

// allow says whether the filing's gate is open, as the filing controller does.
func (p place) allow(filing *v1alpha1.IcpFiling, allowed bool) {
	p.Helper()
	before, status := filing.DeepCopy(), metav1.ConditionFalse
	if allowed {
		status = metav1.ConditionTrue
	}
	meta.SetStatusCondition(&filing.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionExposureAllowed, Status: status, Reason: "Test"})
	p.must(p.operator.Status().Patch(p.Context(), filing, client.MergeFrom(before)))
}
