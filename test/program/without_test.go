package program

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/collector"
)

// A cluster as those before Kubernetes 1.34, without the Gateway API.
func TestOnAClusterThatLacksMuchTheOperatorStartsSaysWhatIsOffAndPicksUpWhatComes(t *testing.T) {
	c, err := cluster.Start(context.Background(), cluster.Options{APIServerArgs: []string{
		"--disable-admission-plugins=MutatingAdmissionPolicy",
		"--runtime-config=admissionregistration.k8s.io/v1/mutatingadmissionpolicies=false,admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings=false",
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	own, err := client.New(c.Config(), client.Options{Scheme: controllers.Scheme()})
	if err == nil {
		err = c.Apply(t.Context(), filepath.Join(root, "config", "default"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000") // so that what it does is sent when it ends
	to := collector.Start()
	t.Cleanup(to.Close)
	p, err := startOperator(t.Context(), c, "operator", "--traces-endpoint="+to.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if err := p.untilReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !p.says(`"missing":["HTTPRoute"`) {
		t.Errorf("its log does not say that there is no Gateway API:\n%s", p.Tail())
	}
	g := gomega.NewWithT(t)
	g.Eventually(func(g gomega.Gomega) {
		var policy v1alpha1.ExposurePolicy
		g.Expect(own.Get(t.Context(), client.ObjectKey{Name: "default"}, &policy)).To(gomega.Succeed())
		hold := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionHoldSupported)
		g.Expect(hold).NotTo(gomega.BeNil())
		g.Expect(hold.Reason).To(gomega.Equal(v1alpha1.ReasonNotSupported))
	}).WithTimeout(within).Should(gomega.Succeed())

	// A route that is there before its namespace is gated is edited by the operator, once it knows the kind.
	if err := c.InstallGatewayAPI(t.Context()); err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	route := &gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}, Spec: gatewayv1.HTTPRouteSpec{
		CommonRouteSpec: gatewayv1.CommonRouteSpec{ParentRefs: []gatewayv1.ParentReference{{Name: "edge"}}}, Hostnames: []gatewayv1.Hostname{"www.unfiled.cn"},
	}}
	g.Eventually(func() error { return client.IgnoreAlreadyExists(own.Create(t.Context(), namespace.DeepCopy())) }).WithTimeout(within).Should(gomega.Succeed())
	g.Eventually(func() error { return client.IgnoreAlreadyExists(own.Create(t.Context(), route.DeepCopy())) }).WithTimeout(within).Should(gomega.Succeed())
	label := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"icp.beian.dev/gate":"hold"}}}`))
	if err := own.Patch(t.Context(), namespace, label); err != nil {
		t.Fatal(err)
	}
	g.Eventually(func(g gomega.Gomega) {
		g.Expect(own.Get(t.Context(), client.ObjectKeyFromObject(route), route)).To(gomega.Succeed())
		g.Expect(exposure.Read(route).Parked).To(gomega.BeTrue())
	}).WithTimeout(within).Should(gomega.Succeed(), "a route of a kind that came later is parked")
	endsTelling(t, p, to)
}
